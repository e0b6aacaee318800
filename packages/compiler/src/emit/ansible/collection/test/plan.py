"""Questions to the run under way, for `when`."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.belay.run.plugins.module_utils import run as runs


def due(host, task, speaker=None):
    """Whether an action is to be done on a host now. `speaker` is the host of the play, in whose name it is done."""
    run = runs.CURRENT
    if run is None:
        return False
    task = run.resolved(task)
    if task["at"] != "host" and run.speaker(task) not in (None, speaker):
        return False
    if host == "localhost" and task["at"] in ("local", "chosen"):
        host = "local"
    return (task["step"], run.batch_of(task), task["action"], host) in run.began_at or run.is_due(task, host)


def asked(task, speaker=None):
    """Whether the hosts of an action that runs on any of them have to be asked which one answers."""
    run = runs.CURRENT
    return run is not None and run.speaker(task) in (None, speaker) and run.is_asked(run.resolved(task))


def settling(_task):
    """Whether a question behind a rollback is asked again, if the answer is no."""
    return runs.CURRENT is not None and runs.CURRENT.is_settling()


def waiting(step):
    """Whether the step waits for its next attempt, or for a person."""
    run = runs.CURRENT
    execution = None if run is None else run.executions.get(run.key(step))
    if execution is None or run.check:
        return False
    return execution.again or (run.plan.steps[step]["kind"] == "approve" and execution.is_open and not run.yes)


def resting(roll):
    """Whether there is a pause before the next batch."""
    return runs.CURRENT is not None and bool(runs.CURRENT.rests.get(roll))


class TestModule(object):
    def tests(self):
        return {"due": due, "asked": asked, "settling": settling, "waiting": waiting, "resting": resting}
