import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { prepareRename, rename } from './rename.ts';

test('changes a name in every file, for the versions that were looked at', async () => {
  const { snapshot, at, applied, uri } = await marked({
    'plan.belay': 'import "cloud.belay"\nplan p {\n  on c\n  stop keystone.<|>server\n}',
    'cloud.belay': 'cloud c {\n  group g { hosts "a" }\n  service keystone { component server on g }\n  keep keystone.server available\n}',
  });
  const edit = rename(snapshot, { ...at, newName: 'api' });
  expect(applied('plan.belay', edit)).toBe('import "cloud.belay"\nplan p {\n  on c\n  stop keystone.api\n}');
  expect(applied('cloud.belay', edit)).toBe('cloud c {\n  group g { hosts "a" }\n  service keystone { component api on g }\n  keep keystone.api available\n}');
  expect(edit?.documentChanges?.map((one) => ('textDocument' in one ? one.textDocument : one))).toEqual([
    { uri: uri('cloud.belay'), version: null }, { uri: uri('plan.belay'), version: 1 },
  ]);
});

test.each([
  ['a service, but not its members', 'cloud c { service no<|>va { database main } }\nplan p {\n  on c\n  migrate nova.main\n}', 'compute', 'cloud c { service compute { database main } }\nplan p {\n  on c\n  migrate compute.main\n}'],
  ['a value in a text', 'let rows = "1000"\nplan p { run "x ${ro<|>ws}" }', 'most', 'let most = "1000"\nplan p { run "x ${most}" }'],
  ['a parameter', 'recipe r(wh<|>at: component) { stop what }\nplan p { apply r(what: nova.api) }', 'which', 'recipe r(which: component) { stop which }\nplan p { apply r(which: nova.api) }'],
  ['a release', 'train t { release v1 }\nplan p { install nova.* to v<|>1 }', '2026.1', 'train t { release 2026.1 }\nplan p { install nova.* to 2026.1 }'],
])('changes %s', async (_, source, newName, expected) => {
  const { snapshot, at, applied } = await marked(source);
  expect(applied('plan.belay', rename(snapshot, { ...at, newName }))).toBe(expected);
});

test.each([
  ['a name that is no name', 'group', 'cloud c { group gr<|>oup1 { hosts "a" } }', 'two words', '`two words` is no name. Names have letters, digits, `_` and `-`, and start with a letter or `_`.'],
  ['a name that is taken', 'group', 'cloud c {\n  group a<|> { hosts "a" }\n  group b { hosts "b" }\n}', 'b', 'There is a group named `b` already, in `plan.belay`, line 3.'],
  ['a name that means something else where it would be used', 'let', 'let out<|>er = 1\nplan p {\n  let inner = 2\n  run "x ${outer}"\n}', 'inner', '`inner` means something else in `plan.belay`, line 4.'],
  ['what nothing declares', 'component', 'plan p { stop nova.a<|>pi }', 'x', 'Nothing in this workspace declares `api`.'],
  ['what Belay gives', 'let', 'plan p { run "echo ${ho<|>st}" }', 'x', '`host` is a name that Belay gives. It can not be changed.'],
])('refuses %s', async (_, __, source, newName, reason) => {
  const { snapshot, at } = await marked(source);
  expect(() => rename(snapshot, { ...at, newName })).toThrow(reason);
});

test('refuses a group that an inventory declares', async () => {
  const { snapshot, at } = await marked({
    'cloud.belay': 'cloud c {\n  inventory "hosts.ini"\n  service s { component x on w<|>eb }\n}',
    'hosts.ini': '[web]\nh1\n',
  });
  expect(() => prepareRename(snapshot, at)).toThrow('Group `web` is declared in an inventory. Rename it there.');
});

test('says what would be changed', async () => {
  const { snapshot, at, ranges } = await marked('cloud c { service <|no<|>va|> { component api on g } }');
  expect(prepareRename(snapshot, at)).toEqual({ range: ranges[0]?.range, placeholder: 'nova' });
});

test('has nothing to say of a keyword', async () => {
  const { snapshot, at } = await marked('cl<|>oud c { }');
  expect(prepareRename(snapshot, at)).toBeNull();
});
