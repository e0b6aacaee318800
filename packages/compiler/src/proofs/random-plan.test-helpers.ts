import type { Change, Targets, Verb } from '../model/action.ts';
import type { Component } from '../model/model.ts';
import type { ActionModel, Branch, Node, PlanModel, Series, StepModel } from '../model/plan-model.ts';

const LOCATION = { file: 'random.belay', start: 0, end: 0 };

/** Numbers that a property test draws: 0 is the simplest choice, so what shrinks becomes simple. */
export class Tape {
  readonly #numbers: readonly number[];
  #at = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A number from 0, below a limit. */
  next(below: number): number {
    return (this.#numbers[this.#at++] ?? 0) % below;
  }

  /** Some of the values, maybe none. */
  some<T>(values: readonly T[]): T[] {
    return values.filter(() => this.next(3) > 0);
  }

  shuffled<T>(values: readonly T[]): T[] {
    const left = [...values];
    return values.flatMap(() => left.splice(this.next(left.length), 1));
  }
}

/** A small plan that stops, starts, restarts, reboots, drains and rolls, on a few hosts, with one component. */
export interface RandomPlan {
  readonly plan: PlanModel;
  readonly component: Component;
  readonly hosts: readonly string[];
}

export function randomPlan(numbers: readonly number[]): RandomPlan {
  return new Maker(new Tape(numbers)).make();
}

class Maker {
  readonly #tape: Tape;
  #steps = 0;

  constructor(tape: Tape) {
    this.#tape = tape;
  }

  make(): RandomPlan {
    const hosts = ['a', 'b', 'c', 'd'].slice(0, 1 + this.#tape.next(4));
    const component: Component = { name: 'x.y', service: 'x', location: LOCATION, hosts: hosts.slice(0, Math.max(1, hosts.length - this.#tape.next(2))), healthy: [], lags: [] };
    const body: Series = { node: 'series', location: LOCATION, items: Array.from({ length: 1 + this.#tape.next(4) }, () => this.#node(hosts, 2, undefined)) };
    const plan = {
      name: 'random', location: LOCATION, body, secrets: new Map(), modes: new Map(), waves: [],
      windows: new Map([['night', { name: 'night', days: ['tue'], at: '22:00', length: 6, zone: 'UTC' }]]),
      cloud: { services: new Map(), components: new Map([[component.name, component]]), hosts: new Map(hosts.map((host) => [host, {}])), groups: new Map(), keeps: [] },
    } as unknown as PlanModel;
    return { plan, component, hosts };
  }

  #node(hosts: readonly string[], depth: number, roll: readonly string[] | undefined): Node {
    switch (this.#tape.next(depth === 0 ? 3 : 9)) {
      case 2: case 3: {
        if (depth === 0) return this.#step(hosts, roll);
        const window = this.#tape.next(2) === 1 ? { window: 'night' } : {};
        return { node: 'series', location: LOCATION, items: Array.from({ length: 1 + this.#tape.next(4) }, () => this.#node(hosts, depth - 1, roll)), ...window };
      }
      case 4: case 5: case 6: return this.#parallel(hosts, depth, roll);
      case 7: case 8: return roll === undefined && hosts.length > 0 ? this.#roll(hosts, depth) : this.#step(hosts, roll);
      default: return this.#step(hosts, roll);
    }
  }

  #parallel(hosts: readonly string[], depth: number, roll: readonly string[] | undefined): Node {
    const count = 2 + this.#tape.next(2);
    // What is done to a host has an order, as a rule; so each branch has its own.
    const shared = this.#tape.next(6) === 1;
    const owner = hosts.map(() => this.#tape.next(count));
    const branches = Array.from({ length: count }, (_, index): Branch => ({
      body: this.#node(shared ? hosts : hosts.filter((__, host) => owner[host] === index), depth - 1, roll),
      name: `branch${index}`, services: [], location: LOCATION,
      after: Array.from({ length: index }, (__, before) => before).filter(() => this.#tape.next(3) === 1).map((before) => ({ name: `branch${before}`, location: LOCATION })),
    }));
    return { node: 'parallel', location: LOCATION, branches };
  }

  #roll(hosts: readonly string[], depth: number): Node {
    const left = this.#tape.shuffled(hosts);
    const group = [...left];
    const batches: string[][] = [];
    while (left.length > 0) batches.push(left.splice(0, 1 + this.#tape.next(2)));
    const step = this.#model('roll', []);
    const body: Series = { node: 'series', location: LOCATION, items: Array.from({ length: 1 + this.#tape.next(3) }, () => this.#node(hosts, depth - 1, group)) };
    const { takes: pause = 0, ...rest } = step;
    return { node: 'step', step: { ...rest, roll: { group: 'group', batches, pause, maxFailures: this.#tape.next(3) === 1 ? 1 + this.#tape.next(2) : 0, body } } };
  }

  #step(hosts: readonly string[], roll: readonly string[] | undefined): Node {
    return { node: 'step', step: this.#model('actions', Array.from({ length: 1 + (this.#tape.next(3) === 1 ? 1 : 0) }, () => this.#action(hosts, roll))) };
  }

  #model(kind: StepModel['kind'], actions: readonly ActionModel[]): StepModel {
    this.#steps += 1;
    return { id: `s${this.#steps}`, kind, location: LOCATION, actions, unless: [], verify: [], repeatable: false, takes: this.#tape.next(5) };
  }

  #action(allowed: readonly string[], roll: readonly string[] | undefined): ActionModel {
    const [verb, changes] = ([
      ['restart', [{ kind: 'component', name: 'x.y', becomes: 'restarted' }]],
      ['stop', [{ kind: 'component', name: 'x.y', becomes: 'stopped' }]],
      ['start', [{ kind: 'component', name: 'x.y', becomes: 'started' }]],
      ['reboot', [{ kind: 'host', becomes: 'rebooted' }]],
      ['drain', [{ kind: 'host', becomes: 'drained' }]],
      ['return', [{ kind: 'host', becomes: 'returned' }]],
      ['install', [{ kind: 'component', name: 'x.y', becomes: 'installed', release: 'zed' }]],
    ] as const satisfies readonly (readonly [Verb, readonly Change[]])[])[this.#tape.next(7)] ?? ['run', []];
    const mode = (['all', 'each', 'all', 'first', 'any'] as const)[this.#tape.next(5)] ?? 'all';
    const inBatch = roll !== undefined && this.#tape.next(4) !== 1;
    const targets: Targets = { mode, hosts: this.#tape.some(this.#tape.shuffled(allowed)), ...(inBatch ? { batch: true as const } : {}) };
    return { verb, title: verb, targets, operation: { type: 'shell', shell: 'true' }, changes, uses: [], effect: 'known', location: LOCATION };
  }
}
