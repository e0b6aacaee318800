import { expect, test } from 'vitest';
import type { SemanticTokens, SemanticTokensDelta } from 'vscode-languageserver';
import { marked, TOKEN } from '../testing/marked.test-helpers.ts';
import { TOKEN_MODIFIERS, TOKEN_TYPES } from './semantic-tokens/tokens-of.ts';
import { semanticTokens, semanticTokensDelta, semanticTokensRange, SentTokens } from './semantic-tokens.ts';

/** Tokens as they are sent, each as its text, type and modifiers. */
function read(text: string, data: readonly number[]): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  let line = 0;
  let character = 0;
  const out: string[] = [];
  for (let at = 0; at < data.length; at += 5) {
    const [lineBy = 0, by = 0, length = 0, type = 0, modifiers = 0] = data.slice(at, at + 5);
    character = lineBy === 0 ? character + by : by;
    line += lineBy;
    const said = TOKEN_MODIFIERS.filter((_, bit) => (modifiers & (1 << bit)) !== 0);
    out.push(`${lines[line]?.slice(character, character + length) ?? ''}: ${[TOKEN_TYPES[type], ...said].join(' ')}`);
  }
  return out;
}

async function colored(source: string): Promise<string[]> {
  const { snapshot, at } = await marked(source);
  return read(snapshot.file(at.textDocument.uri)?.text ?? '', (await semanticTokens(snapshot, at, new SentTokens(), TOKEN))?.data ?? []);
}

test('words of statements, names, values', async () => {
  expect(await colored('cloud c "Title" { group g { hosts "a[1:2]"  spare 10% } }  # why')).toEqual([
    'cloud: keyword', 'c: namespace declaration', '"Title": string', 'group: keyword', 'g: type declaration', 'hosts: keyword', '"a[1:2]": string', 'spare: keyword', '10%: number', '# why: comment',
  ]);
});

test('dotted names in parts, targets, words behind values', async () => {
  expect(await colored('plan p {\n  stop nova.api, nova.* for good on any g, "h" except local\n}')).toEqual([
    'plan: keyword', 'p: class declaration', 'stop: keyword', 'nova: namespace', 'api: class', 'nova: namespace', 'for: keyword', 'good: keyword', 'on: keyword', 'any: keyword', 'g: type', '"h": string',
    'except: keyword', 'local: keyword',
  ]);
});

test('keywords of several words, choices, durations, times', async () => {
  expect(await colored('window w { every tue at 22:00 for 8h zone "UTC" }\nplan p {\n  secret s from env "X"\n  point of no return "gone"\n}')).toEqual([
    'window: keyword', 'w: event declaration', 'every: keyword', 'tue: enumMember', 'at: keyword', '22:00: number', 'for: keyword', '8h: number', 'zone: keyword', '"UTC": string',
    'plan: keyword', 'p: class declaration', 'secret: keyword', 's: variable declaration readonly', 'from: keyword', 'env: keyword', '"X": string', 'point: keyword', 'of: keyword', 'no: keyword',
    'return: keyword', '"gone": string',
  ]);
});

test('in commands what is interpolated, the rest is the shell’s', async () => {
  expect(await colored('let rows = 3\nplan p { run "x ${rows} ${host} ${nothing}" under kilo }')).toEqual([
    'let: keyword', 'rows: variable declaration readonly', '=: operator', '3: number', 'plan: keyword', 'p: class declaration', 'run: keyword', 'rows: variable readonly',
    'host: variable readonly defaultLibrary', 'under: keyword', 'kilo: enumMember',
  ]);
});

test('what a word names, where it may be of several kinds', async () => {
  expect(await colored('cloud c {\n group g { }\n service s { database d }\n mode m { }\n}\nplan p {\n on c\n step x { rewrites s.d, g, m }\n}').then((all) => all.slice(-5))).toEqual(
    ['rewrites: keyword', 's: namespace', 'd: struct', 'g: type', 'm: event'],
  );
});

test('parameters and arguments', async () => {
  expect(await colored('recipe r(a: component, b: duration = 5s) { stop a }\nplan p { apply r(x.y, b: 7s) }')).toEqual([
    'recipe: keyword', 'r: function declaration', 'a: parameter declaration readonly', 'component: type defaultLibrary', 'b: parameter declaration readonly', 'duration: type defaultLibrary', '5s: number',
    'stop: keyword', 'a: parameter readonly', 'plan: keyword', 'p: class declaration', 'apply: keyword', 'r: function', 'x: namespace', 'b: parameter', '7s: number',
  ]);
});

test('releases and the arrow', async () => {
  expect(await colored('plan p { release juno -> liberty skipping kilo }').then((all) => all.slice(2))).toEqual([
    'release: keyword', 'juno: enumMember', '->: operator', 'liberty: enumMember', 'skipping: keyword', 'kilo: enumMember',
  ]);
});

