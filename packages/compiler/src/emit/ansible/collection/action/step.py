"""A line in the journal, and whether the plan may go on; see module_utils/control.py."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from ansible_collections.belay.run.plugins.module_utils.control import ControlAction


class ActionModule(ControlAction):
    pass
