import { displaySignature, hostsOf, itemsOf, literalText, partTimes, type AnalyzedPlan, type Declaration, type Span, type Statement, type Text, type Word } from '@belay/compiler/analysis';
import { HoverRequest, MarkupKind, type Hover, type HoverParams } from 'vscode-languageserver';
import { typesOf } from '../symbols/statement-uses.ts';
import { hostsOfPattern } from '../symbols/hosts.ts';
import { inventoriesFor, type NamedInventory } from '../symbols/inventory-place.ts';
import { plansOf, stepsAt } from '../symbols/plan-steps.ts';
import { cloudAround, symbolAt, type SymbolAt } from '../symbols/references.ts';
import { BUILT_IN_VALUES, VALUE_KINDS, type SymbolDeclaration } from '../symbols/symbol.ts';
import { trainsFor } from '../symbols/trains.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { describeRelease } from './hover/describe-release.ts';
import { code, describePart, describeStep, describeStepBriefly } from './hover/describe-step.ts';
import { declaredPerCloud } from './hover/per-cloud.ts';
import { statementPath } from './statement-path.ts';

/** Hosts that are listed of a group. */
const MOST_HOSTS = 20;

/** Clouds that are told of one by one. */
const MOST_CLOUDS = 4;

/** Lines of a declaration that are shown. */
const MOST_LINES = 12;

/** What stands under the cursor: a name with its declaration, a host pattern with its hosts, a statement with its documentation; of a step what it does to the plan. */
export function hover(snapshot: Snapshot, { textDocument, position }: HoverParams): Hover | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const offset = file.offset(position);
  const path = statementPath(file.tree.statements, offset);
  const statement = path.at(-1);
  const symbol = symbolAt(file, offset, snapshot);
  const ofSymbol = symbol === undefined ? undefined : describeSymbol(symbol, snapshot);
  if (symbol !== undefined && ofSymbol !== undefined) return answer([ofSymbol, ...ofStep(path, symbol.span.start, file, snapshot)].join('\n\n'), symbol.span, file);
  if (statement === undefined) return null;
  const pattern = hostPatternAt(statement, offset);
  if (pattern !== undefined) return answer(listed(hostsOfPattern(literalText(pattern) ?? '')), pattern, file);
  const release = releaseAt(statement, offset);
  const facts = release === undefined ? undefined : describeRelease(release.text, trainsFor(file, snapshot));
  if (release !== undefined && facts !== undefined) return answer(facts, release, file);
  if (offset < statement.keyword.start || offset > statement.keyword.end) return null;
  return answer([describeStatement(statement.declaration), ...ofStep(path, statement.start, file, snapshot)].join('\n\n'), statement.keyword, file);
}

/** Of a step in a plan: its state, times and ways back. Of a name only where the step is declared by it. */
function ofStep(path: readonly Statement[], start: number, file: WorkspaceFile, snapshot: Snapshot): string[] {
  const statement = path.at(-1);
  const [plan] = path;
  if (statement === undefined || plan?.declaration.id !== 'plan' || path.length < 2) return [];
  const isOwn = start === statement.start || start === statement.arguments['name']?.start;
  const [first, ...others] = isOwn ? plansOf(plan, file, snapshot) : [];
  if (first === undefined) return [];
  const described = ofPlanned(first, statement, file, false);
  if (described === undefined || others.length === 0) return described === undefined ? [] : [described];
  const lines = others.slice(0, MOST_CLOUDS - 1).map((one) => `- ${code(one.plan.cloud.name)}: ${ofPlanned(one, statement, file, true) ?? 'not there.'}`);
  const left = others.slice(MOST_CLOUDS - 1).map(({ plan: { cloud } }) => code(cloud.name));
  return [`On ${code(first.plan.cloud.name)}:`, described, ['On its other clouds:', ...lines, ...(left.length === 0 ? [] : [`- and ${countedNames(left)}`])].join('\n')];
}

