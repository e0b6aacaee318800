import { expect, test } from 'vitest';
import { marked, remark, type Marked } from '../testing/marked.test-helpers.ts';
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from './call-hierarchy.ts';

const CLOUD = 'cloud c "😀" {\r\n\tgroup g { hosts "h[1:4]" }\r\n\tservice a { component x on g { unit "x" } }\r\n\tservice b { needs a\r\n\t\tcomponent y on g }\r\n\tservice d { needs b, a\r\n\t\tcomponent z on g }\r\n}\r\n';

/** For each item under the cursor its name, what must come before it, and what waits for it, with the places that say so. */
function hierarchy({ snapshot, at }: Marked): string[] {
  return (prepareCallHierarchy(snapshot, at) ?? []).map((item) => {
    const before = outgoingCalls(snapshot, item)?.map(({ to, fromRanges }) => `${to.name} (${fromRanges.map(({ start }) => start.line).join()})`).join(', ');
    const behind = incomingCalls(snapshot, item)?.map(({ from, fromRanges }) => `${from.name} (${fromRanges.map(({ start }) => start.line).join()})`).join(', ');
    return `${item.name}: needs [${before}], waited for by [${behind}]`;
  });
}

test.each([
  ['where it is declared', CLOUD.replace('service b', 'service <|>b'), ['b: needs [a (3)], waited for by [d (5)]']],
  ['where it is used', `${CLOUD}plan p {\n  on c\n  jump <|>a\n}`, ['a: needs [], waited for by [b (3), d (5)]']],
  ['with several needs', CLOUD.replace('service d', 'service <|>d'), ['d: needs [b (5), a (5)], waited for by []']],
])('services: %s', async (_, source, expected) => {
  expect(hierarchy(await marked(source))).toEqual(expected);
});

test.each([
  ['in a series', 'wait 1s\n  <|>wait 2s\n  wait 3s', ['wait_2: needs [wait (11)], waited for by [wait_3 (12)]']],
  ['around a parallel part', 'step s { <|>wait 1s }\n  parallel {\n    step a { wait 1s }\n    step b { wait 1s }\n  }\n  step e { wait 1s }', ['s: needs [], waited for by [a (12), b (13)]']],
  ['behind one', 'parallel {\n    step a { wait 1s }\n    step b { after a  wait 1s }\n    step c { wait 1s }\n  }\n  step <|>e { wait 1s }', ['e: needs [b (15), c (15)], waited for by []']],
  ['in a roll', 'roll g {\n    step a { wait 1s }\n    step <|>b { wait 1s }\n  }', ['roll_g/b: needs [roll_g/a (12)], waited for by []']],
  ['of a jump', 'release 2024.1 -> 2025.1\n  wait 1s\n  <|>jump a', ['a/stop: needs [wait (12)], waited for by [a/start (12)]', 'a/start: needs [a/stop (12)], waited for by []']],
  ['in half-typed text', 'wait 1s\n  <|>wait 2s\n  stop', ['wait_2: needs [wait (11)], waited for by [stop (12)]']],
])('steps: %s', async (_, body, expected) => {
  expect(hierarchy(await marked(`use openstack\n${CLOUD}plan p {\n  ${body}\n  on c\n}`))).toEqual(expected);
});

test('an item says where it is', async () => {
  const { snapshot, at, ranges } = await marked({ 'plan.belay': 'import "cloud.belay"\nplan p {\n  on c\n  jump <|>b\n}', 'cloud.belay': CLOUD.replace('service b', 'service <|b|>') });
  const [item] = prepareCallHierarchy(snapshot, at) ?? [];
  expect({ uri: item?.uri, range: item?.selectionRange }).toEqual(ranges[0]);
  expect(remark(snapshot, item?.uri ?? '', outgoingCalls(snapshot, item ?? never())?.flatMap(({ fromRanges }) => fromRanges) ?? [])).toBe(CLOUD.replace('service b { needs a', 'service b { needs <|a|>'));
});

test('nothing elsewhere; foreign items are refused', async () => {
  const { snapshot, at } = await marked('cloud c { gro<|>up g { hosts "a" } }');
  expect(prepareCallHierarchy(snapshot, at)).toBeNull();
  const range = { start: at.position, end: at.position };
  expect(() => incomingCalls(snapshot, { name: 'x', kind: 2, uri: at.textDocument.uri, range, selectionRange: range })).toThrow('this item was not given by the server');
});

function never(): never {
  throw new Error('there is an item');
}
