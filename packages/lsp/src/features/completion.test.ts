import { describe, expect, test } from 'vitest';
import type { ClientCapabilities, CompletionItem, InsertReplaceEdit, TextEdit } from 'vscode-languageserver';
import { marked, type Marked } from '../testing/marked.test-helpers.ts';
import { completion, resolveCompletion } from './completion.ts';

const ABLE: ClientCapabilities = { textDocument: { completion: { completionItem: { snippetSupport: true, insertReplaceSupport: true, commitCharactersSupport: true } } } };

async function offered(sources: string | Readonly<Record<string, string>>, client: ClientCapabilities = {}): Promise<{ readonly items: readonly CompletionItem[]; readonly marked: Marked }> {
  const made = await marked(sources);
  const list = await completion(made.snapshot, made.at, { client, entries: (root, folder) => made.host.entries(root, folder) });
  return { items: (list?.items ?? []).toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1)), marked: made };
}

/** What is offered, in the order of a client. */
async function labels(sources: string | Readonly<Record<string, string>>): Promise<string> {
  return (await offered(sources)).items.map(({ label }) => label).join(' | ');
}

/** The text when an item is taken: `insert` leaves what stands behind the cursor, `replace` takes the rest of the word, too. */
async function taken(source: string, label: string, how: 'insert' | 'replace' = 'insert'): Promise<string> {
  const { items, marked: { applied } } = await offered(source, ABLE);
  const edit = items.find((one) => one.label === label)?.textEdit as InsertReplaceEdit | undefined;
  const edits: TextEdit[] = edit === undefined ? [] : [{ newText: edit.newText, range: edit[how] }];
  return applied('plan.belay', edits);
}

const CLOUD = `
use openstack
cloud c {
  group controllers { hosts "ctl[1:2]" }
  group computes { hosts "cmp[01:02]" }
  service nova "Compute" { component api on controllers { unit "nova-api" }  component compute on computes  database main }
  service glance { component api on controllers }
  mode quiet { }
  check space { on local }
}
`;

const FILE = 'use | import | param | train | catalogue | cloud | plan | let | secret | recipe | allow | mode | check | window';

test.each([
  ['in an empty check', 'check c {\n  <|>\n}', 'healthy | run | script | http | on | as | in | env | accept exit | again on exit | poll | timeout | retry'],
  ['on the line of the brace', 'check c { ti<|> }', 'healthy | run | script | http | on | as | in | env | accept exit | again on exit | poll | timeout | retry'],
  ['behind a statement on the same line', 'check c { timeout 5m <|> }', 'healthy | run | script | http | on | as | in | env | accept exit | again on exit | poll | retry'],
  ['but not what may stand once and stands there', 'window w {\n  every tue at 22:00 for 8h zone "Europe/Zurich"\n  <|>\n}', ''],
  ['the rest of a keyword', 'plan p {\n  rollback <|>\n}', 'point'],
  ['the rest of one of several', 'plan p {\n  point <|>\n}', 'of no return'],
  ['in a block that nobody has closed', 'window w {\n  <|>', 'every'],
  ['in a block that nobody has closed, before other statements', 'plan p {\n  roll g {\n    lock consul "k" {\n      <|>\n  stop a.b\n}', 'ttl | acquire | release | renew | keep'],
  ['behind such a block', 'train t {\n  release v1\n<|>', FILE],
  ['at the top', '<|>', FILE],
  ['behind a keyword that holds another statement', 'mode m { enter { run "x" }  leave { run "x" } }\ncloud c { stop <|> }', 'run | script | on | as | in | env | accept exit | again on exit | timeout | takes'],
  ['of a command', 'cloud c {\n  service s {\n    database d { sav<|> }', 'name | used by | serves code | floor | engine | expand | migrate | contract | save | restore | verify'],
  ['of a train, with tabs', 'train t {\r\n\t<|>\r\n}', 'release'],
])('statements %s', async (_, source, expected) => {
  expect(await labels(source)).toBe(expected);
});

