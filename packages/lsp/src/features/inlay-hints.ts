import {
  durationText, estimateOf, impliedOrders, itemsOf, partTimes, scheduleOf, wordOf, type AnalyzedPlan, type Cloud, type ImpliedOrder, type Statement, type Value,
} from '@belay/compiler/analysis';
import { InlayHintRequest, type CancellationToken, type InlayHint, type InlayHintParams } from 'vscode-languageserver';
import { hostsOfPattern } from '../symbols/hosts.ts';
import { plansOf, stepsAt } from '../symbols/plan-steps.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';

/** More hints are not sent. */
const MOST_HINTS = 2_000;

/** Clouds of one plan whose hosts are counted beside those of the first. */
const MOST_CLOUDS = 10;

/** More hosts are not counted for one answer. */
const MOST_HOSTS = 200_000;

/** Statements that are looked at before it is asked whether somebody still waits. */
const BETWEEN_LOOKS = 500;

/** Statements with a part of the plan in their block. */
const PARTS: ReadonlySet<string> = new Set(['stage', 'parallel', 'holding', 'within', 'jump', 'apply']);

/** What a line does not say and the model knows: how long parts take, how many hosts are meant, how large batches are, what waits for what. */
export function inlayHints(snapshot: Snapshot, { textDocument, range }: InlayHintParams, token?: CancellationToken): InlayHint[] | null {
  const file = snapshot.file(textDocument.uri);
  const analysis = file === undefined ? undefined : snapshot.analysis(file);
  if (file === undefined || analysis === undefined) return null;
  const from = file.offset(range.start);
  const to = file.offset(range.end);
  const hints: InlayHint[] = [];
  const open: { readonly statement: Statement; readonly clouds: readonly Cloud[]; readonly plan: AnalyzedPlan | undefined }[] = [];
  const enter = (statements: readonly Statement[], clouds: readonly Cloud[], plan: AnalyzedPlan | undefined): void => {
    for (let index = statements.length - 1; index >= 0; index -= 1) {
      const statement = statements[index] as Statement;
      if (statement.start <= to && statement.end >= from) open.push({ statement, clouds, plan });
    }
  };
  enter(file.tree.statements, [], undefined);
  const budget = { hosts: MOST_HOSTS };
  let count = 0;
  for (let next = open.pop(); next !== undefined && hints.length < MOST_HINTS; next = open.pop()) {
    if ((count += 1) % BETWEEN_LOOKS === 0 && token?.isCancellationRequested === true) return null;
    const { statement } = next;
    const isPlan = statement.declaration.id === 'plan';
    const plans = isPlan ? plansOf(statement, file, snapshot) : [];
    const plan = isPlan ? plans[0] : next.plan;
    const clouds = isPlan ? plans.slice(0, MOST_CLOUDS + 1).map((one) => one.plan.cloud)
      : statement.declaration.id === 'cloud' ? analysis.clouds.filter(({ location }) => location.start === statement.arguments['name']?.start).slice(0, 1) : next.clouds;
    const hinter = new Hinter(file, statement, hints, budget);
    hinter.hosts(clouds);
    if (plan !== undefined && !isPlan) hinter.step(plan);
    enter(statement.block?.statements ?? [], clouds, plan);
  }
  return hints.filter(({ position }) => isWithin(file, position, from, to)).slice(0, MOST_HINTS);
}

function isWithin(file: WorkspaceFile, position: InlayHint['position'], from: number, to: number): boolean {
  const offset = file.offset(position);
  return from <= offset && offset <= to;
}

class Hinter {
  readonly #file: WorkspaceFile;
  readonly #statement: Statement;
  readonly #hints: InlayHint[];
  readonly #budget: { hosts: number };

  constructor(file: WorkspaceFile, statement: Statement, hints: InlayHint[], budget: { hosts: number }) {
    this.#budget = budget;
    this.#file = file;
    this.#statement = statement;
    this.#hints = hints;
  }

