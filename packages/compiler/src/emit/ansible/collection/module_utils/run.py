"""The run under way: what is due, and what the journal says about it.

It lives in the process of ansible-playbook, where the callback plugin tells it what begins and what ended. Ansible forks
a worker for each task on each host; the plugins that ask (`due`, `host`, the actions `belay.run.*`) run there and see
the run as it was when their task began. They never write.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import time

from .clock import left_of
from .journal import stamp
from .plan import LOCAL
from .questions import UNKNOWN, YES, Questions, answer, is_question, unknown_text
from .resume_batch import ResumeBatch
from .rolls import Rolls
from .state import State
from .steps import Steps
from .way_back import WayBack

CURRENT = None


class Run(Steps, Questions, Rolls, ResumeBatch, WayBack):
    def __init__(self, plan, journal, check):
        self.plan, self.journal, self.check = plan, journal, check
        self.state = State(plan)
        for event in journal.events:
            if len(event) > 1:
                self.state.time = event[0]
                self.state.record(*event[1:])
        self.executions, self.chosen, self.unreachable, self.began_at = {}, {}, {}, {}
        self.problem, self.verdict, self.reason, self.yes = "", None, "", False
        # Steps that only a person may repeat, unless they say that they are done; and what persons answered.
        self.guarded, self.answers = set(), {}
        # What the journal does not hold and a person should read.
        self.remarks = []
        self.reset_rolls()
        self.reset_way_back()

    # --- the journal -----------------------------------------------------------------------------------------------

    def note(self, *event):
        fields = [str(field) for field in event]
        self.state.time = stamp()
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

    # --- actions ---------------------------------------------------------------------------------------------------

    def action_of(self, task):
        if "component" in task:
            return self.plan.question(task["component"], task["action"])
        return self.plan.action(task["step"], task["action"])

    def host(self, task):
        """Where a task that runs once runs: the first host, or of `any` the first that answered."""
        step, label = task["step"], task["action"]
        hosts = self.wanted(task)
        if self.action_of(task)["targets"]["mode"] == "any":
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
            return self.is_due_arrived(task, host)
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
            said, _last, lost = self.questions(execution, label)
            return said == YES and host not in lost
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
        if is_question(label) or "arrival" in task:
            return
        if (step, batch, label, host) in self.state.boot_ids and self.state.did.get((step, batch, label, host)) == "begun":
            return
        event = "undo-begin" if "place" in task else "action-begin"
        self.note(event, step, batch, label, host, self.plan.title(step, label))

    def batch_of(self, task):
        if "arrival" in task:
            return 0
        if "batch" in task:
            return task["batch"]
        if "place" in task:
            return self.current.get(task["place"], 0) if task["step"] in self.plan.roll_of or task["action"] == "unlock" else 0
        return self.current[task["step"]] if task["step"] in self.current else self.key(task["step"])[1]

    def action_end(self, task, host, result, code):
        step, label, batch = task["step"], task["action"], self.batch_of(task)
        began = self.began_at.pop((step, batch, label, host), None)
        if began is None:
            return
        if "arrival" in task:
            self.answered(task, host, result)
            return
        execution = self.executions.get((step, batch))
        if is_question(label):
            probe = self.plan.action(step, label)
            said = answer(probe, result, code)
            if said == UNKNOWN and not self.check:
                self.remarks.append("%s: %s on %s: %s." % (step, self.plan.title(step, label), host, unknown_text(probe, label, result, code)))
            if label == "needed":
                self.need_answer(step, host, said)
            else:
                execution.answers.setdefault(label, {})[host] = said
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

    def note_boot_id(self, task, host, identity):
        """Notes the boot id before a reboot. A kill may have come between a reboot and its end in the journal: where another id
        was known, it is done."""
        step, label, batch = task["step"], task["action"], self.batch_of(task)
        before = self.state.boot_ids.get((step, batch, label, host))
        if before is None:
            self.note("boot-id", step, batch, label, host, identity)
        elif before != identity:
            self.action_end(task, host, "ok", 0)

    def known_boot_id(self, task, host):
        """The boot id that the host had before the reboot that is under way; empty if none is known."""
        task = self.resolved(task)
        return self.state.boot_ids.get((task["step"], self.batch_of(task), task["action"], host), "")

    def wait_left(self, task, host, seconds):
        """How long a wait has still to be, where a former run began it."""
        task = self.resolved(task)
        since = self.state.waits_since.get((task["step"], self.batch_of(task), task["action"], LOCAL if host == "localhost" else host), "")
        return left_of(seconds, since) if since and since < self.state.run_time else seconds

    # --- the end ---------------------------------------------------------------------------------------------------

    def finish(self):
        """The end of the run, and what to say of it: what is open when it did not come to its end. A failure leaves modes
        entered: who goes on needs them, and the way back leaves them where the plan says."""
        if self.rollback is not None:
            self.finish_rollback()
        else:
            self._finish_run()
        return [] if self.check or self.state.reason in ("done", "rolled-back") else self.state.standing.lines()

    def _finish_run(self):
        """Ansible ends a play where a task fails; what was begun in it is ended here."""
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

    def interrupt(self):
        """Somebody asked to stop: Ansible has ended what ran."""
        for step, batch, label, host in list(self.began_at):
            if not is_question(label) and not self.has_arrived:
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
