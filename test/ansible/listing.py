"""Lists each rollback of a journal as the Ansible project would do it, beside what was done by then.

Arguments: the folder of the project's plugins, and plan.json; on standard input the events of the journal, a JSON list of
lists of texts. Prints a JSON object: `rollbacks`, an object for each rollback with its `target`, `isWhole`, `why` (what
makes the target unreachable), `expected` and `done`, which are lists of [step, batch, label, hosts]; and, at the end of the
journal, what makes each target unreachable in `why`, and the one that a rollback takes by itself in `nearest`.
"""

import json
import sys

plugins, plan_path = sys.argv[1:3]
sys.path.insert(0, plugins)
from module_utils.obstacles import nearest_target, obstacles  # noqa: E402
from module_utils.plan import Plan  # noqa: E402
from module_utils.rollback import Rollback  # noqa: E402
from module_utils.state import State  # noqa: E402


def listed(rollback):
    """What is left of a rollback; of a part that runs on any of several hosts, all of these."""
    found = []
    for entry in rollback.entries:
        hosts = rollback.left(entry)
        if entry.kind == "undone":
            found.extend([step, batch, "undone", []] for step, batch in rollback.settled(entry.step, entry.batch))
        elif hosts:
            is_any = entry.action["targets"]["mode"] == "any"
            found.append([entry.step, entry.batch, entry.label, ["any"] + hosts if is_any else hosts])
    return found


def main():
    plan = Plan(plan_path)
    state, found, now = State(plan), [], None
    for event, *fields in json.load(sys.stdin):
        if event == "rollback-begin":
            # The list is made before this, and behind `run-begin`.
            now = {"target": fields[0], "isWhole": False, "why": obstacles(plan, state, fields[0]), "done": []}
            now["expected"] = listed(Rollback(plan, state, fields[0]))
            found.append(now)
        elif event == "run-begin":
            now = None
        elif event == "undo-begin" and now is not None:
            place, last = [fields[0], int(fields[1]), fields[2]], (now["done"] or [None])[-1]
            if last is not None and last[:3] == place:
                last[3].append(fields[3])
            else:
                now["done"].append(place + [[fields[3]]])
        elif event == "step-undone" and now is not None:
            now["done"].append([fields[0], int(fields[1]), "undone", []])
        elif event == "rollback-end" and now is not None:
            now["isWhole"] = fields[0] == "ok"
        state.record(event, *fields)
    reached = [point for point in plan.points if state.steps.get((point, 0)) == "ok"]
    why = dict((target, obstacles(plan, state, target)) for target in ["start"] + reached)
    json.dump({"rollbacks": found, "why": why, "nearest": nearest_target(plan, state)}, sys.stdout)


main()
