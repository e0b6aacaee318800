import { expect, test } from 'vitest';
import { asWritten, marked } from '../testing/marked.test-helpers.ts';
import { inlayHints } from './inlay-hints.ts';

/** The source with the hints where they stand: `stop nova.api on controllers‹3 hosts›`. */
async function hinted(source: string | Readonly<Record<string, string>>): Promise<string> {
  const { snapshot, at, ranges } = await marked(source);
  const file = asWritten(snapshot, at.textDocument.uri);
  if (file === undefined) return '';
  const range = ranges[0]?.range ?? { start: { line: 0, character: 0 }, end: file.position(file.text.length) };
  const hints = (inlayHints(snapshot, { ...at, range }) ?? []).map(({ position, label }, index) => ({ at: file.offset(position), label: label as string, index }));
  return hints.toSorted((a, b) => b.at - a.at || b.index - a.index).reduce((text, hint) => `${text.slice(0, hint.at)}‹${hint.label}›${text.slice(hint.at)}`, file.text);
}

const CLOUD = `cloud c {
  connection local
  group few { hosts "f1", "f2" }
  group many { hosts "m[01:40]"  spare 10%  zone a "m[01:25]"  zone b "m[26:40]" }
  drain run "x"
  return run "x"
  install { run "x"  takes 3m }
  service keystone { component api on few { unit "k" } }
  service glance { needs keystone  component api on few { unit "g" } }
  service nova { needs glance  component api on few { unit "n" } }
}
train t { release v1  release v2 }
`;

/** A plan with some statements, and the hints in these. */
async function inPlan(statements: string): Promise<string> {
  const head = 'plan p {\n  on c\n  release v1 -> v2\n';
  const text = await hinted({ 'plan.belay': `import "c.belay"\n${head}${statements}\n}\n`, 'c.belay': CLOUD });
  return text.slice(text.indexOf(head) + head.length, text.lastIndexOf('\n}'));
}

test('how many hosts patterns and groups mean', async () => {
  expect(await hinted('cloud c {\n  group few { hosts "f1", "f2" }\n  group many { hosts "m[01:40]", "x"  zone a "m[01:25]" }\n  service s { component x on many }\n}')).toBe(
    'cloud c {\n  group few { hosts "f1", "f2" }\n  group many { hosts "m[01:40]", "x"‹41 hosts›  zone a "m[01:25]"‹25 hosts› }\n  service s { component x on many‹41 hosts› }\n}',
  );
});

test.each([
  ['stop nova.api on few', 'stop nova.api on few‹2 hosts›'],
  ['stop nova.api on any few', 'stop nova.api on any few‹1 of 2 hosts›'],
  ['stop nova.api on each few', 'stop nova.api on each few‹2 hosts, in turn›'],
  ['drain on many, few except "m01"', 'drain on many, few except "m01"‹41 hosts›'],
  ['drain on "m[01:03]"', 'drain on "m[01:03]"‹3 hosts›'],
  ['drain on "m01"', 'drain on "m01"'],
  ['run "x" on local { changes nothing }', 'run "x" on local { changes nothing }'],
  ['run "🦫" on any few { changes nothing }', 'run "🦫" on any few‹1 of 2 hosts› { changes nothing }'],
])('targets: %s', async (statement, expected) => {
  expect(await inPlan(statement)).toBe(expected);
});

test('the batches of a roll as they are cut, and its time', async () => {
  expect(await inPlan('roll many {\n batch 10%\n pause 1m\n drain { takes 5m }\n return { takes 1m }\n}')).toBe(
    'roll many‹40 hosts, 28 batches of at most 2, 3h 15m› {\n batch 10%‹2 hosts at most›\n pause 1m\n drain { takes 5m }\n return { takes 1m }\n}',
  );
  expect(await inPlan('roll few {\n batch 1\n reboot\n}')).toBe('roll few‹2 hosts, 2 batches of 1, 1 step without an estimate› {\n batch 1\n reboot\n}');
});

test('the times of parts', async () => {
  expect(await inPlan('stage a {\n wait 5m\n parallel {\n  wait 1m\n  stage b { wait 2m }\n }\n}')).toBe('stage a‹7m› {\n wait 5m\n parallel‹2m› {\n  wait 1m\n  stage b‹2m› { wait 2m }\n }\n}');
});

test('behind all words of a line, before its block', async () => {
  expect(await inPlan('jump nova leaving nova.api stopped\t{\n wait 1m\n}\nstop nova.api { takes 1m }')).toBe('jump nova leaving nova.api stopped‹1m›\t{\n wait 1m\n}\nstop nova.api { takes 1m }');
});

test('what waits because of what its service needs', async () => {
  expect(await inPlan('parallel {\n  jump nova { wait 1m }\n  jump keystone { wait 1m }\n  jump glance { wait 1m }\n}')).toBe(
    'parallel‹3m› {\n  jump nova‹1m›‹after glance› { wait 1m }\n  jump keystone‹1m› { wait 1m }\n  jump glance‹1m›‹after keystone› { wait 1m }\n}',
  );
});

test('hosts of an inventory', async () => {
  expect(await hinted({ 'c.belay': 'cloud c {\n\tinventory "h.ini"\n\tservice s { component x on web }\r\n}', 'h.ini': '[web]\nh1\nh2\nh3\n' })).toBe(
    'cloud c {\n\tinventory "h.ini"\n\tservice s { component x on web‹3 hosts› }\r\n}',
  );
});

test('hosts of a plan for several clouds', async () => {
  const clouds = 'cloud a { drain run "x"  return run "x"  group g { hosts "a[1:2]" }  group same { hosts "s[1:3]" } }\ncloud b { drain run "x"  return run "x"  group g { hosts "b[1:5]" }  group same { hosts "t[1:3]" } }\n';
  const text = await hinted({ 'plan.belay': 'import "c.belay"\nplan p {\n  wave a\n  wave b\n  drain on g\n  return on any g\n  drain on same\n}', 'c.belay': clouds });
  expect(text).toBe('import "c.belay"\nplan p {\n  wave a\n  wave b\n  drain on g‹2 hosts on a›\n  return on any g‹1 of 2 hosts on a›\n  drain on same‹3 hosts›\n}');
});

test('only those of the lines that are seen', async () => {
  expect(await hinted('cloud c {\n  group a { hosts "a[1:2]" }\n<|  group b { hosts "b[1:3]" }\n|>  group d { hosts "d[1:4]" }\n}')).toBe(
    'cloud c {\n  group a { hosts "a[1:2]" }\n  group b { hosts "b[1:3]"‹3 hosts› }\n  group d { hosts "d[1:4]" }\n}',
  );
});

test('nothing is left of a request that is cancelled', async () => {
  const { snapshot, at } = await marked(`cloud c {\n${'  group g { hosts "a[1:2]" }\n'.repeat(600)}}`);
  const token = { isCancellationRequested: true, onCancellationRequested: () => ({ dispose: () => undefined }) };
  expect(inlayHints(snapshot, { ...at, range: { start: { line: 0, character: 0 }, end: { line: 700, character: 0 } } }, token)).toBeNull();
});
