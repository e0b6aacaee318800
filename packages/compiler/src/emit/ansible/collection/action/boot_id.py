"""Asks a host for its boot id. Where the id before a reboot is known already, the reboot is under way: a host that does not
answer is on its way down or up, so it is asked again until it answers or the time is over. Neither `until` nor
`ignore_unreachable` does that: Ansible repeats no task for a host that is unreachable."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import time

from ansible.errors import AnsibleConnectionFailure
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super(ActionModule, self).run(tmp, task_vars)
        if self._task.check_mode:
            result.update(skipped=True)
            return result
        limit, known = float(self._task.args["limit"]), str(self._task.args["known"])
        began, every = time.time(), 1
        while True:
            try:
                answer = self._ask(task_vars)
            except AnsibleConnectionFailure as error:
                if known == "":
                    raise
                answer = {"failed": True, "msg": str(error), "rc": 255}
            if known == "" or (not answer.get("failed") and answer.get("stdout", "").strip() != ""):
                break
            if time.time() - began >= limit:
                answer.update(failed=True, late=True, msg="The host was not back within %d seconds." % limit)
                break
            time.sleep(every)
            every = min(every + 1, 5)
            self._reconnect()
        result.update(answer, changed=False)
        return result

    def _ask(self, task_vars):
        arguments = {"_raw_params": self._task.args["command"], "_uses_shell": True, "executable": "/bin/bash"}
        if "chdir" in self._task.args:
            arguments["chdir"] = self._task.args["chdir"]
        return self._execute_module(module_name="ansible.legacy.command", module_args=arguments, task_vars=task_vars)

    def _reconnect(self):
        try:
            self._connection.reset()
        except (AttributeError, AnsibleConnectionFailure):
            pass
