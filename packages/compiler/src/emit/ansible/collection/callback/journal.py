"""Writes the journal of a plan while ansible-playbook runs it. See the README of this project."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = """
name: journal
type: aggregate
short_description: Keeps the journal of a plan
description:
  - Writes what is about to be done, and waits until the disk has it, before it is begun; and what ended.
  - It is set up by the playbooks site.yml and rollback.yml of the project that it belongs to, and idle otherwise.
requirements:
  - Enabled in ansible.cfg.
"""

import atexit
import os
import sys

from ansible import constants as C
from ansible import context
from ansible.plugins.callback import CallbackBase
from ansible.utils.vars import load_extra_vars
from ansible_collections.belay.run.plugins.module_utils.begin import Refused, begin
from ansible_collections.belay.run.plugins.module_utils.plan import LOCAL

CONTROLS = ("belay.run.step", "belay.run.batch", "belay.run.undo")
PLAYBOOKS = ("site.yml", "rollback.yml")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "belay.run.journal"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self):
        super(CallbackModule, self).__init__()
        self.run, self.process = None, os.getpid()

    def v2_playbook_on_start(self, playbook):
        name = os.path.basename(playbook._file_name)
        folder = os.path.abspath(playbook._basedir)
        if name not in PLAYBOOKS or not os.path.exists(os.path.join(folder, "plan.json")):
            return
        options = load_extra_vars(playbook._loader)
        try:
            self.run = begin(folder, name, options, bool(context.CLIARGS.get("check")))
        except Refused as refused:
            leave(str(refused), refused.code)
        except Exception as error:  # noqa: BLE001  (Ansible would only warn, and go on without a journal)
            leave("cannot begin: %r" % error, 2)
        atexit.register(self._interrupted)

    def _interrupted(self):
        if self.run is not None and os.getpid() == self.process:
            self.run.interrupt()

    def v2_runner_on_start(self, host, task):
        self._guard(self._start, host.name, task)

    def _start(self, host, task):
        variables = task.get_vars()
        if task.action in CONTROLS:
            self.run.verdict = None
            control(self.run, task.action, task.args, host, variables)
            return
        spec = variables.get("belay_action")
        if spec is None or spec["action"] == "answer" or spec.get("part", "first") != "first":
            return
        spec = self.run.resolved(spec)
        if spec.get("ask"):
            if spec["ask"] == "first":
                self.run.unreachable.pop((spec["step"], spec["action"]), None)
            return
        target = self._target(spec, host, variables)
        if self.run.speaker(spec) not in (None, host) and spec["at"] != "host":
            return
        if self.run.is_due(spec, target):
            self.run.action_begin(spec, target)
            if self.run.check:
                self._display.display("would run on %s: %s" % (target, self.run.plan.title(spec["step"], spec["action"])))

    def _target(self, spec, host, variables):
        if spec["at"] == "host":
            return host
        if spec["at"] == "local":
            return LOCAL
        return variables["belay_named"] if spec["at"] == "named" else self.run.host(spec)

    def v2_runner_on_ok(self, result):
        self._guard(self._end, result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._guard(self._end, result, "failed")

    def v2_runner_on_unreachable(self, result):
        self._guard(self._end, result, "unreachable")

    def v2_runner_on_skipped(self, result):
        if self.run is not None and self.run.check:
            self._guard(self._end, result, "ok")

    def _end(self, result, outcome):
        task, answer = result._task, result._result
        variables = task.get_vars()
        spec = variables.get("belay_action")
        if spec is None:
            return
        spec = self.run.resolved(spec)
        if spec.get("ask"):
            # A host that does not answer is unreachable.
            silent = self.run.unreachable.setdefault((spec["step"], spec["action"]), [])
            if "results" in answer:
                silent.extend(one.get("item") for one in answer["results"] if one.get("unreachable") or one.get("failed"))
            elif outcome != "ok":
                silent.append(task.delegate_to)
            return
        if spec["action"] == "answer":
            self.run.answers[spec["step"]] = answer.get("user_input") or ""
            return
        target = self._ended_on(spec, result._host.name, variables)
        if target is None:
            return
        if outcome == "ok" and spec.get("boot"):
            self.run.note_boot_id(spec, target, " ".join(str(answer.get("stdout", "")).split())[:200])
        if outcome == "ok" and spec.get("part", "last") != "last":
            return
        kind, code = outcome_of(spec, answer, outcome)
        self.run.action_end(spec, target, kind, code)
        while self.run.remarks:
            self._display.display(self.run.remarks.pop(0), color=C.COLOR_WARN)

    def _ended_on(self, spec, host, variables):
        """The host that the action was begun on; None if it was not due."""
        key = (spec["step"], self.run.batch_of(spec), spec["action"])
        if spec["at"] in ("host", "named", "local"):
            target = self._target(spec, host, variables)
            return target if key + (target,) in self.run.began_at else None
        began = [one[3] for one in self.run.began_at if one[:3] == key]
        return began[0] if began and self.run.speaker(spec) in (None, host) else None

    def v2_playbook_on_stats(self, stats):
        self._guard(self._finish)

    def _finish(self):
        for line in self.run.finish():
            self._display.display(line)
        self.run = None

    def _guard(self, function, *arguments):
        """Ansible catches what a callback raises and goes on; without a journal nothing may go on."""
        if self.run is None:
            return
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001
            self.run = None
            leave("cannot write the journal (%r); the run stops rather than act without it" % error, 2)


def control(run, action, arguments, host, variables):
    """What a task of this collection says, in the process that keeps the journal."""
    state = arguments["state"]
    if action == "belay.run.step":
        step = arguments["step"]
        if state == "begin":
            run.begin(step, int(variables.get("belay_attempt", 1)), host if arguments.get("shared") else None)
        elif "steps" in arguments:
            for one in arguments["steps"]:
                run.end(one)
        else:
            {"decide": run.decide, "approve": run.approve, "end": run.end}[state](step)
    elif action == "belay.run.batch":
        roll = arguments["step"]
        if state == "begin":
            run.batch_begin(roll, host)
        else:
            {"needed": run.need_known, "locked": run.locked, "body": run.body_begin,
             "release": run.body_end, "end": run.batch_end}[state](roll)
    elif state == "batch":
        run.back_batch(arguments["step"], host)
    elif state == "arrived":
        run.arrive()
    elif state == "checked":
        run.judge()
    else:
        run.undone(arguments["place"], arguments["step"])


def outcome_of(spec, answer, outcome):
    """The result and the exit code, as the journal has them."""
    if outcome == "unreachable":
        return "failed", 255
    code = answer.get("rc")
    if code is not None and code < 0:
        # Python's way to name a signal; a shell says 128 and its number.
        code = 128 - code
    if answer.get("status") == -1:
        # No answer by HTTP, which is not a wrong one.
        code = 2
    if "accept" in spec or "status" in spec:
        return outcome_of_question(spec, answer, outcome, code)
    if outcome == "ok":
        return "ok", 0 if code is None else code
    code = 1 if code is None else code
    if answer.get("late") or spec.get("poll") or (spec.get("limit") and code in (124, 137)):
        return "timeout", code
    return "failed", code


def outcome_of_question(spec, answer, outcome, code):
    """A question that is answered badly is no failure of its task, unless it polls."""
    if "status" in spec:
        is_good = answer.get("status") in spec["status"]
        code = 0 if is_good else code or 1
    elif code is None or "module_stderr" in answer:
        # Not even the module ran, as where sudo wants a password.
        is_good, code = False, 125
    else:
        is_good = code in spec["accept"]
    if is_good:
        return "ok", code
    return ("timeout" if outcome == "failed" and spec.get("poll") else "failed"), code


def leave(text, code):
    sys.stdout.flush()
    sys.stderr.write("belay: %s\n" % text)
    sys.stderr.flush()
    os._exit(code)