test.each([
  ['components, and whole services', 'stop <|>', 'nova.api | nova.compute | glance.api | nova.* | glance.*'],
  ['those that the list does not name yet', 'stop nova.api, glance.*, <|>', 'nova.compute | glance.api | nova.*'],
  ['in a continued line', 'stop nova.api,\n      <|>', 'nova.compute | glance.api | nova.* | glance.*'],
  ['what may follow components', 'stop nova.api <|>', 'for good | on'],
  ['the rest of words that belong together', 'stop nova.api for <|>', 'good'],
  ['databases', 'migrate <|>', 'nova.main | nova.*'],
  ['targets', 'stop nova.api on <|>', 'controllers | computes | nova.api | nova.compute | glance.api | all | any | first | each | local'],
  ['targets behind how many', 'stop nova.api on any <|>', 'controllers | computes | nova.api | nova.compute | glance.api | all'],
  ['what may follow a target', 'stop nova.api on any controllers <|>', 'except'],
  ['what a target leaves out', 'stop nova.api on any controllers except <|>', 'controllers | computes | nova.api | nova.compute | glance.api | all'],
  ['services', 'jump <|>', 'nova | glance'],
  ['modes', 'holding <|> { }', 'quiet'],
  ['modes on a line without a block', 'holding <|>', 'quiet'],
  ['checks', 'gate <|>', 'space | healthy'],
  ['components that answer', 'gate healthy gl<|>', 'nova.api | nova.compute | glance.api | nova.* | glance.*'],
  ['resources', 'restore <|>', 'nova.main | nova.api | nova.compute | glance.api | controllers | computes | quiet | all'],
  ['rollback points', 'rollback point before { capture nova.main }\n  restore nova.main from <|>', 'before'],
  ['rollback points of outer blocks', 'stage s { rollback point deep { } }\n  step x { restore nova.main from <|> }', 'deep'],
  ['neighbors in a parallel part', 'parallel {\n    step one { }\n    stage two { }\n    jump nova\n    step four { after two, <|> }\n  }', 'one | nova'],
  ['neighbors without a name', 'parallel {\n    stop nova.api\n    stop nova.api\n    step s { after <|> }\n  }', 'stop_nova_api'],
  ['choices', 'secret pw from <|>', 'env | file | command'],
  ['types', 'param batch: <|>', 'text | path | word | count | percent | amount | duration | release | size | service | component | components | database | databases | group | mode | check | window | cloud | resource'],
  ['drivers', 'roll controllers { lock <|> }', 'consul | etcd'],
  ['methods', 'http "http://x" method P<|>', 'GET | HEAD | POST | PUT | DELETE | PATCH | OPTIONS'],
  ['durations with a name', 'let short = 5s\n  let many = 3\n  wait <|>', 'short | until'],
  ['rules that may be accepted', 'allow needs<|>', 'needs-order'],
  ['days', 'window w { every tue, <|> }', 'mon | wed | thu | fri | sat | sun'],
  ['nothing for a new name', 'step <|>', ''],
  ['nothing behind what can not be read', 'stop 1 2 <|>', ''],
  ['nothing behind a block', 'stop nova.api { takes 1m } <|>', ''],
])('%s', async (_, statement, expected) => {
  const names = await labels(`plan p {\n  on c\n  ${statement}\n}\n${CLOUD}`);
  expect(expected === 'needs-order' ? names.includes(expected) : names).toBe(expected === 'needs-order' ? true : expected);
});

