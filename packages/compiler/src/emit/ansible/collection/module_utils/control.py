"""The tasks belay.run.step, belay.run.batch and belay.run.undo: they say what the callback plugin found.

The callback plugin acts on them when they begin, in the process of ansible-playbook. They run in a worker, which Ansible
forks right after, so that they see the run as it is then.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible.plugins.action import ActionBase

from . import run as runs

NOT_OPEN = (
    "The journal is not open. Call ansible-playbook in the folder of this project, where its ansible.cfg is, "
    "with site.yml or rollback.yml."
)


class ControlAction(ActionBase):
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        result = super(ControlAction, self).run(tmp, task_vars)
        if runs.CURRENT is None:
            result.update(failed=True, msg=NOT_OPEN)
        elif runs.CURRENT.verdict:
            result.update(failed=True, msg=runs.CURRENT.verdict)
        else:
            result.update(changed=False)
        return result
