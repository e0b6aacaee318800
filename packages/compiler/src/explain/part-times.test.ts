import { expect, test } from 'vitest';
import { loadText } from '../check.test-helpers.ts';
import { checkPlan } from '../check.ts';
import { windowPartsOf } from '../proofs/time/window-parts.ts';
import { impliedOrders } from './implied-order.ts';
import { partTimes } from './part-times.ts';

const CLOUD = `
cloud zurich {
  connection local
  group controllers { hosts "ctl[1:4]" }
  install run "true"
  service keystone { component api on controllers { unit "keystone" } }
  service glance { needs keystone  component api on controllers { unit "glance" } }
  service nova { needs glance  component api on controllers { unit "nova" } }
}
train letters { release r1  release r2 }
`;

async function bound(statements: string): Promise<{ readonly text: string; readonly checked: Required<Pick<ReturnType<typeof checkPlan>, 'plan' | 'graph'>> }> {
  const text = `import "cloud.belay"\nplan night {\n  on zurich\n  release r1 -> r2\n${statements}\n}\n`;
  const { plan, graph, diagnostics } = checkPlan(await loadText({ 'plan.belay': text, 'cloud.belay': CLOUD }), 'night');
  if (plan === undefined || graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return { text, checked: { plan, graph } };
}

const wait = (minutes: number): string => `wait ${minutes}m`;

/** The first words of each part, and its minutes. */
async function times(statements: string): Promise<string[]> {
  const { text, checked: { plan, graph } } = await bound(statements);
  return [...partTimes(plan, graph)].flatMap(([key, { seconds, unknown }]) => {
    const start = Number(key.split(':')[1]);
    return key.startsWith('plan.belay:') ? [`${text.slice(start).split(/[{\n]/, 1)[0]?.trim() ?? ''}: ${seconds / 60}${unknown > 0 ? `, ${unknown} unknown` : ''}`] : [];
  }).slice(1);
}

test('a part takes from the begin of its first step to the end of its last', async () => {
  expect(await times(`${wait(9)}\nstage a {\n${wait(1)}\nparallel {\n${wait(5)}\nstage b {\n${wait(3)}\n${wait(4)}\n}\n}\n}`)).toEqual(['stage a: 8', 'parallel: 7', 'stage b: 7']);
});

test('what a recipe stands for, and what has no estimate', async () => {
  expect(await times(`recipe r() {\n${wait(2)}\nrun "true" on local { changes nothing }\n}\nstage a {\napply r()\n${wait(1)}\n}`)).toEqual(['stage a: 3, 1 unknown', 'apply r(): 2, 1 unknown']);
});

test('in a roll: one batch', async () => {
  expect(await times(`roll controllers {\nstage a {\n${wait(2)}\n}\n}`)).toEqual(['roll controllers: 2', 'stage a: 2']);
});

test('the order that needs give is named where it does not follow from the rest', async () => {
  const { text, checked: { plan } } = await bound('parallel {\n jump nova { wait 1s }\n jump keystone { wait 1s }\n stage images { jump glance { wait 1s } }\n stage other { wait 1s }\n}');
  expect(impliedOrders(plan).map(({ location, waits }) => [text.slice(location.start, location.end), waits])).toEqual([
    ['jump nova', [{ name: 'images', because: 'nova needs glance' }]], ['stage images', [{ name: 'keystone', because: 'glance needs keystone' }]],
  ]);
});

test('what somebody wrote is not implied', async () => {
  const { checked: { plan } } = await bound('parallel {\n jump glance { after keystone\n wait 1s }\n jump keystone { wait 1s }\n}');
  expect(impliedOrders(plan)).toEqual([]);
});

test.each([
  `${wait(1)}\nparallel {\nstage a {\n${wait(5)}\n${wait(2)}\n}\n${wait(6)}\n}`,
  `parallel {\nstage a {\n${wait(5)}\n}\nstage b {\nafter a\n${wait(4)}\n}\nstage c { ${wait(8)} }\n}\n${wait(3)}`,
  `parallel {\n jump nova { ${wait(3)} }\n jump keystone { ${wait(4)} }\n stage images { jump glance { ${wait(5)} } }\n}`,
  `roll controllers {\n batch 2\n pause 30s\n ${wait(3)}\n}`,
])('a window holds what its part takes, as the proof of windows has it: %#', async (statements) => {
  const { checked: { plan, graph } } = await bound(`window night { every tue at 22:00 for 8h zone "UTC" }\n${wait(7)}\nwithin night {\n${statements}\n}`);
  const [part] = windowPartsOf({ plan, graph });
  expect(part?.seconds).toBeGreaterThan(0);
  expect(partTimes(plan, graph).get(`plan.belay:${part?.location.start ?? -1}`)?.seconds).toBe(part?.seconds);
});
