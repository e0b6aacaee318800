"""The plan, as plan.json has it, with what a run looks up often."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import json

LOCAL = "local"


class Plan:
    def __init__(self, path):
        with open(path, "r", encoding="utf-8") as file:
            self.data = json.load(file)
        self.name = self.data["name"]
        self.digest = self.data["digest"]
        # Steps in the order of the plan, those of a roll's body behind the roll.
        self.order = []
        self.steps = {}
        self.roll_of = {}
        self.number = {}
        for step in self.data["steps"]:
            self._add(step)
            for inner in (step.get("roll") or {}).get("steps", []):
                self._add(inner)
                self.roll_of[inner["id"]] = step["id"]
        self.refresh_actions = [action for one in self.data.get("refreshes", []) for action in one["actions"]]
        self.points = dict((point["id"], point) for point in self.data["points"])
        # Components that say how to ask whether they work.
        self.healthy = dict((one["name"], one) for one in self.data["components"] if one.get("healthy"))
        self.host_number = {LOCAL: 0}
        for host in self.data["hosts"]:
            self.host_number[host["name"]] = len(self.host_number)
        self.connection = dict((host["name"], host["connection"]["type"]) for host in self.data["hosts"])
        self.connection[LOCAL] = "local"

    def _add(self, step):
        self.number[step["id"]] = len(self.order)
        self.order.append(step["id"])
        self.steps[step["id"]] = step

    def batches(self, step):
        """The batch numbers under which events of a step stand: 0, or those of its roll."""
        roll = self.roll_of.get(step)
        return [0] if roll is None else range(1, len(self.steps[roll]["roll"]["batches"]) + 1)

    def action(self, step, label):
        """The action that a journal calls so; None if the plan has none."""
        step = self.steps[step]
        roll = step.get("roll") or {}
        if label == "lock":
            return (roll.get("lock") or {}).get("acquire")
        if label == "unlock":
            return (roll.get("lock") or {}).get("release")
        if label == "needed":
            return roll.get("needed")
        kind = label[:1]
        if kind == "b":
            number, rest = label[1:].split(".")
            action = self._pick(step["actions"], number)
            return None if action is None else self._pick(action["back"].get("actions", []), rest)
        if kind == "v":
            return self._pick(step.get("verify", []), label[1:])
        if kind == "?":
            return self._pick(step.get("unless", []), label[1:])
        if kind == "u":
            return self._pick(step.get("undo", []), label[1:])
        if kind == "f":
            return self._pick(self.refresh_actions, label[1:])
        if kind == "r":
            capture = self._pick(self.points[step["id"]]["captures"], label[1:])
            return None if capture is None else restore(capture)
        return self._pick(step["actions"], label)

    @staticmethod
    def _pick(actions, number):
        index = int(number) - 1 if number.isdigit() else -1
        return actions[index] if 0 <= index < len(actions) else None

    def question(self, component, label):
        """What is asked of a component, by its label: `h1` is the first question."""
        return self._pick(self.healthy[component]["healthy"], label[1:])

    def refresh_label(self, action):
        return "f%d" % (1 + next(index for index, one in enumerate(self.refresh_actions) if one is action))

    def title(self, step, label):
        action = self.action(step, label) or {}
        if label in ("lock", "unlock") or "title" in action:
            return action.get("title", "")
        return probe_title(action)


def restore(capture):
    return {
        "verb": "restore", "title": "restore " + capture["resource"], "targets": capture["targets"],
        "operation": capture["restore"], "changes": [], "back": {"by": "nothing"},
    }


def probe_title(probe):
    """A question has no title: its first line says what it asks, as in the shell program."""
    operation = probe.get("operation", {})
    if operation.get("type") == "http":
        url = "".join(part if isinstance(part, str) else "${%s}" % part["variable"] for part in operation["url"])
        return "%s %s" % (operation["method"], url)
    if operation.get("type") == "script":
        return "script " + operation["file"]
    lines = operation.get("shell", "").strip().split("\n")
    return lines[0][:60] + "…" if len(lines) > 1 or len(lines[0]) > 60 else lines[0]


def hosts_of(action):
    """The hosts that an action names, in order."""
    return [LOCAL] if action["targets"]["mode"] == "local" else action["targets"]["hosts"]


def is_change(action):
    """It changes something, or something takes it back."""
    return bool(action.get("changes")) or action.get("back", {"by": "nothing"})["by"] != "nothing"


def is_for_all(action):
    """In the body of a roll: it is not for each host of a batch by itself."""
    targets = action["targets"]
    return not targets.get("batch") or targets["mode"] in ("any", "first")
