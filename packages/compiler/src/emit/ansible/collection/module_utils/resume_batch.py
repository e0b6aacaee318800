"""A batch in which a former run ended. The shell program's runtime/resume-batch.sh does the same.

A host that has begun goes on, whatever it would say now. One that has not is asked again whether it needs the body, as if the
batch began now. Where none has begun, gates are asked again, too; else they would see the hosts that are half done, and might
never pass.
"""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .plan import is_for_all


class ResumeBatch:
    """The part of a run that knows which hosts of a batch have begun."""

    def begun_hosts(self, roll, batch):
        """Those on which an action of the body has begun. One that is not for each host by itself was for all."""
        if (roll, batch) not in self.state.batches:
            return []
        found = set()
        for step in self._body(roll):
            if step["kind"] == "gate":
                continue
            for label, host in self.state.ran.get((step["id"], batch), []):
                if not label.isdigit():
                    continue
                if is_for_all(self.plan.action(step["id"], label)):
                    return list(self.state.batch_hosts.get((roll, batch), []))
                found.add(host)
        begun = [host for host in self.plan.steps[roll]["roll"]["batches"][batch - 1] if host in found]
        if not begun:
            self._begin_anew(roll, batch)
        return begun

    def _body(self, roll):
        return self.plan.steps[roll]["roll"]["steps"]

    def _begin_anew(self, roll, batch):
        """What was asked of a batch and of its hosts counts no more."""
        for step in self._body(roll):
            key = (step["id"], batch)
            for host in self.plan.steps[roll]["roll"]["batches"][batch - 1]:
                self.state.host_done.discard(key + (host,))
            for label, host in self.state.ran.get(key, []):
                self.state.did.pop(key + (label, host), None)

    def all_hosts(self, roll):
        """Those of the batch that have begun and those that are to begin, in the order of the plan."""
        under_way = self.hosts.get(roll, []) + self.begun.get(roll, [])
        return [host for host in self.plan.steps[roll]["roll"]["batches"][self.current[roll] - 1] if host in under_way]
