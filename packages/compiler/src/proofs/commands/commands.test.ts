import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove, type ProvenText } from '../prove-text.test-helpers.ts';
import { RELEASES_CLOUD } from '../releases/cloud.test-helpers.ts';
import { commands } from './commands.ts';

const proving = (statements: string): Promise<ProvenText> => prove(`  release juno -> liberty skipping kilo\n${statements}`, commands, RELEASES_CLOUD);

describe('missing-code', () => {
  test('reports a command whose code comes later or never, and how it gets there', async () => {
    const proven = await proving(`
  wait 1s
  run "nova-manage flavors" under kilo on any controllers { rewrites nova.main }
`);
    expect(proven.findings).toEqual(['7:3 `run nova-manage flavors` needs the code of `kilo`, which may not be installed on ctl1 and ctl2 when it runs.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. wait
  2. run_nova_manage_flavors
   → it runs on ctl1, where nova.conductor juno is installed
Write \`install nova.conductor to kilo\` before it. That starts nothing: what is stopped stays stopped.`);
    expect(placesOf(proven)).toEqual(['wait 1s: 1. `wait`', 'run "nova-manage flavors" under kilo on any controllers: 2. `run_nova_manage_flavors`']);
    expect(proven.claims).toEqual(['! run nova-manage flavors under kilo: not certain on 2 (run_nova_manage_flavors)']);
  });

  test('reports a command whose code is gone', async () => {
    const proven = await proving(`
  install nova.conductor to kilo
  install nova.conductor
  run "nova-manage flavors" under kilo on first controllers { rewrites nova.main }
`);
    expect(proven.findings).toEqual(['8:3 `run nova-manage flavors` needs the code of `kilo`, which may not be installed on ctl1 when it runs.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. install_nova_conductor_to_kilo
  2. install_nova_conductor
  3. run_nova_manage_flavors
   → it runs on ctl1, where nova.conductor liberty is installed
Put it before \`install nova.conductor liberty\`.`);
    expect(placesOf(proven)[0]).toBe('install nova.conductor: the code of kilo goes here');
  });

  test.each([
    ['on one of the hosts', 'install nova.conductor to kilo on first controllers\nrun "tool" under kilo on controllers { rewrites nova.main }', 'ctl2'],
    ['by what the command itself rewrites', 'run "patch" under kilo on controllers { rewrites nova.conductor }', 'ctl1 and ctl2'],
    ['where it runs beside the next install', 'install nova.conductor to kilo\nparallel {\nstage a { run "tool" under kilo on first controllers { rewrites nova.main } }\nstage b { install nova.conductor }\n}', 'ctl1'],
    ['in a roll that installs too late', 'roll computes {\nrun "tool" under liberty { changes nothing }\ninstall nova.compute\n}', 'cmp1, cmp2, cmp3 and cmp4'],
  ])('reports code that is not there %s', async (_, statements, hosts) => {
    const { findings } = await proving(statements);
    expect(findings.map((finding) => /which may not be installed on (.*) when it runs/.exec(finding)?.[1])).toEqual([hosts]);
  });

  test.each([
    ['installed before', 'install nova.conductor to kilo\nrun "tool" under kilo on any controllers { rewrites nova.main }', 'installed on all 2 hosts'],
    ['installed in the same roll', 'roll computes {\ninstall nova.compute\nrun "tool" under liberty { changes nothing }\n}', 'installed on all 4 hosts'],
    [
      'at any time by one component or another',
      'install nova.conductor to kilo\nparallel {\nstage a { run "tool" under kilo on first controllers { changes nothing } }\nstage b {\ninstall keystone.server to kilo\ninstall nova.conductor\n}\n}',
      'installed on ctl1',
    ],
  ])('holds: %s', async (_, statements, closest) => {
    const { findings, claims } = await proving(statements);
    expect({ findings, claims: claims.map((claim) => claim.replace(/^.*?: | \(.*$/g, '')) }).toEqual({ findings: [], claims: [closest] });
  });
});
