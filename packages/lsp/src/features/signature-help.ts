import { SHAPES, type Part } from '@belay/compiler/analysis';
import { MarkupKind, SignatureHelpRequest, type ParameterInformation, type SignatureHelp, type SignatureHelpParams, type SignatureInformation } from 'vscode-languageserver';
import { cursorAt, type Cursor } from '../cursor/cursor-at.ts';
import { wordAt, type SignatureFit } from '../cursor/expected.ts';
import { scopeAround } from '../symbols/resolve.ts';
import type { SymbolDeclaration } from '../symbols/symbol.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { argumentAt, parametersOfRecipe } from './completion/brackets.ts';
import { feature } from './feature.ts';

/** What the statement under the cursor takes, and which part of that stands at the cursor. */
export function signatureHelp(snapshot: Snapshot, { textDocument, position }: SignatureHelpParams): SignatureHelp | null {
  const file = snapshot.file(textDocument.uri);
  const cursor = file === undefined ? undefined : cursorAt(file, file.offset(position));
  if (file === undefined || cursor?.last === undefined) return null;
  const ofRecipe = cursor.open === undefined ? undefined : recipeHelp(cursor, file, snapshot);
  if (ofRecipe !== undefined) return ofRecipe;
  const { fits } = cursor.last;
  const furthest = fits.reduce((best, one) => (one.expected.length > 0 && one.next > best ? one.next : best), -1);
  const fitting = fits.filter(({ expected, next }) => expected.length > 0 && next === furthest);
  if (fitting.length === 0) return null;
  return { signatures: fitting.map(signatureOf), activeSignature: 0, activeParameter: activeIn(fitting[0] as SignatureFit) ?? 0 };
}

/** A part of a signature that is pointed at: words that follow each other are one. */
interface Piece {
  readonly label: string;
  readonly part: Exclude<Part, { part: 'optional' }>;
}

function signatureOf(fit: SignatureFit): SignatureInformation {
  const { declaration, signature } = fit;
  const out = { label: declaration.keyword, parameters: [] as ParameterInformation[] };
  write(signature.parts, out);
  const active = activeIn(fit);
  return {
    label: out.label, parameters: out.parameters, documentation: { kind: MarkupKind.Markdown, value: declaration.doc }, ...(active === undefined ? {} : { activeParameter: active }),
  };
}

/** Optional parts nest as deep as the vocabulary says. */
function write(parts: readonly Part[], out: { label: string; parameters: ParameterInformation[] }): void {
  for (const [index, part] of parts.entries()) {
    if (part.part === 'optional') {
      out.label += ' [';
      const inner = { label: '', parameters: [] as ParameterInformation[] };
      write(part.parts, inner);
      const shift = out.label.length - 1;
      out.label += inner.label.slice(1);
      for (const one of inner.parameters) out.parameters.push({ ...one, label: [(one.label as [number, number])[0] + shift, (one.label as [number, number])[1] + shift] });
      out.label += ']';
      continue;
    }
    const piece = pieceAt(parts, index);
    if (piece === undefined) continue;
    if (piece.label !== ':') out.label += ' ';
    const start = out.label.length;
    out.label += piece.label;
    out.parameters.push({ label: [start, out.label.length], ...documentationOf(piece.part) });
  }
}

/** The piece that starts at a part; undefined where the part belongs to the words before it. */
function pieceAt(parts: readonly Part[], index: number): Piece | undefined {
  const part = parts[index];
  if (part === undefined || part.part === 'optional') return undefined;
  if (part.part === 'choice') return { part, label: part.words.join('|') };
  if (part.part === 'value') return { part, label: part.list ? `<${part.name}>, …` : `<${part.name}>` };
  if (parts[index - 1]?.part === 'word') return undefined;
  const words: string[] = [];
  for (let at = index; ; at += 1) {
    const next = parts[at];
    if (next?.part !== 'word') break;
    words.push(next.word);
  }
  return { part: { part: 'word', word: words.join(' ') }, label: words.join(' ') };
}

function documentationOf(part: Piece['part']): Pick<ParameterInformation, 'documentation'> {
  if (part.part !== 'value') return {};
  const { type } = part;
  const value = type === 'target' ? 'a group, a host in quotes, or `local`; in front of it `any`, `first` or `each`; behind it `except …`'
    : type === 'parameters' ? 'parameters such as `(what: component)`' : type === 'arguments' ? 'arguments in parentheses' : SHAPES[type].expected;
  return { documentation: { kind: MarkupKind.Markdown, value: `${value}${part.list ? '; several are separated by commas' : ''}` } };
}

/** The number of the piece that stands at the cursor, or comes next. */
function activeIn({ signature, expected }: SignatureFit): number | undefined {
  const wanted = (expected.find(({ inside }) => inside) ?? expected[0])?.part;
  if (wanted === undefined) return undefined;
  const pieces: Piece[] = [];
  const collect = (parts: readonly Part[]): void => {
    for (const [index, part] of parts.entries()) {
      if (part.part === 'optional') collect(part.parts);
      else pieces.push(...[pieceAt(parts, index)].filter((one) => one !== undefined));
    }
  };
  collect(signature.parts);
  const found = pieces.findIndex(({ part }) => (wanted.part === 'word' ? part.part === 'word' && part.word.endsWith(wanted.word) : part === wanted));
  // Behind a target comes what it leaves out, which is part of it.
  if (found === -1) return Math.max(0, pieces.findIndex(({ part }) => part.part === 'value' && part.type === 'target'));
  return found;
}

/** Inside of the brackets of an `apply`: the parameters of the recipe. */
function recipeHelp(cursor: Cursor, file: WorkspaceFile, snapshot: Snapshot): SignatureHelp | undefined {
  const place = cursor.expected.find((one) => one.expects === 'part' && one.part.part === 'value' && one.part.type === 'arguments');
  if (place?.expects !== 'part' || cursor.open === undefined) return undefined;
  const parameters = parametersOfRecipe(cursor, place.from, scopeAround(file, cursor.around), snapshot);
  if (parameters.length === 0) return undefined;
  let label = `apply ${wordAt(cursor.items, place.from) ?? ''}(`;
  const shown = parameters.map((one, index): ParameterInformation => {
    if (index > 0) label += ', ';
    const start = label.length;
    label += parameterText(one);
    return { label: [start, label.length] };
  });
  const items = cursor.open.items;
  const { index, name } = argumentAt(items.map((_, at) => wordAt(items, at) ?? ''));
  const active = name === undefined ? index : parameters.findIndex((one) => one.label === name);
  return { signatures: [{ label: `${label})`, parameters: shown }], activeSignature: 0, activeParameter: active === -1 ? parameters.length : active };
}

function parameterText({ label, statement, file }: SymbolDeclaration): string {
  const parameters = statement.arguments['parameters'];
  const found = parameters?.node === 'parameters' ? parameters.items.find(({ name }) => name.text === label) : undefined;
  return found === undefined ? label : file.written(found.start, found.end);
}

export const signatureHelpFeature = feature(SignatureHelpRequest.type, {
  summary: 'What the statement takes, with the part at the cursor; in the brackets of `apply` the parameters of the recipe.',
  capabilities: { signatureHelpProvider: { triggerCharacters: [' ', ',', '('], retriggerCharacters: [','] } },
  answer: signatureHelp,
});
