import type { Project } from '../project/project.ts';
import type { Statement } from '../syntax/tree.ts';
import type { CloudBinding } from './cloud-binding.ts';
import type { Declared } from './declarations.ts';
import type { PlanContext } from './plan-context.ts';
import type { Node, PlanModel } from './plan-model.ts';
import { MOST_STEPS, type PlanNotes } from './plan-notes.ts';
import type { Account, Reporter } from './reporter.ts';
import { differences, reads, type Difference, type Trace } from './traces.ts';
import { hasSameItems } from '../text/is-equal.ts';

/** What was bound, and what was found meanwhile. */
interface Kept<T> {
  readonly value: T;
  readonly account: Account;
}

interface KeptPlan extends Kept<PlanModel> {
  readonly statement: Statement;
  readonly cloud: CloudBinding;
}

/**
 * What was bound of a project, for the next check of it while it is edited. Trees of the next check share the statements that are still the same, at the
 * same places; what depends on such statements alone is not bound again. The outcome is the same as without a memory.
 */
export class BindingMemory {
  #shared: ReadonlyMap<string, unknown> = new Map();
  #clouds = new Map<Statement, Kept<CloudBinding>>();
  /** By name and cloud. */
  #plans = new Map<string, KeptPlan>();
  #statements = new Map<string, BoundStatements>();

  /** To be called before a project is bound. Where anything outside of plans has changed, everything is bound again. */
  begin(project: Project): void {
    const shared = sharedBy(project);
    if (!holds(this.#shared, shared)) {
      this.#clouds.clear();
      this.#plans.clear();
      this.#statements.clear();
    }
    this.#shared = shared;
  }

  /** Binds a cloud, unless that was done before. */
  cloud(statement: Statement, reporter: Reporter, bind: () => CloudBinding): CloudBinding {
    const known = this.#clouds.get(statement);
    if (known !== undefined && reporter.mayTakeOver(known.account)) {
      reporter.takeOver(known.account);
      return known.value;
    }
    const kept = reporter.noting(bind);
    if (kept.account.isLimited) this.#clouds.delete(statement);
    else this.#clouds.set(statement, kept);
    return kept.value;
  }

  /** Binds a plan to a cloud, unless that was done before. */
  plan({ name, statement }: Declared, cloud: CloudBinding, reporter: Reporter, bind: () => PlanModel): PlanModel {
    const key = keyOf(name, cloud);
    const known = this.#plans.get(key);
    if (known?.statement === statement && known.cloud === cloud && reporter.mayTakeOver(known.account)) {
      reporter.takeOver(known.account);
      return known.value;
    }
    const kept = reporter.noting(bind);
    if (kept.account.isLimited) this.#plans.delete(key);
    else this.#plans.set(key, { ...kept, statement, cloud });
    return kept.value;
  }

  /**
   * What was bound of the statements of a plan.
   *
   * @param settings the statements of the plan that say something about all others
   */
  statements(name: string, cloud: CloudBinding, settings: readonly Statement[]): BoundStatements {
    const key = keyOf(name, cloud);
    const known = this.#statements.get(key);
    if (known?.fits(cloud, settings) === true) return known.next();
    const made = new BoundStatements(cloud, settings);
    this.#statements.set(key, made);
    return made;
  }
}

interface KeptStatement extends Kept<Node | undefined> {
  readonly statement: Statement;
  readonly trace: Trace;
}

/** What was bound of the statements that stand directly in a plan. */
export class BoundStatements {
  readonly #cloud: CloudBinding;
  readonly #settings: readonly Statement[];
  #before = new Map<Statement, KeptStatement>();
  #now = new Map<Statement, KeptStatement>();
  /** What was bound the time before in its order, if nothing had to be left out; and this time so far. */
  #orderBefore: readonly KeptStatement[] = [];
  #order: KeptStatement[] = [];
  /** How many statements there are, and how many of them stand at the start and at the end as they did the time before. */
  #count = 0;
  #start = 0;
  #end = 0;
  #index = 0;
  /** Whether the notes are what they were the time before at the same place, but for some: then nothing else of them has to be compared. */
  #isAsBefore = false;
  #different: readonly Difference[] = [];
  /** The notes at the end of the time before. */
  #last: PlanNotes | undefined;

  constructor(cloud: CloudBinding, settings: readonly Statement[]) {
    this.#cloud = cloud;
    this.#settings = settings;
  }

  fits(cloud: CloudBinding, settings: readonly Statement[]): boolean {
    return cloud === this.#cloud && hasSameItems(settings, this.#settings);
  }

