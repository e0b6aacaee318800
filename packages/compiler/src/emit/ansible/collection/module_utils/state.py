"""What a journal says: the state of every step, action and host. The shell program's runtime/state.sh says the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .arrival import Arrival
from .health import Health
from .plan import LOCAL
from .refreshes import Refreshes
from .restores import Restores
from .standing import Standing

DONE = ("ok", "skipped", "left-out")


class State:
    """Keys are (step, batch), and (step, batch, label, host) for what an action did on a host."""

    def __init__(self, plan):
        self.plan = plan
        # When the event under way was written, as the journal says it, and when the run was begun.
        self.time, self.run_time = "", ""
        self.steps, self.attempts, self.repeated = {}, {}, set()
        self.did, self.ran, self.undone, self.undone_items, self.boot_ids = {}, {}, {}, {}, {}
        # Since when an action waits, and when a batch ended.
        self.waits_since, self.batch_ended = {}, {}
        self.batches, self.batch_hosts, self.lost, self.host_skipped, self.host_done = {}, {}, {}, set(), set()
        self.lock_batch, self.lock_host = {}, {}
        self.rollback_to, self.restores = "", Restores(plan)
        # The last failure of a step, as (label, host, result, exit code).
        self.failures = {}
        self.run, self.command, self.reason, self.directory = "none", "", "", ""
        self.standing = Standing(plan)
        self.arrival, self.refreshes, self.health = Arrival(plan), Refreshes(plan), Health(plan)

    def record(self, event, *fields):
        """Applies an event, whether it was read or has just been written."""
        handler = getattr(self, "_" + event.replace("-", "_"), None)
        if handler is None:
            return
        if event not in ("run-begin", "run-end", "rollback-begin", "rollback-end") and fields[0] not in self.plan.steps:
            return
        handler(*fields)

    def _run_begin(self, command, _pid, _machine, directory):
        self.run, self.command, self.reason, self.directory, self.run_time = "begun", command, "", directory, self.time
        self.arrival.under_way = set()
        if command != "rollback":
            self.health.touched = set()

    def _run_end(self, _code, reason):
        self.run, self.reason = "ended", reason

    def _step_begin(self, step, batch, attempt):
        key = (step, int(batch))
        if key in self.attempts and self.attempts[key] != int(attempt):
            # In a roll, a new attempt is for the hosts that failed; elsewhere it is for all.
            items = self.ran.get(key, [])
            failed = set(host for label, host in items if self.did.get(key + (label, host)) != "ok")
            for label, host in items:
                if key[1] == 0 or host in failed:
                    self.did.pop(key + (label, host), None)
        self.steps[key], self.attempts[key] = "begun", int(attempt)
        self.repeated.discard(key)
        # A batch with hosts that failed is gone through again, for these hosts.
        for place in [one for one in self.lost if one[0] == step]:
            del self.lost[place]
            self.batches[place] = "begun"

    def _step_end(self, step, batch, result, *_seconds):
        key = (step, int(batch))
        self.steps[key] = result
        if key[1] == 0 and result == "ok":
            self.arrival.step_passed(step, self.ran.get(key, []))
        elif key[1] == 0 and result == "left-out":
            self.arrival.changed()
        roll = self.plan.roll_of.get(step)
        if roll is not None and result in ("ok", "skipped"):
            lost = self.lost.get((roll, key[1]), [])
            for host in self.batch_hosts.get((roll, key[1]), []):
                if host not in lost:
                    self.host_done.add(key + (host,))

    def _action_begin(self, step, batch, label, host, *_title):
        key = (step, int(batch))
        self.did[key + (label, host)] = "begun"
        items = self.ran.setdefault(key, [])
        if (label, host) not in items:
            items.append((label, host))
        action = self.plan.action(step, label)
        if action is not None and action["operation"]["type"] == "wait":
            self.waits_since.setdefault(key + (label, host), self.time)
        self.arrival.action_began(action, key + (label, host))
        self.standing.change(action, host, "begun")

    def _action_end(self, step, batch, label, host, result, code="", *_seconds):
        key = (step, int(batch), label, host)
        self.did[key] = result
        self.arrival.action_ended(key)
        if result == "ok":
            self.boot_ids.pop(key, None)
            self.waits_since.pop(key, None)
            self._ended_well(step, label, host)
        else:
            self.failures[key[:2]] = (label, host, result, code)

    def _ended_well(self, step, label, host):
        action = self.plan.action(step, label)
        self.standing.change(action, host, "ok")
        self.refreshes.note_ended(action, host)

    def _undo_begin(self, step, batch, label, host, *_title):
        key = (step, int(batch))
        if key + (label, host) not in self.undone:
            self.undone_items.setdefault(key, []).append((label, host))
        self.undone[key + (label, host)] = "begun"
        self.arrival.changed()
        action = self.plan.action(step, label)
        self.refreshes.note_loaded_back(key, label, action, host)
        self.health.touch(step, label, action, host)

    def _undo_end(self, step, batch, label, host, result, code="", *_seconds):
        self.undone[(step, int(batch), label, host)] = result
        if result == "ok":
            self._ended_well(step, label, host)
        else:
            self.failures[(step, int(batch))] = (label, host, result, code)

    def _repeat(self, step, batch, *_user):
        self.repeated.add((step, int(batch)))

    def _boot_id(self, step, batch, label, host, identity):
        self.boot_ids[(step, int(batch), label, host)] = identity

    def _batch_begin(self, roll, batch, *hosts):
        self.batches[(roll, int(batch))] = "begun"
        self.batch_hosts[(roll, int(batch))] = list(hosts)

    def _batch_end(self, roll, batch, result):
        self.batches[(roll, int(batch))] = result
        self.batch_ended[(roll, int(batch))] = self.time

    def _host_skipped(self, roll, batch, host):
        self.host_skipped.add((roll, int(batch), host))
        # It may have been in a batch that a former run began.
        if host in self.batch_hosts.get((roll, int(batch)), []):
            self.batch_hosts[(roll, int(batch))].remove(host)

    def _host_failed(self, roll, batch, host, *_step):
        self.lost.setdefault((roll, int(batch)), []).append(host)

    def _lock_taken(self, roll, batch, host, *_lock):
        self.lock_batch[roll], self.lock_host[roll] = int(batch), host

    def _lock_released(self, roll, _batch):
        self.lock_batch.pop(roll, None)
        self.lock_host.pop(roll, None)

    _lock_lost = _lock_released

    def _rollback_begin(self, target):
        if self.rollback_to == "":
            self.restores.changed, self.refreshes.way_back = set(), []
        if self.rollback_to != target:
            self._forget_restores()
        self.rollback_to = target

    def _rollback_end(self, result):
        if result == "ok":
            if self.rollback_to == "start":
                self.refreshes.loaded_back = {}
            self.arrival.arrived(self.rollback_to)
            self.rollback_to, self.restores.changed, self.refreshes.way_back = "", set(), []

    def _forget_restores(self):
        for key, items in self.undone_items.items():
            for label, host in items:
                if label[0] in "rf":
                    self.undone.pop(key + (label, host), None)

    def _step_undone(self, step, batch):
        key = (step, int(batch))
        items = list(reversed(self.ran.get(key, [])))
        self.refreshes.way_back.append(("undone", key, self.rollback_to, items))
        for label, host in items:
            action = self.plan.action(step, label)
            self.restores.note_changes(action)
            self.refreshes.note_loaded(action, host)
        self._forget(key)
        roll = self.plan.roll_of.get(step)
        if roll is not None:
            for host in self.plan.steps[roll]["roll"]["batches"][key[1] - 1]:
                self.host_done.discard(key + (host,))
                self.host_skipped.discard((roll, key[1], host))
        for batch_index, members in enumerate((self.plan.steps[step].get("roll") or {}).get("batches", [])):
            place = (step, batch_index + 1)
            for table in (self.batches, self.batch_hosts, self.lost):
                table.pop(place, None)
            for host in members:
                self.host_skipped.discard(place + (host,))
            self._forget(place)
        self.repeated.discard(key)

    def _forget(self, key):
        """What was done in a step, and what was taken back of it, counts no more."""
        for label, host in self.ran.pop(key, []):
            self.did.pop(key + (label, host), None)
            self.boot_ids.pop(key + (label, host), None)
            self.waits_since.pop(key + (label, host), None)
        for label, host in self.undone_items.pop(key, []):
            self.undone.pop(key + (label, host), None)
        for table in (self.steps, self.attempts, self.failures):
            table.pop(key, None)

    # --- questions -------------------------------------------------------------------------------------------------

    def is_done(self, step):
        """Whether a step of the plan itself is done; a join is when everything before it is."""
        if self.plan.steps[step]["kind"] == "join" and step not in self.plan.roll_of:
            return all(self.is_done_or_join(before) for before in self.plan.steps[step]["after"])
        return self.steps.get((step, 0)) in DONE

    def is_done_or_join(self, step):
        if self.plan.steps[step]["kind"] != "join":
            return self.steps.get((step, 0)) in DONE
        # Joins may stand behind joins, in chains of any length.
        waiting, seen = [step], set()
        while waiting:
            for before in self.plan.steps[waiting.pop()]["after"]:
                if self.plan.steps[before]["kind"] == "join":
                    if before not in seen:
                        seen.add(before)
                        waiting.append(before)
                elif self.steps.get((before, 0)) not in DONE:
                    return False
        return True

    def unsettled(self):
        """Steps that were interrupted, and those that hosts of a roll failed in while others went on."""
        found = []
        for step in self.plan.order:
            roll = self.plan.roll_of.get(step)
            if roll is not None and self.is_done(roll):
                # It went on without the hosts that failed in its body.
                continue
            for batch in self.plan.batches(step):
                is_lost = roll is not None and self.lost.get((roll, batch))
                if self.steps.get((step, batch)) in ("begun", "failed", "stopped") or is_lost:
                    found.append((step, batch))
        return found

    def is_ambiguous(self, key):
        """Something that changes the cloud may have been done half."""
        for label, host in self.ran.get(key, []):
            if label[:1].isdigit() and self.did.get(key + (label, host), "ok") != "ok":
                if (self.plan.action(key[0], label) or {}).get("changes"):
                    return True
        return False

    def can_run(self):
        """Whether the last run ended cleanly, so that going on needs no look at what it left."""
        if self.rollback_to != "" or self.run == "begun":
            return False
        if self.run == "none":
            return True
        return self.reason not in ("failed", "unverified") and all(
            self.plan.steps[step]["kind"] == "approve"
            for step, batch in self.unsettled()
            if self.steps.get((step, batch)) in ("begun", "failed", "stopped")
        )

    def is_unverified(self):
        """A rollback that was complete, and whose checks did not pass or were cut off, asks them again."""
        return self.command == "rollback" and self.reason != "rolled-back" and not self.rollback_to and self.arrival.state_of != ""

    def last_point(self):
        for step in reversed(self.plan.order):
            if self.plan.steps[step]["kind"] == "point" and self.steps.get((step, 0)) == "ok":
                return step
        return "start"

    def connects(self, host):
        return host != LOCAL and self.plan.connection[host] != "local"
