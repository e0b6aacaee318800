import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove, type ProvenText } from '../prove-text.test-helpers.ts';
import { RELEASES_CLOUD } from '../releases/cloud.test-helpers.ts';
import { skew } from './skew.ts';

const proving = (statements: string): Promise<ProvenText> => prove(`  release juno -> liberty skipping kilo\n${statements}`, skew, RELEASES_CLOUD);

describe('skew', () => {
  test('reports what falls too far behind, and how', async () => {
    const proven = await proving(`
  install nova.conductor
  wait 1s
  restart nova.conductor
`);
    expect(proven.findings).toEqual([
      '8:3 `nova.compute` may still run `juno` while `nova.conductor` runs `liberty`: 2 releases behind, and 1 is allowed. Bring `nova.compute` nearer before `nova.conductor` goes on, or stop it meanwhile.',
    ]);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. install_nova_conductor
  2. wait
  3. restart_nova_conductor
   → \`nova.compute\` runs juno on cmp1, \`nova.conductor\` runs liberty on ctl1`);
    expect(placesOf(proven)).toEqual([
      'lags nova.conductor by 1 release: the limit', 'install nova.conductor: 1. `install_nova_conductor`', 'wait 1s: 2. `wait`', 'restart nova.conductor: 3. `restart_nova_conductor`',
    ]);
    expect(proven.claims).toEqual(['! nova.compute behind nova.conductor: 2 behind at most, 1 allowed (restart_nova_conductor)']);
  });

  test('reports what runs ahead in one order of several, by the way that takes the fewest steps', async () => {
    const proven = await proving(`
  install nova.* to kilo
  parallel {
    stage up { restart nova.conductor }
    stage look { wait 1s }
    stage computes { restart nova.compute }
  }
`);
    expect(proven.findings).toEqual(['10:22 `nova.compute` may run `kilo` while `nova.conductor` still runs `juno`: 1 release ahead, and it may never be ahead. Upgrade `nova.conductor` first.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. install_nova_to_kilo
  2. computes/restart_nova_compute
   → \`nova.compute\` runs kilo on cmp1, \`nova.conductor\` runs juno on ctl1`);
  });

  test('of two times that are too far behind the one that is reached first', async () => {
    const proven = await proving(`
  install nova.conductor
  restart nova.conductor
  install nova.conductor to mitaka
  restart nova.conductor
`);
    expect(notesOf(proven).split('\n').slice(1, 3)).toEqual(['  1. install_nova_conductor', '  2. restart_nova_conductor']);
    expect(proven.claims).toEqual(['! nova.compute behind nova.conductor: 3 behind at most, 1 allowed (restart_nova_conductor)']);
  });

  test('inside a roll the batches count', async () => {
    const proven = await proving(`
  install nova.* to kilo
  restart nova.conductor
  roll controllers {
    install nova.conductor
    restart nova.conductor
  }
  restart nova.compute
`);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. install_nova_to_kilo
  2. restart_nova_conductor
  3. roll_controllers
   → \`nova.compute\` runs juno on cmp1, \`nova.conductor\` runs liberty on ctl1`);
  });

  test('what lasts only within a batch meets only what does so in the same one', async () => {
    const cloud = `
train letters {
  release juno
  release kilo
  release liberty
}
cloud zurich {
  connection local
  group all { hosts "h[1:4]" }
  group many { hosts "h[1:3]" }
  group few { hosts "h2", "h4" }
  install run "true"
  service nova {
    component conductor on many { unit "nova-conductor" }
    component compute on few { unit "nova-compute"  lags nova.conductor by 1 release }
  }
}
`;
    const roll = (batch: string): string => `
  release kilo -> liberty
  roll all {
    batch ${batch}
    install nova.conductor
    restart nova.conductor
    install nova.compute to juno
    restart nova.compute
    install nova.compute to kilo
    restart nova.compute
    install nova.conductor to kilo
    restart nova.conductor
  }
`;
    const { findings, full } = await prove(roll('1'), skew, cloud);
    expect(findings.map((finding) => finding.replace(/: 2 releases behind.*/, ''))).toEqual(['8:5 `nova.compute` may still run `juno` while `nova.conductor` runs `liberty`']);
    expect(full[0]?.notes?.[0]).toBe('The shortest way there:\n  1. roll_all\n   → `nova.compute` runs juno on h2, `nova.conductor` runs liberty on h2');
  });

  test.each([
    ['release by release', 'install nova.* to kilo\nrestart nova.conductor\nroll computes { restart nova.compute }\ninstall nova.*\nrestart nova.conductor\nrestart nova.compute', '1 behind at most, 1 allowed (restart_nova_conductor)'],
    ['with what lags stopped meanwhile', 'stop nova.compute\ninstall nova.*\nrestart nova.conductor\nstart nova.compute', '0 behind at most, 1 allowed'],
    ['installed, and not running yet', 'install nova.*', '0 behind at most, 1 allowed'],
  ])('%s it holds', async (_, statements, closest) => {
    expect(await proving(statements)).toMatchObject({ findings: [], claims: [`nova.compute behind nova.conductor: ${closest}`] });
  });

  test('without a release there is nothing to prove', async () => {
    expect(await prove('restart nova.conductor', skew, RELEASES_CLOUD)).toMatchObject({ findings: [], claims: [] });
  });
});
