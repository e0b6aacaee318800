import { expect, test } from 'vitest';
import { marked, remark } from '../testing/marked.test-helpers.ts';
import { definition } from './definition.ts';

test.each([
  ['a cloud', 'cloud <|c|> { }\nplan p { on <|>c }'],
  ['a component of a cloud that is taken over', 'cloud a { service s { component <|x|> on g } }\ncloud b from a { }\nplan p {\n  on b\n  stop s.<|>x\n}'],
  ['a component of a catalogue’s service', 'catalogue house { service proxy { component <|server|> on edge } }\ncloud c { service proxy from house.proxy { place edge on g } }\nplan p {\n  on c\n  stop proxy.<|>server\n}'],
  ['a service of a catalogue', 'catalogue house { service <|proxy|> { } }\ncloud c { service lb from house.<|>proxy { } }'],
  ['a value', 'let <|a|> = 1\nlet b = "${<|>a}"'],
  ['a mode of the cloud', 'cloud c { mode <|quiet|> {\n  enter { run "x" }\n  leave { run "y" }\n} }\nplan p {\n  on c\n  holding <|>quiet { wait 1s }\n}'],
])('leads to %s', async (_, source) => {
  const { snapshot, at, ranges, uri } = await marked(source);
  const found = definition(snapshot, at) ?? [];
  expect(found.map((one) => ('targetUri' in one ? remark(snapshot, one.targetUri, [one.targetSelectionRange]) : one))).toEqual(
    [remark(snapshot, uri('plan.belay'), ranges.map(({ range }) => range))],
  );
});

test('leads from a path to its file', async () => {
  const { snapshot, at, uri } = await marked({ 'plans/p.belay': 'import "../cl<|>ouds/c.belay"', 'clouds/c.belay': '' });
  expect(definition(snapshot, at)).toMatchObject([{ targetUri: uri('clouds/c.belay') }]);
});

test.each([
  ['INI', 'hosts.ini', '[all:vars]\na=1\n[web]\nh1\n', 2, 1],
  ['YAML', 'hosts.yml', 'all:\n  children:\n    web:\n      hosts:\n        h1:\n', 2, 4],
])('leads from a group to its inventory: %s', async (_, name, inventory, line, character) => {
  const { snapshot, at, uri } = await marked({ 'cloud.belay': `cloud c {\n  inventory "${name}"\n  service s { component x on w<|>eb }\n}`, [name]: inventory });
  expect(definition(snapshot, at)).toMatchObject([{ targetUri: uri(name), targetRange: { start: { line, character }, end: { line, character: character + 3 } } }]);
});

test.each(['pl<|>an p { }', 'plan p { stop a.<|>b }', '# <|>'])('leads nowhere from %s', async (source) => {
  const { snapshot, at } = await marked(source);
  expect(definition(snapshot, at) ?? []).toEqual([]);
});
