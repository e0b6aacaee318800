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
        # By component and host: where in the list, in which step and how it has to load again what is back below it.
        self.entries, self.due = [], {}
        self.refreshes.is_down = set(key for key, how in state.down.items() if how.startswith("stop"))
        for (name, host), (step, batch) in list(self.refreshes.stale.items()):
            self._refresh(name, host, step, step, batch, "start")
        after = plan.order[first_after(plan, target):]
        for step in after:
            for batch in plan.batches(step):
                for label, _host in state.ran.get((step, batch), []):
                    state.note_changes(plan.action(step, label))
        for step in reversed(after):
            if step not in plan.roll_of:
                self._list(step)
        self._add_refreshes()
        drop_repeated(self)
        drop_pairs(self)
        self.entries = [entry for entry in self.entries if entry.kind != "dropped"]

    def _list(self, step_id):
        step, roll = self.plan.steps[step_id], self.plan.steps[step_id].get("roll")
        if roll is None:
            self._list_step(step_id, step_id, 0)
        else:
            for batch in range(len(roll["batches"]), 0, -1):
                for inner in reversed(roll["steps"]):
                    self._list_step(step_id, inner["id"], batch)
                if self.state.lock_batch.get(step_id) == batch:
                    host = [self.state.lock_host[step_id]]
                    release = roll["lock"]["release"]
                    self.entries.append(Entry("release", step_id, step_id, batch, "unlock", host, host, release))
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

    def _list_own_undo(self, place, step, key, items):
        ran = []
        for _label, host in items:
            if host not in ran:
                ran.append(host)
        for index, action in enumerate(step["undo"]):
            self.entries.append(Entry("back", place, key[0], key[1], "u%d" % (index + 1), ran, (), action))
        for label, host in reversed(items):
            action = self.plan.action(key[0], label)
            self.refreshes.go_past(action, host)
            for name in self.refreshes.below(action, host):
                self._refresh(name, host, place, key[0], key[1], "u")

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
            for name in self.refreshes.below(action, host):
                self._refresh(name, host, place, key[0], key[1], "b%d" % number)

    def _refresh(self, name, host, place, step, batch, behind):
        """It loads again what is back below it, if it has loaded anything else; the last time counts."""
        by = self.refreshes.how(name, host)
        if by is not None and (name, host) not in self.refreshes.is_down:
            self.due[(name, host)] = (len(self.entries), place, step, batch, behind, by)

    def _add_refreshes(self):
        """Puts what is due between the entries of the way back."""
        order = dict((id(one), index) for index, one in enumerate(self.plan.data.get("refreshes", [])))
        places = {}
        for (name, host), (index, place, step, batch, behind, by) in self.due.items():
            refresh = self.refreshes.refresh(name, host, by)
            spot = places.setdefault((index, order[id(refresh)]), [refresh, [], None])
            spot[1].append(host)
            spot[2] = (place, step, batch, behind)
        for (index, _order), (refresh, hosts, where) in sorted(places.items(), key=lambda one: one[0], reverse=True):
            added = []
            for action in refresh["actions"]:
                only = [host for host in action["targets"]["hosts"] if host in hosts]
                label = self.plan.refresh_label(action)
                entry = Entry("back", where[0], where[1], where[2], label, only, only, dict(action, refresh=refresh["component"]))
                entry.behind = where[3]
                added.append(entry)
            self.entries[index:index] = added

    def _list_restores(self, step_id, step):
        for one in self.state.restored(step, self.target):
            captures = self.plan.points[one["point"]]["captures"]
            label = "r%d" % [index + 1 for index, capture in enumerate(captures) if capture["resource"] == one["resource"]][-1]
            self.entries.append(Entry("back", step_id, one["point"], 0, label, (), (), self.plan.action(one["point"], label)))
        for name, host in self.state.refreshed_by_restores(step, self.target):
            self._refresh(name, host, step_id, step_id, 0, "r")

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
