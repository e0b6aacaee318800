"""Hosts that a roll let go. The shell program's runtime/retry.sh does the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .plan import is_change, is_for_all


def reopen(plan, state, roll):
    """Has a roll that went on without the hosts that failed be gone through again, for these hosts. Returns why not, or nothing."""
    if roll not in plan.steps or plan.steps[roll]["kind"] != "roll":
        return "the plan has no roll %s" % roll
    hosts = set(host for place, lost in state.lost.items() if place[0] == roll for host in lost)
    if not hosts:
        return "%s has let no host go, so there is none to go through again" % roll
    # Where it is not done, the run goes through them anyway.
    if state.is_done(roll):
        problem = why_not_again(plan, state, roll, hosts)
        if problem:
            return "%s cannot be gone through again: %s. Do by hand what is missing there" % (roll, problem)
        state.steps.pop((roll, 0))
    return ""


def why_not_again(plan, state, roll, hosts):
    """What later steps have done to a host would be done in the wrong order, and what is for a batch as a whole, such as a mode,
    was left long ago."""
    for step in plan.steps[roll]["roll"]["steps"]:
        for action in step["actions"]:
            if is_for_all(action) and is_change(action):
                return "%s is for a batch as a whole, and would not be done again" % step["id"]
    for step in plan.order[plan.number[roll] + 1:]:
        if plan.roll_of.get(step) == roll:
            continue
        for batch in plan.batches(step):
            for label, host in state.ran.get((step, batch), []):
                if host in hosts and label.isdigit() and is_change(plan.action(step, label)):
                    return "%s has changed %s since" % (step, host)
    return ""
