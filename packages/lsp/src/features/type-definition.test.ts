import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { typeDefinition } from './type-definition.ts';

test.each([
  ['of a component the group on whose hosts it runs', 'cloud c {\n  group <|g|> { hosts "a" }\n  service s { component x on g }\n  keep s.<|>x available\n}'],
  ['of a database the service of its server', 'cloud c {\n  service <|m|> { component x }\n  service s { database d in m }\n}\nplan p {\n  on c\n  migrate s.<|>d\n}'],
  ['of a service the one of a catalogue', 'catalogue k { service <|base|> { component x } }\ncloud c { service <|>s from k.base { } }'],
  ['of a cloud the one that it takes over', 'cloud <|a|> { }\ncloud <|>b from a { }'],
  ['of a release its train', 'train <|t|> { release v1 }\nplan p { release v<|>1 -> v2 }'],
  ['of a plan its clouds', 'cloud <|a|> { }\ncloud <|b|> { }\nplan <|>p { wave a  wave b }'],
  ['of a `let` what it stands for', 'cloud c { service s { component <|x|> } }\nplan p {\n  on c\n  let it = s.x\n  stop <|>it\n}'],
])('%s', async (_, source) => {
  const { snapshot, at, ranges } = await marked(source.replaceAll('\n', '\r\n'));
  expect(typeDefinition(snapshot, at)).toEqual(ranges);
});

test.each([
  ['of a keyword', 'cl<|>oud c { }', null],
  ['of a name that nothing declares', 'plan p { on no<|>where }', null],
  ['of a group', 'cloud c { group <|>g { hosts "a" } }', []],
  ['in half-typed text', 'cloud c { service s { component <|>x on', []],
])('nothing %s', async (_, source, expected) => {
  const { snapshot, at } = await marked(source);
  expect(typeDefinition(snapshot, at)).toEqual(expected);
});
