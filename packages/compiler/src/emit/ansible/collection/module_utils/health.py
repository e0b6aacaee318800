"""Whether what a rollback has touched works. The shell program's runtime/health.sh asks the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class Health:
    def __init__(self, plan):
        self.plan = plan
        # By (component, host): a way back has done something to it since the last run or resume.
        self.touched = set()

    def touch(self, step_id, label, action, host):
        """What a way back changes, and what the action changed that it takes back."""
        step = self.plan.steps[step_id]
        actions = [action]
        if label.startswith("b"):
            actions.append(self.plan.action(step_id, label[1:].split(".")[0]))
        elif label.startswith("u"):
            actions.extend(step["actions"])
        for one in actions:
            for change in (one or {}).get("changes", []):
                if change["kind"] == "component":
                    self._touch(change["name"], host)
        if label.startswith("r"):
            self._touch(action["title"].split(" ", 1)[-1], host)

    def _touch(self, name, host):
        if name in self.plan.healthy:
            self.touched.add((name, host))

    def targets(self, name, question, down):
        """Where a component is asked now. It is asked only of what is up: on each host by itself, or, as a whole, if it is
        down nowhere."""
        where = set(host for one, host in self.touched if one == name)
        if not where:
            return []
        members = self.plan.healthy[name]["hosts"]
        up = [host for host in members if (name, host) not in down]
        # What was done elsewhere may be about any of its hosts.
        is_whole = any(host not in members for host in where)
        targets = question["targets"]
        if targets["mode"] in ("all", "each") and all(host in members for host in targets["hosts"]):
            return [host for host in targets["hosts"] if host in up and (is_whole or host in where)]
        if len(up) < len(members):
            return []
        return ["local"] if targets["mode"] == "local" else list(targets["hosts"])
