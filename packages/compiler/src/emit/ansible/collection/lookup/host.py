"""The host on which an action runs that runs once."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = """
name: host
short_description: Where an action runs that runs once
description:
  - The first host of the action, or of an action that runs on any of its hosts the first that answered.
options:
  _terms:
    description: The action, as its task describes it in belay_action.
"""

from ansible.plugins.lookup import LookupBase
from ansible_collections.belay.run.plugins.module_utils import run as runs
from ansible_collections.belay.run.plugins.module_utils.plan import LOCAL


class LookupModule(LookupBase):
    def run(self, terms, variables=None, **kwargs):
        if runs.CURRENT is None:
            return ["localhost" for _term in terms]
        hosts = [runs.CURRENT.host(task) for task in terms]
        return ["localhost" if host == LOCAL else host for host in hosts]
