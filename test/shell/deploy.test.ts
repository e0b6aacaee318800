import { mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DeployWorld } from './deploy-world.ts';
import { type Outcome, usePrograms } from './program.ts';

const made = usePrograms();

/** Ends where the last step fails, unless there is a file `go`. */
const JUMP = 'stop nova.api\ninstall nova.api\nstart nova.api\nstep last { on local  run "test -e go"  undo nothing "it only looks" }';

interface Case {
  readonly name: string;
  readonly component: string;
  readonly before: Readonly<Record<string, string>>;
  readonly after: Readonly<Record<string, string>>;
  /** The calls of the plan, and of its rollback. */
  readonly forth: readonly string[];
  readonly back: readonly string[];
  /** What a rollback leaves otherwise than it was; by default nothing. */
  readonly left?: Readonly<Record<string, string>>;
  /** What counts how often something was done. */
  readonly count?: string;
}

const CASES: readonly Case[] = [
  {
    name: 'RPM packages',
    component: 'unit "nova-api"\ndeploy packages {\nmanager dnf\nnames "nova-api"\nversion "20.1.0" for train\nhold\n}',
    before: { 'unit.nova-api': 'up', 'rpm.nova-api': 'nova-api-0:19.3.2-1.x86_64 ' },
    after: { 'unit.nova-api': 'up', 'rpm.nova-api': 'nova-api-0:20.1.0-1.x86_64', 'lock.nova-api': 'nova-api-0:1-1.*' },
    forth: [
      'systemctl [stop] [nova-api]', 'dnf [-q] [versionlock] [list]', 'rpm [-q] [--qf] [%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH} ] [--] [nova-api]',
      'dnf [-q] [versionlock] [delete] [nova-api]', 'dnf [-y] [install] [nova-api-20.1.0]', 'dnf [-y] [versionlock] [add] [nova-api]', 'systemctl [start] [nova-api]',
    ],
    back: ['systemctl [stop] [nova-api]', 'dnf [-q] [versionlock] [delete] [nova-api]', 'dnf [-y] [install] [nova-api-0:19.3.2-1.x86_64]', 'systemctl [start] [nova-api]'],
  },
  {
    name: 'a container of docker, started by a unit',
    component: 'unit "nova-api"\ndeploy container {\nimage "registry.zrh:5000/nova-api:${version}"\ntag "nova-api:live"\n}',
    before: { 'unit.nova-api': 'up', 'image.nova-api:live': 'sha256:old' },
    after: {
      'unit.nova-api': 'up', 'image.nova-api:live': 'sha256:registry.zrh:5000/nova-api:train', 'image.nova-api:belay-p-before-train': 'sha256:old',
      'image.registry.zrh:5000+nova-api:train': 'sha256:registry.zrh:5000/nova-api:train',
    },
    forth: [
      'systemctl [stop] [nova-api]', 'docker [image] [ls] [--quiet] [--no-trunc] [nova-api:live]', 'docker [tag] [sha256:old] [nova-api:belay-p-before-train]',
      'docker [pull] [registry.zrh:5000/nova-api:train]', 'docker [tag] [registry.zrh:5000/nova-api:train] [nova-api:live]', 'systemctl [start] [nova-api]',
    ],
    back: ['systemctl [stop] [nova-api]', 'docker [tag] [sha256:old] [nova-api:live]', 'docker [rmi] [nova-api:belay-p-before-train]', 'systemctl [start] [nova-api]'],
    left: { 'image.registry.zrh:5000+nova-api:train': 'sha256:registry.zrh:5000/nova-api:train' },
  },
  {
    name: 'a container of podman, without a unit',
    component: 'deploy container {\nengine podman\nimage "nova-api:${version}"\ntag "nova-api:live"\ncontainer "nova_api"\narguments "--network", "host", "--env", "NOTE=it\'s $HOME {{ 7 }}"\n}',
    before: { 'container.nova_api': 'true sha256:old', 'image.nova-api:live': 'sha256:old' },
    after: {
      'container.nova_api': 'true sha256:nova-api:train', 'image.nova-api:live': 'sha256:nova-api:train', 'image.nova-api:train': 'sha256:nova-api:train', 'image.nova-api:belay-p-before-train': 'sha256:old',
    },
    forth: [
      'podman [container] [ls] [--all] [--quiet] [--filter] [name=^nova_api$]', 'podman [stop] [nova_api]', 'podman [image] [exists] [nova-api:live]', 'podman [image] [inspect] [--format] [{{.Id}}] [nova-api:live]', 'podman [tag] [sha256:old] [nova-api:belay-p-before-train]',
      'podman [pull] [nova-api:train]', 'podman [tag] [nova-api:train] [nova-api:live]', 'podman [container] [inspect] [--format] [{{.State.Running}} {{.Image}}] [nova_api]',
      'podman [image] [inspect] [--format] [{{.Id}}] [nova-api:live]', 'podman [container] [ls] [--all] [--quiet] [--filter] [name=^nova_api$]', 'podman [stop] [nova_api]', 'podman [rm] [nova_api]',
      'podman [run] [--detach] [--name] [nova_api] [--network] [host] [--env] [NOTE=it\'s $HOME {{ 7 }}] [nova-api:live]',
    ],
    back: [
      'podman [container] [ls] [--all] [--quiet] [--filter] [name=^nova_api$]', 'podman [stop] [nova_api]', 'podman [tag] [sha256:old] [nova-api:live]', 'podman [rmi] [nova-api:belay-p-before-train]', 'podman [container] [inspect] [--format] [{{.State.Running}} {{.Image}}] [nova_api]',
      'podman [image] [inspect] [--format] [{{.Id}}] [nova-api:live]', 'podman [container] [ls] [--all] [--quiet] [--filter] [name=^nova_api$]', 'podman [stop] [nova_api]', 'podman [rm] [nova_api]',
      'podman [run] [--detach] [--name] [nova_api] [--network] [host] [--env] [NOTE=it\'s $HOME {{ 7 }}] [nova-api:live]',
    ],
    left: { 'image.nova-api:train': 'sha256:nova-api:train' },
  },
  {
    name: 'Kubernetes',
    component: 'deploy kubernetes {\nworkload "deployment/nova-api"\ncontainer "api"\nimage "reg/nova:${version}"\nnamespace "openstack"\ncontext "zurich"\ntimeout 90s\n}',
    before: { 'replicas.deployment+nova-api': '3', 'image.deployment+nova-api': 'reg/nova@sha256:old' },
    after: { 'replicas.deployment+nova-api': '3', 'image.deployment+nova-api': 'reg/nova:train' },
    forth: [
      'get [deployment/nova-api] [--output] [jsonpath={.spec.replicas}]', 'scale [deployment/nova-api] [--replicas=0]',
      'get [deployment/nova-api] [--output] [go-template={{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}]', 'get [pods] [--selector] [app=nova] [--output] [name]',
      'get [deployment/nova-api] [--output] [jsonpath={.spec.template.spec.containers[?(@.name=="api")].image}]', 'set [image] [deployment/nova-api] [api=reg/nova:train]',
      'rollout [status] [deployment/nova-api] [--timeout=90s]', 'get [deployment/nova-api] [--output] [jsonpath={.spec.replicas}]', 'scale [deployment/nova-api] [--replicas=3]',
      'rollout [status] [deployment/nova-api] [--timeout=90s]',
    ].map((call) => `kubectl [--context] [zurich] [--namespace] [openstack] [${call.replace(' ', '] ')}`),
    back: [
      'get [deployment/nova-api] [--output] [jsonpath={.spec.replicas}]', 'scale [deployment/nova-api] [--replicas=0]',
      'get [deployment/nova-api] [--output] [go-template={{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}]', 'get [pods] [--selector] [app=nova] [--output] [name]',
      'set [image] [deployment/nova-api] [api=reg/nova@sha256:old]', 'rollout [status] [deployment/nova-api] [--timeout=90s]',
      'get [deployment/nova-api] [--output] [jsonpath={.spec.replicas}]', 'scale [deployment/nova-api] [--replicas=3]', 'rollout [status] [deployment/nova-api] [--timeout=90s]',
    ].map((call) => `kubectl [--context] [zurich] [--namespace] [openstack] [${call.replace(' ', '] ')}`),
  },
  {
    name: 'Helm',
    count: 'helm.revision',
    component: 'deploy helm {\nrelease "nova"\nchart "oci://registry.zrh/charts/nova"\nversion "0.3.1" for train\nnamespace "openstack"\nvalues "/etc/helm/nova.yaml"\nworkload "daemonset/nova-compute"\n}',
    before: { 'helm.revision': '7', 'helm.chart': 'chart of revision 7', 'selector.daemonset+nova-compute': '{"spec":{"template":{"spec":{"nodeSelector":{"belay.stopped":null}}}}}' },
    after: { 'helm.revision': '8', 'helm.chart': '0.3.1', 'selector.daemonset+nova-compute': '{"spec":{"template":{"spec":{"nodeSelector":{"belay.stopped":null}}}}}' },
    forth: [
      'kubectl [--namespace] [openstack] [patch] [daemonset/nova-compute] [--type] [merge] [--patch] [{"spec":{"template":{"spec":{"nodeSelector":{"belay.stopped":"true"}}}}}]',
      'kubectl [--namespace] [openstack] [get] [daemonset/nova-compute] [--output] [go-template={{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}]',
      'kubectl [--namespace] [openstack] [get] [pods] [--selector] [app=nova] [--output] [name]',
      'helm [history] [nova] [--namespace] [openstack] [--output] [json]',
      'helm [upgrade] [nova] [oci://registry.zrh/charts/nova] [--version] [0.3.1] [--namespace] [openstack] [--values] [/etc/helm/nova.yaml] [--wait] [--timeout] [600s]',
      'kubectl [--namespace] [openstack] [patch] [daemonset/nova-compute] [--type] [merge] [--patch] [{"spec":{"template":{"spec":{"nodeSelector":{"belay.stopped":null}}}}}]',
      'kubectl [--namespace] [openstack] [rollout] [status] [daemonset/nova-compute] [--timeout=600s]',
    ],
    back: [
      'kubectl [--namespace] [openstack] [patch] [daemonset/nova-compute] [--type] [merge] [--patch] [{"spec":{"template":{"spec":{"nodeSelector":{"belay.stopped":"true"}}}}}]',
      'kubectl [--namespace] [openstack] [get] [daemonset/nova-compute] [--output] [go-template={{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}]',
      'kubectl [--namespace] [openstack] [get] [pods] [--selector] [app=nova] [--output] [name]',
      'helm [rollback] [nova] [7] [--namespace] [openstack] [--wait] [--timeout] [600s]',
      'kubectl [--namespace] [openstack] [patch] [daemonset/nova-compute] [--type] [merge] [--patch] [{"spec":{"template":{"spec":{"nodeSelector":{"belay.stopped":null}}}}}]',
      'kubectl [--namespace] [openstack] [rollout] [status] [daemonset/nova-compute] [--timeout=600s]',
    ],
  },
];