  /** From here on the plan is bound again; what is not asked for until the next time is forgotten then. */
  next(): this {
    this.#before = this.#now;
    this.#orderBefore = this.#order.length === this.#count ? this.#order : [];
    this.#now = new Map();
    this.#order = [];
    return this;
  }

  /** To be called before the first of the statements is bound. */
  begin(statements: readonly Statement[], notes: PlanNotes): void {
    const before = this.#orderBefore;
    const most = Math.min(before.length, statements.length);
    let start = 0;
    while (start < most && before[start]?.statement === statements[start]) start += 1;
    let end = 0;
    while (end < most - start && before.at(-1 - end)?.statement === statements.at(-1 - end)) end += 1;
    this.#count = statements.length;
    this.#start = start;
    this.#end = end;
    this.#index = 0;
    this.#isAsBefore = before.length > 0;
    this.#different = [];
    if (this.#isAsBefore && this.#last !== undefined) notes.startDeferring(this.#last, start + end < before.length ? (before[start]?.trace.reads ?? []) : []);
  }

  /** To be called when the last of the statements is bound. */
  finish(notes: PlanNotes): void {
    if (this.#end === 0 && this.#isAsBefore && this.#index === this.#count) this.#compare(notes);
    if (this.#isAsBefore && this.#order.length === this.#count) notes.finishAsBefore(this.#different);
    else notes.settle();
    this.#last = notes;
  }

  /** Binds a statement, unless that was done before, and what it looks at is the same. */
  bind(statement: Statement, { reporter, notes }: PlanContext, bind: () => Node | undefined): Node | undefined {
    const index = this.#index;
    this.#index += 1;
    if (index === this.#count - this.#end && this.#isAsBefore) this.#compare(notes);
    const isFixed = index < this.#start || index >= this.#count - this.#end;
    const known = this.#before.get(statement);
    const isCertain = isFixed && this.#isAsBefore && known !== undefined && !reads(known.trace, this.#different);
    if (known !== undefined && notes.steps + known.trace.steps < MOST_STEPS && reporter.mayTakeOver(known.account) && notes.fits(known.trace, isCertain)) {
      reporter.takeOver(known.account);
      if (isCertain) notes.defer(known.trace, index >= this.#start);
      else notes.follow(known.trace);
      this.#keep(known);
      return known.value;
    }
    if (isFixed) this.#isAsBefore = false;
    const { value: { value, trace }, account } = reporter.noting(() => notes.traced(bind));
    if (!account.isLimited) this.#keep({ statement, value, trace, account });
    return value;
  }

  #keep(kept: KeptStatement): void {
    this.#now.set(kept.statement, kept);
    this.#order.push(kept);
  }

  /** Compares what the statements between those that are as before have left with what those did that stood there. */
  #compare(notes: PlanNotes): void {
    const before = this.#orderBefore.slice(this.#start, this.#orderBefore.length - this.#end);
    const different = this.#order.length === this.#count - this.#end ? differences(before.map(traceOf), this.#order.slice(this.#start).map(traceOf)) : undefined;
    this.#isAsBefore = different !== undefined;
    this.#different = different ?? [];
    if (different === undefined) notes.settle();
  }
}

function traceOf({ trace }: KeptStatement): Trace {
  return trace;
}

function keyOf(name: string, cloud: CloudBinding): string {
  return `${name} ${cloud.name}`;
}

/** What plans see of a project besides themselves. */
function sharedBy(project: Project): Map<string, unknown> {
  const shared = new Map<string, unknown>();
  for (const [path, tree] of project.trees) {
    for (const [index, statement] of tree.statements.entries()) {
      const name = statement.arguments['name'];
      const isPlan = statement.declaration.id === 'plan';
      shared.set(`statement ${index} ${path}`, !isPlan ? statement : name?.node === 'word' ? `${name.text} ${name.start}` : 'plan');
    }
    shared.set(`statements ${path}`, tree.statements.length);
  }
  for (const [path, inventory] of project.inventories) shared.set(`inventory ${path}`, inventory);
  shared.set('files', [...project.trees.keys(), ...project.inventories.keys()].join('\u0000'));
  for (const [path, file] of project.files) shared.set(`file ${path}`, file.found || file.reason);
  return shared;
}

/** Files may be named for the first time, or not any more; all else has to be the same. */
function holds(before: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): boolean {
  for (const [key, value] of before) if (now.get(key) !== value && (now.has(key) || !key.startsWith('file '))) return false;
  for (const key of now.keys()) if (!before.has(key) && !key.startsWith('file ')) return false;
  return true;
}
