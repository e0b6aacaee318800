import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { emitShell } from '../../packages/compiler/src/emit/shell/index.ts';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { HAS_ANSIBLE, writeProject } from '../ansible/project.ts';
import { action, CHANGE, chain, host, ofBatch, plan, step } from '../shell/plan-builder.ts';
import type { Row } from './table.ts';

/** A part of it, for a machine that has other things to do. */
const SHARE = Number(process.env['BELAY_BENCH_SHARE'] ?? 1);
const STEPS = Math.ceil(300 * SHARE);
const BATCH = 20;
const HOSTS = BATCH * Math.ceil(10 * SHARE);
/** As many commands at the same time as both executors run by default. */
const FORKS = 8;

const NAMES = Array.from({ length: HOSTS }, (_, index) => `cmp${index + 1}`);
const COMMANDS = ['drain', 'return'].map((what) => `echo ${what} $BELAY_HOST >>"$HOME/effects"`);

const local = (): Plan => plan(chain(...Array.from({ length: STEPS }, (_, index) => step(`s${index + 1}`, [action('/bin/true', { changes: [CHANGE] })]))));

const rolling = (): Plan => plan(
  [
    step('roll', [], {
      kind: 'roll',
      roll: {
        group: 'computes', pause: 0, maxFailures: 0,
        batches: Array.from({ length: HOSTS / BATCH }, (_, index) => NAMES.slice(index * BATCH, (index + 1) * BATCH)),
        steps: chain(...COMMANDS.map((command, index) => step(`roll/${index + 1}`, [action(command, { changes: [CHANGE], targets: ofBatch('all', ...NAMES) })]))),
      },
    }),
  ],
  { hosts: NAMES.map((name) => host(name)) },
);

/** What somebody would write who needs no journal, no way back, and nothing that goes on after a kill. */
const LOCAL_BY_HAND = `- hosts: localhost
  gather_facts: false
  tasks:
${Array.from({ length: STEPS }, (_, index) => `    - name: Step ${index + 1}\n      ansible.builtin.command: /bin/true\n      changed_when: true\n`).join('')}`;
const ROLL_BY_HAND = `- hosts: computes
  gather_facts: false
  serial: ${BATCH}
  max_fail_percentage: 0
  environment:
    BELAY_HOST: "{{ inventory_hostname }}"
  tasks:
${COMMANDS.map((command) => `    - name: ${command.split(' ')[1] ?? ''}\n      ansible.builtin.shell: ${command}\n      changed_when: true\n`).join('')}`;
const INVENTORY = `[computes]\n${NAMES.join('\n')}\n\n[computes:vars]\nansible_connection=local\n`;
const CONFIGURATION = `[defaults]\nforks = ${FORKS}\ninterpreter_python = auto_silent\nlocalhost_warning = false\n\n[connection]\npipelining = true\n`;

/** Seconds by the clock and of the processors that a command and all that it starts take; it has to succeed. */
function took(folder: string, home: string, words: readonly string[]): Readonly<Record<string, number>> {
  const result = spawnSync('bash', ['-c', `TIMEFORMAT='%R %U %S'; time "$@" >"$HOME/out" 2>&1`, 'bash', ...words], { cwd: folder, encoding: 'utf8', env: { ...process.env, HOME: home, LC_ALL: 'C.UTF-8', ANSIBLE_LOCAL_TEMP: path.join(home, 'tmp') } });
  if (result.status !== 0) throw new Error(`${words.join(' ')} ended with ${String(result.status)}, see ${home}/out`);
  const [real = 0, user = 0, system = 0] = result.stderr.trim().split(' ').map(Number);
  return { 's by the clock': real, 's of processors': Math.round((user + system) * 100) / 100 };
}

/** One plan by the shell program, by its Ansible project, and the same work by a playbook that was written by hand. */
function sideBySide(name: string, value: Plan, playbook: string): Row[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-bench-'));
  const project = path.join(folder, 'project');
  const [hand, home] = [path.join(folder, 'hand'), path.join(folder, 'home')];
  for (const one of [hand, home]) mkdirSync(one);
  writeFileSync(path.join(folder, 'upgrade.sh'), emitShell(value));
  chmodSync(path.join(folder, 'upgrade.sh'), 0o755);
  writeProject(value, project);
  for (const [file, text] of [['site.yml', playbook], ['hosts.ini', INVENTORY], ['ansible.cfg', CONFIGURATION]] as const) writeFileSync(path.join(hand, file), text);
  try {
    return [
      { name: `${name}: shell program`, figures: took(folder, home, ['./upgrade.sh', 'run', '--jobs', String(FORKS)]) },
      { name: `${name}: Ansible project`, figures: took(project, home, ['ansible-playbook', 'site.yml', '-e', `belay_state=${folder}/state`]) },
      { name: `${name}: playbook by hand`, figures: took(hand, home, ['ansible-playbook', '-i', 'hosts.ini', 'site.yml']) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Measures both executors against an Ansible playbook written by hand: 300 steps on this machine, and a roll over 200 hosts in batches of 20. */
export function measureAnsible(): Promise<Row[]> {
  if (!HAS_ANSIBLE) return Promise.resolve([{ name: 'ansible-playbook is not installed', figures: {} }]);
  return Promise.resolve([...sideBySide(`${STEPS} steps on this machine`, local(), LOCAL_BY_HAND), ...sideBySide(`roll over ${HOSTS} hosts by ${BATCH}`, rolling(), ROLL_BY_HAND)]);
}