/** What a statement of a plan does on one of the plan's clouds. */
function ofPlanned(model: AnalyzedPlan, statement: Statement, file: WorkspaceFile, isBrief: boolean): string | undefined {
  const named = statement.arguments['name'];
  const atStatement = stepsAt(model, file, statement.start);
  const steps = atStatement.length > 0 || named === undefined ? atStatement : stepsAt(model, file, named.start);
  const described = isBrief ? describeStepBriefly(model, steps) : describeStep(model, steps);
  const part = described === undefined ? partTimes(model.plan, model.graph).get(`${file.path}:${statement.start}`) : undefined;
  return part === undefined ? described : describePart(part);
}

/** The text that names hosts under the cursor. */
function hostPatternAt({ declaration, arguments: values }: Statement, offset: number): Text | undefined {
  const types = typesOf(declaration);
  for (const [name, value] of Object.entries(values)) {
    if (value.start > offset || value.end < offset) continue;
    const texts = value.node === 'target' ? [...value.hosts, ...value.except] : types.get(name) === 'hosts' ? itemsOf(value) : [];
    const found = texts.find((one) => one.start <= offset && offset <= one.end);
    if (found?.node === 'text') return found;
  }
  return undefined;
}

function releaseAt({ declaration, arguments: values }: Statement, offset: number): Word | undefined {
  const types = typesOf(declaration);
  const found = Object.entries(values).flatMap(([name, value]) => (types.get(name) === 'release' ? itemsOf(value) : [])).find((one) => one.start <= offset && offset <= one.end);
  return found?.node === 'word' ? found : undefined;
}

function answer(value: string, span: Span, file: WorkspaceFile): Hover {
  return { contents: { kind: MarkupKind.Markdown, value }, range: file.range(span) };
}

/** The documentation of a statement kind, from the vocabulary. */
export function describeStatement(declaration: Declaration): string {
  const signatures = declaration.signatures.map(({ parts }) => displaySignature(declaration.keyword, parts));
  return `${fenced(signatures.join('\n'))}\n\n${declaration.doc}\n\nFor example:\n${fenced(declaration.example)}`;
}

function describeSymbol({ use, declarations, label }: SymbolAt, snapshot: Snapshot): string | undefined {
  if (declarations.length > 0) return describeAll(use === undefined ? declarations : declaredPerCloud(use.scope, declarations, snapshot), snapshot);
  if (use === undefined) return undefined;
  const builtIn = VALUE_KINDS === use.kinds ? BUILT_IN_VALUES[label.split('.', 1)[0] ?? ''] : undefined;
  if (builtIn !== undefined) return `${fenced(`\${${label}}`)}\n\n${builtIn}`;
  if (!use.kinds.includes('group')) return undefined;
  const known = new Map(inventoriesFor(use.scope, snapshot).filter(({ inventory }) => inventory?.groups.has(use.name) === true).map((one) => [`${one.root.uri} ${one.path}`, one]));
  if (known.size === 0) return undefined;
  const shown = [...known.values()].slice(0, MOST_CLOUDS).map((one) => `From ${code(one.path)}.\n\n${listed(hostsIn(one, use.name))}`);
  const left = [...known.values()].slice(MOST_CLOUDS).map(({ path }) => code(path));
  return [fenced(`group ${use.name}`), ...shown, ...(left.length === 0 ? [] : [`Also in ${countedNames(left)}.`])].join('\n\n');
}

/** What a name is declared as in each of the clouds that it stands for something in. */
function describeAll(declarations: readonly SymbolDeclaration[], snapshot: Snapshot): string | undefined {
  const [first, second] = declarations;
  if (first === undefined || second === undefined) return first === undefined ? undefined : describeDeclared(first, snapshot);
  const shown = declarations.slice(0, MOST_CLOUDS).map((one) => {
    const cloud = cloudNamed(one);
    return `${cloud === undefined ? '' : `In cloud ${code(cloud)}:\n\n`}${describeDeclared(one, snapshot)}`;
  });
  const left = declarations.slice(MOST_CLOUDS).map((one) => code(cloudNamed(one) ?? one.file.path));
  return [...shown, ...(left.length === 0 ? [] : [`Also declared in ${countedNames(left)}.`])].join('\n\n---\n\n');
}

