import type { Plan } from '../../plan/plan.ts';
import { visibleText } from '../shell/bash-word.ts';

/** The page of a project: what it is and what to type. */
export function readmeText(plan: Plan): string {
  const points = plan.points.map((point) => point.id);
  const windows = plan.windows.map((window) => `- ${window.name}: ${window.days.join(', ')} at ${window.at}, for ${Math.round(window.length / 60)} minutes (${window.zone})`);
  const approvals = plan.steps.filter((step) => step.kind === 'approve');
  return `# ${visibleText(plan.title ?? plan.name)}

An Ansible project for the cloud \`${plan.cloud.name}\`, made by Belay from the plan \`${plan.name}\`. Change the plan, not these files.
It needs ansible-core 2.14 or newer, nothing else: what it uses beyond \`ansible.builtin\` stands in \`collections/\`.

Call \`ansible-playbook\` in this folder, where its \`ansible.cfg\` is.

| to | type |
|---|---|
| see what would run, and run nothing | \`ansible-playbook site.yml --check\` |
| run the plan | \`ansible-playbook site.yml\` |
| go on after a failure or a kill | \`ansible-playbook site.yml\` |
| stop behind a step or a stage | \`ansible-playbook site.yml --tags STAGE\` |
| go back to the last rollback point | \`ansible-playbook rollback.yml\` |
| go further back | \`ansible-playbook rollback.yml -e belay_to=${points[0] ?? 'start'}\` |
| take everything back | \`ansible-playbook rollback.yml -e belay_to=start\` |
| list the steps | \`ansible-playbook site.yml --list-tasks\` |

## The journal
What is about to be done is in the journal before it is begun; what is done is not done again. It lies in \`.belay/${visibleText(plan.name)}\` below the folder in which
you call \`ansible-playbook\`, or where \`-e belay_state=DIR\` says. The shell program of the same plan writes the same journal: a run that was
begun with one can go on, or go back, with the other. Name the same folder to both.

| variable | meaning |
|---|---|
| \`belay_state\` | the folder of the journal |
| \`belay_directory\` | the working directory of commands on this machine |
| \`belay_to\` | how far a rollback goes: a rollback point, or \`start\` |
| \`belay_repeat\` | steps that were interrupted and may run again: a person looked |
| \`belay_retry\` | rolls whose hosts that failed are gone through again: they were mended |
| \`belay_yes\` | \`true\` answers yes at approvals |

A step whose predecessors are not done does not begin, whatever \`--tags\`, \`--limit\` or \`--start-at-task\` say.
${points.length === 0 ? '' : `\n## Rollback points\n${points.map((id) => `- \`${id}\``).join('\n')}\n`}${approvals.length === 0 ? '' : `\n## Approvals\n${approvals.map((step) => `- \`${step.id}\`: ${visibleText(step.text ?? step.title ?? '')}`).join('\n')}\n`}${windows.length === 0 ? '' : `\n## Windows\nFor people: nothing here starts by itself.\n${windows.join('\n')}\n`}
## Inventory
\`inventory/hosts.yml\` holds the hosts that the plan reaches. Your own inventory does as well, if it has these hosts under these names and the variables
that commands use: \`ansible-playbook -i YOUR-INVENTORY site.yml\`.
`;
}
