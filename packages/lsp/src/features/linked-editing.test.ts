import { expect, test } from 'vitest';
import { marked, remark } from '../testing/marked.test-helpers.ts';
import { linkedEditing } from './linked-editing.ts';

test.each([
  ['a parameter', 'recipe r(<|>what: component) {\r\n\tstop what\r\n\trun "echo 😀 ${what}"\r\n}', 'recipe r(<|what|>: component) {\r\n\tstop <|what|>\r\n\trun "echo 😀 ${<|what|>}"\r\n}'],
  ['a step and who waits for it', 'plan p {\n  parallel {\n    step a { wait 1s }\n    step b { after <|>a  wait 1s }\n  }\n}', 'plan p {\n  parallel {\n    step <|a|> { wait 1s }\n    step b { after <|a|>  wait 1s }\n  }\n}'],
  ['a mode of a plan', 'plan p {\n  mode <|>m { enter run "x" }\n  holding m { wait 1s }\n  leave m', 'plan p {\n  mode <|m|> { enter run "x" }\n  holding <|m|> { wait 1s }\n  leave <|m|>'],
])('%s', async (_, source, expected) => {
  const { snapshot, at } = await marked(source);
  const found = linkedEditing(snapshot, at);
  expect(remark(snapshot, at.textDocument.uri, found?.ranges ?? [])).toBe(expected);
  expect(found?.wordPattern).toBe('[A-Za-z_][A-Za-z0-9_-]*');
});

test('names in a cloud, as long as no other file imports it', async () => {
  const source = 'cloud c {\n  group <|>g { hosts "h" }\n  service s { component x on g }\n}';
  const alone = await marked(source);
  expect(remark(alone.snapshot, alone.at.textDocument.uri, linkedEditing(alone.snapshot, alone.at)?.ranges ?? [])).toBe('cloud c {\n  group <|g|> { hosts "h" }\n  service s { component x on <|g|> }\n}');
  const { snapshot, at } = await marked({ 'cloud.belay': source, 'plan.belay': 'import "cloud.belay"' });
  expect(linkedEditing(snapshot, at)).toBeNull();
});

test.each([
  ['a name that nothing uses', 'plan p { let <|>x = 1 }'],
  ['a name of the file', 'let <|>x = "1"\nplan p { run "${x}" }'],
  ['a service that a plan names', 'cloud c { service <|>s { component x }  keep s.x available }\nplan p { on c  stop s.x }'],
  ['a keyword', 'pl<|>an p { }'],
])('nothing for %s', async (_, source) => {
  const { snapshot, at } = await marked(source);
  expect(linkedEditing(snapshot, at)).toBeNull();
});