const plain = (outcome: Outcome): string => `${outcome.code} ${outcome.err}`;

describe.each(CASES)('$name', ({ component, before, after, forth, back, left = {}, count = '' }) => {
  it('calls its tools with exactly these arguments, forth and back', async () => {
    const world = new DeployWorld();
    world.set(before);
    const upgrade = made(await world.plan(component, JUMP));
    const options = { environment: world.environment() };
    expect(upgrade.run('run', options).code).toBe(1);
    expect(world.calls()).toEqual(forth);
    expect(world.state).toEqual(after);
    expect(plain(upgrade.run('rollback --yes', options))).toBe('0 ');
    expect(world.calls()).toEqual(back);
    expect(world.state).toEqual({ ...trimmed(before), ...left });
  });

  it('killed at any of its calls, is taken back to what was there, or resumed to the end', async () => {
    for (const [command, go] of [['rollback --yes', false], ['resume', true]] as const) {
      for (let call = 1; call <= forth.length; call += go ? 2 : 1) {
        const world = new DeployWorld();
        world.set(before);
        const upgrade = made(await world.plan(component, JUMP));
        expect(upgrade.run('run', { environment: world.environment({ KILL_AT: String(call) }) }).code, `call ${call}`).toBe(null);
        if (go) upgrade.write('go', '');
        expect(plain(upgrade.run(command, { environment: world.environment() })), `call ${call}, ${command}`).toBe('0 ');
        const found = world.state;
        const wanted = go ? after : { ...trimmed(before), ...Object.fromEntries(Object.entries(left).filter(([name]) => name in found)) };
        expect({ ...found, [count]: '' }, `call ${call}, ${command}`).toEqual({ ...wanted, [count]: '' });
      }
    }
  }, 300_000);
});

