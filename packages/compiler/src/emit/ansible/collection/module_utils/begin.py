"""Begins a run, or a rollback: what the journal says decides whether it may."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import sys

from . import run as runs
from .journal import Journal, JournalError
from .obstacles import began_after, nearest_target, obstacles
from .plan import Plan
from .retry import reopen
from .rollback import Rollback
from .run import Run


class Refused(Exception):
    """The run can not begin; `code` is the exit code."""

    def __init__(self, text, code=2):
        super(Refused, self).__init__(text)
        self.code = code


def is_true(value):
    return str(value).lower() in ("true", "yes", "y", "1", "on")


def begin(folder, playbook, options, check):
    """Opens the journal and begins. Returns the run.

    `options` are the extra variables: belay_state, belay_directory, belay_to, belay_repeat, belay_retry, belay_yes.
    """
    plan = Plan(os.path.join(folder, "plan.json"))
    safe_name = "".join(one if one.isalnum() or one in "._-" else "_" for one in plan.name)
    state = str(options.get("belay_state") or os.environ.get("BELAY_STATE") or os.path.join(".belay", safe_name))
    try:
        journal = Journal(os.path.abspath(state), plan.name, plan.digest, check)
    except JournalError as error:
        raise Refused(str(error)) from error
    run = Run(plan, journal, check)
    run.yes = is_true(options.get("belay_yes", False))
    directory = options.get("belay_directory") or os.environ.get("BELAY_DIRECTORY") or run.state.directory or os.getcwd()
    # Tasks read these by lookups; workers inherit them.
    os.environ["BELAY_DIRECTORY"] = directory
    os.environ["BELAY_RUN"] = journal.identity
    os.environ["BELAY_PROJECT"] = folder
    if playbook == "rollback.yml":
        _begin_rollback(run, options, directory)
    else:
        _begin_run(run, options, directory)
    runs.CURRENT = run
    return run


def _begin_run(run, options, directory):
    state = run.state
    if state.rollback_to:
        raise Refused("A rollback to %s is not complete; let it go on first: rollback.yml" % state.rollback_to)
    command = "run" if state.can_run() else "resume"
    repeat = str(options.get("belay_repeat", "")).replace(",", " ").split()
    for step in repeat:
        if step not in run.plan.steps:
            raise Refused("belay_repeat: the plan has no step %s" % step)
    retry = str(options.get("belay_retry", "")).replace(",", " ").split()
    for roll in retry:
        problem = reopen(run.plan, state, roll)
        if problem:
            raise Refused("belay_retry: %s." % problem)
        command = "resume"
    run.note("run-begin", command, os.getpid(), os.uname().nodename, directory)
    refused = []
    for step, batch in state.unsettled() if command == "resume" else []:
        rule = run.plan.steps[step]["repeat"]
        if rule == "safe" or not state.is_ambiguous((step, batch)):
            continue
        if rule == "ask" and ((step, batch) in state.repeated or step in repeat):
            if (step, batch) not in state.repeated:
                run.note("repeat", step, batch, run.user())
        elif run.plan.steps[step].get("unless"):
            run.guarded.add((step, batch))
        elif rule == "ask":
            refused.append("%s was interrupted, and only a person can tell whether it may run again: -e belay_repeat=%s" % (step, step))
        else:
            refused.append("%s was interrupted, and what it does to a schema can be half applied; roll back first" % step)
    if refused:
        run.note("run-end", 1, "failed")
        raise Refused("\n".join(refused), 1)


def _begin_rollback(run, options, directory):
    state, plan = run.state, run.plan
    if state.run == "none":
        raise Refused("Nothing was run, so there is nothing to take back.")
    target = str(options.get("belay_to") or state.rollback_to or nearest_target(plan, state))
    if not options.get("belay_to") and not state.rollback_to and target != state.last_point():
        why = obstacles(plan, state, state.last_point())[0]
        sys.stderr.write("belay: %s is out of reach: %s. Going back to %s.\n" % (state.last_point(), why, target))
    if target != "start":
        if target not in plan.points:
            raise Refused("%s is not a rollback point." % target)
        if state.steps.get((target, 0)) != "ok":
            raise Refused("The rollback point %s was not reached, so nothing was saved there." % target)
    why_not = obstacles(plan, state, target)
    if why_not:
        raise Refused("A rollback to %s is not possible:\n%s" % (target, "\n".join(why_not)), 1)
    run.only_checks = not state.rollback_to and not began_after(plan, state, target)
    if run.only_checks and not (state.is_unverified() and state.arrival.state_of == target):
        raise Refused("Nothing was begun since %s." % target, 0)
    run.note("run-begin", "rollback", os.getpid(), os.uname().nodename, directory)
    run.rollback = Rollback(plan, state, target)
    if not run.only_checks:
        run.note("rollback-begin", target)
