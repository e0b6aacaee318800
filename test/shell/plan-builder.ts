import { PLAN_FORMAT } from '../../packages/compiler/src/plan/plan.ts';
import type {
  Action,
  Change,
  Connection,
  Host,
  Operation,
  Plan,
  Probe,
  ShellOperation,
  Step,
  Targets,
  WayBack,
} from '../../packages/compiler/src/plan/plan.ts';

/** Small plans as values: each helper fills in what a test doesn't care about. */

export const LOCAL: Targets = { mode: 'local', hosts: [] };

export const on = (mode: 'all' | 'each' | 'any' | 'first', ...hosts: string[]): Targets => ({ mode, hosts });

export const ofBatch = (mode: 'all' | 'each' | 'any' | 'first', ...hosts: string[]): Targets => ({
  mode,
  hosts,
  batch: true,
});

export const shell = (text: string, options: Partial<ShellOperation> = {}): ShellOperation => ({
  type: 'shell',
  shell: text,
  ...options,
});

/** A change that no way back belongs to, so that an action counts as one that changes something. */
export const CHANGE: Change = { kind: 'component', name: 'test.thing', becomes: 'rewritten' };

export function action(operation: string | Operation, options: Partial<Action> = {}): Action {
  const done = typeof operation === 'string' ? shell(operation) : operation;
  return {
    verb: 'run',
    title: done.type === 'shell' ? `run ${done.shell.split('\n')[0] ?? ''}`.slice(0, 60) : `run ${done.type}`,
    targets: LOCAL,
    operation: done,
    changes: [],
    back: { by: 'nothing' },
    ...options,
  };
}

/** The way back by one command. */
export function backBy(operation: string | Operation, options: Partial<Action> = {}): WayBack {
  return { by: 'inverse', actions: [action(operation, options)] };
}

export function probe(text: string, targets: Targets = LOCAL): Probe {
  return { targets, operation: shell(text) };
}

export function step(
  id: string,
  actions: readonly (Action | string)[] = [],
  options: Partial<Step> = {},
): Step {
  return {
    id,
    kind: 'actions',
    title: `The step ${id}`,
    after: [],
    source: { file: 'plans/test.belay', line: 1, column: 1 },
    actions: actions.map((item) => (typeof item === 'string' ? action(item) : item)),
    repeat: 'safe',
    ...options,
  };
}

/** Makes each step wait for the one before it. */
export function chain(...steps: Step[]): Step[] {
  return steps.map((item, index) => {
    const before = steps[index - 1];
    return before === undefined || item.after.length > 0 ? item : { ...item, after: [before.id] };
  });
}

export function host(
  name: string,
  connection: Connection = { type: 'local' },
  options: Partial<Host> = {},
): Host {
  return { name, groups: [], connection, ...options };
}

export function plan(steps: readonly Step[], options: Partial<Plan> = {}): Plan {
  return {
    format: PLAN_FORMAT,
    name: 'test_plan',
    title: 'A plan of a test',
    digest: `sha256:${'0'.repeat(64)}`,
    cloud: { name: 'lab' },
    hosts: [],
    secrets: [],
    files: [],
    components: [],
    databases: [],
    modes: [],
    steps,
    points: [],
    refreshes: [],
    windows: [],
    waves: [],
    proofs: { orders: '1 order', rows: [] },
    ...options,
  };
}
