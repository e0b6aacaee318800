import { countWhile } from '@belay/compiler/analysis';
import type { CancellationToken, ClientCapabilities, SemanticTokens, SemanticTokensDelta, SemanticTokensDeltaParams, SemanticTokensParams, SemanticTokensRangeParams } from 'vscode-languageserver';
import { SemanticTokensDeltaRequest, SemanticTokensRangeRequest, SemanticTokensRequest } from 'vscode-languageserver';
import { later } from '../server/later.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature, refuseCancelled } from './feature.ts';
import { coloredTokens, TOKEN_MODIFIERS, TOKEN_TYPES } from './semantic-tokens/tokens-of.ts';

/** Numbers of each token: line, character, length, type, modifiers. */
const FIELDS = 5;

/** Work goes on for so long, in milliseconds, before messages of the client are looked at. */
const SLICE = 8;

/** More colored words are not sent of one file. */
const MOST_TOKENS = 200_000;

/** What was sent of so many documents is kept, for the next answer to say only what changed. */
const MOST_KEPT = 20;

const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map(TOKEN_TYPES.map((type, index) => [type, index]));

const cache = new WeakMap<Snapshot, Map<string, Uint32Array>>();

/** The tokens of a file with their lines and characters, not yet counted from each other. Large files take a while; messages of the client are looked at meanwhile. */
async function tokensOf(file: WorkspaceFile, snapshot: Snapshot, token: CancellationToken): Promise<Uint32Array> {
  const known = cache.get(snapshot)?.get(file.key);
  if (known !== undefined) return known;
  let until = performance.now() + SLICE;
  const pause = async (): Promise<void> => {
    if (performance.now() < until) return;
    await new Promise<void>((resolve) => {
      later(resolve);
    });
    refuseCancelled(token);
    until = performance.now() + SLICE;
  };
  const work = coloredTokens(file, snapshot);
  let step = work.next();
  for (; step.done !== true; step = work.next()) await pause();
  const colored = step.value.slice(0, MOST_TOKENS);
  const tokens = new Uint32Array(colored.length * FIELDS);
  const places = file.places(colored);
  for (const [index, { type, modifiers }] of colored.entries()) {
    tokens.set(places.subarray(index * 3, index * 3 + 3), index * FIELDS);
    tokens[index * FIELDS + 3] = TYPE_NUMBERS.get(type) ?? 0;
    tokens[index * FIELDS + 4] = modifiers;
  }
  const files = cache.get(snapshot) ?? new Map<string, Uint32Array>();
  cache.set(snapshot, files.set(file.key, tokens));
  return tokens;
}

/** Tokens as they are sent: each counted from the one before. */
function encoded(tokens: Uint32Array): Uint32Array {
  const out = new Uint32Array(tokens);
  for (let at = tokens.length - FIELDS; at > 0; at -= FIELDS) {
    const lines = (tokens[at] ?? 0) - (tokens[at - FIELDS] ?? 0);
    out[at] = lines;
    if (lines === 0) out[at + 1] = (tokens[at + 1] ?? 0) - (tokens[at - FIELDS + 1] ?? 0);
  }
  return out;
}

/** What was sent last of documents. */
export class SentTokens {
  readonly #sent = new Map<string, { readonly resultId: string; readonly data: Uint32Array }>();
  #count = 0;

  /** Notes what is sent; returns its id. */
  note(uri: string, data: Uint32Array): string {
    const resultId = String((this.#count += 1));
    this.#sent.delete(uri);
    this.#sent.set(uri, { resultId, data });
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > MOST_KEPT && oldest !== undefined) this.#sent.delete(oldest);
    return resultId;
  }

  /** What was sent under an id, if it was the last of the document. */
  find(uri: string, resultId: string): Uint32Array | undefined {
    const known = this.#sent.get(uri);
    return known?.resultId === resultId ? known.data : undefined;
  }
}

const sentTo = new WeakMap<ClientCapabilities, SentTokens>();

/** What was sent to a client. Each client has capabilities of its own. */
function sentOf(client: ClientCapabilities): SentTokens {
  let sent = sentTo.get(client);
  if (sent === undefined) sentTo.set(client, (sent = new SentTokens()));
  return sent;
}

/** What each word of a file is, for its color. */
export async function semanticTokens(snapshot: Snapshot, { textDocument }: SemanticTokensParams, sent: SentTokens, token: CancellationToken): Promise<SemanticTokens | null> {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const data = encoded(await tokensOf(file, snapshot, token));
  return { resultId: sent.note(file.uri, data), data: Array.from(data) };
}

/** What changed since an earlier answer; all of it where that is not known any more. */
export async function semanticTokensDelta(
  snapshot: Snapshot, { textDocument, previousResultId }: SemanticTokensDeltaParams, sent: SentTokens, token: CancellationToken,
): Promise<SemanticTokens | SemanticTokensDelta | null> {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const before = sent.find(file.uri, previousResultId);
  if (before === undefined) return semanticTokens(snapshot, { textDocument }, sent, token);
  const now = encoded(await tokensOf(file, snapshot, token));
  const resultId = sent.note(file.uri, now);
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && isSame(before, start, now, start)) start += FIELDS;
  let end = 0;
  while (end < shorter - start && isSame(before, before.length - end - FIELDS, now, now.length - end - FIELDS)) end += FIELDS;
  if (start === before.length && start === now.length) return { resultId, edits: [] };
  return { resultId, edits: [{ start, deleteCount: before.length - start - end, data: Array.from(now.subarray(start, now.length - end)) }] };
}

function isSame(a: Uint32Array, from: number, b: Uint32Array, to: number): boolean {
  for (let field = 0; field < FIELDS; field += 1) if (a[from + field] !== b[to + field]) return false;
  return true;
}

/** What the words of some lines are. */
export async function semanticTokensRange(snapshot: Snapshot, { textDocument, range }: SemanticTokensRangeParams, token: CancellationToken): Promise<SemanticTokens | null> {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const tokens = await tokensOf(file, snapshot, token);
  const from = firstFrom(tokens, range.start.line);
  const to = firstFrom(tokens, range.end.line + 1);
  return { data: Array.from(encoded(tokens.subarray(from, to))) };
}

/** The first token that stands on a line or behind it. */
function firstFrom(tokens: Uint32Array, line: number): number {
  return FIELDS * countWhile(tokens.length / FIELDS, (index) => (tokens[index * FIELDS] ?? 0) < line);
}

const CAPABILITIES = {
  semanticTokensProvider: { legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [...TOKEN_MODIFIERS] }, full: { delta: true }, range: true },
};

export const semanticTokensFeature = feature(SemanticTokensRequest.type, {
  summary: 'What each word is: a keyword, the name of a component, a database, a step, and so on.',
  capabilities: CAPABILITIES,
  answer: (snapshot, params, token, { client }) => semanticTokens(snapshot, params, sentOf(client), token),
});

export const semanticTokensDeltaFeature = feature(SemanticTokensDeltaRequest.type, {
  summary: 'What changed since the last answer.',
  capabilities: CAPABILITIES,
  answer: (snapshot, params, token, { client }) => semanticTokensDelta(snapshot, params, sentOf(client), token),
});

export const semanticTokensRangeFeature = feature(SemanticTokensRangeRequest.type, {
  summary: 'The same for the lines that are seen.',
  capabilities: CAPABILITIES,
  answer: semanticTokensRange,
});