test('texts of several lines, CRLF, tabs and astral characters', async () => {
  expect(await colored('plan p "🦫🦫" {\r\n\tput "f" at """\r\n\t\t/etc/${rows}/x\r\n\t"""\r\n\tlet rows = 1\r\n}')).toEqual([
    'plan: keyword', 'p: class declaration', '"🦫🦫": string', 'put: keyword', '"f": string', 'at: keyword', '""": string', '\t\t/etc/: string', 'rows: variable readonly', '/x: string', '\t""": string',
    'let: keyword', 'rows: variable declaration readonly', '=: operator', '1: number',
  ]);
});

test('a line that can not be read hides no other', async () => {
  expect(await colored('plan p {\n  stop 1 2 3\n  wait 5s\n  nonsense\n  wait 6s\n}')).toEqual([
    'plan: keyword', 'p: class declaration', 'stop: keyword', 'wait: keyword', '5s: number', 'wait: keyword', '6s: number',
  ]);
});

test('of lines only', async () => {
  const { snapshot, at, ranges } = await marked('plan p {\n  wait 1s\n  wait <|2s\n  wait|> 3s\n}');
  const data = (await semanticTokensRange(snapshot, { ...at, range: ranges[0]?.range ?? { start: at.position, end: at.position } }, TOKEN))?.data ?? [];
  expect(read(snapshot.file(at.textDocument.uri)?.text.replace(/[^\n]/g, (one) => one) ?? '', data)).toEqual(['wait: keyword', '2s: number', 'wait: keyword', '3s: number']);
});

test.each([
  ['a word in the middle', 'plan p {\n  wait 1s\n  wait 2s\n}', 'plan p {\n  wait 1s\n  stop a.b\n  wait 2s\n}'],
  ['something at the end', 'plan p { }', 'plan p { wait 1s }'],
  ['everything', 'plan p { wait 1s }', ''],
  ['nothing', 'plan p { wait 1s }', 'plan p { wait 1s }'],
  ['words that are alike', 'plan p {\n  wait 1s\n}', 'plan p {\n  wait 1s\n  wait 1s\n  wait 1s\n}'],
])('what changed: %s', async (_, before, after) => {
  const { workspace, at } = await marked(before);
  const sent = new SentTokens();
  const first = await semanticTokens(workspace.snapshot, at, sent, TOKEN);
  workspace.change(at.textDocument.uri, 2, [{ text: after }]);
  const delta = (await semanticTokensDelta(workspace.snapshot, { ...at, previousResultId: first?.resultId ?? '' }, sent, TOKEN)) as SemanticTokensDelta;
  const data = [...(first?.data ?? [])];
  for (const { start, deleteCount, data: put = [] } of delta.edits) data.splice(start, deleteCount, ...put);
  expect(data).toEqual((await semanticTokens(workspace.snapshot, at, new SentTokens(), TOKEN))?.data);
  if (before === after) expect(delta.edits).toEqual([]);
});

test('all of it, where the earlier answer is not known', async () => {
  const { snapshot, at } = await marked('plan p { }');
  expect((await semanticTokensDelta(snapshot, { ...at, previousResultId: 'old' }, new SentTokens(), TOKEN)) as SemanticTokens).toMatchObject({ resultId: '1', data: [0, 0, 4, 0, 0, 0, 5, 1, 2, 1] });
});

test('a large file: messages are looked at meanwhile, and who cancels waits for nothing', async () => {
  const { snapshot, at } = await marked(`plan p {\n${'  stop nova.api, nova.compute on any controllers\n'.repeat(20_000)}}`);
  let isCancelled = false;
  const token = { get isCancellationRequested(): boolean { return isCancelled; }, onCancellationRequested: () => ({ dispose: () => undefined }) };
  setTimeout(() => {
    isCancelled = true;
  }, 1);
  await expect(semanticTokens(snapshot, at, new SentTokens(), token)).rejects.toThrow('The request was cancelled.');
});

test('names of imported files, without a look at those that import this one', async () => {
  const { snapshot, at } = await marked({
    'plan.belay': 'import "c.belay"\nplan p {\n  on c\n  step s { rewrites g, nova.main, m }\n  run "x ${rows}"\n}', 'c.belay': 'cloud c { group g { }  service nova { database main }  mode m { } }\nlet rows = 1',
    'wide.belay': 'import "plan.belay"\nlet nothing = 1',
  });
  const text = snapshot.file(at.textDocument.uri)?.text ?? '';
  expect(read(text, (await semanticTokens(snapshot, at, new SentTokens(), TOKEN))?.data ?? []).slice(6)).toEqual([
    'step: keyword', 's: method declaration', 'rewrites: keyword', 'g: type', 'nova: namespace', 'main: struct', 'm: event', 'run: keyword', 'rows: variable readonly',
  ]);
});
