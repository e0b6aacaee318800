import { describe, expect, test } from 'vitest';
import { loadText } from '../check.test-helpers.ts';
import { explainStep, type StepExplanation } from './explain-step.ts';

const CLOUD = `
cloud zurich {
  connection local
  group controllers { hosts "ctl[1:2]" }
  group computes { hosts "cmp[1:4]" }
  drain run "true"
  return run "true"
  install run "true"
  service mariadb { component server on controllers { unit "mariadb" } }
  service nova {
    component api on controllers { unit "nova-api" }
    component compute on computes { unit "nova-compute" }
    database main in mariadb { name "nova"  migrate run "true" }
  }
  mode quiet {
    enter on first controllers { run "true" }
    leave on first controllers { run "true" }
  }
}
train letters { release r1  release r2 }
`;

async function explain(step: string, statements: string): Promise<StepExplanation> {
  const project = await loadText({ 'plan.belay': `import "cloud.belay"\nplan night {\n  on zurich\n  release r1 -> r2\n${statements}\n}\n`, 'cloud.belay': CLOUD });
  const { explanation, diagnostics } = explainStep(project, { plan: 'night', step });
  if (explanation === undefined) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return explanation;
}

/** `about: before → after`, where all values that some order allows are joined by `or`. */
function states({ states: rows }: StepExplanation): string[] {
  return rows.map(({ about, before, after }) => `${about}: ${before.join(' or ')} → ${after.join(' or ')}`);
}

const UPGRADE = `
  stop nova.api
  rollback point saved { capture nova.main }
  step sync { migrate nova.main }
  parallel {
    stage code { step new_code { install nova.api to r2 } }
    stage silence { step be_quiet { enter quiet } }
  }
  step up { start nova.api }
  step loud { leave quiet }
`;

describe('the state around a step', () => {
  test('is that of the model before it begins and after it has ended', async () => {
    expect(states(await explain('sync', UPGRADE))).toEqual([
      'nova.api: stopped, r1 installed → stopped, r1 installed',
      'nova.main: schema r1 → schema r2',
      'mode quiet: left → left',
    ]);
  });

  test('has all values that the orders of the plan allow', async () => {
    expect(states(await explain('code/new_code', UPGRADE))).toEqual([
      'nova.api: stopped, r1 installed → stopped, r2 installed',
      'nova.main: schema r2 → schema r2',
      'mode quiet: left or entered → left or entered',
    ]);
    const { after, beside } = await explain('code/new_code', UPGRADE);
    expect({ after, beside }).toEqual({ after: ['sync'], beside: ['silence/be_quiet'] });
  });

  test('of a step in a roll is that of the hosts of a batch', async () => {
    const roll = 'roll computes {\n step out { drain }\n step code { install nova.compute to r2\n restart nova.compute }\n step back { return } }';
    expect(states(await explain('roll_computes/code', roll))).toEqual([
      'nova.compute: runs r1 → runs r2',
      'host cmp1, cmp2, cmp3 and cmp4: drained → drained',
    ]);
    expect(states(await explain('roll_computes', roll))).toEqual([
      'nova.compute: runs r1 → runs r2',
      'host cmp1, cmp2, cmp3 and cmp4: in service → in service',
    ]);
  });

  test('of a database that is restored is that at its rollback point', async () => {
    const there = 'rollback point first { capture nova.main }\n stop nova.api\n migrate nova.main\n step again { restore nova.main from first }\n start nova.api';
    expect(states(await explain('again', there))).toEqual([
      'nova.api: stopped, r1 installed → stopped, r1 installed',
      'nova.main: schema r2 → schema r1',
    ]);
  });
});

describe('the begin of a step', () => {
  const timed = (name: string, takes: string): string => `step ${name} {\n on local\n run "true"\n changes nothing\n ${takes}\n}\n`;

  test('is as early as the estimates before it let it be', async () => {
    const statements = `${timed('first', 'takes 10m')}roll computes {\n step out { drain\n takes 5m }\n step back { return\n takes 1m }\n}\n${timed('vague', '')}${timed('last', '')}`;
    expect((await explain('roll_computes/back', statements)).begins).toEqual({ seconds: 15 * 60, isVague: false });
    expect((await explain('vague', statements)).begins).toEqual({ seconds: 34 * 60, isVague: false });
    expect((await explain('last', statements)).begins).toEqual({ seconds: 34 * 60, isVague: true });
  });
});

describe('the ways back from a step', () => {
  test('say to where, past how many steps, and what is restored', async () => {
    expect((await explain('sync', UPGRADE)).back).toEqual([
      { to: 'saved', steps: 1, restores: ['nova.main'] },
      { to: 'start', steps: 2, restores: ['nova.main'] },
    ]);
  });

  test('count steps beside it too, since they may have run', async () => {
    expect((await explain('code/new_code', UPGRADE)).back).toEqual([
      { to: 'saved', steps: 3, restores: ['nova.main'] },
      { to: 'start', steps: 4, restores: ['nova.main'] },
    ]);
  });

  test('end at a point of no return', async () => {
    const plan = 'step before { stop nova.api }\n approve "Go?"\n point of no return "it is gone"\n step after { start nova.api }\n rollback point new { capture nova.main }\n step last { restart nova.compute }';
    expect((await explain('before', plan)).back).toEqual([{ to: 'start', steps: 1, restores: [] }]);
    expect((await explain('after', plan)).back).toEqual([]);
    expect((await explain('last', plan)).back).toEqual([{ to: 'new', steps: 1, restores: [] }]);
  });
});
