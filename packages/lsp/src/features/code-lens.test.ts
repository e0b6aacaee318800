import { expect, test } from 'vitest';
import { marked, remark } from '../testing/marked.test-helpers.ts';
import { codeLenses, resolveCodeLens } from './code-lens.ts';

/** A client that can draw graphs. */
const DRAWING = { experimental: { belayGraph: true } };

const CLOUD = `
cloud c {
  connection local
  group g { hosts "a", "b" }
  stop run "x"
  start run "x"
  service s { component api on g { unit "s" }  component worker on g { unit "w" } }
}
`;

async function lenses(statements: string): Promise<string[]> {
  const { snapshot, at } = await marked({ 'plan.belay': `import "c.belay"\nplan p {\n  on c\n${statements}\n}`, 'c.belay': CLOUD });
  return (codeLenses(snapshot, at, DRAWING) ?? []).map((one) => resolveCodeLens(snapshot, one).command?.title ?? '');
}

test.each([
  ['its time, what is down, how far back one can go', 'stop s.api { takes 1m }\nwait 10m\nstart s.api { takes 2m }', '3 steps · 13m · down: s.api 13m · rollback to the start'],
  ['what has no estimate', 'stop s.api { takes 1m }\nstart s.api', '2 steps · 1m and 1 step without an estimate · down at least: s.api 1m · rollback to the start'],
  ['nothing else that has an estimate', 'approve "Go?"\npoint of no return "gone"', '2 steps · 1 step without an estimate · rollback to the start'],
  ['no estimates at all', 'restart s.api', '1 step · no estimates · rollback to the start'],
  ['several that are down', 'stop s.api, s.worker { takes 1m }', '1 step · 1m · down: s.api 1m, s.worker 1m · rollback to the start'],
  ['a point of no return', 'wait 1m\npoint of no return "gone"\nwait 2m', '3 steps · 3m · rollback to the start, from wait_2 on none'],
  ['a rollback point behind that', 'wait 1m\npoint of no return "gone"\nrollback point late { capture "/etc/s" on g { save run "x"  restore run "x"  verify run "x" }  takes 1m }\nwait 2m',
    '4 steps · 4m · rollback to the start, from late on none, from wait_2 on to late'],
  ['nothing', '', '0 steps'],
])('a plan has %s', async (_, statements, expected) => {
  expect(await lenses(statements)).toEqual([expected, 'Compile', 'Show graph']);
});

test('a plan that is understood in part has no numbers that would be too small', async () => {
  expect((await lenses('stop s.api { takes 1m }\nrestart s.apx { takes 9m }'))[0]).toBe('2 steps · not all of it is understood');
});

test('a plan for several clouds says of which its numbers are', async () => {
  const { snapshot, at } = await marked({ 'plan.belay': 'import "c.belay"\nplan p {\n  wave c\n  wave d\n  wait 1m\n}', 'c.belay': `${CLOUD}cloud d { }\n` });
  expect((codeLenses(snapshot, at, {}) ?? []).map((one) => resolveCodeLens(snapshot, one).command?.title)).toEqual(['1 step · 1m · rollback to the start · on c, the first of 2 clouds', 'Compile']);
});

test('commands get the plan', async () => {
  const { snapshot, at, ranges, uri } = await marked('<|plan p|> "🦫" { }\r\n<|plan q|> { }\r\n');
  const found = codeLenses(snapshot, at, DRAWING) ?? [];
  expect(remark(snapshot, uri('plan.belay'), [...new Set(found.map(({ range }) => range))])).toBe(remark(snapshot, uri('plan.belay'), ranges.map(({ range }) => range)));
  expect(found.map((one) => resolveCodeLens(snapshot, one).command).filter((one) => one?.command !== '')).toEqual([
    { title: 'Compile', command: 'belay.compile', arguments: [{ uri: uri('plan.belay'), plan: 'p' }] },
    { title: 'Show graph', command: 'belay.showGraph', arguments: [{ uri: uri('plan.belay'), plan: 'p' }] },
    { title: 'Compile', command: 'belay.compile', arguments: [{ uri: uri('plan.belay'), plan: 'q' }] },
    { title: 'Show graph', command: 'belay.showGraph', arguments: [{ uri: uri('plan.belay'), plan: 'q' }] },
  ]);
});

test('nothing is worked out before a lens is seen', async () => {
  const { snapshot, at } = await marked('plan p { }');
  expect((codeLenses(snapshot, at, DRAWING) ?? []).map(({ command }) => command)).toEqual([undefined, undefined, undefined]);
});

test('a plan of which the cloud is not known, and a lens that was made up', async () => {
  const { snapshot, at } = await marked('plan p { on nowhere }');
  expect((codeLenses(snapshot, at, DRAWING) ?? []).map((one) => resolveCodeLens(snapshot, one).command?.title)).toEqual(['Not understood yet', 'Compile', 'Show graph']);
  const lens = { range: { start: at.position, end: at.position }, data: { uri: 3 } };
  expect(resolveCodeLens(snapshot, lens)).toBe(lens);
});

test('no graph for clients that can not draw one', async () => {
  const { snapshot, at } = await marked('plan p { }');
  expect((codeLenses(snapshot, at, {}) ?? []).map((one) => resolveCodeLens(snapshot, one).command?.title)).toEqual(['Not understood yet', 'Compile']);
});
