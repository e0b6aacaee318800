import { PARAMETER_TYPES, PROOFS, RULES, SHAPES, literalText, wordOf, type AnalyzedPlan, type Item, type Statement, type ValueType } from '@belay/compiler/analysis';
import { CompletionItemKind } from 'vscode-languageserver';
import type { Cursor } from '../../cursor/cursor-at.ts';
import { wordAt, type ValuePart } from '../../cursor/expected.ts';
import { symbolsOf } from '../../symbols/file-symbols.ts';
import { planOf, stepsAt } from '../../symbols/plan-steps.ts';
import { membersOf, namesIn } from '../../symbols/resolve.ts';
import { VALUE_KINDS, type SymbolScope } from '../../symbols/symbol.ts';
import { trainsFor } from '../../symbols/trains.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import type { Candidate } from './candidate.ts';
import { cataloguedServices, declaredNames, inventoryGroups, nameCandidate, parametersOf, REFERRED, wholeServices } from './names.ts';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Words that a place of type `word` knows, by statement and argument. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  'lock driver': ['consul', 'etcd'], 'http method': ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'],
};

/** What somebody who types a value wants to be told. */
export interface ValuePlace {
  readonly cursor: Cursor;
  readonly scope: SymbolScope;
  readonly snapshot: Snapshot;
  /** The id of the statement. */
  readonly statement: string;
  /** Index of the first item behind the keyword. */
  readonly from: number;
}

/** The values that may stand where a signature has a part. */
export function valueCandidates(part: ValuePart, place: ValuePlace): Candidate[] {
  const { cursor: { items }, scope, snapshot, statement, from } = place;
  switch (part.type) {
    case 'name': return newNames(place);
    case 'day': return words(DAYS.filter((day) => !listed(items).has(day)), CompletionItemKind.EnumMember);
    case 'type': return words(PARAMETER_TYPES, CompletionItemKind.TypeParameter);
    case 'word': return words(WORDS[`${statement} ${part.name}`] ?? [], CompletionItemKind.EnumMember);
    case 'release': return statement === 'train.release' ? [] : releases(place, part.name);
    case 'target': return targets(items, from, scope, snapshot);
    // A secret is handed over by `env` only.
    case 'value': return namesIn(scope, VALUE_KINDS.filter((kind) => kind !== 'secret' || statement === 'env'), snapshot).map((one) => nameCandidate(one, scope));
    case 'ref.rule': return [...RULES, ...PROOFS].filter(({ level }) => level === 'warning').map(({ name, summary }) => ({ label: name, kind: CompletionItemKind.Value, detail: summary }));
    case 'ref.catalogue': return [{ label: 'openstack', kind: CompletionItemKind.Module, detail: 'the releases of OpenStack' }];
    case 'ref.catalogued': return cataloguedServices(scope, snapshot);
    case 'ref.step': return unlisted(neighbors(place), items);
    case 'title': case 'command': case 'clock': case 'parameters': case 'arguments': case 'environment': return [];
    default: return unlisted(referred(part.type, scope, snapshot), items);
  }
}

/** Names for a type of value, however it is written. */
export function referred(type: ValueType, scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  const kinds = REFERRED[type];
  const parameters = parametersOf(type, scope, snapshot);
  if (kinds === undefined) return [...parameters, ...lets(type, scope, snapshot)];
  const names = declaredNames(kinds, scope, snapshot);
  const whole = type === 'ref.components' || type === 'ref.databases' ? wholeServices(names) : [];
  return [...parameters, ...names, ...whole];
}

/** Names of values that have the shape that a place wants. */
function lets(type: ValueType, scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  if (type === 'target' || type === 'parameters' || type === 'arguments') return [];
  const shape = SHAPES[type];
  if (shape.named !== true) return [];
  return namesIn(scope, ['let'], snapshot).filter(({ statement }) => {
    const value = statement.arguments['value'];
    const text = literalText(value) ?? wordOf(value);
    return shape.text === true ? value?.node !== 'list' : text !== undefined && shape.word?.test(text) === true;
  }).map((one) => nameCandidate(one, scope));
}

/** Names that are declared here, where something else decides which there can be. */
function newNames({ statement, scope, snapshot, cursor }: ValuePlace): Candidate[] {
  if (statement === 'group') {
    const taken = new Set(scope.declarations.keys());
    return inventoryGroups(scope, snapshot).filter(({ label }) => !taken.has(label));
  }
  if (statement !== 'place') return [];
  const service = cursor.around.findLast(({ declaration }) => declaration.id === 'service');
  const own = symbolsOf(scope.file).declarations.find((one) => one.kind === 'service' && one.statement === service);
  if (own === undefined) return [];
  const roles = membersOf(own, snapshot).filter((one) => one.statement !== own.statement).flatMap((one) => wordOf(one.statement.arguments['group']) ?? []);
  return words([...new Set(roles)], CompletionItemKind.Property);
}

