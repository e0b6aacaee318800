"""Rolls: a body, batch by batch. The shell program's runtime/roll.sh does the same.

For each batch: ask which hosts need the body, take the lock, ask again, run the body, release the lock. A host that
fails leaves the rest of the body; the lock of its batch is kept.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import math
import time

from .clock import left_of
from .plan import hosts_of


class Rolls:
    """The part of a run that knows about batches."""

    def reset_rolls(self):
        self.current, self.phase, self.hosts, self.problems, self.failures = {}, {}, {}, {}, {}
        self.needs, self.roll_began, self.begun = {}, {}, {}
        # The seconds of a pause before the next batch; and behind which batch a former run ended in one.
        self.rests, self.pauses = {}, {}

    def batch_begin(self, roll, host):
        """A batch of Ansible's `serial` begins; the host says which."""
        batches = self.plan.steps[roll]["roll"]["batches"]
        batch = next(index + 1 for index, members in enumerate(batches) if host in members)
        self.phase[roll] = "over"
        self.current[roll] = batch
        if self.state.is_done(roll):
            return
        if roll not in self.roll_began:
            if not self._may_begin(roll):
                return
            self.note("step-begin", roll, 0, self.state.attempts.get((roll, 0), 1))
            self.roll_began[roll], self.failures[roll] = time.time(), 0
            self._find_pause(roll, batches)
        if self.state.batches.get((roll, batch)) == "ok" or roll in self.problems:
            return
        self.begun[roll] = self.begun_hosts(roll, batch)
        self.hosts[roll] = [
            one for one in batches[batch - 1] if (roll, batch, one) not in self.state.host_skipped and one not in self.begun[roll]
        ]
        self.needs[roll], self.phase[roll] = {}, "need"

    def _find_pause(self, roll, batches):
        begun = [number for number in range(1, len(batches) + 1) if (roll, number) in self.state.batches]
        if begun and self._is_left_behind(roll, begun[-1]) and self.state.batches[(roll, begun[-1])] == "ok" and self.state.batch_hosts.get((roll, begun[-1])):
            self.pauses[roll] = begun[-1]

    def need_answer(self, roll, host, said):
        self.needs[roll][host] = said

    def need_known(self, roll):
        """After the question which hosts need the body."""
        phase, spec = self.phase[roll], self.plan.steps[roll]["roll"]
        if phase not in ("need", "need again"):
            return
        if "needed" in spec and not self.check and self.hosts[roll]:
            self.sort_out(roll, spec["needed"])
        self.needs[roll] = {}
        if roll in self.problems:
            self._batch_failed(roll)
        elif not self.hosts[roll] and not self.begun[roll]:
            self.phase[roll] = "unlock"
        else:
            self.phase[roll] = "lock" if phase == "need" else "body"

    def roll_targets(self, roll, label):
        """The hosts of a question, or of a lock."""
        if label == "unlock":
            host = self.state.lock_host.get(roll)
            return [] if host is None else [host]
        action = self.plan.action(roll, label)
        wanted, batch = hosts_of(action), self.hosts.get(roll, [])
        if label == "lock":
            batch = self.all_hosts(roll)
        if action["targets"].get("batch"):
            wanted = [host for host in batch if host in wanted]
        return wanted[:1] if action["targets"]["mode"] == "first" else wanted

    def is_due_in_roll(self, roll, label, host):
        phase = self.phase[roll]
        if label == "needed":
            return phase in ("need", "need again") and self.hosts[roll] != [] and not self.check and host in self.roll_targets(roll, label)
        if label == "lock":
            return phase == "lock" and roll not in self.state.lock_batch and host in self.roll_targets(roll, label)
        return phase == "unlock" and self._may_release(roll) and host in self.roll_targets(roll, label)

    def _may_release(self, roll):
        """The lock of a batch with a failed host stays, so that nobody else works on the group."""
        batch = self.current[roll]
        return not any(self.state.lost.get((roll, number)) for number in range(1, batch + 1))

    def lock_ended(self, roll, label, host, result):
        batch = self.current[roll]
        if result != "ok":
            self.problems[roll] = "the lock could not be %s" % ("taken" if label == "lock" else "released")
            self._batch_failed(roll)
        elif label == "lock":
            lock = self.plan.steps[roll]["roll"]["lock"]
            self.note("lock-taken", roll, batch, host, "%s %s" % (lock["driver"], lock["key"]))
        else:
            self.note("lock-released", roll, batch)

    def locked(self, roll):
        """The lock is held, or there is none."""
        spec = self.plan.steps[roll]["roll"]
        if self.phase[roll] != "lock":
            return
        if "lock" in spec and roll not in self.state.lock_batch:
            self.problems[roll] = "the lock was not taken"
            self._batch_failed(roll)
            return
        self.phase[roll] = "need again" if "lock" in spec and "needed" in spec else "body"

    def body_begin(self, roll):
        if self.phase[roll] != "body":
            return
        key = (roll, self.current[roll])
        self.hosts[roll], self.begun[roll] = self.all_hosts(roll), []
        if self.hosts[roll] != self.state.batch_hosts.get(key):
            self.note("batch-begin", roll, key[1], *self.hosts[roll])

    def body_hosts(self, step):
        """The hosts of the batch that are still in it and have not done the step."""
        roll = self.plan.roll_of[step]
        batch = self.current[roll]
        if self.phase[roll] != "body" or roll in self.problems:
            return []
        hosts = [host for host in self.hosts[roll] if (step, batch, host) not in self.state.host_done]
        waiting = [
            before for before in self.plan.steps[step]["after"]
            if self.state.steps.get((before, batch)) not in ("ok", "skipped")
            and self.plan.steps[before]["kind"] != "join"
        ]
        return [] if waiting else hosts

    def end_in_body(self, execution):
        """The attempts at a step of the body are over, and it failed for some hosts, or for the batch."""
        roll = self.plan.roll_of[execution.step]
        lost = execution.hosts if execution.whole else execution.lost
        for host in [one for one in execution.hosts if one in lost]:
            self._lose_host(roll, host, execution.step)
        if execution.whole:
            self.problems[roll] = "%s failed" % execution.step
        self.close(execution, "failed" if execution.whole or not self.hosts[roll] else "ok")

    def _lose_host(self, roll, host, step):
        self.note("host-failed", roll, self.current[roll], host, step)
        self.hosts[roll].remove(host)
        self.failures[roll] += 1
        most = self.plan.steps[roll]["roll"]["maxFailures"]
        if self.failures[roll] > most:
            self.problems[roll] = "%d of its hosts failed, and the plan allows %d" % (self.failures[roll], most)

    def body_end(self, roll):
        if self.phase[roll] == "body":
            if roll in self.problems:
                self._batch_failed(roll)
            else:
                self.phase[roll] = "unlock"

    def _batch_failed(self, roll):
        self.phase[roll] = "failed"
        self.note("batch-end", roll, self.current[roll], "failed")
        self._roll_ended(roll, "failed")
        self.fail("%s: %s" % (roll, self.problems[roll]))

    def _roll_ended(self, roll, result):
        self.note("step-end", roll, 0, result, "%.3f" % (time.time() - self.roll_began[roll]))

    def batch_end(self, roll):
        batch, spec = self.current[roll], self.plan.steps[roll]["roll"]
        key = (roll, batch)
        pause, rests = math.ceil(spec["pause"]), 0
        if self.pauses.get(roll) == batch:
            rests = left_of(pause, self.state.batch_ended[key])
        if self.phase[roll] == "unlock":
            if self._may_release(roll) and roll in self.state.lock_batch:
                self.fail("%s: the lock was not released" % roll)
                return
            self.note("batch-end", roll, batch, "failed" if self.state.lost.get(key) else "ok")
            rests = pause if self.state.batch_hosts.get(key) and self._is_left_behind(roll, batch) else 0
        elif self.phase[roll] == "failed":
            self.fail("%s: %s" % (roll, self.problems[roll]))
            return
        self.phase[roll] = "over"
        self.rests[roll] = 0 if self.check else rests
        if batch == len(spec["batches"]) and roll in self.roll_began and not self.state.is_done(roll):
            ended = [number for number in range(1, batch + 1) if self.state.batches.get((roll, number)) in ("ok", "failed")]
            if len(ended) == batch:
                self._roll_ended(roll, "ok")
            else:
                self.fail("%s: not every batch was gone through" % roll, "until")

    def _is_left_behind(self, roll, batch):
        """Whether another batch behind this one is to be gone through."""
        last = len(self.plan.steps[roll]["roll"]["batches"])
        return any(self.state.batches.get((roll, number)) != "ok" for number in range(batch + 1, last + 1))

    def settle_rolls(self):
        for roll in self.roll_began:
            if roll in self.problems and self.phase[roll] == "body":
                self._batch_failed(roll)
