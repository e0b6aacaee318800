import { describe, expect, test } from 'vitest';
import { EVERYTHING } from './everything.test-helpers.ts';
import type { Plan } from './plan.ts';
import { planOf } from './plan.test-helpers.ts';
import { parsePlan, stringifyPlan } from './serialize.ts';

describe('a plan as text', () => {
  test('is the same when it is read again, and always the same text', async () => {
    const plan = await planOf(EVERYTHING);
    const text = stringifyPlan(plan);
    expect(parsePlan(text)).toEqual({ plan: JSON.parse(text) });
    expect(stringifyPlan(await planOf(EVERYTHING))).toBe(text);
    expect(text.startsWith('{\n  "format": "belay.plan/1",\n  "name": "everything",\n  "title": "All that there is",\n  "digest": "sha256:')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('is refused by the compiler itself if it does not fit the schema', async () => {
    const plan = await planOf(EVERYTHING);
    expect(() => stringifyPlan({ ...plan, name: 'no name' })).toThrow('the plan does not fit its schema: `/name` does not match ^[A-Za-z_][A-Za-z0-9_-]*$');
  });
});

describe('a text that is no plan', () => {
  const changed = async (change: (plan: Plan) => unknown): Promise<string> => JSON.stringify(change(await planOf(EVERYTHING)));

  test.each([
    ['', 'it is no JSON: Unexpected end of JSON input'],
    ['{', expect.stringMatching(/^it is no JSON: /)],
    ['null', 'it is no belay.plan/1: the plan is no object'],
    ['[]', 'it is no belay.plan/1: the plan is no object'],
    ['{}', 'it is no belay.plan/1: the plan lacks `format`'],
    [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'it is no belay.plan/1: it nests deeper than 64 levels'],
  ])('%.20s', (text, fault) => {
    expect(parsePlan(text)).toEqual({ fault });
  });

  test('of another format, with something more, with an operation that is none', async () => {
    expect(parsePlan(await changed((plan) => ({ ...plan, format: 'belay.plan/2' })))).toEqual({ fault: 'it is no belay.plan/1: `/format` is not "belay.plan/1"' });
    expect(parsePlan(await changed((plan) => ({ ...plan, extra: 1 })))).toEqual({ fault: 'it is no belay.plan/1: the plan has a property that it can not have: `extra`' });
    expect(parsePlan(await changed((plan) => ({ ...plan, secrets: [{ name: 'x', from: 'vault', source: '' }] })))).toEqual({ fault: 'it is no belay.plan/1: `/secrets/0/from` is none of "env", "file", "command"' });
    expect(parsePlan(await changed((plan) => ({ ...plan, waves: [{ clouds: [], soak: -1 }] })))).toEqual({ fault: 'it is no belay.plan/1: `/waves/0/soak` is not >= 0' });
  });

  test('that was changed after it was compiled', async () => {
    const { digest } = await planOf(EVERYTHING);
    expect(parsePlan(await changed((plan) => ({ ...plan, hosts: plan.hosts.slice(1) })))).toEqual({
      fault: expect.stringMatching(/^its digest does not fit what it holds: it was changed after it was compiled \(expected sha256:[0-9a-f]{64}\)$/),
    });
    expect(parsePlan(await changed((plan) => ({ ...plan, title: 'Another title' })))).toMatchObject({ plan: { title: 'Another title', digest } });
  });
});