test.each([
  ['all of a train', 'release <|>', 'v1 | v2 | v3 | v4'],
  ['those ahead', 'release v2 -> <|>', 'v3 | v4'],
  ['those ahead of one that is typed', 'release v1 -> v<|>', 'v2 | v3 | v4'],
  ['the arrow', 'release v2 <|>', '->'],
  ['those between', 'release v1 -> v4 skipping <|>', 'v2 | v3'],
  ['those between that are not named', 'release v1 -> v4 skipping v2, <|>', 'v3'],
  ['those of the jump', 'release v1 -> v3\n  migrate a.b to <|>', 'v1 | v2 | v3'],
  ['those of the jump, for commands', 'release v1 -> v3\n  step s { run "x" under <|> }', 'v1 | v2 | v3'],
])('releases: %s', async (_, statement, expected) => {
  expect(await labels(`train t {\n  release v1\n  release v2\n  release v3 slurp\n  release v4\n}\nplan p {\n  ${statement}\n}`)).toBe(expected);
});

test.each([
  ['the type of the first parameter, and names', 'apply r(<|>', 'nova.api | nova.compute | glance.api | what | pause'],
  ['the second', 'apply r(nova.api, <|>)', 'what | pause'],
  ['one by its name', 'apply r(pause: 5s, what: <|>)', 'nova.api | nova.compute | glance.api'],
  ['names that are not given yet', 'apply r(pause: 5s, <|>)', 'nova.api | nova.compute | glance.api | what'],
])('arguments: %s', async (_, statement, expected) => {
  expect(await labels(`recipe r(what: component, pause: duration = 5s) { stop what }\nplan p {\n  on c\n  ${statement}\n}\n${CLOUD}`)).toBe(expected);
});

test('parameters where their type fits', async () => {
  expect(await labels('recipe r(what: component, where: group, long: duration) {\n  stop <|>\n}')).toBe('what');
  expect(await labels('recipe r(what: component, where: group, long: duration) {\n  wait <|>\n}')).toBe('long | until');
});

test.each([
  ['values and what Belay gives', 'cloud c {\n  stop run "systemctl ${<|>}"\n}', 'rows | host | unit | package | component | service | release'],
  ['half-typed, in a text that nobody has closed', 'plan p {\n  run "echo ${ro<|>\n}', 'rows | host'],
  ['in a text of several lines', 'plan p {\n  run """\n    echo ${<|>\n  """\n}', 'rows | host'],
  ['spliced', 'plan p { run "echo ${raw <|>}" }', 'rows | host'],
  ['behind astral characters', 'plan p { run "🦫 ${<|>" }', 'rows | host'],
  ['of databases', 'cloud c {\n  service s {\n    database d { migrate run "${<|>" }\n  }\n}', 'rows | host | database | service | release'],
  ['of locks', 'plan p { roll g { lock x "k" { acquire run "mkdir ${<|>" } } }', 'rows | host | key'],
  ['not where the braces are the shell’s', 'plan p { run "echo $${<|>" }', ''],
  ['not in plain text', 'plan p { run "ec<|>ho" }', ''],
])('names in texts: %s', async (_, source, expected) => {
  expect(await labels(`${source}\nlet rows = 3\n`)).toBe(expected);
});

test('variables of the inventory, groups and hosts', async () => {
  const files = { 'hosts.ini': '[web]\nh1 rack=a\nh2\n[db]\nd1\n' };
  const cloud = 'cloud c {\n  inventory "hosts.ini"\n  group edge { hosts "e[1:2]" }\n';
  expect(await labels({ 'a.belay': `${cloud}  drain run "x \${<|>"\n}`, ...files })).toBe('host | host.rack');
  expect(await labels({ 'a.belay': `${cloud}  group <|>\n}`, ...files })).toBe('web | db | all');
  expect(await labels({ 'a.belay': `${cloud}  service s { component x on <|> }\n}`, ...files })).toBe('edge | web | db | all');
  expect(await labels({ 'a.belay': `${cloud}}\nplan p {\n  on c\n  drain on "<|>"\n}`, ...files })).toBe('h1 | h2 | d1 | e1 | e2');
  expect(await labels({ 'a.belay': `${cloud}}\nplan p {\n  on c\n  drain on "h<|>\n}`, ...files })).toBe('h1 | h2 | d1 | e1 | e2');
});

