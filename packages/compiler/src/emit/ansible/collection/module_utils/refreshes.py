"""What has to be loaded again on the way back. The shell program's runtime/refreshes.sh decides the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type


class Refreshes:
    """What components have loaded, by (component, host), and ("*", host) for all of a host."""

    def __init__(self, plan):
        self.plan = plan
        # `restart` or `reload`: what was done to it behind where the way back has come to; by a way back itself; that it
        # does not run there; and that what is below it was brought back, and it has not loaded that yet.
        self.loaded, self.loaded_back, self.is_down, self.stale = {}, {}, set(), {}
        self.refresh_of, self.refreshed_on = {}, {}
        for refresh in plan.data.get("refreshes", []):
            for host in refresh["actions"][0]["targets"]["hosts"]:
                self.refresh_of[(refresh["component"], host, refresh["by"])] = refresh
                names = self.refreshed_on.setdefault(host, [])
                if refresh["component"] not in names:
                    names.append(refresh["component"])

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
                self.loaded[("*", host)] = "restart"

    def has_loaded(self, name, host):
        """By what a component has loaded anything; None if it has not."""
        found = [table.get(key) for table, key in (
            (self.loaded, ("*", host)), (self.loaded, (name, host)), (self.loaded_back, (name, host)))]
        if "restart" in found:
            return "restart"
        return "reload" if "reload" in found else None

    def note_loaded_back(self, action, host):
        """What a way back has a component load is not what was there at the start: a rollback that goes further has it
        load anew."""
        for change in (action or {}).get("changes", []):
            key = (change.get("name"), host)
            if change["kind"] != "component":
                continue
            if change["becomes"] in ("started", "restarted"):
                self.loaded_back[key] = "restart"
                self.stale.pop(key, None)
            elif change["becomes"] == "reloaded":
                self.loaded_back.setdefault(key, "reload")
                self.stale.pop(key, None)

    def below(self, action, host):
        """The components above what an action had replaced on a host."""
        names = []
        for change in (action or {}).get("changes", []):
            if change["becomes"] == "rewritten" and change["kind"] == "file":
                names.extend(self.refreshed_on.get(host, []))
            elif change["becomes"] == "rewritten" and change["kind"] == "component":
                names.append(change["name"])
        return names

    def above(self, resource, host):
        return list(self.refreshed_on.get(host, [])) if resource.startswith("/") else [resource]

    def how(self, name, host):
        """By what it has to load again; None if it does not have to, or can not."""
        by = self.has_loaded(name, host)
        known = any((name, host, one) in self.refresh_of for one in ("restart", "reload"))
        return by if known else None

    def refresh(self, name, host, by):
        for one in (by, "restart", "reload"):
            if (name, host, one) in self.refresh_of:
                return self.refresh_of[(name, host, one)]
        return None


def stops_again(action):
    """Whether what an action started was down before it."""
    inverses = action.get("back", {}).get("actions", [])
    return any(change["becomes"] == "stopped" for inverse in inverses for change in inverse.get("changes", []))
