"""Which captures a rollback restores at a step."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class Restores:
    def __init__(self, plan):
        self.plan = plan
        # What the rollback under way takes back changes of, by name.
        self.changed = set()

    def note_changes(self, action):
        for change in (action or {}).get("changes", []):
            self.changed.add(change.get("name", "host"))

    def at(self, step, target):
        """The restores of a step that a rollback to a target does."""
        return [
            one for one in step.get("restores", [])
            if target in one["to"] and self._is_changed(one["resource"]) and self._captures(one)
        ]

    def hosts(self, step, target):
        """What these restores bring back, and where."""
        return [(one["resource"], host) for one in self.at(step, target) for host in self._captures(one)[-1]["targets"]["hosts"]]

    def _captures(self, one):
        return [capture for capture in self.plan.points[one["point"]]["captures"] if capture["resource"] == one["resource"]]

    def _is_changed(self, resource):
        """A path is changed by what changes something in it, and by what changes a directory that it is in."""
        if resource in self.changed:
            return True
        return resource.startswith("/") and any(
            name.startswith("/")
            and (name.startswith(resource.rstrip("/") + "/") or resource.startswith(name.rstrip("/") + "/"))
            for name in self.changed
        )