test.each([
  ['in its head', 'step b after <|> { wait 1s }'], ['in its block', 'step b {\n  after <|>\n}'], ['before it has a block', 'step b after <|>'],
])('a step does not wait for itself: %s', async (_, step) => {
  expect(await labels(`plan p {\nparallel {\nstep a { wait 1s }\n${step}\nstep c { wait 1s }\n}\n}`)).toBe('a | c');
});

test('names of imported files, with where they come from', async () => {
  const { items } = await offered({ 'plan.belay': 'import "cloud.belay"\nplan p {\n  on <|>\n}', 'cloud.belay': 'cloud zurich "Production" { }' });
  expect(items.map(({ label, detail, labelDetails }) => ({ label, detail, labelDetails }))).toEqual([{ label: 'zurich', detail: 'cloud: Production', labelDetails: { description: 'cloud.belay' } }]);
});

test('services of catalogues, and their roles', async () => {
  const catalogue = 'catalogue house { service proxy { component server on edge } }\n';
  expect(await labels(`${catalogue}cloud c { service lb from <|> { } }`)).toBe('house.proxy');
  expect(await labels(`${catalogue}cloud c {\n  service lb from house.proxy {\n    place <|>\n  }\n}`)).toBe('edge');
});

const FILES = { 'clouds/c.belay': '', 'clouds/inventory/hosts.yml': '', 'clouds/inventory/notes.md': '', 'scripts/look.sh': '', 'top.belay': '' };

test.each([
  ['files of the language and folders', 'import "<|>"', 'top.belay | clouds/ | plans/ | scripts/'],
  ['a folder', 'import "../clouds/<|>"', 'c.belay | inventory/'],
  ['the folder above', 'import "../clouds/inventory/<|>"', ''],
  ['inventories', 'cloud c { inventory "../clouds/inventory/h<|>', 'hosts.yml'],
  ['scripts', 'plan p { script "../scripts/<|>" }', 'look.sh'],
  ['nothing outside of the workspace', 'import "../../<|>"', ''],
  ['nothing for paths on hosts', 'plan p { put "../scripts/look.sh" at "/<|>" }', ''],
])('paths: %s', async (_, source, expected) => {
  const found = await labels({ 'plans/p.belay': source.replace('import "<|>"', 'import "../<|>"'), ...FILES });
  expect(found.replace(/(?: \| )?\.\.\/$/, '')).toBe(expected);
});

test.each([
  ['a word is replaced up to the cursor', 'plan p {\n  on c\n  stop no<|>va.api\n}', 'insert', 'plan p {\n  on c\n  stop glance.apiva.api\n}'],
  ['or as a whole', 'plan p {\n  on c\n  stop no<|>va.api\n}', 'replace', 'plan p {\n  on c\n  stop glance.api\n}'],
  ['behind tabs and astral characters', 'plan p "🦫" {\r\n\ton c\r\n\tstop glance.<|>\r\n}', 'insert', 'plan p "🦫" {\r\n\ton c\r\n\tstop glance.api\r\n}'],
] as const)('%s', async (_, source, how, expected) => {
  expect((await taken(`${source}${CLOUD}`, 'glance.api', how)).slice(0, expected.length)).toBe(expected);
});

test('an interpolation is closed once', async () => {
  expect(await taken('let rows = 1\nplan p { run "a ${ro<|>" }', 'rows')).toBe('let rows = 1\nplan p { run "a ${rows}" }');
  expect(await taken('let rows = 1\nplan p { run "a ${ro<|>x}" }', 'rows', 'replace')).toBe('let rows = 1\nplan p { run "a ${rows}" }');
});

