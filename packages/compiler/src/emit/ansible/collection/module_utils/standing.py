"""What is down, out of service and entered. The shell program's runtime/state.sh and runtime/model.sh say the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .plan import LOCAL


class Standing:
    def __init__(self, plan):
        # By (component, host): stopping, stopped or restarting; by (host, drained or rebooted): how to say it; by mode the
        # hosts on which it is entered.
        self.down, self.away, self.entered = {}, {}, {}
        self.titles = dict((mode["name"], mode.get("title", "")) for mode in plan.data.get("modes", []))

    def change(self, action, host, when):
        """What an action did on a host: `when` is `begun` or `ok`."""
        for change in (action or {}).get("changes", []):
            name, what = change.get("name"), (when, change["becomes"])
            if change["kind"] == "component":
                self._change_component((name, host), what)
            elif change["kind"] == "host":
                self._change_host(host, what)
            elif change["kind"] == "mode" and change["becomes"] == "entered":
                hosts = self.entered.setdefault(name, [])
                if host not in hosts:
                    hosts.append(host)
            elif change["kind"] == "mode" and what == ("ok", "left"):
                hosts = self.entered.get(name, [])
                if host in hosts:
                    hosts.remove(host)
                if not hosts:
                    self.entered.pop(name, None)

    def _change_component(self, key, what):
        if what == ("begun", "stopped"):
            self.down[key] = "stopping"
        elif what == ("ok", "stopped"):
            self.down[key] = "stopped"
        elif what == ("begun", "restarted"):
            self.down.setdefault(key, "restarting")
        elif what in (("ok", "started"), ("ok", "restarted")):
            self.down.pop(key, None)

    def _change_host(self, host, what):
        if what in (("begun", "drained"), ("ok", "drained")):
            self.away[(host, "drained")] = "being drained" if what[0] == "begun" else "drained"
        elif what == ("ok", "returned"):
            self.away.pop((host, "drained"), None)
        elif what == ("begun", "rebooted"):
            self.away[(host, "rebooted")] = "rebooting"
        elif what == ("ok", "rebooted"):
            self.away.pop((host, "rebooted"), None)

    def lines(self):
        """What a person has to know who finds the cloud as it is now, a line for each thing."""
        found = {}
        for (name, host), how in self.down.items():
            found.setdefault(("down now: ", name if how == "stopped" else "%s (%s)" % (name, how)), []).append(host)
        for (host, _what), how in self.away.items():
            found.setdefault(("out of service: ", how), []).append(host)
        for name, hosts in self.entered.items():
            title = self.titles.get(name)
            found[("mode still entered: ", name + (" (%s)" % title if title else ""))] = hosts
        texts = [
            "%s%s, on %s" % (what, name, ", ".join("this machine" if host == LOCAL else host for host in sorted(hosts)))
            for (what, name), hosts in sorted(found.items())
        ]
        return ["".join(one if one.isprintable() else "?" for one in text) for text in texts]
