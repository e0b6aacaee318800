import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { Source } from '../text/source.ts';
import type { BlockKind } from '../vocabulary/index.ts';
import { parse, type SyntaxTree } from './parse.ts';
import type { Argument, Parameter, Statement, TextPart, Value } from './tree.ts';

/**
 * Statements as text, for comparing trees without their places: a line each, indented by their depth, with the arguments by name.
 * A block without braces follows a `>`. Two trees that print the same mean the same.
 */
export function printTree(statements: readonly Statement[], depth = 0): string {
  return statements.map((statement) => `${'  '.repeat(depth)}${printStatement(statement, depth)}`).join('\n');
}

function printStatement(statement: Statement, depth: number): string {
  const header = printHeader(statement);
  const { block } = statement;
  if (block === undefined) return header;
  if (block.inline) return `${header} > ${block.statements.map((one) => printStatement(one, depth)).join('')}`;
  return `${header} {${block.statements.length === 0 ? '' : `\n${printTree(block.statements, depth + 1)}\n${'  '.repeat(depth)}`}}`;
}

/** A statement without its block. */
export function printHeader(statement: Statement): string {
  const found = Object.entries(statement.arguments).map(([name, value]) => ` ${name}=${printValue(value)}`);
  return `${statement.declaration.id}${found.join('')}${statement.words.map((word) => ` +${word}`).join('')}`;
}

export function printValue(value: Value): string {
  switch (value.node) {
    case 'word': return value.text;
    case 'text': return `"${printParts(value.parts)}"`;
    case 'list': return `[${value.items.map(printValue).join(', ')}]`;
    case 'target': {
      const except = value.except.length === 0 ? '' : ` except ${value.except.map(printValue).join(', ')}`;
      return `(${value.mode} ${value.hosts.map(printValue).join(', ')}${except})`;
    }
    case 'parameters': return `(${value.items.map(printParameter).join(', ')})`;
    case 'arguments': return `(${value.items.map(printArgument).join(', ')})`;
  }
}

function printParameter(parameter: Parameter): string {
  const fallback = parameter.default === undefined ? '' : ` = ${printValue(parameter.default)}`;
  return `${parameter.name.text}: ${parameter.type.text}${fallback}`;
}

function printArgument(argument: Argument): string {
  return `${argument.name === undefined ? '' : `${argument.name.text}: `}${printValue(argument.value)}`;
}

/** Chunks as in JSON, a `$` of theirs doubled, so that `${name}` is an interpolation and nothing else. */
export function printParts(parts: readonly TextPart[]): string {
  return parts.map((part) => part.part === 'chunk'
    ? JSON.stringify(part.text).slice(1, -1).replaceAll('$', '$$$$')
    : `\${${part.raw ? 'raw ' : ''}${part.name}}`).join('');
}

/** A statement, named by its header and those around it, with the lines of its header and of the statements around it. */
export interface Placed {
  readonly path: string;
  readonly headFrom: number;
  readonly headTo: number;
  readonly around: readonly number[];
}

/** Where the statements of a tree stand, in the order of the text. */
export function placeStatements({ source, statements }: SyntaxTree): Placed[] {
  const placed: Placed[] = [];
  const visit = (statement: Statement, outer: string, around: readonly number[]): void => {
    const path = `${outer}/${printHeader(statement)}`;
    const headFrom = source.position(statement.start).line;
    placed.push({ path, headFrom, headTo: source.position(statement.block?.start ?? statement.end).line, around });
    for (const inner of statement.block?.statements ?? []) visit(inner, path, [...around, headFrom]);
  };
  for (const statement of statements) visit(statement, '', []);
  return placed;
}

/** `line:column-line:column code message`, without the second line where it is the first. */
export function printDiagnostic(source: Source, diagnostic: Diagnostic): string {
  const start = source.position(diagnostic.primary.start);
  const end = source.position(diagnostic.primary.end);
  const to = end.line === start.line ? `${end.column}` : `${end.line}:${end.column}`;
  return `${start.line}:${start.column}-${to} ${diagnostic.code} ${diagnostic.message}`;
}

/** What is wrong with a text, a line each. */
export function problemsIn(text: string): string[] {
  const source = new Source('test.belay', text);
  return parse(source).diagnostics.map((one) => printDiagnostic(source, one));
}

/** The tree of a text that has nothing wrong, as {@link printTree} prints it. */
export function treeOf(text: string): string {
  const source = new Source('test.belay', text);
  const { statements, diagnostics } = parse(source);
  if (diagnostics.length > 0) throw new Error(diagnostics.map((one) => printDiagnostic(source, one)).join('\n'));
  return printTree(statements);
}

/** The block around a block, and the line that opens it there. */
const OPENINGS: Readonly<Record<Exclude<BlockKind, 'file'>, readonly [BlockKind, string]>> = {
  train: ['file', 'train t {'], catalogue: ['file', 'catalogue house {'], cloud: ['file', 'cloud zurich {'], group: ['cloud', 'group g {'],
  service: ['cloud', 'service nova {'], component: ['service', 'component api {'], database: ['service', 'database main {'],
  mode: ['file', 'mode quiet {'], check: ['file', 'check room {'], window: ['file', 'window night {'], plan: ['file', 'plan p {'],
  stage: ['plan', 'stage one {'], parallel: ['plan', 'parallel {'], holding: ['plan', 'holding quiet {'], within: ['plan', 'within night {'],
  jump: ['plan', 'jump nova {'], roll: ['plan', 'roll computes {'], recipe: ['file', 'recipe r {'], upgrade: ['service', 'upgrade {'],
  step: ['plan', 'step s {'], action: ['plan', 'stop nova.api {'], point: ['plan', 'rollback point before {'],
  capture: ['point', 'capture nova.main {'], lock: ['roll', 'lock consul "key" {'], commands: ['mode', 'enter {'],
  question: ['step', 'verify {'], connection: ['file', 'connection {'], deploy: ['component', 'deploy packages {'],
};

/** Lines that stand in a block of a kind, with the blocks around them. */
export function inBlock(kind: BlockKind, lines: string): string {
  if (kind === 'file') return lines;
  const [outer, opening] = OPENINGS[kind];
  return inBlock(outer, `${opening}\n${lines.replaceAll(/^(?=.)/gm, '  ')}\n}`);
}
