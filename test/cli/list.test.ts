import { describe, expect, test } from 'vitest';
import { belay, CLOUD, PLAN, workspace, WRONG_PLAN } from './run-belay.test-helpers.ts';

describe('belay list', () => {
  test('plans and clouds', () => {
    const cwd = workspace({
      'clouds/cloud.belay': CLOUD,
      'plan.belay': PLAN.replace('cloud.belay', 'clouds/cloud.belay'),
    });
    expect(belay(['list'], { cwd })).toEqual({
      code: 0,
      stdout: `\
Plans
  restart_front  on lab  3 steps  plan.belay:5  Restart the front

Clouds
  lab   3 hosts  1 service  clouds/cloud.belay:1  A small cloud
  test  1 host   1 service  clouds/cloud.belay:8
`,
      stderr: '',
    });
  });

  test('as JSON', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    const { stdout } = belay(['list', '--format=json'], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      plans: [
        { name: 'restart_front', title: 'Restart the front', cloud: 'lab', file: 'plan.belay', line: 5, steps: 3 },
      ],
      clouds: [
        { name: 'lab', title: 'A small cloud', file: 'cloud.belay', line: 1, hosts: 3, services: ['site'] },
        { name: 'test', file: 'cloud.belay', line: 8, hosts: 1, services: ['site'] },
      ],
    });
  });

  test('the steps of a plan', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    expect(belay(['list', '--steps', 'restart_front'], { cwd })).toEqual({
      code: 0,
      stdout: `\
look                  local    See that it runs
restart_site_front    3 hosts
wait                  local
`,
      stderr: '',
    });
    const { stdout } = belay(['list', '--steps=restart_front', '--format=json', 'plan.belay'], { cwd });
    expect(
      (JSON.parse(stdout) as { id: string; after: string[]; hosts: string[] }[]).map(({ id, after, hosts }) => ({
        id,
        after,
        hosts,
      })),
    ).toEqual([
      { id: 'look', after: [], hosts: [] },
      { id: 'restart_site_front', after: ['look'], hosts: ['web1', 'web2', 'web3'] },
      { id: 'wait', after: ['restart_site_front'], hosts: [] },
    ]);
    expect(belay(['list', '--steps', 'restart'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'belay: there is no plan "restart"\nbelay: there are: restart_front\n',
    });
  });

  test('of a plan with errors', () => {
    const cwd = workspace({ 'cloud.belay': CLOUD, 'plan.belay': WRONG_PLAN });
    const all = belay(['list', 'plan.belay'], { cwd });
    expect([all.code, all.stdout.split('\n')[0], all.stderr]).toEqual([
      0,
      'Plans',
      'belay: there are errors, so the list may lack something; see: belay check plan.belay\n',
    ]);
    const steps = belay(['list', '--steps', 'restart_front'], { cwd });
    expect([steps.code, steps.stdout]).toEqual([1, '']);
    expect(steps.stderr).toContain('--> plan.belay:12:11\n');
  });

  test('of files without any', () => {
    const cwd = workspace({ 'a.belay': '# nothing yet\n' });
    expect(belay(['list'], { cwd })).toEqual({ code: 0, stdout: 'No plans and no clouds.\n', stderr: '' });
  });
});
