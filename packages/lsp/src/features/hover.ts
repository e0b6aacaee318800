import { displaySignature, hostsOf, literalText, type Declaration, type Span, type Statement } from '@belay/compiler/analysis';
import { HoverRequest, MarkupKind, type Hover, type HoverParams } from 'vscode-languageserver';
import { inventoriesFor, type NamedInventory } from '../symbols/inventory-place.ts';
import { symbolAt, type SymbolAt } from '../symbols/references.ts';
import { BUILT_IN_VALUES, VALUE_KINDS, type SymbolDeclaration } from '../symbols/symbol.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { statementPath } from './statement-path.ts';

/** Hosts that are listed of a group. */
const MOST_HOSTS = 20;

/** Lines of a declaration that are shown. */
const MOST_LINES = 12;

/** What stands under the cursor: a name with its declaration, or a statement with its documentation. */
export function hover(snapshot: Snapshot, { textDocument, position }: HoverParams): Hover | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const offset = file.offset(position);
  const symbol = symbolAt(file, offset, snapshot);
  const ofSymbol = symbol === undefined ? undefined : describeSymbol(symbol, snapshot);
  if (symbol !== undefined && ofSymbol !== undefined) return answer(ofSymbol, symbol.span, file);
  const statement = statementPath(file.tree.statements, offset).at(-1);
  if (statement === undefined || offset < statement.keyword.start || offset > statement.keyword.end) return null;
  return answer(describeStatement(statement.declaration), statement.keyword, file);
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
  const [first] = declarations;
  if (first !== undefined) return [describeDeclaration(first), ...hostsOfGroup(first, snapshot)].join('\n\n');
  if (use === undefined) return undefined;
  const builtIn = VALUE_KINDS === use.kinds ? BUILT_IN_VALUES[label.split('.', 1)[0] ?? ''] : undefined;
  if (builtIn !== undefined) return `${fenced(`\${${label}}`)}\n\n${builtIn}`;
  if (!use.kinds.includes('group')) return undefined;
  for (const inventory of inventoriesFor(use.scope, snapshot)) {
    const hosts = inventory.inventory?.groups.has(use.name) === true ? hostsIn(inventory, use.name) : undefined;
    if (hosts !== undefined) return `${fenced(`group ${use.name}`)}\n\nFrom \`${inventory.path}\`.\n\n${listed(hosts)}`;
  }
  return undefined;
}

/** A declaration as it is written, with its title. */
function describeDeclaration({ kind, name, statement, span, file }: SymbolDeclaration): string {
  const title = kind === 'parameter' ? undefined : literalText(statement.arguments['title']);
  const code = kind === 'parameter' ? parameterText(statement, span, file) : shortened(file.text.slice(statement.start, statement.end));
  return [fenced(code), ...(title === undefined ? [] : [title]), `${kind} \`${name}\`, declared in \`${file.path}\`, line ${file.source.position(span.start).line}`].join('\n\n');
}

function parameterText(statement: Statement, span: Span, file: WorkspaceFile): string {
  const parameters = statement.arguments['parameters'];
  const parameter = parameters?.node === 'parameters' ? parameters.items.find((one) => one.name.start === span.start) : undefined;
  return parameter === undefined ? '' : file.text.slice(parameter.start, parameter.end);
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
  summary: 'The documentation of a statement; the declaration of a name; the hosts of a group.',
  capabilities: { hoverProvider: true },
  answer: hover,
});
