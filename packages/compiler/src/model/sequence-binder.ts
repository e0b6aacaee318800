import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { BoundStatements } from './binding-memory.ts';
import { bindArguments } from './bind-recipe.ts';
import { bindLet } from './bind-names.ts';
import { nameAt } from './bind-groups.ts';
import { bindGate, bindHealthyGate } from './bind-gate.ts';
import { bindJump } from './bind-jump.ts';
import { bindPoint } from './bind-point.ts';
import { bindRoll } from './bind-roll.ts';
import { readWindow } from './bind-window.ts';
import { declaredName, nameLocation, reportDuplicate, reportUnknown, shown } from './declarations.ts';
import { drawCycle } from './draw-cycle.ts';
import { constantText, itemsOf, literalText, nameText } from './evaluate.ts';
import { namesAt } from './find.ts';
import { reportIdle } from './idle-settings.ts';
import { stepName, type Frame, type PlanContext } from './plan-context.ts';
import type { Branch, Node, Series, StepModel } from './plan-model.ts';
import { MOST_STEPS } from './plan-notes.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';
import { StepBinder } from './step-binder.ts';
import { headOf, isAction } from './statements.ts';

/** Recipes may apply each other so many deep. */
const DEEPEST_RECIPES = 32;

/** Blocks may hold each other so many deep, those of recipes included. */
const DEEPEST = 200;

/** Binds the statements of a plan, in order. */
export class SequenceBinder {
  readonly context: PlanContext;
  readonly steps: StepBinder;
  readonly #bound: BoundStatements | undefined;

  /** @param bound what was bound before of the statements that stand directly in the plan */
  constructor(context: PlanContext, bound?: BoundStatements) {
    this.context = context;
    this.#bound = bound;
    this.steps = new StepBinder(context);
  }

  /** Binds the statements of a block; names that they declare are seen from there on. */
  series(statements: readonly Statement[], outer: Frame, location: Series['location']): Series {
    const frame: Frame = { ...outer, depth: outer.depth + 1, here: { ...outer.here, scope: new Scope(outer.here.scope) } };
    const items: Node[] = [];
    const bound = outer.depth === 0 ? this.#bound : undefined;
    bound?.begin(statements, this.context.notes);
    let isCut = false;
    const bind = (statement: Statement): Node | undefined => {
      isCut = this.#full(statement, frame);
      if (isCut) return undefined;
      this.#refuseAfter(statement, frame);
      return this.#statement(statement, frame);
    };
    for (const statement of statements) {
      const node = bound === undefined ? bind(statement) : bound.bind(statement, this.context, () => bind(statement));
      if (isCut) break;
      if (node !== undefined) items.push(node);
    }
    bound?.finish(this.context.notes);
    return { node: 'series', items, location };
  }

