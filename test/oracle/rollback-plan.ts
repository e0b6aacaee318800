import fc from 'fast-check';
import { compilePlan } from '../../packages/compiler/src/compile.ts';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import type { Project } from '../../packages/compiler/src/project/project.ts';
import { indented, planText, pointLines, rollLines, short } from './rollback-text.ts';

/** What a random statement is made of: its kind, and numbers from which the rest is chosen. */
export interface Choice {
  readonly kind: Kind;
  readonly a: number;
  readonly b: number;
  readonly inner: readonly Choice[];
}

export const KINDS = [
  'stop', 'start', 'restart', 'reload', 'install', 'expand', 'migrate', 'contract', 'put', 'put-and-load', 'mode', 'holding', 'drain', 'reboot', 'return',
  'roll', 'parallel', 'point', 'rewrite', 'undo', 'undo-nothing', 'reinstall', 'restore', 'for-good', 'gate', 'verify', 'tune', 'tune-captured',
] as const;
type Kind = (typeof KINDS)[number];

const simple = (kinds: readonly Kind[]): fc.Arbitrary<Choice> => fc.record({
  kind: fc.constantFrom(...kinds), a: fc.integer({ min: 0, max: 5 }), b: fc.integer({ min: 0, max: 5 }), inner: fc.constant([]),
});

/** What says most of ways back comes more often. */
const leaf = fc.oneof(
  { weight: 3, arbitrary: simple(KINDS.filter((kind) => kind !== 'roll' && kind !== 'parallel' && kind !== 'holding')) },
  { weight: 3, arbitrary: simple(['put-and-load', 'install', 'stop', 'restart', 'start', 'drain', 'return', 'migrate', 'migrate', 'point', 'reinstall', 'tune', 'tune-captured', 'rewrite', 'gate', 'restore', 'reboot']) },
);
const block = fc.record({
  kind: fc.constantFrom<Kind>('roll', 'roll', 'parallel', 'holding'), a: fc.integer({ min: 0, max: 5 }), b: fc.integer({ min: 0, max: 5 }),
  inner: fc.array(leaf, { minLength: 1, maxLength: 4 }),
});

export interface RollbackPlan {
  readonly text: string;
  readonly files: Readonly<Record<string, string>>;
  /** The kinds of statements that it is made of. */
  readonly kinds: readonly string[];
}

/** Small plans that open and close, install, put, migrate, capture and reinstall; what can't be done when its turn comes is left out. */
export const rollbackPlan: fc.Arbitrary<RollbackPlan> = fc
  .tuple(fc.option(simple(['point']), { freq: 3 }), fc.array(fc.oneof({ weight: 5, arbitrary: leaf }, { weight: 3, arbitrary: block }), { minLength: 3, maxLength: 10 }))
  .map(([first, choices]) => new Writer().write(first === null ? choices : [first, ...choices]));

const RELEASES = ['r1', 'r2', 'r3'];
const FRONTS = ['f1', 'f2', 'f3'];
const COMPONENTS = [
  { name: 'app.front', hosts: FRONTS },
  { name: 'app.back', hosts: ['d1'] },
  { name: 'db.server', hosts: ['d1'] },
];
const DATABASES = ['store.main', 'store.side'];
const CONFIGURATION = '/belay/etc/app.conf';

/** Where statements stand: what they may touch. */
interface Place {
  readonly components: readonly (typeof COMPONENTS)[number][];
  readonly databases: boolean;
  readonly files: boolean;
  readonly hosts: boolean;
  readonly points: boolean;
  readonly roll: boolean;
}

const TOP: Place = { components: COMPONENTS, databases: true, files: true, hosts: true, points: true, roll: false };

/** Writes statements one after the other, and keeps in mind what runs, so that each of them can be done. */
class Writer {
  readonly #stopped = new Set<string>();
  readonly #retired = new Set<string>();
  readonly #drained = new Set<string>();
  readonly #captured = new Map<string, Set<string>>();
  readonly #files: Record<string, string> = {};
  readonly #kinds: string[] = [];
  readonly #checks: string[] = [];
  /** The points that have saved what is tuned. */
  #isTuned = false;
  #isQuiet = false;
  #count = 0;