function cloudNamed(declaration: SymbolDeclaration): string | undefined {
  const name = cloudAround(declaration.scope)?.statement?.arguments['name'];
  return name?.node === 'word' ? name.text : undefined;
}

/** Names that nobody wants to read all of. */
function countedNames(names: readonly string[]): string {
  const rest = names.length - MOST_HOSTS;
  return `${names.slice(0, MOST_HOSTS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What a name is declared as: the text of the declaration, of a group its hosts, of a release its place on the train. */
export function describeDeclared(declaration: SymbolDeclaration, snapshot: Snapshot): string {
  const facts = declaration.kind === 'release' ? describeRelease(declaration.label, trainsFor(declaration.file, snapshot)) : undefined;
  return [describeDeclaration(declaration), ...hostsOfGroup(declaration, snapshot), ...(facts === undefined ? [] : [facts])].join('\n\n');
}

/** A declaration as it is written, with its title. */
function describeDeclaration({ kind, name, statement, span, file }: SymbolDeclaration): string {
  const title = kind === 'parameter' ? undefined : literalText(statement.arguments['title']);
  const code = kind === 'parameter' ? parameterText(statement, span, file) : shortened(file.written(statement.start, statement.end));
  return [fenced(code), ...(title === undefined ? [] : [title]), `${kind} \`${name}\`, declared in \`${file.path}\`, line ${file.source.position(span.start).line}`].join('\n\n');
}

function parameterText(statement: Statement, span: Span, file: WorkspaceFile): string {
  const parameters = statement.arguments['parameters'];
  const parameter = parameters?.node === 'parameters' ? parameters.items.find((one) => one.name.start === span.start) : undefined;
  return parameter === undefined ? '' : file.written(parameter.start, parameter.end);
}

function hostsOfGroup(declaration: SymbolDeclaration, snapshot: Snapshot): string[] {
  if (declaration.kind !== 'group') return [];
  const group = cloudModel(declaration, snapshot)?.groups.get(declaration.label);
  return group === undefined ? [] : [listed(group.hosts)];
}

function cloudModel({ file, scope }: SymbolDeclaration, snapshot: Snapshot): { readonly groups: ReadonlyMap<string, { readonly hosts: readonly string[] }> } | undefined {
  const cloud = scope.statement?.arguments['name'];
  return snapshot.analysis(file)?.clouds.find((one) => cloud !== undefined && one.location.start === cloud.start);
}

function hostsIn({ inventory }: NamedInventory, group: string): readonly string[] {
  return inventory === undefined ? [] : hostsOf(inventory.groups, group);
}

function listed(hosts: readonly string[]): string {
  const rest = hosts.length - MOST_HOSTS;
  const names = hosts.slice(0, MOST_HOSTS).map((host) => `\`${host}\``).join(', ');
  return `${hosts.length} host${hosts.length === 1 ? '' : 's'}${hosts.length === 0 ? '' : `: ${names}`}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function shortened(text: string): string {
  const lines = text.split(/\r\n|\r|\n/);
  const indent = /^[ \t]*/.exec(lines.at(-1) ?? '')?.[0] ?? '';
  const shown = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES - 1), `${indent}  …`, lines.at(-1) ?? ''] : lines;
  return shown.map((line, index) => (index > 0 && line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n');
}

/** Code in Markdown; texts of files may hold backquotes themselves. */
export function fenced(code: string): string {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}belay\n${code}\n${fence}`;
}

export const hoverFeature = feature(HoverRequest.type, {
  summary: 'The documentation of a statement; the declaration of a name; the hosts of a group or a pattern; the facts of a release; of a step the state before and after, what is down, when it begins and the ways back.',
  capabilities: { hoverProvider: true },
  answer: hover,
});