  /** Whether nothing more is bound: the plan, or all that is checked, has become too large. */
  #full(statement: Statement, frame: Frame): boolean {
    const { context } = this;
    const at = locate(frame.here.file, statement.keyword);
    const name = statement.arguments['name'];
    const letters = frame.path.reduce((sum, one) => sum + one.length, name === undefined ? 0 : name.end - name.start);
    if (context.isFull || !context.reporter.spend('statements', 1, at) || !context.reporter.spend('characters', letters, at)) return true;
    const isTooDeep = frame.depth > DEEPEST;
    if (!isTooDeep && context.notes.steps < MOST_STEPS) return false;
    context.isFull = true;
    context.reporter.report(KINDS.limitExceeded, {
      message: isTooDeep
        ? `Blocks and recipes hold each other more than ${DEEPEST} levels deep. What follows is left out.`
        : `The plan has more than ${MOST_STEPS / 1000},000 steps. Split it.`,
      at,
    });
    return true;
  }

  /** In a series the written order holds, so an `after` would say nothing, or the contrary. */
  #refuseAfter(statement: Statement, frame: Frame): void {
    const after = statement.block?.statements.find((one) => one.declaration.id === 'after');
    if (after === undefined) return;
    this.context.reporter.report(KINDS.misplacedBlock, {
      message: '`after` counts inside `parallel` only. Here statements run in written order: remove it, or put both into a `parallel` block.', at: locate(frame.here.file, after),
    });
  }

  #statement(statement: Statement, frame: Frame): Node | undefined {
    const { here } = frame;
    const inner = statement.block?.statements ?? [];
    const location = locate(here.file, headOf(statement));
    switch (statement.declaration.id) {
      case 'let': bindLet(statement, here); return undefined;
      case 'stage': return this.#stage(statement, frame, location);
      case 'parallel': return this.#parallel(inner, frame, location);
      case 'holding': return this.#holding(statement, frame, location);
      case 'within': return this.#within(statement, frame, location);
      case 'jump': return bindJump(statement, frame, location, this);
      case 'apply': return this.#apply(statement, frame, location);
      case 'roll': return bindRoll(statement, frame, this);
      case 'rollback-point': return bindPoint(statement, frame, this);
      case 'step': return this.#step(statement, frame);
      case 'gate': return { node: 'step', step: bindGate(statement, frame, this) };
      case 'gate-healthy': return { node: 'step', step: bindHealthyGate(statement, frame, this) };
      case 'approve': return { node: 'step', step: this.#quietStep('approve', 'question', statement, frame) };
      case 'point-of-no-return': return { node: 'step', step: this.#quietStep('no-return', 'reason', statement, frame) };
      default: return isAction(statement) ? { node: 'step', step: this.#bareAction(statement, frame) } : undefined;
    }
  }

  #stage(statement: Statement, frame: Frame, location: Series['location']): Node {
    const path = [...frame.path, declaredName(statement) ?? 'stage'];
    this.#noteName(path, 'stage', statement, frame);
    return this.series(statement.block?.statements ?? [], { ...frame, path }, location);
  }

  #step(statement: Statement, frame: Frame): Node {
    const title = literalText(statement.arguments['title']);
    const name = declaredName(statement) ?? 'step';
    this.#noteName([...frame.path, name], 'step', statement, frame);
    const id = this.context.uniqueId(frame.path, name);
    return { node: 'step', step: this.steps.step(statement, id, title, (statement.block?.statements ?? []).filter(isAction), frame) };
  }

  /** Steps and stages that were given the same name in the same place; those of a recipe that is applied twice get numbers. */
  #noteName(path: readonly string[], what: string, statement: Statement, { here, recipes }: Frame): void {
    if (recipes.length > 0) return;
    const key = path.join('/');
    const location = nameLocation({ statement, file: here.file });
    const first = this.context.notes.get('name', key);
    if (first === undefined) this.context.notes.set('name', key, location);
    else reportDuplicate(what, path.at(-1) ?? '', location, first, this.context.reporter);
  }

  #bareAction(statement: Statement, frame: Frame): StepModel {
    const title = literalText(statement.arguments['title']);
    return this.steps.step(statement, this.context.uniqueId(frame.path, bareName(statement, frame)), title, [statement], frame);
  }

  #quietStep(kind: 'approve' | 'no-return', argument: string, statement: Statement, frame: Frame): StepModel {
    if (kind === 'no-return' && (frame.inParallel || frame.roll !== undefined)) {
      this.context.reporter.report(KINDS.misplacedBlock, {
        message: `A point of no return can not stand inside \`${frame.inParallel ? 'parallel' : 'roll'}\`: part of what runs there would still have a way back. Put it before or after.`,
        at: locate(frame.here.file, statement.keyword),
      });
    }
    reportIdle(statement, frame.here);
    const id = this.context.uniqueId(frame.path, stepName(kind === 'approve' ? 'approve' : 'point_of_no_return', []));
    const step = this.steps.finish(statement, id, undefined, [], statement.block?.statements ?? [], frame);
    return { ...step, kind, text: constantText(statement.arguments[argument], frame.here, 'This text') };
  }

  #parallel(statements: readonly Statement[], outer: Frame, location: Series['location']): Node {
    const frame: Frame = { ...outer, depth: outer.depth + 1, inParallel: true, here: { ...outer.here, scope: new Scope(outer.here.scope) } };
    const branches: Branch[] = [];
    for (const statement of statements) {
      if (this.#full(statement, frame)) break;
      const body = this.#statement(statement, frame);
      if (body === undefined) continue;
      const name = branchName(statement, frame);
      branches.push({
        body, services: jumpsIn(body), location: locate(frame.here.file, headOf(statement)), ...(name === undefined ? {} : { name }),
        after: (statement.block?.statements ?? []).filter((one) => one.declaration.id === 'after').flatMap((one) => itemsOf(one.arguments['steps'])).flatMap((value) => (
          value.node === 'word' ? [{ name: nameText(value, frame.here), location: locate(frame.here.file, value) }] : []
        )),
      });
    }
    return { node: 'parallel', branches, location };
  }

  #holding(statement: Statement, frame: Frame, location: Series['location']): Node {
    const modes = itemsOf(statement.arguments['modes']);
    const change = (verb: 'enter' | 'leave', value: (typeof modes)[number]): Node => {
      const name = nameAt(value, frame.here) ?? '';
      const actions = this.steps.enterOrLeave(verb, name, value, frame);
      const id = this.context.uniqueId(frame.path, stepName(verb, [name]));
      const step = this.steps.finish({ ...statement, start: value.start, end: value.end }, id, undefined, actions, [], frame);
      return { node: 'step', step: { ...step, location: locate(frame.here.file, value) } };
    };
    const names = modes.map((value) => nameAt(value, frame.here) ?? '');
    for (const [index, value] of modes.entries()) {
      const name = names[index] ?? '';
      if (frame.held?.has(name) !== true && names.indexOf(name) === index) continue;
      this.context.reporter.report(KINDS.misplacedBlock, {
        message: `Mode ${shown(name)} is held here already: the end of this \`holding\` would leave it for both. Hold it once.`, at: locate(frame.here.file, value),
      });
    }
    const enter = modes.map((value) => change('enter', value));
    const body = this.series(statement.block?.statements ?? [], { ...frame, held: new Set([...(frame.held ?? []), ...names]) }, location);
    const leave = modes.toReversed().map((value) => change('leave', value));
    return { node: 'series', items: [...enter, body, ...leave], location };
  }

  #within(statement: Statement, frame: Frame, location: Series['location']): Node {
    const value = statement.arguments['window'];
    const name = nameAt(value, frame.here);
    const declared = name === undefined ? undefined : frame.declarations.get('window', name);
    if (value !== undefined && name !== undefined && declared === undefined) {
      reportUnknown('window', name, value, frame.here.file, frame.declarations.names('window'), this.context.reporter);
    }
    if (name !== undefined && declared !== undefined) this.context.notes.set('window', name, readWindow(declared, frame.here));
    if (name === undefined) return this.series(statement.block?.statements ?? [], frame, location);
    return { ...this.series(statement.block?.statements ?? [], { ...frame, window: name }, location), window: name };
  }

  #apply(statement: Statement, frame: Frame, location: Series['location']): Node | undefined {
    const value = statement.arguments['recipe'];
    const name = nameAt(value, frame.here);
    if (value === undefined || name === undefined) return undefined;
    const declared = frame.declarations.get('recipe', name);
    if (declared === undefined) {
      reportUnknown('recipe', name, value, frame.here.file, frame.declarations.names('recipe'), this.context.reporter);
      return undefined;
    }
    this.context.notes.use(declared.statement);
    const first = frame.recipes.indexOf(name);
    if (first !== -1) {
      const circle = frame.recipes.slice(first);
      this.context.reporter.report(KINDS.cyclicDefinition, {
        message: circle.length === 1 ? `Recipe ${shown(name)} applies itself: it would never end.` : 'These recipes apply each other in a circle: they would never end.',
        at: locate(frame.here.file, value),
        notes: circle.length === 1 ? [] : [drawCycle(circle)],
      });
      return undefined;
    }
    if (frame.recipes.length >= DEEPEST_RECIPES) {
      this.context.reporter.report(KINDS.limitExceeded, { message: `Recipes apply each other more than ${DEEPEST_RECIPES} levels deep.`, at: locate(frame.here.file, value) });
      return undefined;
    }
    const scope = bindArguments(statement, declared, frame);
    return scope === undefined ? undefined : this.series(declared.statement.block?.statements ?? [], {
      ...frame, here: { ...frame.here, file: declared.file, scope }, recipes: [...frame.recipes, name],
    }, location);
  }
}

