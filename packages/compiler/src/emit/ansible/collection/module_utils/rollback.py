"""What a rollback does, in order. The shell program's runtime/rollback.sh decides the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .obstacles import first_after
from .plan import LOCAL, hosts_of
from .shorten import drop_pairs, drop_repeated


class Entry:
    """One way back on its hosts, or (`kind` is `undone`) the note that a step counts as not done."""

    def __init__(self, kind, place, step, batch, label="", hosts=(), only=(), action=None):
        self.kind, self.place, self.step, self.batch, self.label = kind, place, step, batch, label
        # `hosts` limits actions that are for a batch, `only` the others; an empty `only` does not.
        self.hosts, self.only, self.action = list(hosts), list(only), action
        self.noted = False
        # For what has to be loaded again: the part of its step behind which it is.
        self.behind = ""


class Rollback:
    """Lists what a rollback to a target does."""

    def __init__(self, plan, state, target):
        self.plan, self.state, self.target = plan, state, target
        self.refreshes = state.refreshes
        self.entries = []
        self.refreshes.begin(state)
        after = plan.order[first_after(plan, target):]
        for step in after:
            for batch in plan.batches(step):
                for label, _host in state.ran.get((step, batch), []):
                    state.restores.note_changes(plan.action(step, label))
        for step in reversed(after):
            if step not in plan.roll_of:
                self._list(step)
        self._add_refreshes()
        drop_repeated(self)
        drop_pairs(self)
        self.entries = [entry for entry in self.entries if entry.kind != "dropped"]
        # The steps of which the end waits for that of another, by that.
        self._index, self._waiting = {}, {}
        for entry in self.entries:
            self._index.setdefault((entry.place, entry.step, entry.batch, entry.label, entry.behind), []).append(entry)

    def _list(self, step_id):
        step, roll = self.plan.steps[step_id], self.plan.steps[step_id].get("roll")
        if roll is None:
            self._list_step(step_id, step_id, 0)
        else:
            for batch in range(len(roll["batches"]), 0, -1):
                for inner in reversed(roll["steps"]):
                    self._list_step(step_id, inner["id"], batch)
                holder = self._lock_holder(step_id, batch)
                if holder is not None:
                    release = roll["lock"]["release"]
                    self.entries.append(Entry("release", step_id, step_id, batch, "unlock", [holder], [holder], release))
        self._list_restores(step_id, step)
        if step["kind"] != "join" and self.state.steps.get((step_id, 0), "left-out") != "left-out":
            self.entries.append(Entry("undone", step_id, step_id, 0))

    def _list_step(self, place, step_id, batch):
        step, key = self.plan.steps[step_id], (step_id, batch)
        items = self.state.ran.get(key)
        if items and "undo" in step:
            self._list_own_undo(place, step, key, items)
        elif items:
            for number in range(len(step["actions"]), 0, -1):
                self._list_inverse(place, step, key, number, items)
        if batch > 0 and key in self.state.steps:
            self.entries.append(Entry("undone", place, step_id, batch))

    def _lock_holder(self, roll, batch):
        """The host where a roll's lock was taken, or may have been when the run died; None if it was not."""
        if roll in self.state.lock_batch:
            return self.state.lock_host[roll] if self.state.lock_batch[roll] == batch else None
        key, holder = (roll, batch), None
        for label, host in self.state.ran.get(key, []):
            did = self.state.did.get(key + (label, host))
            if label != "lock" or did is None:
                continue
            if did == "failed":
                # Another holds it, unless the command was killed or the connection failed.
                failure = self.state.failures.get(key, ("", "", "", ""))
                if failure[:2] == (label, host) and int(failure[3] or 0) >= 128:
                    holder = host
            elif did != "ok" or key + ("unlock", host) not in self.state.did:
                # Where it was taken and released, nobody holds it.
                holder = host
        return holder

    def _list_own_undo(self, place, step, key, items):
        ran = []
        for _label, host in items:
            if host not in ran:
                ran.append(host)
        for index, action in enumerate(step["undo"]):
            label, only = "u%d" % (index + 1), undo_hosts(step, action, ran)
            if only == []:
                continue
            if only and action["targets"]["mode"] == "any":
                # It ran on one of them, or on several: each attempt may have found another.
                for host in only:
                    self.entries.append(Entry("back", place, key[0], key[1], label, [host], [host], action))
            else:
                self.entries.append(Entry("back", place, key[0], key[1], label, ran, only or (), action))
        for label, host in reversed(items):
            action = self.plan.action(key[0], label)
            self.refreshes.go_past(action, host)
            self._refresh_below(action, host, (place,) + key + ("u",))

    def _list_inverse(self, place, step, key, number, items):
        action = step["actions"][number - 1]
        ran = [host for label, host in items if label == str(number)]
        for host in ran:
            self.refreshes.go_past(action, host)
        if not ran or action["back"]["by"] != "inverse":
            return
        for index, inverse in enumerate(action["back"]["actions"]):
            label = "b%d.%d" % (number, index + 1)
            if "refresh" in inverse:
                name = inverse["refresh"]
                loaded = [
                    host for host in inverse["targets"]["hosts"]
                    if host in ran and self.refreshes.has_loaded(name, host) is not None
                ]
                if loaded:
                    self.entries.append(Entry("back", place, key[0], key[1], label, loaded, loaded, inverse))
                continue
            named = action["targets"]["hosts"]
            only = [host for host in inverse["targets"]["hosts"] if host not in named or host in ran]
            if only or inverse["targets"]["mode"] == "local":
                self.entries.append(Entry("back", place, key[0], key[1], label, ran, only, inverse))
        for host in ran:
            self._refresh_below(action, host, (place,) + key + ("b%d" % number,))

    def _refresh_below(self, action, host, where):
        self.refreshes.refresh_below(action, host, len(self.entries), where)

    def _add_refreshes(self):
        """Puts what is due between the entries of the way back."""
        order = dict((id(one), index) for index, one in enumerate(self.plan.data.get("refreshes", [])))
        places = {}
        for (name, host), (index, place, step, batch, behind, by) in self.refreshes.due.items():
            refresh = self.refreshes.find(name, host, by)
            spot = places.setdefault((index, order[id(refresh)]), [refresh, [], None])
            spot[1].append(host)
            where = (self.plan.number[step], batch, place, step, behind)
            # What several steps had brought back before the list begins belongs to the one that was taken back last.
            spot[2] = where if spot[2] is None else min(spot[2], where)
        for (index, _order), (refresh, hosts, where) in sorted(places.items(), key=lambda one: one[0], reverse=True):
            _number, batch, place, step, behind = where
            added = []
            for action in refresh["actions"]:
                only = [host for host in action["targets"]["hosts"] if host in hosts]
                label = self.plan.refresh_label(action)
                entry = Entry("back", place, step, batch, label, only, only, dict(action, refresh=refresh["component"]))
                entry.behind = behind
                added.append(entry)
            self.entries[index:index] = added

    def _list_restores(self, step_id, step):
        for one in self.state.restores.at(step, self.target):
            captures = self.plan.points[one["point"]]["captures"]
            label = "r%d" % [index + 1 for index, capture in enumerate(captures) if capture["resource"] == one["resource"]][-1]
            self.entries.append(Entry("back", step_id, one["point"], 0, label, (), (), self.plan.action(one["point"], label)))
        where = (step_id, step_id, 0, "r")
        self.refreshes.refresh_restored(self.state, step, self.target, len(self.entries), where)

    def find(self, place, step, batch, label, behind):
        """The parts of the way back that a task of the playbooks stands for."""
        return self._index.get((place, step, batch, label, behind), [])

    def settled(self, step, batch):
        """A step is taken back: the steps that count as not done now, in order, each as (step, batch)."""
        key = self.undone_with.get((step, batch))
        if key is not None:
            self._waiting.setdefault(key, []).append((step, batch))
            return []
        found, open_keys = [], [(step, batch)]
        while open_keys:
            one = open_keys.pop()
            found.append(one)
            open_keys.extend(self._waiting.pop(one, []))
        return found[::-1]

    def left(self, entry):
        """The hosts on which an entry is still to be done."""
        if entry.noted or entry.kind == "undone":
            return [] if entry.noted else [LOCAL]
        targets = entry.action["targets"]
        wanted = hosts_of(entry.action)
        if targets.get("batch"):
            wanted = [host for host in entry.hosts if host in wanted]
        elif entry.only:
            wanted = [host for host in wanted if host in entry.only]
        if targets["mode"] == "first":
            wanted = wanted[:1]
        left = [
            host for host in wanted if self.state.undone.get((entry.step, entry.batch, entry.label, host)) != "ok"
        ]
        # One host of `any` is enough.
        return [] if targets["mode"] == "any" and len(left) < len(wanted) else left


def undo_hosts(step, action, ran):
    """What has the targets of an action of the step is taken back where the step ran; None for all of its own targets."""
    targets = action["targets"]
    if targets["mode"] == "local" or not any(same_targets(one["targets"], targets) for one in step["actions"]):
        return None
    return [host for host in targets["hosts"] if host in ran]


def same_targets(one, other):
    return one["mode"] == other["mode"] and one["hosts"] == other["hosts"] and bool(one.get("batch")) == bool(other.get("batch"))
