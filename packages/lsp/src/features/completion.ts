import { VOCABULARY, type ValueType } from '@belay/compiler/analysis';
import {
  CompletionItemKind, CompletionRequest, CompletionResolveRequest, CompletionTriggerKind, InsertTextFormat, InsertTextMode, MarkupKind, type CompletionItem, type CompletionList, type CompletionParams,
} from 'vscode-languageserver';
import { cursorAt, type Cursor } from '../cursor/cursor-at.ts';
import type { ValuePart } from '../cursor/expected.ts';
import { symbolsOf } from '../symbols/file-symbols.ts';
import { scopeAround } from '../symbols/resolve.ts';
import { BUILT_IN_VALUES, type SymbolScope } from '../symbols/symbol.ts';
import { trainsFor } from '../symbols/trains.ts';
import { isReadingFacts } from '../symbols/wider-files.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import type { Candidate } from './completion/candidate.ts';
import { bracketCandidates } from './completion/brackets.ts';
import { statementCandidates } from './completion/statements.ts';
import { hostCandidates, interpolated, pathCandidates, zoneCandidates, type TextCandidates } from './completion/texts.ts';
import { valueCandidates } from './completion/values.ts';
import { feature, type Server } from './feature.ts';
import { describeDeclared, describeStatement } from './hover.ts';
import { describeRelease } from './hover/describe-release.ts';

/** More are not sent; the client asks again when more was typed. */
const MOST_ITEMS = 1_000;

/** Arguments that name a file of the workspace, by the statement. */
const FILES: Readonly<Record<string, string>> = { import: 'path', inventory: 'path', script: 'file', put: 'file' };

/** Types of values in quotes that name hosts. */
const HOSTS: ReadonlySet<ValueType> = new Set(['hosts', 'target']);

/** What may stand at a place, and nothing else: statements of the block, words of the signature, names in scope, releases ahead, files. */
export async function completion(snapshot: Snapshot, { textDocument, position, context }: CompletionParams, server: Pick<Server, 'client' | 'entries'>): Promise<CompletionList | null> {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const offset = file.offset(position);
  const cursor = cursorAt(file, offset);
  if (cursor === undefined) return null;
  // A blank that indents a line asks for nothing.
  const byBlank = context?.triggerKind === CompletionTriggerKind.TriggerCharacter && context.triggerCharacter === ' ';
  if (byBlank && (cursor.text !== undefined || (cursor.items.length === 0 && cursor.open === undefined))) return null;
  const scope = scopeAround(file, cursor.around);
  const found = cursor.text === undefined
    ? { ...cursor.word, candidates: onLine(cursor, scope, snapshot) }
    : await inText(cursor, offset, file, scope, snapshot, (folder) => server.entries(file.root, folder));
  return found === undefined ? null : listOf(found, offset, file, server.client);
}

function onLine(cursor: Cursor, scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  const { expected, open, around } = cursor;
  if (open !== undefined) return bracketCandidates(cursor, open, scope, snapshot);
  const present = around.at(-1)?.block?.statements ?? (around.length === 0 ? scope.tree.statements : []);
  const others = present.filter((one) => cursor.word.start < one.start || cursor.word.start > one.keyword.end);
  return expected.flatMap((one): Candidate[] => {
    if (one.expects === 'statement') return statementCandidates(one.block, one.words, one.block === (around.at(-1)?.block?.kind ?? 'file') ? others : []);
    const { part, declaration, from } = one;
    if (part.part === 'word') return /^(?:[a-z]|->)/.test(part.word) ? [keyword(part.word)] : [];
    if (part.part === 'choice') return part.words.map(keyword);
    return valueCandidates(part, { cursor, scope, snapshot, statement: declaration.id, from });
  });
}

function keyword(word: string): Candidate {
  return { label: word, kind: CompletionItemKind.Keyword };
}

async function inText(
  cursor: Cursor, offset: number, file: WorkspaceFile, scope: SymbolScope, snapshot: Snapshot, entries: Parameters<typeof pathCandidates>[4],
): Promise<TextCandidates | undefined> {
  const name = interpolated(cursor, offset, file, scope, snapshot);
  if (name !== undefined) return name;
  for (const one of cursor.expected) {
    if (one.expects !== 'part' || one.part.part !== 'value') continue;
    const part: ValuePart = one.part;
    if (FILES[one.declaration.id] === part.name) return pathCandidates(cursor, offset, one.declaration.id, file, entries);
    if (HOSTS.has(part.type)) return { ...cursor.word, candidates: hostCandidates(scope, snapshot) };
    if (one.declaration.id === 'every' && part.name === 'zone') return { ...cursor.word, candidates: zoneCandidates() };
  }
  return undefined;
}

