"""Steps: what begins, what an attempt at one has come to, and what its end is."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

from .plan import hosts_of


class Execution:
    """One attempt at a step."""

    def __init__(self, step, batch, hosts):
        self.step, self.batch, self.hosts = step, batch, hosts
        self.began, self.tries = time.time(), 1
        self.is_open, self.again = True, False
        self.lost, self.bad, self.whole = [], None, False
        self.answers, self.verified, self.speaker = {}, set(), None

    def next_attempt(self):
        if self.batch > 0 and not self.whole:
            self.hosts = list(self.lost)
        self.tries += 1
        self.again, self.lost, self.bad, self.whole = False, [], None, False
        self.answers, self.verified = {}, set()


class Steps:
    """The part of a run that knows about attempts at steps."""

    def key(self, step):
        roll = self.plan.roll_of.get(step)
        return (step, 0 if roll is None else self.current[roll])

    def begin(self, step, attempt=1, speaker=None):
        """Begins a step, or the next attempt at it if the last one failed. `speaker` is given where other steps run beside it."""
        key = self.key(step)
        execution = self.executions.get(key)
        if attempt > 1:
            if execution is not None and execution.again:
                execution.next_attempt()
                self.note("step-begin", step, key[1], self.state.attempts[key] + 1)
            return
        if key[1] > 0:
            hosts = self.body_hosts(step)
            if not hosts:
                return
        else:
            hosts = []
            if self.state.is_done(step) or not self._may_begin(step):
                return
        self.note("step-begin", step, key[1], self.state.attempts.get(key, 1))
        self.executions[key] = Execution(step, key[1], hosts)
        self.executions[key].speaker = speaker

    def _may_begin(self, step):
        if self.reason != "":
            self.fail("Nothing new is begun: %s" % self.problem)
            return False
        waiting = [before for before in self.plan.steps[step]["after"] if not self.state.is_done(before)]
        if waiting:
            self.fail("%s comes after %s, which is not done" % (step, ", ".join(waiting)), "until")
            return False
        return True

    def approve(self, step):
        """After the question to a person."""
        execution = self.executions.get(self.key(step))
        if execution is None or not execution.is_open:
            return
        if self.yes or self.check or self.answers.pop(step, "").strip().lower() in ("y", "yes"):
            self.note("approved", step, execution.batch, self.user())
            self.close(execution, "ok")
        else:
            self.close(execution, "stopped")
            self.fail("%s waits for a person's yes: answer it, or say -e belay_yes=true" % step, "refused")

    def end(self, step):
        key = self.key(step)
        execution = self.executions.get(key)
        if execution is None or not execution.is_open or execution.again:
            return
        missing = self._missing(execution)
        if missing and execution.bad is None:
            execution.bad, execution.whole = missing, True
        if execution.bad is None:
            self.close(execution, "ok")
            return
        retry = self.plan.steps[step].get("retry") or {}
        if execution.tries <= retry.get("count", 0) and self.reason == "":
            execution.again = True
            return
        if execution.batch > 0:
            self.end_in_body(execution)
            return
        self.close(execution, "failed")
        self.fail("%s failed at %s" % (step, execution.bad))

    def close(self, execution, result):
        execution.is_open = False
        self.note("step-end", execution.step, execution.batch, result, "%.3f" % (time.time() - execution.began))

    def _missing(self, execution):
        """The first action that was not done on all its hosts, although nothing failed before it."""
        step = self.plan.steps[execution.step]
        labels = [str(index + 1) for index in range(len(step["actions"]))]
        labels += ["v%d" % (index + 1) for index in range(len(step.get("verify", [])))]
        for label in labels:
            action = self.plan.action(execution.step, label)
            done = [
                host for host in self.targets(execution, label)
                if (label, host) in execution.verified
                or (label.isdigit() and self.state.did.get((execution.step, execution.batch, label, host)) == "ok")
            ]
            wanted = self.targets(execution, label)
            enough = 1 if action["targets"]["mode"] == "any" else len(wanted)
            if wanted and len(done) < enough:
                return label + " (left out: is there a --limit, --tags or --skip-tags?)"
        return None

    def targets(self, execution, label):
        """The hosts on which an action of an execution is to be done, whether it is or not."""
        action = self.plan.action(execution.step, label)
        wanted = hosts_of(action)
        if action["targets"].get("batch"):
            wanted = [host for host in execution.hosts if host in wanted and host not in execution.lost]
        return wanted[:1] if action["targets"]["mode"] == "first" else wanted

    def _lose(self, execution, label, host):
        targets = self.plan.action(execution.step, label)["targets"]
        if targets.get("batch"):
            wanted = self.targets(execution, label)
            execution.lost.append(host)
            if targets["mode"] == "each":
                execution.lost.extend(wanted[wanted.index(host) + 1:])
        else:
            execution.whole = True
        if execution.batch == 0 or execution.whole or execution.bad is None:
            execution.bad = label
