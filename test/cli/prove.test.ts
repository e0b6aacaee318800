import { describe, expect, test } from 'vitest';
import { belay, workspace } from './run-belay.test-helpers.ts';

const PLAN = `\
cloud lab {
  connection local
  group front { hosts "web[1:2]" }
  service site {
    component app on front { unit "app" }
    keep 1 of site.app
  }
}

plan restart {
  on lab
  roll front {
    step renew "Restart the site" { restart site.app }
  }
}
`;

describe('belay prove', () => {
  test('as text', () => {
    const cwd = workspace({ 'plan.belay': PLAN });
    expect(belay(['prove', 'plan.belay'], { cwd })).toEqual({
      code: 0,
      stdout: `\
restart on lab: 1 step, 1 order
  holds  no-way-back    roll_front  back to start                   at roll_front
  holds  too-many-down  site.app    1 of 2 down at most, 1 allowed  at roll_front
`,
      stderr: '',
    });
  });

  test('as Markdown', () => {
    const cwd = workspace({ 'plan.belay': PLAN });
    expect(belay(['prove', 'plan.belay', '--format=markdown'], { cwd }).stdout).toBe(`\
## restart on lab

1 step, 1 order.

| | rule | about | closest call | at |
|---|---|---|---|---|
| holds | no-way-back | roll_front | back to start | \`roll_front\` |
| holds | too-many-down | site.app | 1 of 2 down at most, 1 allowed | \`roll_front\` |
`);
  });

  test('as JSON, which the JSON plan carries too', () => {
    const cwd = workspace({ 'plan.belay': PLAN });
    const rows = [
      { code: 'B0502', rule: 'no-way-back', about: 'roll_front', holds: true, closest: 'back to start', step: 'roll_front' },
      { code: 'B0601', rule: 'too-many-down', about: 'site.app', holds: true, closest: '1 of 2 down at most, 1 allowed', step: 'roll_front' },
    ];
    expect(JSON.parse(belay(['prove', 'plan.belay', '--format=json'], { cwd }).stdout)).toEqual([{ plan: 'restart', cloud: 'lab', steps: 1, orders: '1 order', rows }]);
    expect(JSON.parse(belay(['compile', 'plan.belay', '--to=json', '--out=-'], { cwd }).stdout)).toMatchObject({ proofs: { orders: '1 order', rows } });
  });

  test('of a plan that breaks a promise: what holds on stdout, what does not on stderr, exit code 1', () => {
    const cwd = workspace({ 'plan.belay': PLAN.replace('roll front {', 'roll front {\n    batch 2') });
    const { code, stdout, stderr } = belay(['prove', 'plan.belay'], { cwd });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: `\
restart on lab: 1 step, 1 order
  holds  no-way-back    roll_front  back to start                   at roll_front
  FAILS  too-many-down  site.app    2 of 2 down at most, 1 allowed  at roll_front
`,
    });
    expect(stderr).toMatch(/^error\[B0601\] too-many-down: Both instances of `site.app` may be down/);
  });
});

test('belay prove fails for a warning too, unless it is allowed', () => {
  const plan = (allow: string): string => `
train letters { release r1  release r2 }
cloud lab {
  group front { hosts "f1" }
  install run "true"
  service site {
    needs data
    component app on front { unit "app" }
  }
  service data { component app on front { unit "data" } }
}
plan upgrade {
  on lab
  release r1 -> r2
  ${allow}
  jump site
  jump data
}
`;
  const prove = (allow: string): { code: number | null; fails: boolean; warns: boolean } => {
    const { code, stdout, stderr } = belay(['prove', 'plan.belay'], { cwd: workspace({ 'plan.belay': plan(allow) }) });
    return { code, fails: /^ {2}FAILS +needs-order +site +before data$/m.test(stdout), warns: stderr.startsWith('warning[B0411] needs-order: `site` is upgraded before `data`') };
  };
  expect(prove('')).toEqual({ code: 1, fails: true, warns: true });
  expect(prove('allow needs-order "it waits"')).toEqual({ code: 0, fails: true, warns: false });
});

describe('belay explain-step', () => {
  test('as text', () => {
    const cwd = workspace({ 'plan.belay': PLAN });
    expect(belay(['explain-step', 'plan.belay', 'roll_front/renew'], { cwd })).toEqual({
      code: 0,
      stdout: `\
roll_front/renew: Restart the site

Does
  restart site.app  on web1, web2  back: nothing to do

After   nothing
Beside  nothing
Begins  at once, by the estimates

A rollback from here goes to
  start  1 step at most

State before, and after where it changes
  site.app  runs what is there
`,
      stderr: '',
    });
  });

  test('as JSON', () => {
    const cwd = workspace({ 'plan.belay': PLAN });
    expect(JSON.parse(belay(['explain-step', 'plan.belay', 'roll_front', '--format=json'], { cwd }).stdout)).toEqual({
      step: 'roll_front',
      begins: { seconds: 0, isVague: false },
      actions: [],
      after: [],
      beside: [],
      states: [{ about: 'site.app', before: ['runs what is there'], after: ['runs what is there'] }],
      back: [{ to: 'start', steps: 1, restores: [] }],
    });
  });

  test('suggests a step where there is none of a name', () => {
    const cwd = workspace({ 'plan.belay': PLAN });
    expect(belay(['explain-step', 'plan.belay', 'roll_front/renwe'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'belay: there is no step "roll_front/renwe"\nbelay: did you mean "roll_front/renew"?\n',
    });
  });
});
