"""How far back it can go. The shell program's runtime/obstacles.sh says the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

from .plan import LOCAL


def first_after(plan, target):
    return 0 if target == "start" else plan.number[target] + 1


def began_after(plan, state, target):
    steps = plan.order[first_after(plan, target):]
    return any((step, batch) in state.steps for step in steps for batch in plan.batches(step))


def nearest_target(plan, state):
    """The last rollback point that was reached and that a rollback can lead to; `start` if none is."""
    for step in reversed(plan.order):
        if plan.steps[step]["kind"] == "point" and state.steps.get((step, 0)) == "ok" and not obstacles(plan, state, step):
            return step
    return "start" if not obstacles(plan, state, "start") else state.last_point()


def obstacles(plan, state, target):
    """Why a rollback to a point, or to `start`, is not possible."""
    found, wall, seen = [], None, set()
    restorable = find_restorable(plan, target)
    for step_id in plan.order[first_after(plan, target):]:
        step = plan.steps[step_id]
        if step["kind"] == "no-return" and state.steps.get((step_id, 0)) == "ok":
            wall = step
            continue
        for batch in plan.batches(step_id):
            items = state.ran.get((step_id, batch))
            if not items:
                continue
            if wall is not None:
                why = wall.get("text") or wall.get("title", "")
                return found + ["%s ran behind the point of no return %s: %s" % (step_id, wall["id"], why)]
            if step.get("irreversible"):
                found.append("%s cannot be taken back: %s" % (step_id, step["irreversible"]))
                continue
            if "undo" in step:
                continue
            for label, host in items:
                action = plan.action(step_id, label) or {}
                why = None
                if action.get("back", {}).get("by") == "none":
                    why = action["back"]["why"]
                elif action.get("back", {}).get("by") == "restore":
                    why = lost_change(plan, restorable, step_id, action, host, target)
                if why is not None and (step_id, label) not in seen:
                    seen.add((step_id, label))
                    found.append("%s cannot be taken back (%s): %s" % (step_id, action["title"], why))
    return found


def find_restorable(plan, target):
    """What a rollback restores, by resource and host (* for any host): the number of the first step at which it does."""
    found = {}
    for step_id in reversed(plan.order[first_after(plan, target):]):
        for one in plan.steps[step_id].get("restores", []):
            if target not in one["to"]:
                continue
            number, name = plan.number[step_id], one["resource"]
            found[(name, "*")] = number
            for capture in plan.points[one["point"]]["captures"]:
                if capture["resource"] == name:
                    targets = capture["targets"]
                    hosts = [LOCAL] if targets["mode"] == "local" else targets["hosts"]
                    for host in hosts[:1] if targets["mode"] == "first" else hosts:
                        found[(name, host)] = number
    return found


def lost_change(plan, restorable, step, action, host, target):
    """What of it no restore brings back on the way to the target."""
    for change in action.get("changes", []):
        whole = name = change.get("name", "host")
        place = "*" if change["kind"] == "database" else host
        while name and restorable.get((name, place), len(plan.order)) > plan.number[step]:
            name = name.rsplit("/", 1)[0] if name.startswith("/") else ""
        if not name:
            return "no rollback point has %s as it was at %s, or it could not be restored there" % (whole, target)
    return None
