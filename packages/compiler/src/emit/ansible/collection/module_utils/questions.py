"""Questions that are answered by yes or no: `needed`, and `unless`. The shell program's runtime/yes-or-no.sh does the same.

Where a host could not be asked nobody knows the answer, so it counts as none: neither is the host left out of a roll for it,
nor is a step run again.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

YES, NO, UNKNOWN = "yes", "no", "unknown"


def is_question(label):
    return label == "needed" or label.startswith("?")


def answer(probe, result, code):
    """No is exit 1, or 0 where the plan accepts only others. Of a question that polls it is the last answer."""
    if result == "ok":
        return YES
    ended = result == "failed" or (result == "timeout" and "poll" in probe["operation"])
    return NO if ended and code in (0, 1) else UNKNOWN


def unknown_text(probe, label, result, code):
    """What was found instead of an answer, what was expected, and what to do."""
    operation = probe["operation"]
    accept = operation.get("accept", [0])
    expected = "%s is yes and %d is no" % (" or ".join(str(one) for one in accept), 0 if 1 in accept else 1)
    if operation["type"] == "http":
        expected = "an answer of any status would do"
    known = {125: " (it could not be started)", 126: " (a command may not be run)", 127: " (a command was not found)", 255: " (the connection failed)"}
    found = "took too long and was ended" if result == "timeout" or code == 124 else "exit %s%s" % (code, known.get(code, ""))
    about = "whether it is needed, so this counts as a failure" if label == "needed" else "whether the step is done there, so it fails unless another host says that it is not"
    return "could not be asked: %s, where %s; nobody knows %s. Mend the host, or the question, and start site.yml again" % (found, expected, about)


class Questions:
    """The part of a run that knows what the questions of a step come to."""

    def questions(self, execution, until=None):
        """After the questions of `unless`, or those before `until`: what all come to, the last that counted, and the hosts of the
        batch that left because they could not be asked."""
        lost, last = [], ""
        for number, probe in enumerate(self.plan.steps[execution.step].get("unless", [])):
            label = "?%d" % (number + 1)
            if label == until:
                break
            last = label
            wanted = [host for host in self.targets(execution, label) if host not in lost]
            if not wanted and not self.check:
                # It is about other hosts of the roll.
                continue
            answers = dict((host, said) for host, said in execution.answers.get(label, {}).items() if host not in lost)
            if self.check or NO in answers.values() or self._is_left_out(probe, wanted, answers):
                return NO, last, lost
            unknown = [host for host in wanted if answers.get(host) == UNKNOWN]
            if UNKNOWN in answers.values() and (not probe["targets"].get("batch") or len(unknown) == len(wanted)):
                return UNKNOWN, last, lost + unknown
            lost += unknown
        return YES, last, lost

    @staticmethod
    def _is_left_out(probe, wanted, answers):
        return not answers or (probe["targets"]["mode"] in ("all", "each") and set(answers) != set(wanted))

    def decide(self, step):
        """After the questions of `unless`: the step is skipped if all of them were answered by yes."""
        execution = self.executions.get(self.key(step))
        if execution is None or not execution.is_open:
            return
        said, label, lost = self.questions(execution)
        if said == YES and not lost:
            execution.is_open = False
            self.note("step-end", step, execution.batch, "skipped", "0.000")
            return
        is_whole = said == UNKNOWN and not self.plan.action(step, label)["targets"].get("batch")
        if said != NO or lost:
            execution.bad, execution.whole = "a question that could not be asked (%s)" % label, is_whole
            execution.lost.extend(lost)
        if said != NO:
            self.end(step)
        elif self.key(step) in self.guarded:
            execution.bad, execution.whole = "a start: it was interrupted, see belay_repeat", True
            self.end(step)

    def sort_out(self, roll, probe):
        """After the question which hosts of a batch need the body."""
        batch, answers, targets = self.current[roll], self.needs[roll], probe["targets"]
        if not targets.get("batch"):
            said = set(answers.values())
            if YES not in said and (UNKNOWN in said or not said):
                self.problems[roll] = "nobody knows which hosts need it"
            elif YES not in said:
                for host in list(self.hosts[roll]):
                    self._skip(roll, batch, host)
            return
        # Who was left out by a --limit was not asked either.
        asked = targets["hosts"] if targets["mode"] in ("all", "each") else []
        for host in list(self.hosts[roll]):
            said = answers.get(host, UNKNOWN if host in asked else NO)
            if said == UNKNOWN:
                self._lose_host(roll, host, roll)
            elif said == NO:
                self._skip(roll, batch, host)

    def _skip(self, roll, batch, host):
        self.note("host-skipped", roll, batch, host)
        self.hosts[roll].remove(host)