/** The name that a bare action gets: its keyword and what it acts on. */
function bareName(statement: Statement, frame: Frame): string {
  const args = statement.arguments;
  const about: string[] = [];
  const isPut = statement.declaration.id === 'put';
  for (const key of isPut ? [] : ['components', 'databases', 'resources', 'mode']) {
    for (const value of itemsOf(args[key])) if (value.node === 'word') for (const name of namesAt(value, frame)) about.push(name.replace(/\.\*$/, ''));
  }
  if (args['path'] !== undefined) about.push(literalText(args['path']) ?? '');
  const release = args['release'];
  if (release?.node === 'word' && statement.declaration.id !== 'run') about.push('to', release.text);
  const target = args['target'];
  if (target?.node === 'target' && args['components'] === undefined && args['databases'] === undefined && args['command'] === undefined && args['file'] === undefined && !isPut) {
    for (const value of target.hosts) about.push(value.node === 'word' ? nameText(value, frame.here) : (literalText(value) ?? ''));
  }
  const command = literalText(args['command']) ?? literalText(args['file']);
  if (command !== undefined && about.length === 0) about.push(command.trim().split(/\s+/).slice(0, 3).join(' '));
  return stepName(statement.declaration.keyword, about);
}

/** What `after` calls a statement of a parallel part. */
function branchName(statement: Statement, frame: Frame): string | undefined {
  const named = declaredName(statement) ?? nameAt(statement.arguments['service'] ?? statement.arguments['group'] ?? statement.arguments['recipe'], frame.here);
  return named ?? (isAction(statement) ? bareName(statement, frame) : undefined);
}

function jumpsIn(body: Node): string[] {
  const found = new Set<string>();
  const open: Node[] = [body];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.node === 'series') {
      if (node.jump !== undefined) found.add(node.jump.service);
      for (const item of node.items) if (item.node !== 'step') open.push(item);
    } else if (node.node === 'parallel') for (const branch of node.branches) open.push(branch.body);
  }
  return [...found];
}