function listOf({ start, end, candidates }: TextCandidates, offset: number, file: WorkspaceFile, client: Server['client']): CompletionList {
  const can = client.textDocument?.completion?.completionItem;
  const typed = file.text.slice(start, offset).toLowerCase();
  const seen = new Set<string>();
  const fitting = candidates.length <= MOST_ITEMS ? candidates : candidates.filter(({ label, filter }) => (filter ?? label).toLowerCase().startsWith(typed));
  const insert = file.range({ start, end: offset });
  const replace = file.range({ start, end: Math.max(end, offset) });
  const items = fitting.slice(0, MOST_ITEMS).flatMap(({ label, kind, detail, from, insert: plain, snippet, filter, commit, rank = 0, data }, index): CompletionItem[] => {
    if (seen.has(label)) return [];
    seen.add(label);
    // Where brackets stand already none are put in.
    const isCalled = file.text[end] === '(' && snippet?.includes('(') === true;
    const asSnippet = snippet !== undefined && can?.snippetSupport === true && snippet !== label && !isCalled;
    const newText = asSnippet ? snippet : (plain ?? label);
    return [{
      label, kind,
      ...(detail === undefined ? {} : { detail }),
      ...(from === undefined ? {} : { labelDetails: { description: from } }),
      sortText: `${rank}${String(index).padStart(4, '0')}`,
      ...(filter === undefined ? {} : { filterText: filter }),
      ...(asSnippet ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      // The lines of a block are indented as the line of its statement is.
      ...(newText.includes('\n') && can?.insertTextModeSupport?.valueSet.includes(InsertTextMode.adjustIndentation) === true ? { insertTextMode: InsertTextMode.adjustIndentation } : {}),
      ...(commit === undefined || commit.length === 0 || can?.commitCharactersSupport !== true ? {} : { commitCharacters: [...commit] }),
      textEdit: can?.insertReplaceSupport === true ? { newText, insert, replace } : { newText, range: insert },
      ...(data === undefined ? {} : { data }),
    }];
  });
  return { isIncomplete: fitting.length > MOST_ITEMS || fitting.length < candidates.length || isReadingFacts(), items };
}

export const completionFeature = feature(CompletionRequest.type, {
  summary: 'What may stand at the cursor: statements of the block, words of the signature, names in scope, hosts, releases ahead, files of the workspace. Also in half-typed text.',
  capabilities: { completionProvider: { triggerCharacters: [' ', '.', '"', '/', '{', '>', '('], resolveProvider: true, completionItem: { labelDetailsSupport: true } } },
  answer: (snapshot, params, _token, server) => completion(snapshot, params, server),
});


/** The documentation of a candidate, made when somebody looks at it. */
export function resolveCompletion(snapshot: Snapshot, item: CompletionItem): CompletionItem {
  const value = documentationOf(item.data, snapshot);
  return value === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
}

/** @param data what was sent with the candidate; a client may send anything back */
function documentationOf(data: unknown, snapshot: Snapshot): string | undefined {
  if (typeof data !== 'object' || data === null || !('of' in data)) return undefined;
  const given = data as Partial<Record<'of' | 'id' | 'uri' | 'name', string>> & { readonly start?: number };
  if (given.of === 'statement') {
    const declaration = VOCABULARY.find(({ id }) => id === given.id);
    return declaration === undefined ? undefined : describeStatement(declaration);
  }
  if (given.of === 'built-in') return Object.hasOwn(BUILT_IN_VALUES, given.name ?? '') ? BUILT_IN_VALUES[given.name ?? ''] : undefined;
  const file = snapshot.file(String(given.uri));
  if (file === undefined || given.name === undefined) return undefined;
  const { declarations } = symbolsOf(file);
  if (given.of === 'release') return describeRelease(given.name, trainsFor(file, snapshot));
  // The file may have been edited meanwhile: then the name says which.
  const declared = declarations.find(({ label, span }) => span.start === given.start && label === given.name?.split('.').at(-1)) ?? declarations.find(({ name, label }) => name === given.name || label === given.name);
  return declared === undefined ? undefined : describeDeclared(declared, snapshot);
}

export const resolveCompletionFeature = feature(CompletionResolveRequest.type, {
  summary: 'The documentation of a candidate.',
  capabilities: { completionProvider: { resolveProvider: true } },
  answer: resolveCompletion,
});
