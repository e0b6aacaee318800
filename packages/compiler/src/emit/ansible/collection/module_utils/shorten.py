"""What a rollback need not do. The shell program's runtime/shorten.sh decides the same.

What was opened and closed again needs nothing if nothing between has to be taken back: a host that was drained and has
returned is not drained again only to return. Of a way back that undoes the one before it, both go if what the first
takes back is known to have ended well, and only the first if not: nobody knows the state before the second, which is
then unsure itself. For a host only what happens there, or on this machine, lies between the two; a component is
stopped, and a mode entered, for the sake of other things too.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .plan import LOCAL, hosts_of

OPPOSITES = {
    ("drain", "return"), ("return", "drain"), ("enter", "leave"), ("leave", "enter"), ("stop", "start"), ("start", "stop"),
}


def drop_repeated(rollback):
    """A file counts for every component that loaded anything after it, so the same ones would be started anew for each
    file: the last time is enough. What was installed may not run with what is restored later, so its restarts stay."""
    later = set()
    for entry in reversed(rollback.entries):
        if entry.kind != "back" or "refresh" not in entry.action:
            continue
        what = (entry.action["verb"], entry.action["refresh"])
        forward = forward_action(rollback, entry)
        keeps = forward is not None and forward["verb"] == "install"
        remaining = [host for host in entry.only if what + (host,) not in later or keeps]
        later.update(what + (host,) for host in remaining)
        keep_hosts(entry, remaining)


def forward_label(entry):
    return entry.label[1:].split(".")[0] if entry.label.startswith("b") else ""


def forward_action(rollback, entry):
    """The action that it takes back; None if it takes back the step as a whole."""
    label = forward_label(entry)
    return rollback.plan.action(entry.step, label) if label else None


def keep_hosts(entry, hosts):
    entry.hosts, entry.only = list(hosts), list(hosts)
    if not hosts:
        entry.kind = "dropped"


def entry_hosts(entry):
    return entry.only or hosts_of(entry.action)


class Unit:
    """Entries that follow each other and are the same way back of one step, its commands."""

    def __init__(self, entry, number):
        self.entries, self.number = [entry], number
        self.verb, self.thing = undo_thing(entry)

    def hosts(self):
        found = []
        for entry in self.entries:
            if entry.kind == "back":
                found.extend(host for host in entry_hosts(entry) if host not in found)
        return found

    def undoes(self, other):
        return other is not None and self.thing == other.thing and (other.verb, self.verb) in OPPOSITES

    def drop_host(self, host):
        for entry in self.entries:
            keep_hosts(entry, [one for one in entry.only if one != host])


def undo_thing(entry):
    """What it opens or closes, and by which verb; the empty text if nothing."""
    verb = entry.action["verb"]
    if not entry.label.startswith("b") or "refresh" in entry.action:
        return verb, ""
    if verb in ("drain", "return"):
        return verb, "host"
    name = entry.action["title"].split(" ", 1)[-1]
    if verb in ("enter", "leave"):
        return verb, "mode:" + name
    return verb, "component:" + name if verb in ("stop", "start") else ""


def drop_pairs(rollback):
    Pairs(rollback).drop()


class Pairs:
    def __init__(self, rollback):
        self.rollback, self.state = rollback, rollback.state
        self.left, self.by_host, self.unsure = [], {}, set()
        rollback.undone_with = {}

    def drop(self):
        entries, index = self.rollback.entries, 0
        while index < len(entries):
            entry = entries[index]
            index += 1
            if entry.kind != "back":
                continue
            unit = Unit(entry, index)
            while unit.thing and index < len(entries) and self._belongs(unit, entries[index]):
                unit.entries.append(entries[index])
                index += 1
            if unit.thing.startswith("mode:"):
                self._shorten_mode(unit)
            else:
                self._shorten_hosts(unit)

    @staticmethod
    def _belongs(unit, entry):
        first = unit.entries[0]
        return (
            entry.kind == "back" and (entry.step, entry.batch) == (first.step, first.batch)
            and undo_thing(entry) == (unit.verb, unit.thing)
        )

    def _last(self):
        return self.left[-1] if self.left else None

    def _shorten_mode(self, unit):
        other = self._last()
        if not unit.undoes(other):
            self._keep(unit)
            return
        union = [host for entry in other.entries for host in entry_hosts(entry)]
        if any(self._is_begun(entry, host) for entry in other.entries for host in entry_hosts(entry)):
            self._keep(unit)
            return
        self._undone_with(unit, other)
        if not self._ended_well(other, union):
            self.unsure.update((unit.number, host) for host in union)
            self._drop(other)
            self._keep(unit)
        else:
            self._drop(other)
            for entry in unit.entries:
                entry.kind = "dropped"

    def _shorten_hosts(self, unit):
        for host in unit.hosts() if unit.thing else ():
            other = self._before(unit, host)
            if not unit.undoes(other) or host not in other.hosts():
                continue
            if any(self._is_begun(entry, host) for entry in other.entries):
                continue
            if self._ended_well(other, [host]):
                unit.drop_host(host)
            else:
                self.unsure.add((unit.number, host))
            other.drop_host(host)
            self._undone_with(unit, other)
            if self.by_host.get(host):
                self.by_host[host].pop()
            self._drop_ended()
        if unit.hosts():
            self._keep(unit)

    def _undone_with(self, unit, other):
        """Of a pair, the first in time is `unit`. Only with that the other counts as taken back, so that a rollback that is
        interrupted before, and then goes less far, takes it back after all."""
        key, later = ((one.entries[0].step, one.entries[0].batch) for one in (unit, other))
        if key != later:
            self.rollback.undone_with[later] = key

    def _before(self, unit, host):
        """What lies right before it, for the host."""
        if unit.thing != "host":
            return self._last()
        here, local = self.by_host.get(host), self.by_host.get(LOCAL)
        if not here or (local and local[-1].number > here[-1].number):
            return None
        return here[-1]

    def _keep(self, unit):
        """It is done, so it lies between what is before it and what comes after it."""
        self.left.append(unit)
        for host in unit.hosts():
            self.by_host.setdefault(host, []).append(unit)

    def _drop(self, unit):
        for host in unit.hosts():
            self.by_host[host].pop()
        for entry in unit.entries:
            entry.kind = "dropped"
        self._drop_ended()

    def _drop_ended(self):
        while self.left and not self.left[-1].hosts():
            self.left.pop()

    def _is_begun(self, entry, host):
        """An earlier rollback has begun it there."""
        return (entry.step, entry.batch, entry.label, host) in self.state.undone

    def _ended_well(self, unit, hosts):
        """What it takes back was done as a whole."""
        if any((unit.number, host) in self.unsure for host in hosts):
            return False
        for entry in unit.entries:
            key = (entry.step, entry.batch)
            if self.state.steps.get(key) != "ok":
                return False
            label = forward_label(entry)
            items = self.state.ran.get(key, [])
            for host in hosts:
                if (label, host) in items and self.state.did.get(key + (label, host)) != "ok":
                    return False
        return True
