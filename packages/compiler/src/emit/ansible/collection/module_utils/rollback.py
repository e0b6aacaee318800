"""What a rollback does, in order. The shell program's runtime/rollback.sh decides the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .plan import LOCAL, hosts_of
from .shorten import drop_pairs, drop_repeated


class Entry:
    """One way back on its hosts, or (`kind` is `undone`) the note that a step counts as not done."""

    def __init__(self, kind, place, step, batch, label="", hosts=(), only=(), action=None):
        self.kind, self.place, self.step, self.batch, self.label = kind, place, step, batch, label
        # `hosts` limits actions that are for a batch, `only` the others; an empty `only` does not.
        self.hosts, self.only, self.action = list(hosts), list(only), action
        self.noted = False


def obstacles(plan, state, target):
    """Why a rollback to a point, or to `start`, is not possible."""
    found, wall, seen = [], None, set()
    for step_id in plan.order[first_after(plan, target):]:
        step = plan.steps[step_id]
        if step["kind"] == "no-return" and state.steps.get((step_id, 0)) == "ok":
            wall = step
            continue
        for batch in plan.batches(step_id):
            items = state.ran.get((step_id, batch))
            if not items:
                continue
            if wall is not None:
                why = wall.get("text") or wall.get("title", "")
                return found + ["%s ran behind the point of no return %s: %s" % (step_id, wall["id"], why)]
            if step.get("irreversible"):
                found.append("%s cannot be taken back: %s" % (step_id, step["irreversible"]))
                continue
            if "undo" in step:
                continue
            for label, _host in items:
                action = plan.action(step_id, label)
                if action and action.get("back", {}).get("by") == "none" and (step_id, label) not in seen:
                    seen.add((step_id, label))
                    why = action["back"]["why"]
                    found.append("%s cannot be taken back (%s): %s" % (step_id, action["title"], why))
    return found


def first_after(plan, target):
    return 0 if target == "start" else plan.number[target] + 1


def began_after(plan, state, target):
    steps = plan.order[first_after(plan, target):]
    return any((step, batch) in state.steps for step in steps for batch in plan.batches(step))


class Rollback:
    """Lists what a rollback to a target does."""

    def __init__(self, plan, state, target):
        self.plan, self.state, self.target = plan, state, target
        self.entries = []
        # By component and host, * for all of a host: what the way back so far had started, stopped or loaded anew.
        self.loaded = set()
        after = plan.order[first_after(plan, target):]
        for step in after:
            for batch in plan.batches(step):
                for label, _host in state.ran.get((step, batch), []):
                    state.note_changes(plan.action(step, label))
        for step in reversed(after):
            if step not in plan.roll_of:
                self._list(step)
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
        for label, host in items:
            if host not in ran:
                ran.append(host)
            self._note_loaded(self.plan.action(key[0], label), host)
        for index, action in enumerate(step["undo"]):
            label = "u%d" % (index + 1)
            if "refresh" not in action:
                self.entries.append(Entry("back", place, key[0], key[1], label, ran, (), action))
            else:
                loaded = self._loaded_hosts(action, ran)
                if loaded:
                    self.entries.append(Entry("back", place, key[0], key[1], label, loaded, loaded, action))

    def _list_inverse(self, place, step, key, number, items):
        action = step["actions"][number - 1]
        ran = [host for label, host in items if label == str(number)]
        for host in ran:
            self._note_loaded(action, host)
        if not ran or action["back"]["by"] != "inverse":
            return
        for index, inverse in enumerate(action["back"]["actions"]):
            label = "b%d.%d" % (number, index + 1)
            if "refresh" in inverse:
                loaded = self._loaded_hosts(inverse, ran)
                if loaded:
                    self.entries.append(Entry("back", place, key[0], key[1], label, loaded, loaded, inverse))
                continue
            named = action["targets"]["hosts"]
            only = [host for host in inverse["targets"]["hosts"] if host not in named or host in ran]
            if only or inverse["targets"]["mode"] == "local":
                self.entries.append(Entry("back", place, key[0], key[1], label, ran, only, inverse))

    def _note_loaded(self, action, host):
        """What it did to components there; taking back a stop is a start."""
        for change in (action or {}).get("changes", []):
            if change["kind"] == "component" and change["becomes"] in ("started", "stopped", "restarted", "reloaded"):
                self.loaded.add((change["name"], host))
            elif change["kind"] == "host" and change["becomes"] == "rebooted":
                self.loaded.add(("*", host))

    def _loaded_hosts(self, action, limit):
        """Of its hosts those on which its component may have loaded something else; no limit means all."""
        name = action["refresh"]
        return [
            host for host in action["targets"]["hosts"]
            if (limit is None or host in limit)
            and ((name, host) in self.loaded or ("*", host) in self.loaded or (name, host) in self.state.loaded_back)
        ]

    def _list_restores(self, step_id, step):
        count = 0
        for one in step.get("restores", []):
            first, count = count, count + len(one.get("refresh", []))
            if self.target not in one["to"] or not self._is_changed(one["resource"]):
                continue
            captures = self.plan.points[one["point"]]["captures"]
            numbers = [index + 1 for index, capture in enumerate(captures) if capture["resource"] == one["resource"]]
            if not numbers:
                continue
            label = "r%d" % numbers[-1]
            action = self.plan.action(one["point"], label)
            self.entries.append(Entry("back", step_id, one["point"], 0, label, (), (), action))
            for index, refresh in enumerate(one.get("refresh", [])):
                loaded = self._loaded_hosts(refresh, None)
                if loaded:
                    label = "f%d" % (first + index + 1)
                    self.entries.append(Entry("back", step_id, step_id, 0, label, loaded, loaded, refresh))

    def _is_changed(self, resource):
        """A path is changed by what changes something in it, and by what changes a directory that it is in."""
        changed = self.state.rollback_changed
        if resource in changed:
            return True
        return resource.startswith("/") and any(
            name.startswith("/") and (name.startswith(resource.rstrip("/") + "/") or resource.startswith(name.rstrip("/") + "/"))
            for name in changed
        )

    def left(self, entry):
        """The hosts on which an entry is still to be done."""
        if entry.kind == "undone":
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
