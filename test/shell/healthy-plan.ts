import type { Action, PlanComponent, Probe } from '../../packages/compiler/src/plan/plan.ts';
import { action, host, on, shell, step } from './plan-builder.ts';
import { enter } from './program.ts';

/** The hosts of components that are asked how they are. */
export const NAMES = ['h1', 'h2', 'h3'];
export const HOSTS = NAMES.map((name) => host(name, enter(name)));

/** Asked once; without a poll of its own a question is asked again for half a minute. */
const ONCE = { poll: { every: 2, limit: 1 } };

/** Writes down where it is asked, and fails where there is a file `sick`. */
export const asking = (name: string, targets = on('all', ...NAMES), options: object = ONCE): Probe => ({
  targets,
  operation: shell(`echo "${name} $BELAY_HOST" >>"$HOME/asked"; [[ ! -e sick ]]`, options),
});

export const component = (name: string, ...healthy: Probe[]): PlanComponent => ({ name, unit: name, hosts: NAMES, healthy });

/** Something is done to a component on all hosts. */
export function act(verb: 'stop' | 'start' | 'restart', name: string, ...back: ('stop' | 'start')[]): Action {
  const becomes = { stop: 'stopped', start: 'started', restart: 'restarted' } as const;
  return action('true', {
    verb, title: `${verb} ${name}`, targets: on('all', ...NAMES), changes: [{ kind: 'component', name, becomes: becomes[verb] }],
    back: back.length === 0 ? { by: 'nothing' } : { by: 'inverse', actions: back.map((one) => act(one, name)) },
  });
}

export const stop = (name: string): Action => act('stop', name, 'start');
export const start = (name: string): Action => act('start', name, 'stop');
export const point = step('here', ['true'], { kind: 'point' });