  write(choices: readonly Choice[]): RollbackPlan {
    const lines = choices.flatMap((choice) => this.#statement(choice, TOP));
    for (const { name } of COMPONENTS) if (this.#stopped.has(name) && !this.#retired.has(name)) lines.push(`start ${name}`);
    if (this.#drained.size > 0) lines.push('return on fronts');
    if (this.#isQuiet) lines.push('leave quiet');
    return { text: planText([...this.#checks, ...lines]), files: this.#files, kinds: this.#kinds };
  }

  #statement(choice: Choice, place: Place): string[] {
    const lines = this.#lines(choice, place);
    if (lines.length > 0) this.#kinds.push(choice.kind);
    return lines;
  }

  #lines({ kind, a, b, inner }: Choice, place: Place): string[] {
    const component = place.components[a % Math.max(1, place.components.length)];
    const release = RELEASES[b % RELEASES.length] ?? 'r1';
    const serves = !this.#stopped.has('db.server');
    switch (kind) {
      case 'stop': case 'start': case 'restart': case 'reload': case 'install': case 'for-good': {
        return component === undefined ? [] : this.#component(kind, component.name, release, a, b);
      }
      case 'expand': case 'migrate': case 'contract': {
        return place.databases && serves && this.#isSafe(DATABASES[a % 2] ?? '', a * b) ? [`${kind} ${DATABASES[a % 2] ?? ''} to ${release}`] : [];
      }
      case 'put': return place.files ? this.#put(a, place) : [];
      case 'put-and-load': {
        const loaded = place.components.find(({ name }) => name === (a % 2 === 0 ? 'app.front' : 'app.back')) ?? component;
        if (!place.files || loaded === undefined || this.#stopped.has(loaded.name)) return [];
        const put = this.#put(loaded.name === 'app.front' ? 0 : 1, place);
        const load = [[`reload ${loaded.name}`], [`restart ${loaded.name}`], [`stop ${loaded.name}`, `start ${loaded.name}`]][b % 3] ?? [];
        return b < 3 ? [...put, ...load] : [`step load_${++this.#count} {`, ...[...put, ...load].map((line) => `  ${line}`), '}'];
      }
      case 'mode': {
        if (!place.points) return [];
        this.#isQuiet = !this.#isQuiet;
        return [this.#isQuiet ? 'enter quiet' : 'leave quiet'];
      }
      case 'drain': return this.#drain(place);
      case 'reboot': return !place.hosts ? [] : place.roll ? ['reboot'] : [`reboot on ${a % 2 === 0 ? 'fronts' : '"f1"'}`];
      case 'return': return this.#return(place);
      case 'holding': return this.#holding(inner, place);
      case 'roll': return this.#roll(a, b, inner, place);
      case 'parallel': return this.#parallel(inner, place);
      case 'point': return this.#point(a, b, place);
      case 'rewrite': return place.databases && serves && this.#isSafe(DATABASES[a % 2] ?? '', a * b) ? this.#opaque(a, b) : [];
      // Both notice when the state is another than it was here before.
      case 'gate': return place === TOP ? this.#gate() : [];
      case 'verify': return place === TOP ? [`step look_${++this.#count} {`, '  on fronts', '  run "ls > /dev/null"', '  changes nothing', `  verify run "host same ${this.#count}"`, '}'] : [];
      case 'tune': return place.roll || place.components.length === 0 || this.#kinds.includes('tune') || this.#isTuned ? [] : this.#tune('undo { run "host untune" }', b);
      case 'tune-captured': return place.roll || place.components.length === 0 || !this.#isTuned ? [] : this.#tune('', b);
      case 'undo': return place.files && !place.roll && !this.#kinds.includes('undo') ? this.#undoable(b) : [];
      case 'undo-nothing': return [`step look_${++this.#count} {`, '  on first fronts', '  run "ls > /dev/null"', '  rewrites "/belay/look"', '  undo nothing "it only looks"', '}'];
      case 'reinstall': return place === TOP ? this.#reinstall(a) : [];
      case 'restore': return place.points ? this.#restore(a) : [];
    }
  }

  /** Mostly only what was captured is changed: else the plan is refused. */
  #isSafe(database: string, chance: number): boolean {
    return chance === 6 || [...this.#captured.values()].some((saved) => saved.has(database));
  }

  #component(kind: 'stop' | 'start' | 'restart' | 'reload' | 'install' | 'for-good', name: string, release: string, a: number, b: number): string[] {
    const isStopped = this.#stopped.has(name);
    if (kind === 'install') {
      const where = name === 'app.front' && a > 2 ? [' on each fronts', ' on first fronts', ' on "f2"'][a % 3] ?? '' : '';
      return [`install ${name} to ${release}${where}`];
    }
    if (kind === 'reload' && isStopped) return [];
    if (kind === 'stop') this.#stopped.add(name);
    if (kind === 'for-good') {
      if (name !== 'app.back' || isStopped) return [];
      this.#stopped.add(name);
      this.#retired.add(name);
      return [`stop ${name} for good`];
    }
    if (kind === 'restart' && name === 'app.front' && !isStopped && b > 2) return [`restart app.front on ${['first fronts', 'each fronts', '"f3"'][b - 3] ?? 'fronts'}`];
    if (kind === 'start' || kind === 'restart') {
      this.#stopped.delete(name);
      this.#retired.delete(name);
    }
    return [`${kind} ${name}`];
  }

  #gate(): string[] {
    const name = `as_before_${++this.#count}`;
    this.#checks.push(`check ${name} { on data  run "host same ${this.#count}" }`);
    return [`gate ${name}`];
  }

  #put(a: number, { roll, components }: Place): string[] {
    const file = `files/conf${++this.#count}`;
    this.#files[file] = `configuration ${this.#count}\n`;
    const onData = a % 2 === 1 && components.some(({ name }) => name === 'app.back');
    const path = a % 3 === 2 ? '/belay/etc/deep/more.conf' : CONFIGURATION;
    return [`put "${file}" at "${path}"${roll ? '' : onData ? ' on data' : ' on fronts'}`];
  }

  #drain({ hosts, roll }: Place): string[] {
    if (!hosts || this.#drained.size > 0) return [];
    this.#drained.add('fronts');
    return [roll ? 'drain' : 'drain on fronts'];
  }

  #return({ hosts, roll }: Place): string[] {
    if (!hosts || this.#drained.size === 0) return [];
    this.#drained.clear();
    return [roll ? 'return' : 'return on fronts'];
  }

  #holding(inner: readonly Choice[], place: Place): string[] {
    if (this.#isQuiet) return [];
    this.#isQuiet = true;
    const body = inner.filter(({ kind }) => kind !== 'mode').flatMap((one) => this.#statement(one, place));
    this.#isQuiet = false;
    return body.length === 0 ? [] : ['holding quiet {', ...indented(body), '}'];
  }

  /** A roll ends as it began, batch by batch. */
  #roll(a: number, b: number, inner: readonly Choice[], place: Place): string[] {
    if (this.#stopped.has('app.front') || this.#drained.size > 0) return [];
    const inside: Place = { ...place, components: COMPONENTS.slice(0, 1), databases: false, points: false, roll: true };
    const body = inner.filter(({ kind }) => kind !== 'undo-nothing').flatMap((one) => this.#statement(one, inside));
    if (this.#stopped.delete('app.front')) body.push('start app.front');
    if (this.#drained.delete('fronts')) body.push('return');
    return body.length === 0 ? [] : rollLines(a, b, body);
  }

  #parallel(inner: readonly Choice[], place: Place): string[] {
    if (!place.points) return [];
    const on = (components: Place['components'], databases: boolean): Place => ({ components, databases, files: !databases, hosts: !databases, points: false, roll: false });
    const first = inner.flatMap((one) => this.#statement(one, on(COMPONENTS.slice(0, 1), false)));
    const second = inner.flatMap((one) => this.#statement(one, on([], true)));
    if (first.length === 0 || second.length === 0) return [...first, ...second];
    const name = ++this.#count;
    return ['parallel {', `  stage left${name} {`, ...indented(indented(first)), '  }', `  stage right${name} {`, ...indented(indented(second)), '  }', '}'];
  }

  #point(a: number, b: number, place: Place): string[] {
    if (!place.points || this.#captured.size > 2) return [];
    const name = `point${++this.#count}`;
    const serves = !this.#stopped.has('db.server');
    const databases = !serves ? [] : [DATABASES, DATABASES.slice(0, 1), DATABASES.slice(1), DATABASES, [], DATABASES][a] ?? [];
    this.#captured.set(name, new Set(databases));
    if (a + b > 5) this.#isTuned = true;
    return pointLines(name, databases, b, a + b > 5);
  }

  #tune(undo: string, b: number): string[] {
    const loads = this.#stopped.has('app.front') ? [] : [[], ['restart app.front'], ['reload app.front']][b % 3] ?? [];
    return [`step tune_${++this.#count} {`, '  on fronts', `  run "host tune ${this.#count}"`, '  rewrites app.front', ...(undo === '' ? [] : [`  ${undo}`]), '}', ...loads];
  }

  /** A point that saves nothing. */
  #bare(): string[] {
    if (this.#captured.size > 2) return [];
    const name = `point${++this.#count}`;
    this.#captured.set(name, new Set());
    return [`rollback point ${name}`];
  }

  #opaque(a: number, b: number): string[] {
    const database = DATABASES[a % 2] ?? '';
    return [`step rewrite_${++this.#count} {`, '  on any fronts', `  run "base rewrite ${short(database)} ${b}"`, `  rewrites ${database}`, '}'];
  }

  #undoable(b: number): string[] {
    return [`step mark_${++this.#count} {`, '  on fronts', `  run "echo ${b} > mark"`, '  rewrites "/belay/mark"', '  undo { run "rm -f mark" }', '}'];
  }

  /** The databases that a point has saved are gone; the server may be down meanwhile. */
  #reinstall(a: number): string[] {
    const [point] = this.#captured.keys();
    if (point === undefined || this.#stopped.has('db.server')) return [];
    const saved = this.#captured.get(point) ?? new Set();
    const lost = [...saved];
    if (lost.length === 0) return [];
    const wipe = [`step reinstall_${++this.#count} {`, '  on data', `  run "base wipe ${lost.map(short).join(' ')}"`, `  rewrites ${lost.join(', ')}`, '}'];
    const back = `restore ${lost.join(', ')} from ${point}`;
    const between = a > 2 ? this.#bare() : [];
    return a % 2 === 0 ? [...wipe, back] : ['stop db.server', ...between, ...wipe, 'start db.server', back];
  }

  #restore(a: number): string[] {
    const points = [...this.#captured].filter(([, saved]) => saved.size > 0);
    const [point, saved] = points[a % Math.max(1, points.length)] ?? [];
    if (point === undefined || saved === undefined || this.#stopped.has('db.server')) return [];
    return [`restore ${[...saved].join(', ')} from ${point}`];
  }
}

/** The project of a random plan, with the files that it names. */
export async function projectOf({ text, files }: RollbackPlan): Promise<Project> {
  return loadProject('main.belay', {
    read: (path) => {
      const content = path === 'main.belay' ? text : files[path];
      return Promise.resolve(content === undefined ? { found: false, reason: 'missing' } : { found: true, bytes: new TextEncoder().encode(content) });
    },
  });
}

/** A random plan as it is emitted; undefined where it is refused. */
export async function compiled(made: RollbackPlan): Promise<Plan | undefined> {
  return compilePlan(await projectOf(made), { plan: 'random' }).plan;
}