test('snippets for clients that know them: what has to be filled in, and the block', async () => {
  expect(await taken('plan p {\n  st<|>\n}', 'step')).toBe('plan p {\n  step ${1:name} {\n\t$0\n}\n}');
  expect(await taken('window w { <|> }', 'every')).toBe('window w { every ${1:days} at ${2:at} for ${3:length} zone "${4:zone}" }');
  expect(await taken('plan p { secr<|> }', 'secret')).toBe('plan p { secret ${1:name} from ${2|env,file,command|} "${3:source}" }');
  const { items } = await offered('plan p { st<|> }');
  expect(items.find(({ label }) => label === 'step')).toMatchObject({ textEdit: { newText: 'step' } });
});

test('a recipe with its parameters; those that have no default are to be filled in', async () => {
  const recipe = 'recipe bounce(what: component, pause: duration = 5s, why: text) { stop what }\n';
  const { items } = await offered(`${recipe}plan p { apply <|> }`);
  expect(items.map(({ label, detail }) => `${label}: ${detail ?? ''}`)).toEqual(['bounce: recipe(what: component, pause: duration, why: text)']);
  expect(await taken(`${recipe}plan p { apply bo<|> }`, 'bounce')).toBe(`${recipe}plan p { apply bounce(${'${1:what}, ${2:why}'}) }`);
  expect(await taken(`${recipe}plan p { apply bo<|>(x.y) }`, 'bounce')).toBe(`${recipe}plan p { apply bounce(x.y) }`);
});

test('the lines of a snippet are indented by clients that can', async () => {
  const { items } = await offered('plan p {\n  st<|>\n}', { textDocument: { completion: { completionItem: { snippetSupport: true, insertTextModeSupport: { valueSet: [1, 2] } } } } });
  expect(items.find(({ label }) => label === 'step')).toMatchObject({ insertTextFormat: 2, insertTextMode: 2 });
  expect(items.find(({ label }) => label === 'gate')?.insertTextMode).toBeUndefined();
});

test.each(['# st<|>', 'plan p { }  # st<|>', 'plan p "ti<|>tle" { }', 'stop a.b <|>', 'plan p {\n  # <|>\n}'])('nothing in %s', async (source) => {
  expect(await labels(source)).toBe('');
});

test('a blank asks for what follows a keyword, not for statements', async () => {
  const at = async (source: string): Promise<number> => {
    const { snapshot, at: params, host } = await marked(source);
    const list = await completion(snapshot, { ...params, context: { triggerKind: 2, triggerCharacter: ' ' } }, { client: {}, entries: (root, folder) => host.entries(root, folder) });
    return list?.items.length ?? 0;
  };
  expect(await at('plan p {\n  <|>\n}')).toBe(0);
  expect(await at('plan p {\n  secret x from <|>\n}')).toBe(3);
});

test('names are taken by a comma where a list goes on', async () => {
  const { items } = await offered(`plan p {\n  on c\n  stop <|>\n}${CLOUD}`, ABLE);
  expect(items[0]).toMatchObject({ label: 'nova.api', commitCharacters: [','] });
});

test('documentation is made when it is asked for', async () => {
  const { items, marked: { snapshot } } = await offered(`plan p {\n  on c\n  <|>\n}${CLOUD}`);
  const gate = items.find(({ label }) => label === 'gate');
  expect(gate?.documentation).toBeUndefined();
  expect(resolveCompletion(snapshot, gate as CompletionItem).documentation).toEqual({
    kind: 'markdown', value: '```belay\ngate <checks>, …\n```\n\nGoes on only if the checks pass.\n\nFor example:\n```belay\ngate backup_space\n```',
  });
});

test.each([
  ['a name', `plan p {\n  on c\n  gate <|>\n}${CLOUD}`, 'space', '```belay\ncheck space { on local }\n```\n\ncheck `space`, declared in `plan.belay`, line 12'],
  ['a release', 'train t { release v1  release v2 }\nplan p { release v1 -> <|> }', 'v2', '**Release** `v2`: number 2 of 2 of train `t`.\n\n- before: `v1`\n- next: none, it is the newest that is known'],
  ['what Belay gives', 'plan p { run "${<|>" }', 'host', 'The host that the command runs on, as the inventory names it. `${host.NAME}` is a variable of the inventory.'],
])('documentation of %s', async (_, source, label, value) => {
  const { items, marked: { snapshot } } = await offered(source);
  expect(resolveCompletion(snapshot, items.find((one) => one.label === label) as CompletionItem).documentation).toEqual({ kind: 'markdown', value });
});

