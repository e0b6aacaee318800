/** What follows from how a component is deployed, as Ansible does it: with modules where one does the same, else with the same commands as the shell program. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { afterEach, describe, expect, it } from 'vitest';
import { emitAnsible } from '../../packages/compiler/src/emit/ansible/index.ts';
import { DeployWorld } from '../shell/deploy-world.ts';
import { usePrograms } from '../shell/program.ts';
import { HAS_ANSIBLE, HAS_LINT, playbook, Sandbox } from './project.ts';

const made = usePrograms();
let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.dispose());

/** The tasks of a play that use a module, as they stand in the plays. */
async function modulesOf(deploy: string, ...modules: string[]): Promise<string[]> {
  const plan = await new DeployWorld().plan(deploy, 'stop nova.api\ninstall nova.api\nstart nova.api');
  const plays = emitAnsible(plan).filter((file) => file.path.startsWith('plays/')).map(({ content }) => content).join('');
  return modules.map((module) => new RegExp(`( +)ansible\\.builtin\\.${module}:\\n(?:\\1 +.*\\n)+`).exec(plays)?.[0].replaceAll(/^ +/gm, '') ?? 'none');
}

describe('modules', () => {
  it('install Debian packages at their version, keep configuration, downgrade, and change what is held', async () => {
    expect(await modulesOf('unit "nova-api"\ndeploy packages {\nnames "nova-api", "python3-nova"\nversion "2:20.1.0" for train\n}', 'apt', 'systemd')).toEqual([
      'ansible.builtin.apt:\nname:\n- nova-api=2:20.1.0\n- python3-nova=2:20.1.0\nstate: present\ndpkg_options: force-confdef,force-confold\nallow_downgrade: true\nallow_change_held_packages: true\n',
      'ansible.builtin.systemd:\nname: nova-api\nstate: stopped\n',
    ]);
  });

  it('install RPM packages at their version, older ones too', async () => {
    expect(await modulesOf('unit "nova-api"\ndeploy packages {\nmanager dnf\nnames "openstack-nova-api"\nversion "20.1.0" for train\n}', 'dnf')).toEqual([
      'ansible.builtin.dnf:\nname:\n- openstack-nova-api-20.1.0\nstate: present\nallow_downgrade: true\n',
    ]);
  });

  it('are left where they would not do the same: apt takes a pattern of versions for one that is there already', async () => {
    expect(await modulesOf('unit "nova-api"\ndeploy packages {\nnames "nova-api"\nversion "2:20.*" for train\n}', 'apt')).toEqual(['none']);
  });
});

const EVERY_KIND = {
  apt: 'deploy packages {\nnames "nova-api"\nversion "2:20.*" for train\nhold\n}',
  dnf: 'deploy packages {\nmanager dnf\nnames "nova-api"\nhold\n}',
  venv: 'deploy venv {\nlink "/opt/nova/current"\nenvironment "/opt/nova/${version}"\n}',
  container: 'deploy container {\nimage "nova-api:${version}"\ntag "nova-api:live"\ncontainer "nova"\n}',
  kubernetes: 'deploy kubernetes {\nworkload "deployment/nova-api", "daemonset/nova-compute"\ncontainer "nova"\nimage "nova:${version}"\nnamespace "openstack"\n}',
  helm: 'deploy helm {\nrelease "nova"\nchart "osh/nova"\nnamespace "openstack"\nworkload "deployment/nova-api"\n}',
};

describe.skipIf(!HAS_LINT)('every kind (skipped without ansible-lint)', () => {
  it('has nothing that the production profile of ansible-lint objects to', { timeout: 240_000, retry: 2 }, async () => {
    const components = Object.entries(EVERY_KIND).map(([name, deploy]) => `}\ncomponent ${name} on controllers {\n${deploy}`).join('\n');
    const plan = await new DeployWorld().plan(`unit "nova-api"\n${EVERY_KIND.venv}\n${components}`, `install nova.api, ${Object.keys(EVERY_KIND).map((name) => `nova.${name}`).join(', ')}\nrestart nova.api, nova.container, nova.helm`);
    const box = (sandbox = new Sandbox(plan));
    const { stdout, stderr } = spawnSync('ansible-lint', ['--offline', '--nocolor', '--profile', 'production'], {
      cwd: box.project, encoding: 'utf8', env: { ...process.env, HOME: box.folder, ANSIBLE_HOME: path.join(box.folder, '.ansible'), ANSIBLE_COLLECTIONS_PATH: path.join(box.project, 'collections') },
    });
    expect(stdout + stderr).toContain('Passed with production profile: 0 failure(s), 0 warning(s)');
  });
});

describe.skipIf(!HAS_ANSIBLE)('deployments (skipped without ansible-playbook)', () => {
  it('call their tools as the shell program does, forth and back', async () => {
    const deploy = 'deploy container {\nengine podman\nimage "nova-api:${version}"\ntag "nova-api:live"\ncontainer "nova_api"\narguments "--env", "NOTE=it\'s $HOME {{ 7 * 7 }} {% raw %}"\n}';
    const before = { 'container.nova_api': 'true sha256:old', 'image.nova-api:live': 'sha256:old' };
    const statements = 'stop nova.api\ninstall nova.api\nstart nova.api\nstep last { on local  run "test -e go"  undo nothing "it only looks" }';

    const shellWorld = new DeployWorld();
    shellWorld.set(before);
    const program = made(await shellWorld.plan(deploy, statements));
    program.run('run', { environment: shellWorld.environment() });
    const forth = shellWorld.calls();
    const after = shellWorld.state;
    program.run('rollback --yes', { environment: shellWorld.environment() });
    const back = shellWorld.calls();

    const world = new DeployWorld();
    world.set(before);
    const box = (sandbox = new Sandbox(await world.plan(deploy, statements)));
    const options = { state: path.join(box.folder, '.belay/p'), directory: box.folder, environment: world.environment({ HOME: box.folder }) };
    expect((await playbook(box.project, 'site.yml', options)).code).toBe(2);
    expect(world.calls()).toEqual(forth);
    expect(world.state).toEqual(after);
    expect(forth.at(-1)).toBe("podman [run] [--detach] [--name] [nova_api] [--env] [NOTE=it's $HOME {{ 7 * 7 }} {% raw %}] [nova-api:live]");
    expect((await playbook(box.project, 'rollback.yml', options)).code).toBe(0);
    expect(world.calls()).toEqual(back);
    expect(world.state).toEqual(shellWorld.state);
  }, 240_000);

  it('that one executor began are taken back by the other', async () => {
    const deploy = 'deploy container {\nimage "nova-api:${version}"\ntag "nova-api:live"\ncontainer "nova_api"\n}';
    const before = { 'container.nova_api': 'true sha256:old', 'image.nova-api:live': 'sha256:old' };
    const world = new DeployWorld();
    world.set(before);
    const plan = await world.plan(deploy, 'install nova.api\nrestart nova.api\nstep last { on local  run "test -e go"  undo nothing "it only looks" }');
    const program = made(plan);
    program.run('run', { environment: world.environment() });
    expect(world.state['image.nova-api:live']).toBe('sha256:nova-api:train');
    const box = (sandbox = new Sandbox(plan));
    const done = await playbook(box.project, 'rollback.yml', {
      state: path.join(program.folder, '.belay/p'), directory: program.folder, environment: world.environment({ HOME: program.folder }),
    });
    expect(done.code).toBe(0);
    expect(world.state).toEqual({ ...before, 'image.nova-api:train': 'sha256:nova-api:train' });
  }, 240_000);
});
