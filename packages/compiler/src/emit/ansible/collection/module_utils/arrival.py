"""Whether a rollback has arrived where the point says. The shell program's runtime/arrival.sh says the same.

The checks of the plan that passed while the cloud was in the state of a rollback target have to pass again after a
rollback to it: gates and verifications behind the last change before it, and before the first behind it. A check counts
if no change was under way from its begin to the end of its step.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .plan import is_change


class Arrival:
    def __init__(self, plan):
        self.plan = plan
        # The target whose state it is in now, and the checks of the state now and of targets, as (step, label).
        self.state_of, self.passed, self.passed_at = "start", [], {}
        self.changes, self.check_began, self.under_way = 0, {}, set()

    def changed(self, key=None):
        """A change began; without a key it is over already."""
        self.changes += 1
        self.state_of, self.passed = "", []
        if key is not None:
            self.under_way.add(key)

    def action_began(self, action, key):
        if action and is_change(action):
            self.changed(key)
        else:
            self.check_began[key] = None if self.under_way else self.changes

    def action_ended(self, key):
        self.under_way.discard(key)

    def step_passed(self, step_id, items):
        """A step outside of rolls ended well: its checks hold in the state now."""
        kind = self.plan.steps[step_id]["kind"]
        if kind == "point":
            self.state_of = step_id
            self.passed_at[step_id] = list(self.passed)
            return
        found = []
        for label, host in items:
            if not label.startswith("v") and kind != "gate":
                continue
            if self.under_way or self.check_began.get((step_id, 0, label, host)) != self.changes:
                return
            if (step_id, label) not in found:
                found.append((step_id, label))
        self.passed.extend(check for check in found if check not in self.passed)
        if self.state_of:
            self.passed_at[self.state_of] = list(self.passed)

    def arrived(self, target):
        self.state_of, self.passed = target, list(self.passed_at.get(target, []))