test.each([undefined, 3, {}, { of: 'name' }, { of: 'built-in', name: 'toString' }, { of: 'statement', id: 'nothing' }])('what a client made up stays as it is: %j', async (data) => {
  const { snapshot } = await marked('');
  expect(resolveCompletion(snapshot, { label: 'x', data })).toEqual({ label: 'x', data });
});

/** Files that nobody reads for one key: what they declare is noted between requests, and then offered. */
describe('names of files that import this one', () => {
  const plan = (index: number): string => [
    `import "shared.belay"\nuse openstack\ncatalogue k${index} {\n  service x {\n    component m${index}\n  }\n}`,
    `cloud c${index} {\n  inventory "h${index}.ini"\n  service nova { component api${index} }\n  service own from k${index}.x { }\n}\nplan p${index} {\n  on c${index}\n  apply r()\n}\n`,
  ].join('\n');
  const files = (count: number, shared: string): Record<string, string> => ({
    'shared.belay': shared, ...Object.fromEntries(Array.from({ length: count }, (_, index) => [[`p${index}.belay`, plan(index)], [`h${index}.ini`, `[web${index}]\nhost${index} rack=r${index}\n`]]).flat()),
  });

  /** Asks until everything is known; also how many were offered at each time. */
  async function all(count: number, shared: string, length = 0): Promise<{ readonly labels: readonly string[]; readonly counts: readonly number[] }> {
    const { workspace, at, uri } = await marked(Object.fromEntries(Object.entries(files(count, shared)).map(([name, text]) => [name, name.startsWith('p') ? text.padEnd(length, '#') : text])));
    for (let index = 0; index < count; index += 1) await workspace.complete(uri(`p${index}.belay`));
    const counts: number[] = [];
    for (;;) {
      const list = await completion(workspace.snapshot, { ...at }, { client: {}, entries: () => Promise.resolve([]) });
      counts.push(list?.items.length ?? 0);
      if (list?.isIncomplete !== true || counts.length > 1_000) return { labels: list?.items.map(({ label }) => label) ?? [], counts };
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  test.each([3, 21, 60])('of %i files', async (count) => {
    const every = (name: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => name(index));
    const components = (await all(count, 'recipe r() { stop <|> }')).labels;
    expect(new Set(components)).toEqual(new Set([...every((index) => `nova.api${index}`), ...every((index) => `own.m${index}`), ...every((index) => `x.m${index}`), 'nova.*', 'own.*', 'x.*']));
    expect(new Set((await all(count, 'recipe r() { drain on <|> }')).labels)).toEqual(new Set([...every((index) => `web${index}`), ...components.filter((one) => !one.endsWith('*')), 'all', 'any', 'first', 'each', 'local']));
    expect((await all(count, 'recipe r() { run "${host.<|>}" }')).labels).toEqual(expect.arrayContaining(['host.rack']));
    expect((await all(count, 'recipe r() { drain on "<|>" }')).labels).toEqual(expect.arrayContaining(every((index) => `host${index}`)));
    expect((await all(count, 'recipe r() { install nova.api to <|> }')).labels).toContain('2025.1');
    expect((await all(count, 'cloud z { service q from <|> }')).labels).toEqual(expect.arrayContaining(every((index) => `k${index}.x`)));
  });

  test('of many files a few are read for the first request', async () => {
    const { counts } = await all(60, 'recipe r() { stop <|> }', 4_096);
    // 65,536 characters of files with 4,096, each with three names; and three more for whole services.
    expect([counts[0], counts.at(-1)]).toEqual([51, 183]);
  });
});
