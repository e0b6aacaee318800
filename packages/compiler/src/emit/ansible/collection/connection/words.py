"""Reaches a host by a command that runs its further arguments there, such as docker exec -i NAME."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = """
name: words
short_description: Runs commands on a host through another command
description:
  - The command gets bash, -c and a text as further arguments. It passes standard input on. 255 means that the host can not be reached.
options:
  words:
    description: The words of the command, a list.
    type: list
    elements: str
    required: true
    vars:
      - name: belay_connection_words
  directory:
    description: Where a relative path in the first word starts.
    type: str
    env:
      - name: BELAY_DIRECTORY
    vars:
      - name: belay_directory
"""

import os
import shlex
import subprocess

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils._text import to_bytes, to_text
from ansible.plugins.connection import ConnectionBase


class Connection(ConnectionBase):
    transport = "belay.run.words"
    has_pipelining = True

    def _connect(self):
        self._connected = True
        return self

    def close(self):
        self._connected = False

    def reset(self):
        """Nothing is kept open between two commands."""

    def exec_command(self, cmd, in_data=None, sudoable=True):
        super(Connection, self).exec_command(cmd, in_data=in_data, sudoable=sudoable)
        code, out, err = self._run(["bash", "-c", to_text(cmd)], in_data)
        return code, out, err

    def put_file(self, in_path, out_path):
        super(Connection, self).put_file(in_path, out_path)
        with open(to_bytes(in_path), "rb") as file:
            code, _out, err = self._run(["bash", "-c", "cat >" + shlex.quote(to_text(out_path))], file.read())
        if code != 0:
            raise AnsibleError("cannot write %s: %s" % (out_path, to_text(err)))

    def fetch_file(self, in_path, out_path):
        super(Connection, self).fetch_file(in_path, out_path)
        code, out, err = self._run(["bash", "-c", "cat <" + shlex.quote(to_text(in_path))], None)
        if code != 0:
            raise AnsibleError("cannot read %s: %s" % (in_path, to_text(err)))
        with open(to_bytes(out_path), "wb") as file:
            file.write(out)

    def _run(self, more, data):
        words = [to_text(word) for word in self.get_option("words")]
        directory = self.get_option("directory") or os.getcwd()
        try:
            done = subprocess.run(words + more, input=data or b"", stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=directory, check=False)
        except OSError as error:
            raise AnsibleConnectionFailure("%s: %s" % (words[0], error.strerror)) from error
        if done.returncode == 255:
            raise AnsibleConnectionFailure(to_text(done.stderr or done.stdout).strip() or "exit code 255")
        return done.returncode, done.stdout, done.stderr
