"""The way back, as it goes on, and what is asked where it has arrived."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

from .plan import hosts_of

# What was just started may need a while: for so many seconds a question that does not say itself how often it is asked is
# asked again.
SETTLE = 30


class WayBack:
    """The part of a run that takes back."""

    def reset_way_back(self):
        self.rollback, self.only_checks, self.has_arrived = None, False, False
        # Until when it is asked again, what was asked, and what was answered badly: of checks (step, label), of components
        # the hosts.
        self.arrival_until, self.asked, self.bad_checks, self.unwell = 0, set(), set(), {}

    def resolved(self, task):
        """What an interrupted rollback has brought back and not loaded again comes first. A task for that does not know which
        step it belongs to, and a question about a component belongs to none."""
        if "component" in task:
            return dict(task, step="component " + task["component"])
        if task.get("behind") != "start" or self.rollback is None:
            return task
        for entry in self.rollback.entries:
            if entry.behind == "start" and entry.label == task["action"]:
                return dict(task, step=entry.step, batch=entry.batch)
        return task

    def back_batch(self, roll, host):
        batches = self.plan.steps[roll]["roll"]["batches"]
        self.current[roll] = next(index + 1 for index, members in enumerate(batches) if host in members)

    def _entries(self, task):
        return self.rollback.find(task["place"], task["step"], self.batch_of(task), task["action"], task.get("behind", ""))

    def entry_hosts(self, task):
        return [host for entry in self._entries(task) for host in self.rollback.left(entry)]

    def is_due_back(self, task, host):
        if self.rollback is None:
            return False
        # What fails on one host is still done on the others that it is done on at the same time.
        if self.reason != "" and not self._is_at_once(task):
            return False
        return host in self.entry_hosts(task)

    def _is_at_once(self, task):
        targets = self.action_of(task)["targets"]
        # What a roll did batch by batch goes in turns where there are no batches.
        in_turns = targets.get("batch") and task["action"].startswith("f") and self.batch_of(task) == 0
        return targets["mode"] == "all" and not in_turns

    def undone(self, place, step):
        """The way back of a step is complete."""
        batch = self.current.get(place, 0) if step in self.plan.roll_of else 0
        for entry in self.rollback.entries:
            if entry.kind == "undone" and (entry.place, entry.step, entry.batch) == (place, step, batch):
                break
        else:
            return
        for before in self.rollback.entries:
            if before is entry:
                for one in self.rollback.settled(step, batch):
                    self.note("step-undone", *one)
            elif self.rollback.left(before):
                self.fail("%s of %s was left out of the rollback" % (before.label or "the end", before.step), "until")
                return
            # The journal forgets what was done on the way back of a step that counts as not done.
            before.noted = True
            if before is entry:
                return

    # --- where it has arrived --------------------------------------------------------------------------------------

    def arrive(self):
        """Everything is taken back; what the plan had checked there is asked again, and what was touched, how it is."""
        for entry in self.rollback.entries:
            if self.rollback.left(entry):
                self.fail("%s of %s was left out of the rollback" % (entry.label or "the end", entry.step), "until")
                return
        self.has_arrived, self.arrival_until = True, time.time() + SETTLE
        if not self.only_checks:
            self.note("rollback-end", "ok")

    def is_due_arrived(self, task, host):
        if self.rollback is None or not self.has_arrived or self.check:
            return False
        checks = self.state.arrival.passed_at.get(self.rollback.target, [])
        if "component" not in task and (task["step"], task["action"]) not in checks:
            return False
        return host in self.arrival_targets(task)

    def arrival_targets(self, task):
        action = self.action_of(task)
        if "component" in task:
            wanted = self.state.health.targets(task["component"], action, self.state.standing.down)
        else:
            wanted = hosts_of(action)
        return wanted[:1] if action["targets"]["mode"] == "first" else wanted

    def answered(self, task, host, result):
        """An answer behind a rollback."""
        self.asked.add((task["step"], task["action"]))
        if result == "ok":
            return
        if "component" in task:
            self.unwell.setdefault(task["component"], []).append(host)
        else:
            self.bad_checks.add((task["step"], task["action"]))

    def is_settling(self):
        """Whether a question is asked again, if the answer is no."""
        return time.time() < self.arrival_until

    def judge(self):
        """After the questions: what is wrong, if anything."""
        found = []
        if self.bad_checks:
            passed = self.state.arrival.passed_at.get(self.rollback.target, [])
            found.append("%d of %d checks that the plan had made at %s fail now" % (len(self.bad_checks), len(passed), self.rollback.target))
        for name, hosts in sorted(self.unwell.items()):
            found.append("%s does not work now: see what it says on %s" % (name, ", ".join(hosts)))
        missing = self._not_asked()
        if found:
            self.verdict = "Everything is taken back, but %s." % "; ".join(found)
        elif missing:
            self.fail("%s was not asked (left out: is there a --limit, --tags or --skip-tags?)" % missing[0], "until")

    def _not_asked(self):
        if not self.has_arrived or self.check:
            return []
        missing = [check for check in self.state.arrival.passed_at.get(self.rollback.target, []) if check not in self.asked]
        names = ["%s of %s" % (label, step) for step, label in missing]
        for name, component in sorted(self.plan.healthy.items()):
            for number, question in enumerate(component["healthy"]):
                if ("component " + name, "h%d" % (number + 1)) in self.asked:
                    continue
                if self.state.health.targets(name, question, self.state.standing.down):
                    names.append(name)
        return names

    def finish_rollback(self):
        if not self.has_arrived:
            result, code = ("failed", 1) if self.reason in ("failed", "") else ("stopped", 3)
            self.note("rollback-end", result)
            self.note("run-end", code, result)
        elif self.bad_checks or self.unwell:
            self.note("run-end", 1, "unverified")
        elif self.reason == "" and not self._not_asked():
            self.note("run-end", 0, "rolled-back")
        else:
            self.note("run-end", 3, "stopped")