/** The state of the world is read without blanks at its ends. */
const trimmed = (state: Readonly<Record<string, string>>): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(state).map(([name, value]) => [name, value.trimEnd()]));

describe('a virtual environment', () => {
  const component = 'units "nova-api", "nova-metadata"';
  const deploy = `deploy venv {\n${component}\nlink "FOLDER/current"\nenvironment "FOLDER/venvs/\${version}"\n}`;
  const worldWith = (...environments: string[]): DeployWorld => {
    const world = new DeployWorld();
    for (const name of environments) mkdirSync(path.join(world.folder, 'venvs', name), { recursive: true });
    return world;
  };
  const link = (world: DeployWorld): string => readlinkSync(path.join(world.folder, 'current'));

  it('is switched by its link, and switched back to where that led before', async () => {
    const world = worldWith('stein', 'train');
    symlinkSync('venvs/stein', path.join(world.folder, 'current'));
    const upgrade = made(await world.plan(deploy, JUMP));
    const options = { environment: world.environment() };
    expect(upgrade.run('run', options).code).toBe(1);
    expect(link(world)).toBe(`${world.folder}/venvs/train`);
    expect(upgrade.run('rollback --yes', options).code).toBe(0);
    expect(link(world)).toBe('venvs/stein');
    expect(world.calls()).toEqual(['stop', 'start', 'stop', 'start'].map((verb) => `systemctl [${verb}] [nova-api] [nova-metadata]`));
  });

  it('is refused where the environment is not there, and nothing is changed', async () => {
    const world = worldWith('stein');
    symlinkSync('venvs/stein', path.join(world.folder, 'current'));
    const upgrade = made(await world.plan(deploy, JUMP));
    const { code, out, err } = upgrade.run('run', { environment: world.environment() });
    expect(code).toBe(1);
    expect(out + err).toContain(`There is no environment at ${world.folder}/venvs/train: build it before it is installed.`);
    expect(link(world)).toBe('venvs/stein');
  });

  it('is refused where a folder stands in the place of the link', async () => {
    const world = worldWith('stein', 'train');
    mkdirSync(path.join(world.folder, 'current'));
    writeFileSync(path.join(world.folder, 'current', 'precious'), '');
    const upgrade = made(await world.plan(deploy, JUMP));
    const { code, out, err } = upgrade.run('run', { environment: world.environment() });
    expect(code).toBe(1);
    expect(out + err).toContain(`${world.folder}/current is no symbolic link: move it away, or name another path.`);
  });

  it('that was installed twice is taken back in two steps, each to what it replaced', async () => {
    const world = worldWith('stein', 'train', 'rocky');
    symlinkSync('venvs/rocky', path.join(world.folder, 'current'));
    const upgrade = made(await world.plan(deploy, 'install nova.api\ninstall nova.api to stein\ninstall nova.api\nstep last { on local  run "test -e go"  undo nothing "it only looks" }'));
    const options = { environment: world.environment() };
    upgrade.run('run', options);
    expect(link(world)).toBe(`${world.folder}/venvs/train`);
    expect(upgrade.run('rollback --yes', options).code).toBe(0);
    expect(link(world)).toBe('venvs/rocky');
  });
});
