import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Action, Plan, Step } from '../../../packages/compiler/src/plan/plan.ts';

/** A cloud in folders with both executors of one plan, which keep their journal in the same place. */
export interface Rig {
  readonly folder: string;
  readonly program: string;
  readonly project: string;
  readonly state: string;
  /** Where commands of this machine run. */
  readonly directory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A condition of bash: what {@link failingAt} makes fail does so now. */
  readonly isBroken: string;
  breakIt(): void;
  mendIt(): void;
  /** The state of the cloud, a line for each thing. */
  world(): string[];
  journal(): string;
  copy(): Rig;
  dispose(): void;
}

export type Executor = 'shell' | 'ansible';
export type Command = 'run' | 'resume' | 'rollback' | 'rollback --to start';

/** The plan with a step whose first command fails on one of its hosts, as long as the rig is broken; undefined if it has none. */
export function failingAt(plan: Plan, id: string, isBroken: string, choice: number): Plan | undefined {
  let isDone = false;
  const broken = (step: Step): Step => {
    if (step.roll !== undefined) return { ...step, roll: { ...step.roll, steps: step.roll.steps.map(broken) } };
    const index = step.actions.findIndex(({ operation }) => operation.type === 'shell');
    const { [index]: found } = step.actions;
    if (step.id !== id || found?.operation.type !== 'shell') return step;
    isDone = true;
    const { hosts } = found.targets;
    const where = hosts.length < 2 || found.targets.mode === 'any' || found.targets.mode === 'first' ? '' : ` || $BELAY_HOST != ${hosts[choice % hosts.length] ?? ''}`;
    const action: Action = { ...found, operation: { ...found.operation, shell: `! ${isBroken}${where} || exit 9\n${found.operation.shell}` } };
    return { ...step, actions: step.actions.with(index, action) };
  };
  const steps = plan.steps.map(broken);
  return isDone ? { ...plan, steps } : undefined;
}

/** The ids of the steps, those of rolls with their bodies. */
export const stepIds = (plan: Plan): string[] => plan.steps.flatMap(({ id, roll }) => [id, ...(roll?.steps ?? []).map((step) => step.id)]);

export interface Ended {
  /** Null: it was killed. */
  readonly code: number | null;
  readonly out: string;
}

/** Kills the program that keeps the journal when the journal has so many lines. */
const SYNC = `#!/bin/bash
journal=\${!#}
if [[ -s $journal ]] && (($(wc -l <"$journal") >= KILL_AT)); then kill -KILL "$PPID"; fi
exec /usr/bin/sync "$@"
`;

/** The same for Python, whose interpreters read this when they start. */
const SITE = `import os, signal
at, real = int(os.environ.get("KILL_AT", "0")), os.fdatasync
def fdatasync(file):
    real(file)
    name = os.readlink("/proc/self/fd/%d" % file)
    if at and name.endswith("/journal"):
        with open(name, "rb") as journal:
            if journal.read().count(b"\\n") >= at:
                os.killpg(0, signal.SIGKILL)
os.fdatasync = fdatasync
`;

/** Runs a command of an executor to its end, or until the journal has so many lines. */
export async function perform(rig: Rig, who: Executor, command: Command, killAt?: number): Promise<Ended> {
  const hooks = path.join(rig.folder, 'hooks');
  mkdirSync(hooks, { recursive: true });
  writeFileSync(path.join(hooks, 'sync'), SYNC);
  chmodSync(path.join(hooks, 'sync'), 0o755);
  writeFileSync(path.join(hooks, 'sitecustomize.py'), SITE);
  const env = {
    LC_ALL: 'C.UTF-8', TZ: 'UTC', USER: 'operator', ANSIBLE_NOCOLOR: '1', ...(killAt === undefined ? {} : { KILL_AT: String(killAt), PYTHONPATH: hooks, ANSIBLE_FORKS: '1' }),
    PATH: killAt === undefined ? process.env['PATH'] : `${hooks}:${process.env['PATH']}`,
    ANSIBLE_REMOTE_TMP: path.join(rig.folder, '.ansible-remote'), ANSIBLE_LOCAL_TEMP: path.join(rig.folder, '.ansible-local'), ANSIBLE_ASYNC_DIR: path.join(rig.folder, '.ansible-async'),
    ...rig.environment,
  };
  const [verb = 'run', ...options] = command.split(' ');
  const words = who === 'shell'
    ? [rig.program, verb, ...options, '--yes', '--state', rig.state, '-C', rig.directory, ...(verb === 'rollback' ? [] : ['--jobs', '1'])]
    : ['ansible-playbook', verb === 'rollback' ? 'rollback.yml' : 'site.yml', '-e', JSON.stringify({ belay_state: rig.state, belay_directory: rig.directory, belay_yes: true, ...(options.length === 0 ? {} : { belay_to: options[1] }) })];
  return new Promise((resolve, reject) => {
    const child = spawn(words[0] ?? '', words.slice(1), { cwd: who === 'shell' ? rig.directory : rig.project, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (out += data.toString()));
    child.on('error', reject);
    child.on('exit', (code) => resolve({ code, out }));
  });
}
