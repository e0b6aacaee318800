import { describe, expect, test } from 'vitest';
import { loadText } from '../check.test-helpers.ts';
import { checkPlan } from '../check.ts';
import { summarizePlan, type PlanSummaryNumbers } from './plan-summary.ts';
import { scheduleOf } from './schedule.ts';

const CLOUD = `
cloud zurich {
  connection local
  group controllers { hosts "ctl[1:2]" }
  group computes { hosts "cmp[1:4]" }
  service nova {
    component api on controllers { unit "nova-api" }
    component compute on computes { unit "nova-compute" }
  }
}
`;

interface Summarized extends PlanSummaryNumbers {
  /** `id: from–to`, in minutes. */
  readonly times: readonly string[];
}

async function summarize(statements: string): Promise<Summarized> {
  const project = await loadText({ 'plan.belay': `import "cloud.belay"\nplan night {\n  on zurich\n${statements}\n}\n`, 'cloud.belay': CLOUD });
  const { plan, graph, diagnostics } = checkPlan(project, 'night');
  if (plan === undefined || graph === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  const { starts, ends, isVague } = scheduleOf(graph);
  const minutes = (milliseconds: number | undefined): number => (milliseconds ?? 0) / 60_000;
  return { ...summarizePlan(plan, graph), times: graph.steps.map(({ id }, index) => `${id}: ${minutes(starts[index])}–${minutes(ends[index])}${isVague[index] === 1 ? ' or later' : ''}`) };
}

const work = (name: string, takes: string): string => `step ${name} {\n on local\n run "true"\n changes nothing\n ${takes}\n}`;

describe('the times of steps', () => {
  test('follow the order: one after the other, beside each other in a parallel part', async () => {
    const { times, seconds } = await summarize(`${work('a', 'takes 10m')}\nparallel {\n${work('b', 'takes 5m')}\nstage c {\n${work('d', 'takes 3m')}\n${work('e', 'takes 4m')}\n}\n}\n${work('f', 'takes 1m')}`);
    expect(times).toEqual(['a: 0–10', 'b: 10–15', 'c/d: 10–13', 'c/e: 13–17', 'f: 17–18']);
    expect(seconds).toBe(18 * 60);
  });

  test('are vague behind a step without an estimate', async () => {
    const { times, unknown } = await summarize(`${work('a', 'takes 10m')}\n${work('b', '')}\n${work('c', 'takes 1m')}`);
    expect(times).toEqual(['a: 0–10', 'b: 10–10', 'c: 10–11 or later']);
    expect(unknown).toBe(1);
  });

  test('of a roll are those of all batches and the pauses between them', async () => {
    const { times, steps } = await summarize(`roll computes {\n batch 2\n pause 1m\n reboot { takes 5m }\n}\n${work('a', 'takes 1m')}`);
    expect(times).toEqual(['roll_computes: 0–11', 'a: 11–12']);
    expect(steps).toBe(3);
  });
});

describe('downtime', () => {
  test('is while every instance is away: from the begin of the stop to the end of the start', async () => {
    const { downtimes } = await summarize(`stop nova.api { takes 1m }\n${work('a', 'takes 10m')}\nstart nova.api { takes 2m }\nrestart nova.compute on "cmp1" { takes 9m }`);
    expect(downtimes).toEqual([{ component: 'nova.api', seconds: 13 * 60 }]);
  });

  test('is none while one instance after the other is away', async () => {
    expect((await summarize('roll controllers {\n restart nova.api { takes 5m }\n}')).downtimes).toEqual([]);
    expect((await summarize('roll controllers {\n batch 2\n restart nova.api { takes 5m }\n}')).downtimes).toEqual([{ component: 'nova.api', seconds: 300 }]);
  });

  test('goes on to the end of the plan where nothing starts it', async () => {
    expect((await summarize(`stop nova.api { takes 1m }\n${work('a', 'takes 10m')}`)).downtimes).toEqual([{ component: 'nova.api', seconds: 660 }]);
  });
});

describe('how far a rollback goes', () => {
  test('to the start of the plan', async () => {
    expect((await summarize('stop nova.api\nstart nova.api')).reaches).toEqual([{ from: 'stop_nova_api', to: 'start' }]);
  });

  test('not past a point of no return', async () => {
    expect((await summarize('stop nova.api\napprove "Go?"\npoint of no return "gone"\nstart nova.api\nrollback point late { capture "/etc/nova" on controllers }\nrestart nova.compute')).reaches).toEqual([
      { from: 'stop_nova_api', to: 'start' }, { from: 'start_nova_api' }, { from: 'restart_nova_compute', to: 'late' },
    ]);
  });
});
