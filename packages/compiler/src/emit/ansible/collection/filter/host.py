"""What tasks take from the run under way: hosts, pauses, boot ids; and secrets."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import os
import subprocess

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var
from ansible_collections.belay.run.plugins.module_utils import run as runs
from ansible_collections.belay.run.plugins.module_utils.plan import LOCAL


def host(task):
    """The first host of the action, or, of an action that runs on any of its hosts, the first that answered."""
    found = LOCAL if runs.CURRENT is None else runs.CURRENT.host(runs.CURRENT.resolved(task))
    return "localhost" if found == LOCAL else found


def rest(roll):
    """The seconds of the pause before the next batch."""
    return 0 if runs.CURRENT is None else runs.CURRENT.rests.get(roll, 0)


def wait(seconds, task, host):
    """The seconds of a wait: those that are left, if a former run began it."""
    return seconds if runs.CURRENT is None else runs.CURRENT.wait_left(task, host, seconds)


def boot(task, host):
    """The boot id of a host before the reboot that is under way, if it is known."""
    return "" if runs.CURRENT is None else runs.CURRENT.known_boot_id(task, LOCAL if host == "localhost" else host)


def secret(number):
    """A secret of the plan, by its number. For sources that a lookup would take for a template."""
    if runs.CURRENT is None:
        raise AnsibleFilterError("the journal is not open, see the README")
    spec = runs.CURRENT.plan.data["secrets"][number - 1]
    folder, source = os.environ.get("BELAY_DIRECTORY", "."), spec["source"]
    try:
        if spec["from"] == "env":
            value = os.environ.get(source, "")
        elif spec["from"] == "file":
            with open(os.path.join(folder, source), "r", encoding="utf-8") as file:
                value = file.read()
        else:
            value = subprocess.run(["bash", "-c", source], cwd=folder, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError) as error:
        raise AnsibleFilterError("the secret %s can not be read: %s" % (spec["name"], type(error).__name__)) from error
    if value.rstrip("\n") == "":
        raise AnsibleFilterError("the secret %s is missing or empty" % spec["name"])
    return wrap_var(value.rstrip("\n"))


class FilterModule(object):
    def filters(self):
        return {"boot": boot, "host": host, "rest": rest, "secret": secret, "wait": wait}
