import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import { bindArguments } from './bind-recipe.ts';
import { bindLet } from './bind-names.ts';
import { nameAt } from './bind-groups.ts';
import { bindPoint } from './bind-point.ts';
import { bindRoll } from './bind-roll.ts';
import { bindCommands, hostScope, NO_SETTINGS, readSettings } from './commands.ts';
import { declaredName, reportUnknown, type Declared } from './declarations.ts';
import { constantText, evaluateDuration, itemsOf, literalText, wordText } from './evaluate.ts';
import { findComponents } from './find.ts';
import { stepName, type Frame, type PlanContext } from './plan-context.ts';
import type { ActionModel, Branch, Node, Series, StepModel, WindowModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';
import { headOf, isAction, StepBinder } from './step-binder.ts';
import { resolveTarget } from './targets.ts';
import type { Probe, Targets } from './action.ts';

/** A plan of more steps is refused: recipes multiply. */
const MOST_STEPS = 200_000;

/** Recipes may apply each other so many deep. */
const DEEPEST_RECIPES = 32;

/** Binds the statements of a plan, in order. */
export class SequenceBinder {
  readonly context: PlanContext;
  readonly steps: StepBinder;

  constructor(context: PlanContext) {
    this.context = context;
    this.steps = new StepBinder(context);
  }

  /** Binds the statements of a block; names that they declare are seen from there on. */
  series(statements: readonly Statement[], outer: Frame, location: Series['location']): Series {
    const frame: Frame = { ...outer, here: { ...outer.here, scope: new Scope(outer.here.scope) } };
    const items: Node[] = [];
    for (const statement of statements) {
      if (this.#full(statement, frame)) break;
      const node = this.#statement(statement, frame);
      if (node !== undefined) items.push(node);
    }
    return { node: 'series', items, location };
  }

  #full(statement: Statement, frame: Frame): boolean {
    if (this.context.steps < MOST_STEPS) return false;
    this.context.reporter.report(KINDS.limitExceeded, { message: `The plan has more than ${MOST_STEPS} steps.`, at: locate(frame.here.file, statement.keyword) });
    return true;
  }

  #statement(statement: Statement, frame: Frame): Node | undefined {
    const { here } = frame;
    const inner = statement.block?.statements ?? [];
    const location = locate(here.file, headOf(statement));
    switch (statement.declaration.id) {
      case 'let': bindLet(statement, here); return undefined;
      case 'stage': return this.series(inner, { ...frame, path: [...frame.path, declaredName(statement) ?? 'stage'] }, location);
      case 'parallel': return this.#parallel(inner, frame, location);
      case 'holding': return this.#holding(statement, frame, location);
      case 'within': return this.#within(statement, frame, location);
      case 'jump': return this.#jump(statement, frame, location);
      case 'apply': return this.#apply(statement, frame, location);
      case 'roll': return bindRoll(statement, frame, this);
      case 'rollback-point': return bindPoint(statement, frame, this);
      case 'step': return this.#step(statement, frame);
      case 'gate': return { node: 'step', step: this.#gate(statement, frame) };
      case 'gate-healthy': return { node: 'step', step: this.#gateHealthy(statement, frame) };
      case 'approve': return { node: 'step', step: this.#quietStep('approve', 'question', statement, frame) };
      case 'point-of-no-return': return { node: 'step', step: this.#quietStep('no-return', 'reason', statement, frame) };
      default: return isAction(statement) ? { node: 'step', step: this.#bareAction(statement, frame) } : undefined;
    }
  }

  #step(statement: Statement, frame: Frame): Node {
    const title = literalText(statement.arguments['title']);
    const id = this.context.uniqueId(frame.path, declaredName(statement) ?? 'step');
    return { node: 'step', step: this.steps.step(statement, id, title, (statement.block?.statements ?? []).filter(isAction), frame) };
  }

  #bareAction(statement: Statement, frame: Frame): StepModel {
    const title = literalText(statement.arguments['title']);
    return this.steps.step(statement, this.context.uniqueId(frame.path, bareName(statement, frame)), title, [statement], frame);
  }

  #quietStep(kind: 'approve' | 'no-return', argument: string, statement: Statement, frame: Frame): StepModel {
    const id = this.context.uniqueId(frame.path, stepName(kind === 'approve' ? 'approve' : 'point_of_no_return', []));
    const step = this.steps.finish(statement, id, undefined, [], statement.block?.statements ?? [], frame);
    return { ...step, kind, text: constantText(statement.arguments[argument], frame.here, 'This text') };
  }

  #gate(statement: Statement, frame: Frame): StepModel {
    const actions: ActionModel[] = [];
    const names: string[] = [];
    for (const value of itemsOf(statement.arguments['checks'])) {
      const name = nameAt(value, frame.here) ?? '';
      const declared = frame.declarations.get('check', name);
      names.push(name);
      if (declared === undefined) reportUnknown('check', name, value, frame.here.file, frame.declarations.names('check'), this.context.reporter);
      else actions.push(...this.checkActions(declared, frame));
    }
    const id = this.context.uniqueId(frame.path, stepName('gate', names));
    return { ...this.steps.finish(statement, id, undefined, actions, statement.block?.statements ?? [], frame), kind: 'gate' };
  }

  /** The questions of a check, as actions that change nothing. */
  checkActions(declared: Declared, frame: Frame): ActionModel[] {
    const here = { ...frame.here, file: declared.file, scope: hostScope(declared.scope) };
    const inner: Frame = { ...frame, here };
    const statements = declared.statement.block?.statements ?? [];
    const around = this.context.around(frame);
    const on = resolveTarget(statements.find((one) => one.declaration.id === 'step.on')?.arguments['target'], here, around.places, around.roll);
    const retry = statements.find((one) => one.declaration.id === 'retry');
    const settings = readSettings(statements, here, NO_SETTINGS, true);
    const delay = evaluateDuration(retry?.arguments['delay'], here) ?? 5;
    const polled = settings.options.poll === undefined && retry?.arguments['count']?.node === 'word'
      ? { ...settings, options: { ...settings.options, poll: { every: delay, limit: delay * Number(wordText(retry.arguments['count'], here)) } } }
      : settings;
    const probes: Probe[] = bindCommands(statements, here, polled, around).flatMap((command) => {
      const targets: Targets | undefined = command.targets ?? on ?? (command.operation.type === 'http' ? { mode: 'local', hosts: [] } : undefined);
      if (targets !== undefined) return [{ targets, operation: command.operation }];
      here.reporter.report(KINDS.missingDeclaration, {
        message: 'Nothing says where this is asked. Add `on GROUP`, `on any GROUP` or `on local` to the check.', at: locate(here.file, command.statement.keyword),
      });
      return [];
    });
    const healthy = statements.filter((one) => one.declaration.id === 'check.healthy').flatMap((one) => this.healthProbes(one, inner, undefined));
    return [...probes, ...healthy].map((probe) => this.checkAction(declared.name, probe, locate(declared.file, headOf(declared.statement))));
  }

  /** What components say of their health, as questions. */
  healthProbes(statement: Statement, frame: Frame, on: Targets | undefined): Probe[] {
    return findComponents(statement.arguments['components'], frame, this.context).flatMap((component) => {
      if (component.healthy.length === 0) {
        this.context.reporter.report(KINDS.missingCommand, {
          message: `Nothing says how \`${component.name}\` shows that it is healthy. Write \`healthy run "…"\` or \`healthy http "…"\` in the component.`,
          at: locate(frame.here.file, statement.keyword), related: [{ location: component.location, message: 'declared here' }],
        });
      }
      const wanted = on === undefined ? undefined : new Set(on.hosts);
      return component.healthy.map((probe) => {
        const own = probe.targets.mode === 'all' && probe.targets.hosts === component.hosts;
        if (!own) return probe;
        const inRoll = frame.roll !== undefined && component.hosts.every((host) => frame.roll?.hosts.has(host) === true) && on !== undefined;
        return { ...probe, targets: { mode: on?.mode ?? 'all', hosts: component.hosts.filter((host) => wanted?.has(host) ?? true), ...(inRoll ? { batch: true as const } : {}) } };
      });
    });
  }

  checkAction(name: string, probe: Probe, location: ActionModel['location']): ActionModel {
    return {
      verb: 'check', title: `check ${name}`, targets: probe.targets, operation: probe.operation, changes: [], uses: [], effect: 'declared', inverse: [], location,
    };
  }

  #gateHealthy(statement: Statement, frame: Frame): StepModel {
    const on = this.context.targetOf(statement.arguments['target'], frame);
    const location = locate(frame.here.file, headOf(statement));
    const names = itemsOf(statement.arguments['components']).map((value) => nameAt(value, frame.here) ?? '');
    const settings = readSettings(statement.block?.statements ?? [], frame.here, NO_SETTINGS, true);
    const actions = this.healthProbes(statement, frame, on).map((probe) => this.checkAction(`healthy ${names.join(', ')}`, {
      ...probe, operation: settings.options.poll === undefined ? probe.operation : { ...probe.operation, poll: settings.options.poll },
    }, location));
    const id = this.context.uniqueId(frame.path, stepName('gate_healthy', names));
    return { ...this.steps.finish(statement, id, undefined, actions, statement.block?.statements ?? [], frame), kind: 'gate' };
  }

  #parallel(statements: readonly Statement[], outer: Frame, location: Series['location']): Node {
    const frame: Frame = { ...outer, inParallel: true, here: { ...outer.here, scope: new Scope(outer.here.scope) } };
    const branches: Branch[] = [];
    for (const statement of statements) {
      if (this.#full(statement, frame)) break;
      const body = this.#statement(statement, frame);
      if (body === undefined) continue;
      const name = branchName(statement, frame);
      branches.push({
        body, services: jumpsIn(body), location: locate(frame.here.file, headOf(statement)), ...(name === undefined ? {} : { name }),
        after: (statement.block?.statements ?? []).filter((one) => one.declaration.id === 'after').flatMap((one) => itemsOf(one.arguments['steps'])).flatMap((value) => (
          value.node === 'word' ? [{ name: wordText(value, frame.here), location: locate(frame.here.file, value) }] : []
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
    const enter = modes.map((value) => change('enter', value));
    const body = this.series(statement.block?.statements ?? [], frame, location);
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
    if (name !== undefined && declared !== undefined) this.context.windows.set(name, readWindow(declared, frame));
    return this.series(statement.block?.statements ?? [], name === undefined ? frame : { ...frame, window: name }, location);
  }

  #jump(statement: Statement, frame: Frame, location: Series['location']): Node | undefined {
    const value = statement.arguments['service'];
    const name = nameAt(value, frame.here);
    const { cloud, release, reporter } = this.context;
    const service = name === undefined ? undefined : cloud.services.get(name);
    if (value === undefined || name === undefined) return undefined;
    if (service === undefined) {
      reportUnknown('service', name, value, frame.here.file, [...cloud.services.keys()], reporter);
      if (statement.block === undefined) return undefined;
    }
    if (release === undefined) {
      reporter.report(KINDS.missingDeclaration, {
        message: 'A jump needs to know from which release to which: write `release FROM -> TO` at the start of the plan.', at: locate(frame.here.file, statement.keyword),
      });
    }
    const leaving = findComponents(statement.arguments['leaving'], frame, this.context).map((one) => one.name);
    const inner: Frame = { ...frame, path: [...frame.path, name], service: name };
    const upgrade = cloud.upgrades.get(name);
    const acting = statement.block?.statements.some((one) => one.declaration.id !== 'after' && one.declaration.id !== 'allow') === true;
    const series = acting ? this.series(statement.block?.statements ?? [], inner, location)
      : upgrade !== undefined ? this.series(upgrade.statement.block?.statements ?? [], { ...inner, here: { ...inner.here, file: upgrade.file, scope: new Scope(upgrade.scope) } }, location)
      : this.#plainJump(name, statement.words.includes('stopped') ? [] : leaving, inner, location);
    return { ...series, jump: { service: name, leaving, stopped: statement.words.includes('stopped') } };
  }

  /** A jump without a block, of a service without an `upgrade`: stop, install, bring the databases over, start. */
  #plainJump(name: string, leaving: readonly string[], frame: Frame, location: Series['location']): Series {
    const { cloud, release } = this.context;
    const service = cloud.services.get(name);
    const components = (service?.components ?? []).filter((one) => !leaving.includes(one)).flatMap((one) => cloud.components.get(one) ?? []);
    const databases = (service?.databases ?? []).flatMap((one) => cloud.databases.get(one) ?? []);
    const plain = { settings: NO_SETTINGS };
    const items: Node[] = [];
    const add = (keyword: string, actions: readonly ActionModel[]): void => {
      if (actions.length === 0) return;
      this.context.steps += 1;
      items.push({ node: 'step', step: { id: this.context.uniqueId(frame.path, keyword), kind: 'actions', location, actions, unless: [], verify: [], repeatable: false, ...(frame.window === undefined ? {} : { window: frame.window }) } });
    };
    const make = this.steps.make;
    const each = (verb: 'stop' | 'install' | 'start'): void => add(verb, components.flatMap((one) => (
      make.component(verb, one, { mode: 'all', hosts: one.hosts }, verb === 'install' ? release?.to : undefined, plain, frame, location)
    )));
    const migrate = (verb: 'expand' | 'migrate' | 'contract'): void => {
      const own = databases.filter((one) => verb === 'migrate' || cloud.commands.has(verb, `database ${one.name}`));
      add(verb, own.flatMap((one) => make.database(verb, one, release?.to, undefined, plain, frame, location)));
    };
    each('stop');
    each('install');
    migrate('expand');
    migrate('migrate');
    migrate('contract');
    each('start');
    return { node: 'series', items, location };
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
    if (frame.recipes.includes(name) || frame.recipes.length >= DEEPEST_RECIPES) {
      this.context.reporter.report(KINDS.cyclicDefinition, {
        message: frame.recipes.includes(name)
          ? `Recipe \`${name}\` applies itself: ${[...frame.recipes.slice(frame.recipes.indexOf(name)), name].join(' → ')}.`
          : `Recipes apply each other more than ${DEEPEST_RECIPES} deep.`,
        at: locate(frame.here.file, value),
      });
      return undefined;
    }
    const scope = bindArguments(statement, declared, frame);
    return this.series(declared.statement.block?.statements ?? [], {
      ...frame, here: { ...frame.here, file: declared.file, scope }, recipes: [...frame.recipes, name],
    }, location);
  }
}

/** The name that a bare action gets: its keyword and what it acts on. */
function bareName(statement: Statement, frame: Frame): string {
  const args = statement.arguments;
  const about: string[] = [];
  for (const key of ['components', 'databases', 'resources', 'mode']) {
    for (const value of itemsOf(args[key])) if (value.node === 'word') about.push(wordText(value, frame.here).replace(/\.\*$/, ''));
  }
  if (args['path'] !== undefined) about.push(literalText(args['path']) ?? '');
  const release = args['release'];
  if (release?.node === 'word' && statement.declaration.id !== 'run') about.push('to', release.text);
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
      open.push(...node.items);
    } else if (node.node === 'parallel') open.push(...node.branches.map((branch) => branch.body));
  }
  return [...found];
}

function readWindow(declared: Declared, frame: Frame): WindowModel {
  const here = { ...frame.here, file: declared.file, scope: declared.scope };
  const every = declared.statement.block?.statements.find((one) => one.declaration.id === 'every');
  if (every === undefined) {
    here.reporter.report(KINDS.missingDeclaration, {
      message: `Window \`${declared.name}\` never opens: write \`every tue, wed at 22:00 for 8h zone "Europe/Zurich"\`.`, at: locate(declared.file, declared.statement.keyword),
    });
  }
  const title = literalText(declared.statement.arguments['title']);
  return {
    name: declared.name, ...(title === undefined ? {} : { title }),
    days: itemsOf(every?.arguments['days']).flatMap((one) => (one.node === 'word' ? [one.text] : [])),
    at: readClock(every, here), length: evaluateDuration(every?.arguments['length'], here) ?? 0, zone: constantText(every?.arguments['zone'], here, 'The time zone'),
  };
}

function readClock(every: Statement | undefined, here: Frame['here']): string {
  const value = every?.arguments['at'];
  const text = value?.node === 'word' ? value.text : '00:00';
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  if (value !== undefined && (hours > 23 || minutes > 59)) {
    here.reporter.report(KINDS.wrongType, { message: `\`${text}\` is no time of day.`, at: locate(here.file, value) });
  }
  return text.padStart(5, '0');
}
