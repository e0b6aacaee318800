import type { Plan } from '../../plan/plan.ts';
import { stringifyPlan } from '../../plan/serialize.ts';
import { COLLECTION_FILES } from './collection-files.ts';
import { inventoryText, variablesText } from './inventory.ts';
import { contentNames, FileNames, shownText, stageOf } from './names.ts';
import { stepPlay } from './plays.ts';
import { readmeText } from './readme.ts';
import { arrivalPlays, backPlays, firstPlays } from './rollback-plays.ts';
import { groupPlays, groupsOf, type Group } from './side-by-side.ts';
import { Tasks } from './tasks.ts';
import { yamlText, type Fields } from './yaml.ts';

/** A file of a project. */
export interface ProjectFile {
  /** Relative to the project's folder, with `/`. */
  readonly path: string;
  /** Its content; with `base64`, what this decodes to. */
  readonly content: string;
  readonly encoding: 'utf8' | 'base64';
}

const CONFIGURATION = `# Read where ansible-playbook is called: call it in this folder.
[defaults]
inventory = inventory/hosts.yml
collections_path = collections
callbacks_enabled = belay.run.journal
# As the shell program does it.
forks = 8
retry_files_enabled = false
# A bug of the plan is an error, never a blank.
error_on_undefined_vars = true
interpreter_python = auto_silent
localhost_warning = false

[connection]
# Module arguments, with secrets among them, go by standard input and not through files, here and on the hosts.
pipelining = true
`;

const LINT = `# Commands of the plan stand here as the plan has them.
skip_list: []
exclude_paths:
  - collections/
`;

const YAMLLINT = `extends: default
rules:
  line-length: disable
  comments:
    min-spaces-from-content: 1
  comments-indentation: disable
  document-start: disable
  truthy:
    check-keys: false
  octal-values:
    forbid-implicit-octal: true
    forbid-explicit-octal: true
  braces:
    max-spaces-inside: 1
`;

/**
 * The plan as an Ansible project for ansible-core 2.14 or newer, which needs no collection but its own. The same plan gives the same files. Its journal
 * is the one of the shell program: `docs/journal.md`; how plays and tasks come from steps: `docs/ansible.md`.
 *
 * @param plan a plan that its schema accepts
 * @returns the files, sorted by path
 */
export function emitAnsible(plan: Plan): readonly ProjectFile[] {
  const tasks = new Tasks(plan);
  const files = new Map<string, string>();
  const steps = plan.steps.filter((step) => step.kind !== 'join');
  const forward = playbooks(groupsOf(plan.steps), 'plays', (group) => (group.length === 1 ? [stepPlay(plan, group[0], tasks)] : groupPlays(plan, group, tasks)), files);
  const back = playbooks(steps.toReversed().map((step): Group => [step]), 'back', ([step]) => backPlays(plan, step, tasks), files);
  files.set('site.yml', yamlText(forward, heading(plan, 'Runs the plan, and goes on where it stopped.')));
  const first = firstPlays(plan, tasks);
  if (first.length > 0) files.set('back/loads.yml', yamlText(first));
  const loads: readonly Fields[] = first.length > 0 ? [{ name: 'Back: loads', 'ansible.builtin.import_playbook': 'back/loads.yml' }] : [];
  files.set('back/checks.yml', yamlText(arrivalPlays(plan, tasks)));
  const checks: Fields = { name: 'Back: checks', 'ansible.builtin.import_playbook': 'back/checks.yml' };
  files.set('rollback.yml', yamlText([...loads, ...back, checks], heading(plan, 'Takes back what was run, as far as the last rollback point or belay_to says.')));
  for (const [path, value] of tasks.files) files.set(path, yamlText(value));
  files.set('ansible.cfg', CONFIGURATION);
  files.set('.ansible-lint', LINT);
  files.set('.yamllint', YAMLLINT);
  files.set('README.md', readmeText(plan));
  files.set('inventory/hosts.yml', inventoryText(plan));
  files.set('vars/belay.yml', variablesText(plan));
  files.set('plan.json', stringifyPlan(plan));
  for (const [path, text] of COLLECTION_FILES) files.set(path, text);
  const names = contentNames(plan);
  const contents = plan.files.map((file): ProjectFile => ({ path: `files/${names.get(file.id) ?? file.id}`, content: file.content, encoding: file.encoding }));
  const texts = [...files].map(([path, content]): ProjectFile => ({ path, content, encoding: 'utf8' }));
  return [...texts, ...contents].sort((left, right) => (left.path < right.path ? -1 : 1));
}

const heading = (plan: Plan, what: string): string[] => [shownText(plan.title ?? plan.name), what, plan.digest];

/** A playbook for each run of groups whose first steps are of one stage, and the list that imports them in order. */
function playbooks(groups: readonly Group[], folder: string, plays: (group: Group) => readonly Fields[], files: Map<string, string>): Fields[] {
  const runs: { stage: string; groups: Group[] }[] = [];
  for (const group of groups) {
    const last = runs.at(-1);
    const stage = stageOf(group[0]);
    if (last !== undefined && last.stage === stage) last.groups.push(group);
    else runs.push({ stage, groups: [group] });
  }
  const names = new FileNames();
  const width = String(runs.length).length;
  return runs.map((run, index): Fields => {
    const path = `${folder}/${String(index + 1).padStart(width, '0')}-${names.name(run.stage)}.yml`;
    files.set(path, yamlText(run.groups.flatMap((group) => plays(group))));
    const title = shownText(run.stage);
    return { name: `${folder === 'back' ? 'Back: stage' : 'Stage'} ${title}`, 'ansible.builtin.import_playbook': path };
  });
}