  #add(offset: number, label: string, tooltip: string): void {
    this.#hints.push({ position: this.#file.position(offset), label, tooltip, paddingLeft: true });
  }

  /** How many hosts a pattern, a group or a target means: on the first of several clouds, and which that is where others have more or fewer. */
  hosts([cloud, ...others]: readonly Cloud[]): void {
    const { declaration: { id }, arguments: values } = this.#statement;
    if (id === 'hosts' || id === 'zone') {
      const patterns = itemsOf(values['hosts']);
      const hosts = new Set(patterns.flatMap((one) => this.#hostsOf(one)));
      // Of names that are written out everybody sees how many there are.
      if (hosts.size > patterns.length) this.#add(values['hosts']?.end ?? 0, hostsText(hosts.size), 'The hosts that these patterns stand for.');
    }
    const target = values['target'];
    if (cloud === undefined) return;
    if (target?.node === 'target') {
      const count = this.#countOf(target, cloud);
      const elsewhere = others.map((one) => ({ name: one.name, count: this.#countOf(target, one) ?? 0 }));
      const isSame = elsewhere.every((one) => one.count === count);
      const tooltip = isSame ? 'The hosts of this cloud that are meant.' : `The hosts that are meant. On its other clouds: ${elsewhere.map((one) => `${one.name} ${one.count}`).join(', ')}.`;
      if (count !== undefined) this.#add(target.end, `${targetText(target.mode, count)}${isSame ? '' : ` on ${cloud.name}`}`, tooltip);
    }
    const group = cloud.groups.get(wordOf(values['group']) ?? '');
    if (group !== undefined && id !== 'roll') this.#add(values['group']?.end ?? 0, hostsText(group.hosts.length), `The hosts of group ${group.name}.`);
  }

  #hostsOf(value: Value): readonly string[] {
    if (value.node !== 'text' || value.parts.length !== 1 || value.parts[0]?.part !== 'chunk' || this.#budget.hosts <= 0) return [];
    const hosts = hostsOfPattern(value.parts[0].text);
    this.#budget.hosts -= hosts.length;
    return hosts;
  }

  /** Undefined where a host is written by its name, or nobody knows. */
  #countOf({ hosts, except }: Extract<Value, { node: 'target' }>, cloud: Cloud): number | undefined {
    const found = new Set<string>();
    let isPlain = true;
    for (const [index, one] of [...hosts, ...except].entries()) {
      const own = one.node === 'text' ? this.#hostsOf(one) : (cloud.groups.get(one.text) ?? cloud.components.get(one.text))?.hosts;
      if (own === undefined) return undefined;
      if (one.node === 'word' || own.length > 1) isPlain = false;
      for (const host of own) if (index < hosts.length) found.add(host); else found.delete(host);
    }
    return isPlain ? undefined : found.size;
  }

  /** How long a part of a plan takes, what a roll does, and what a statement waits for. */
  step({ plan, graph }: AnalyzedPlan): void {
    const statement = this.#statement;
    const { declaration: { id }, block } = statement;
    const end = endOfHead(statement, this.#file.text);
    const key = `${this.#file.path}:${statement.start}`;
    const steps = stepsAt({ graph }, this.#file, statement.start);
    const [first] = steps;
    const roll = first?.step.roll;
    if (id === 'roll' && first !== undefined && roll !== undefined) {
      const { starts, ends, bodies } = scheduleOf(graph);
      const hosts = roll.batches.reduce((sum, batch) => sum + batch.length, 0);
      const seconds = ((ends[first.index] ?? 0) - (starts[first.index] ?? 0)) / 1000;
      const time = timeText(seconds, bodies.get(first.index)?.unknown ?? 0);
      this.#add(end, [hostsText(hosts), batchesText(roll.batches), ...time].join(', '), 'The batches as they are cut: within zones, and no larger than the group can spare. The time is that of all batches and the pauses between them.');
      const amount = block?.statements.find(({ declaration }) => declaration.id === 'batch')?.arguments['amount'];
      const size = Math.max(...roll.batches.map((batch) => batch.length), 0);
      if (amount !== undefined && wordOf(amount) !== String(size)) this.#add(amount.end, `${hostsText(size)} at most`, 'The largest batch, as it is cut.');
    } else if (PARTS.has(id)) {
      const part = partTimes(plan, graph).get(key);
      const text = part === undefined ? [] : timeText(part.seconds, part.unknown);
      if (part !== undefined && part.seconds > 0) this.#add(end, text.join(', '), 'From the begin of its first step to the end of its last, by the estimates of `takes`.');
    } else if (first !== undefined && block?.statements.some(({ declaration }) => declaration.id === 'takes') !== true && id !== 'wait') {
      const estimate = estimateOf(first.step);
      if (estimate !== undefined && estimate > 0) this.#add(end, durationText(estimate), 'By the estimates of its commands.');
    }
    const waits = waitsIn(plan).get(key);
    if (waits !== undefined) {
      this.#add(end, `after ${waits.map(({ name }) => name).join(', ')}`, `It waits because ${waits.map(({ because }) => because).join(', ')}.`);
    }
  }
}

/** The end of a statement up to its block, with all words that stand before it. */
function endOfHead({ block, end }: Statement, text: string): number {
  if (block === undefined || block.inline) return end;
  let at = block.start;
  while (text[at - 1] === ' ' || text[at - 1] === '\t') at -= 1;
  return at;
}

const waitsCache = new WeakMap<AnalyzedPlan['plan'], ReadonlyMap<string, ImpliedOrder['waits']>>();

/** What statements wait for, by where they are written: `file:offset`. */
function waitsIn(plan: AnalyzedPlan['plan']): ReadonlyMap<string, ImpliedOrder['waits']> {
  let waits = waitsCache.get(plan);
  if (waits === undefined) waitsCache.set(plan, (waits = new Map(impliedOrders(plan).map(({ location, waits: all }) => [`${location.file}:${location.start}`, all]))));
  return waits;
}

function targetText(mode: Extract<Value, { node: 'target' }>['mode'], count: number): string {
  if (mode === 'any' || mode === 'first') return `1 of ${hostsText(count)}`;
  return `${hostsText(count)}${mode === 'each' && count > 1 ? ', in turn' : ''}`;
}

function hostsText(count: number): string {
  return `${count} host${count === 1 ? '' : 's'}`;
}

function batchesText(batches: readonly (readonly string[])[]): string {
  const sizes = batches.map((batch) => batch.length);
  const most = Math.max(...sizes, 0);
  const same = sizes.every((size) => size === most);
  return `${batches.length} batch${batches.length === 1 ? '' : 'es'} of ${same ? '' : 'at most '}${most}`;
}

function timeText(seconds: number, unknown: number): string[] {
  const missing = unknown === 0 ? [] : [`${unknown} step${unknown === 1 ? '' : 's'} without an estimate`];
  return seconds === 0 ? missing : [durationText(seconds), ...missing];
}

export const inlayHintsFeature = feature(InlayHintRequest.type, {
  summary: 'How long parts of a plan take, how many hosts are meant, how large batches are, and what waits for what because of `needs`.',
  capabilities: { inlayHintProvider: true },
  answer: inlayHints,
});
