"""What has to be loaded again on the way back. The shell program's runtime/refreshes.sh decides the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class Refreshes:
    """What components have loaded, by (component, host), and ("*", host) for all of a host."""

    def __init__(self, plan):
        self.plan = plan
        # `restart` or `reload`: it has loaded something that a way back then went past, or on a way back. It runs with that until
        # it loads anew, whatever is taken back, so a rollback that goes further has it do so.
        self.loaded_back = {}
        # What the rollback under way has done so far: ("undone", (step, batch), target, items) and
        # ("loaded", (step, batch), label, (component, host)).
        self.way_back = []
        # What was stopped to have it load again: in which step and batch, by (component, host).
        self.reloading = {}
        self.refresh_of, self.refreshed_on = {}, {}
        for refresh in plan.data.get("refreshes", []):
            for host in refresh["actions"][0]["targets"]["hosts"]:
                self.refresh_of[(refresh["component"], host, refresh["by"])] = refresh
                names = self.refreshed_on.setdefault(host, [])
                if refresh["component"] not in names:
                    names.append(refresh["component"])
        self.forget()

    def forget(self):
        """Before a way back is listed."""
        # What was done to components behind where the list has come to, which do not run there, and, by component and
        # host, what is due: where in the list, the place of the play, the step, its batch, the part of it, and by what.
        self.loaded, self.is_down, self.due = {}, set(), {}

    def note_loaded_back(self, key, label, action, host):
        for name in self.note_loaded(action, host):
            self.way_back.append(("loaded", key, label, name))
        for change in (action or {}).get("changes", []):
            if label.startswith("f") and (change["kind"], change["becomes"]) == ("component", "stopped"):
                self.reloading[(change["name"], host)] = key

    def note_ended(self, action, host):
        """It ended well, whether forward or on a way back."""
        for change in (action or {}).get("changes", []):
            if change["kind"] == "component" and change["becomes"] in ("started", "restarted"):
                self.reloading.pop((change["name"], host), None)

    def note_loaded(self, action, host):
        """The components that have loaded something by this."""
        names = []
        for change in (action or {}).get("changes", []):
            name, what = (change.get("name"), host), (change["kind"], change["becomes"])
            if what in (("component", "started"), ("component", "restarted")):
                self.loaded_back[name] = "restart"
            elif what == ("component", "reloaded"):
                self.loaded_back.setdefault(name, "reload")
            elif what == ("host", "rebooted"):
                self.loaded_back[("*", host)] = "restart"
            else:
                continue
            names.append(name)
        return names

    def begin(self, state):
        """What is down now, and what an interrupted rollback has brought back and not loaded again; what it has only stopped
        for that is started."""
        self.forget()
        self._go_over_way_back(state)
        down = set(key for key, how in state.standing.down.items() if how.startswith("stop"))
        self.is_down = down - set(self.reloading)
        for (name, host), key in self.reloading.items():
            self.due.setdefault((name, host), (0, "", key[0], key[1], "start", self.has_loaded(name, host) or "restart"))
        for key in self.is_down:
            self.due.pop(key, None)

    def _go_over_way_back(self, state):
        """What is loaded again in a step comes behind everything that is back by it."""
        again, of = [], None
        for word, key, what, rest in self.way_back:
            if word == "loaded" and not what.startswith("f"):
                self.due.pop(rest, None)
                continue
            if key != of:
                self._were_loaded(again)
            if word == "loaded":
                again.append(rest)
                of = key
                continue
            where = ("", key[0], key[1], "start")
            for label, host in rest:
                action = self.plan.action(key[0], label)
                self.go_past(action, host)
                self.refresh_below(action, host, 0, where)
            if key[1] == 0:
                self.refresh_restored(state, self.plan.steps[key[0]], what, 0, where)
            self._were_loaded(again)
        self._were_loaded(again)

    def _were_loaded(self, again):
        while again:
            self.due.pop(again.pop(), None)

    def go_past(self, action, host):
        """The way back passes what it did to components there; to take back a stop is to start."""
        for change in (action or {}).get("changes", []):
            key = (change.get("name"), host)
            what = (change["kind"], change["becomes"])
            if what in (("component", "started"), ("component", "restarted")):
                self.loaded[key] = "restart"
                if stops_again(action):
                    self.is_down.add(key)
            elif what == ("component", "stopped"):
                self.loaded[key] = "restart"
                self.is_down.discard(key)
            elif what == ("component", "reloaded"):
                self.loaded.setdefault(key, "reload")
            elif what == ("host", "rebooted"):
                # An install has a way of its own to make it run.
                self.loaded[("*", host)] = "restart"

    def refresh_below(self, action, host, index, where):
        """What the action had replaced below components is back."""
        for change in (action or {}).get("changes", []):
            if change["becomes"] == "rewritten" and change["kind"] == "file":
                for name in self.refreshed_on.get(host, []):
                    self.refresh(name, host, index, where)
            elif change["becomes"] == "rewritten" and change["kind"] == "component":
                self.refresh(change["name"], host, index, where)

    def refresh_restored(self, state, step, target, index, where):
        """What a rollback to a target restores at a step may be below components."""
        for resource, host in state.restores.hosts(step, target):
            for name in self.refreshed_on.get(host, []) if resource.startswith("/") else [resource]:
                self.refresh(name, host, index, where)

    def refresh(self, name, host, index, where):
        """It loads again what is back below it, if it has loaded anything else and runs; the last time counts."""
        by = self.has_loaded(name, host)
        known = any((name, host, one) in self.refresh_of for one in ("restart", "reload"))
        if by is not None and known and (name, host) not in self.is_down:
            self.due[(name, host)] = (index,) + where + (by,)

    def has_loaded(self, name, host):
        """By what a component has loaded anything; None if it has not."""
        found = [table.get(key) for table, key in (
            (self.loaded, ("*", host)), (self.loaded, (name, host)),
            (self.loaded_back, ("*", host)), (self.loaded_back, (name, host)))]
        if "restart" in found:
            return "restart"
        return "reload" if "reload" in found else None

    def find(self, name, host, by):
        for one in (by, "restart", "reload"):
            if (name, host, one) in self.refresh_of:
                return self.refresh_of[(name, host, one)]
        return None


def stops_again(action):
    """Whether what an action started was down before it."""
    inverses = action.get("back", {}).get("actions", [])
    return any(change["becomes"] == "stopped" for inverse in inverses for change in inverse.get("changes", []))