function targets(items: readonly Item[], from: number, scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  const before = wordAt(items, items.length - 1);
  const isFirst = items.length === from || before === 'on';
  const modes: Candidate[] = isFirst ? [
    { label: 'any', kind: CompletionItemKind.Keyword, detail: 'one host, the first that can be reached', rank: 3 },
    { label: 'first', kind: CompletionItemKind.Keyword, detail: 'the first host, and no other', rank: 3 },
    { label: 'each', kind: CompletionItemKind.Keyword, detail: 'every host, one at a time', rank: 3 },
  ] : [];
  const local: Candidate[] = isFirst ? [{ label: 'local', kind: CompletionItemKind.Keyword, detail: 'the machine that runs the plan', rank: 3 }] : [];
  return unlisted([...parametersOf('ref.group', scope, snapshot), ...declaredNames(['group', 'component'], scope, snapshot), ...modes, ...local], items);
}

/** Releases that make sense at a place: those ahead, and those that a jump passes. */
function releases({ cursor: { items, around }, scope, snapshot, statement, from }: ValuePlace, name: string): Candidate[] {
  const arrow = items.findIndex((_, at) => at >= from && wordAt(items, at) === '->');
  const jump = around.find(({ declaration }) => declaration.id === 'plan')?.block?.statements.find(({ declaration }) => declaration.id === 'plan.release');
  const isJump = statement === 'plan.release';
  const first = isJump ? (arrow === -1 ? undefined : wordAt(items, arrow - 1)) : wordOf(jump?.arguments['from']);
  const last = isJump ? (name === 'skipping' ? wordAt(items, arrow + 1) : undefined) : wordOf(jump?.arguments['to']);
  const taken = listed(items);
  return [
    ...(isJump ? [] : parametersOf('release', scope, snapshot)),
    ...trainsFor(scope.file, snapshot).flatMap(({ name: train, releases: all }) => {
      const low = all.findIndex((one) => one.name === first);
      const high = all.findIndex((one) => one.name === last);
      if (first !== undefined && low === -1 && trainsFor(scope.file, snapshot).some((one) => one.releases.some((release) => release.name === first))) return [];
      return all.flatMap((release, at): Candidate[] => {
        const isAhead = low === -1 || (isJump || high === -1 ? at > low : at >= low);
        const isBefore = high === -1 || (name === 'skipping' ? at < high : at <= high);
        if (!isAhead || !isBefore || taken.has(release.name)) return [];
        const detail = `${train}${release.slurp ? ', SLURP' : ''}`;
        return [{ label: release.name, kind: CompletionItemKind.EnumMember, detail, commit: [','], data: { of: 'release', uri: scope.file.uri, name: release.name } }];
      });
    }),
  ];
}

/** What stands beside a statement in the `parallel` around it. Actions that have no name are called as their steps are. */
function neighbors({ cursor: { around, word }, scope, snapshot }: ValuePlace): Candidate[] {
  const at = around.findLastIndex(({ declaration }) => declaration.id === 'parallel');
  const own = around[at + 1];
  const beside = (at === -1 ? [] : (around[at]?.block?.statements ?? [])).filter((one) => one !== own && !isInHead(word.start, one, scope.file));
  const [plan] = around;
  let model: AnalyzedPlan | undefined;
  return beside.flatMap((one): Candidate[] => {
    const value = one.arguments['name'] ?? one.arguments['service'] ?? one.arguments['group'] ?? one.arguments['recipe'];
    const { keyword } = one.declaration;
    const label = wordOf(value);
    if (label === undefined || value === undefined) {
      if (plan?.declaration.id !== 'plan' || one.declaration.body !== 'action') return [];
      const [step] = stepsAt((model ??= planOf(plan, scope.file, snapshot)), scope.file, one.start);
      const name = step?.step.id.split('/').at(-1) ?? '';
      // The second of the same name has a number; `after` knows the first only.
      return name === '' || /_\d+$/.test(name) ? [] : [{ label: name, kind: CompletionItemKind.Method, detail: keyword, commit: [','], rank: 1 }];
    }
    const title = literalText(one.arguments['title']);
    return [{
      label, kind: CompletionItemKind.Method, detail: title === undefined ? keyword : `${keyword}: ${title}`, commit: [','],
      data: { of: 'name', uri: scope.file.uri, start: value.start, name: label },
    }];
  });
}

/** Whether a place is in the line of a statement, before its block. */
function isInHead(at: number, { start, end, block }: Statement, file: WorkspaceFile): boolean {
  const headEnd = block?.start ?? end;
  return start <= at && (at <= headEnd || (block === undefined && !/[\r\n]/.test(file.text.slice(end, at))));
}

export function words(labels: readonly string[], kind: CompletionItemKind): Candidate[] {
  return labels.map((label) => ({ label, kind }));
}

function unlisted(candidates: readonly Candidate[], items: readonly Item[]): Candidate[] {
  const taken = listed(items);
  return candidates.filter(({ label }) => !taken.has(label));
}

/** The words of the list that a line ends with. */
function listed(items: readonly Item[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = items.length - 1; at > 0 && wordAt(items, at) === ','; at -= 2) found.add(wordAt(items, at - 1) ?? '');
  return found;
}
