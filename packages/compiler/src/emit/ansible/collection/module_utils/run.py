"""The run under way: what is due, and what the journal says about it.

It lives in the process of ansible-playbook, where the callback plugin tells it what begins and what ended. Ansible forks
a worker for each task on each host; the plugins that ask (`due`, `host`, the actions `belay.run.*`) run there and see
the run as it was when their task began. They never write.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import time

from .plan import LOCAL, hosts_of
from .rolls import Rolls
from .state import State

CURRENT = None


class Execution:
    """One attempt at a step."""

    def __init__(self, step, batch, hosts):
        self.step, self.batch, self.hosts = step, batch, hosts
        self.began, self.tries = time.time(), 1
        self.is_open, self.again, self.skip = True, False, False
        self.lost, self.bad, self.whole = [], None, False
        self.answers, self.verified, self.speaker = {}, set(), None

    def next_attempt(self):
        if self.batch > 0 and not self.whole:
            self.hosts = list(self.lost)
        self.tries += 1
        self.again, self.lost, self.bad, self.whole = False, [], None, False
        self.answers, self.verified = {}, set()


class Run(Rolls):
    def __init__(self, plan, journal, check):
        self.plan, self.journal, self.check = plan, journal, check
        self.state = State(plan)
        for event in journal.events:
            if len(event) > 1:
                self.state.record(*event[1:])
        self.executions, self.chosen, self.unreachable, self.began_at = {}, {}, {}, {}
        self.problem, self.verdict, self.reason, self.yes = "", None, "", False
        # Steps that only a person may repeat, unless they say that they are done; and what persons answered.
        self.guarded, self.answers = set(), {}
        self.reset_rolls()

    # --- the journal -----------------------------------------------------------------------------------------------

    def note(self, *event):
        fields = [str(field) for field in event]
        if not self.check:
            self.journal.append([fields])
        self.state.record(*fields)

    def fail(self, problem, reason="failed"):
        """Why the task under way fails."""
        self.problem = self.verdict = problem
        if self.reason == "":
            self.reason = reason

    @staticmethod
    def user():
        return os.environ.get("USER", "unknown")

    # --- steps -----------------------------------------------------------------------------------------------------

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

    def decide(self, step):
        """After the questions of `unless`: the step is skipped if all of them were answered well."""
        execution = self.executions.get(self.key(step))
        if execution is None or not execution.is_open:
            return
        probes = self.plan.steps[step].get("unless", [])
        for number, _probe in enumerate(probes):
            label = "?%d" % (number + 1)
            answers = execution.answers.get(label, {})
            wanted = self.targets(execution, label)
            if not answers or any(answer != "ok" for answer in answers.values()) or (
                probes[number]["targets"]["mode"] in ("all", "each") and set(answers) != set(wanted)
            ):
                execution.skip = False
                break
        else:
            execution.skip = not self.check
        if execution.skip:
            execution.is_open = False
            self.note("step-end", step, execution.batch, "skipped", "0.000")
        elif self.key(step) in self.guarded:
            execution.bad, execution.whole = "a start: it was interrupted, see belay_repeat", True
            self.end(step)

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

    # --- actions ---------------------------------------------------------------------------------------------------

    def targets(self, execution, label):
        """The hosts on which an action of an execution is to be done, whether it is or not."""
        action = self.plan.action(execution.step, label)
        wanted = hosts_of(action)
        if action["targets"].get("batch"):
            wanted = [host for host in execution.hosts if host in wanted and host not in execution.lost]
        return wanted[:1] if action["targets"]["mode"] == "first" else wanted

    def host(self, task):
        """Where a task that runs once runs: the first host, or of `any` the first that answered."""
        step, label = task["step"], task["action"]
        action = self.plan.action(step, label)
        hosts = self.wanted(task)
        if action["targets"]["mode"] == "any":
            silent = self.unreachable.get((step, label), [])
            hosts = [host for host in hosts if host not in silent] or hosts[-1:]
        return hosts[0] if hosts else LOCAL

    def wanted(self, task):
        if "arrival" in task:
            return self.arrival_targets(task)
        if "place" in task:
            return self.entry_hosts(task)
        if task["step"] in self.current:
            return self.roll_targets(task["step"], task["action"])
        execution = self.executions.get(self.key(task["step"]))
        return [] if execution is None else self.targets(execution, task["action"])

    def is_due(self, task, host):
        """Whether an action, a check or a question is to be done on a host now."""
        if "arrival" in task:
            return self.rollback is not None and self.is_due_arrived(task, host)
        if "place" in task:
            return self.is_due_back(task, host)
        step, label = task["step"], task["action"]
        if step in self.current:
            return self.is_due_in_roll(step, label, host)
        key = self.key(step)
        execution = self.executions.get(key)
        if execution is None or not execution.is_open or execution.again:
            return False
        if host not in self.targets(execution, label):
            return False
        mode = self.plan.action(step, label)["targets"]["mode"]
        if label.startswith("?"):
            # Of questions, the first that is answered badly decides.
            return not any(
                answer != "ok" for other, answers in execution.answers.items() if other != label for answer in answers.values()
            )
        if execution.bad is not None and (execution.whole or execution.batch == 0):
            return execution.bad == label and mode == "all"
        if label.isdigit():
            done = [one for one in self.targets(execution, label) if self.state.did.get(key + (label, one)) == "ok"]
            if host in done or (mode == "any" and done):
                return False
        return True

    def speaker(self, task):
        """In a roll, and beside other steps, the host of the play in whose name what runs elsewhere is done; any, where it
        runs once anyway."""
        execution = self.executions.get(self.key(task["step"])) if task["step"] not in self.current else None
        if "place" in task or "arrival" in task or execution is None or execution.batch == 0:
            return None if execution is None or "place" in task or "arrival" in task else execution.speaker
        return ([host for host in execution.hosts if host not in execution.lost] + execution.hosts)[0]

    def is_asked(self, task):
        """Whether the hosts of an `any` have to be asked which of them answers."""
        hosts = self.wanted(task)
        if task["ask"] == "rest" and not self.unreachable.get((task["step"], task["action"])):
            return False
        return len(hosts) > 1 and self.state.connects(hosts[0]) and any(self.is_due(task, host) for host in hosts)

    def action_begin(self, task, host):
        step, label = task["step"], task["action"]
        batch = self.batch_of(task)
        self.began_at[(step, batch, label, host)] = time.time()
        if label.startswith("?") or label == "needed" or "arrival" in task:
            return
        if (step, batch, label, host) in self.state.boot_ids and self.state.did.get((step, batch, label, host)) == "begun":
            return
        event = "undo-begin" if "place" in task else "action-begin"
        self.note(event, step, batch, label, host, self.plan.title(step, label))

    def batch_of(self, task):
        if "arrival" in task:
            return 0
        if "place" in task:
            return self.current.get(task["place"], 0) if task["step"] in self.plan.roll_of or task["action"] == "unlock" else 0
        return self.current[task["step"]] if task["step"] in self.current else self.key(task["step"])[1]

    def action_end(self, task, host, result, code):
        step, label, batch = task["step"], task["action"], self.batch_of(task)
        began = self.began_at.pop((step, batch, label, host), None)
        if began is None:
            return
        if label == "needed":
            self.need_answer(step, host, result, code)
            return
        if "arrival" in task:
            self.bad_checks += result != "ok"
            return
        execution = self.executions.get((step, batch))
        if label.startswith("?"):
            execution.answers.setdefault(label, {})[host] = result
            return
        event = "undo-end" if "place" in task else "action-end"
        self.note(event, step, batch, label, host, result, code, "%.3f" % (time.time() - began))
        if "place" in task:
            if result == "ok" and label == "unlock":
                self.note("lock-released", step, batch)
            if result != "ok":
                self.fail("%s: %s failed on %s" % (step, self.plan.title(step, label), host))
        elif label in ("lock", "unlock"):
            self.lock_ended(step, label, host, result)
        elif result == "ok":
            execution.verified.add((label, host))
        else:
            self._lose(execution, label, host)

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

    def note_boot_id(self, task, host, identity):
        step, label, batch = task["step"], task["action"], self.batch_of(task)
        if (step, batch, label, host) not in self.state.boot_ids:
            self.note("boot-id", step, batch, label, host, identity)

    def is_rebooted(self, task, host, identity):
        """A kill may have come between the reboot and its end in the journal."""
        before = self.state.boot_ids.get((task["step"], self.batch_of(task), task["action"], host))
        return before is not None and before != identity

    # --- the end ---------------------------------------------------------------------------------------------------

    def finish(self):
        """The end of the run. Ansible ends a play where a task fails; what was begun in it is ended here."""
        if self.rollback is not None:
            self._finish_rollback()
            return
        for execution in list(self.executions.values()):
            if execution.is_open:
                if execution.bad is None:
                    execution.bad, execution.whole = "a task that is not of the plan", True
                execution.again, execution.tries = False, execution.tries + 1000
                self.end(execution.step)
        self.settle_rolls()
        left = [step for step in self.plan.order if step not in self.plan.roll_of and not self.state.is_done(step)]
        if self.reason == "failed":
            self.note("run-end", 1, "failed")
        elif self.reason != "" or left:
            self.note("run-end", 3, self.reason or "until")
        else:
            self.note("run-end", 0, "done")

    def _finish_rollback(self):
        if self.has_arrived and self.bad_checks:
            self.note("run-end", 1, "unverified")
        elif self.has_arrived and self.reason == "":
            self.note("run-end", 0, "rolled-back")
        elif self.has_arrived:
            self.note("run-end", 3, "stopped")
        elif self.reason in ("failed", ""):
            self.note("rollback-end", "failed")
            self.note("run-end", 1, "failed")
        else:
            self.note("rollback-end", "stopped")
            self.note("run-end", 3, "stopped")

    def interrupt(self):
        """Somebody asked to stop: Ansible has ended what ran."""
        for step, batch, label, host in list(self.began_at):
            if label != "needed" and not label.startswith("?"):
                event = "undo-end" if self.rollback is not None else "action-end"
                self.note(event, step, batch, label, host, "stopped", 143, "0.000")
        self.began_at = {}
        if self.rollback is not None:
            if not self.has_arrived:
                self.note("rollback-end", "stopped")
            self.note("run-end", 3, "stopped")
            return
        for execution in self.executions.values():
            if execution.is_open:
                self.close(execution, "stopped")
        for roll in self.roll_began:
            if self.state.steps.get((roll, 0)) == "begun":
                self._roll_ended(roll, "stopped")
        self.note("run-end", 3, "signal")
