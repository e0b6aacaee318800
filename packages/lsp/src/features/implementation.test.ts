import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { implementation } from './implementation.ts';

/** A cloud in which one service has a recipe of its own; `stop` and `upgrade` are where they are marked. */
const cloud = (stop: string, upgrade: string): string => `use openstack
cloud c {
  group g { hosts "h[1:2]" }
  install run "apt install"
  ${stop} run "svc stop \${unit}"
  service s {
    component x on g { unit "x" }
    ${upgrade} {
      stop s.x
      start s.x
    }
  }
  service t { component y on g { unit "y" }  database d in t }
}
`;

test.each([
  ['of a jump its block', `${cloud('stop', 'upgrade')}plan p {\n  on c\n  release 2024.1 -> 2025.1\n  ju<|>mp s {\n    after x\n    <|stop s.x\n    start s.x|>\n  }\n}`],
  ['of a jump the `upgrade` of the service', `${cloud('stop', '<|upgrade|>')}plan p {\n  on c\n  release 2024.1 -> 2025.1\n  jump <|>s\n}`],
  ['of a jump of another service what is upgraded', `${cloud('stop', 'upgrade').replace('y on', '<|y|> on').replace('database d', 'database <|d|>')}plan p {\n  on c\n  release 2024.1 -> 2025.1\n  jump <|>t\n}`],
  ['of an action the command of the cloud', `${cloud('<|stop|>', 'upgrade')}plan p "😀" {\n\ton c\n\tst<|>op s.x\n}`],
  ['of `apply` the recipe', 'recipe <|r|> { wait 1s }\nplan p { ap<|>ply r }'],
  ['of a gate the check', 'check <|k|> { run "x" }\nplan p { gate <|>k }'],
  ['of a mode where it is declared', 'plan p {\n  mode <|m|> { enter run "x"  leave run "y" }\n  <|>holding m { wait 1s }\n}'],
])('%s', async (_, source) => {
  const { snapshot, at, ranges } = await marked(source.replaceAll('\n', '\r\n'));
  expect(implementation(snapshot, at)).toEqual(ranges);
});

test.each([
  ['of what is itself', 'plan p { wa<|>it 1s }', null],
  ['of an action that systemd does', 'cloud c { group g { hosts "h" }  service s { component x on g { unit "x" } } }\nplan p {\n  on c\n  st<|>op s.x\n}', []],
  ['in half-typed text', 'plan p {\n  jump no<|>', null],
])('nothing %s', async (_, source, expected) => {
  const { snapshot, at } = await marked(source);
  expect(implementation(snapshot, at)).toEqual(expected);
});
