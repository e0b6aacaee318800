import { describe, expect, test } from 'vitest';
import { checkText } from '../../check.test-helpers.ts';
import { planOf } from '../../plan/plan.test-helpers.ts';
import type { Action } from '../../plan/plan.ts';

/** A plan that does the statements with `nova.api`; what stands in the blocks of the cloud, of the service and of the component is given. */
function plan(component: string, statements: string, { cloud = '', service = '', hosts = 'h1' } = {}): string {
  return `train acme {
  release stein
  release train
  release ussuri
}
cloud lab {
  group some { hosts "${hosts}" }
${cloud}
  service nova {
${service}
    component api on some {
${component}
    }
  }
}
plan p {
  on lab
  release stein -> train
${statements}
}
`;
}

const VENV = 'deploy venv {\nlink "/opt/nova/current"\nenvironment "/opt/nova/${version}"\n}';
const KUBERNETES = 'deploy kubernetes {\nworkload "deployment/nova-api"\ncontainer "api"\nimage "reg/nova:${version}"\nnamespace "openstack"\n}';
const container = (part: string): string => `deploy container {\nimage "nova-api:\${version}"\ntag "nova-api:live"\n${part}\n}`;

/** What is found, without where. */
async function found(...what: Parameters<typeof plan>): Promise<string[]> {
  return (await checkText(plan(...what))).map((one) => one.replace(/^\d+:\d+ /, ''));
}

/** The last lines of what the actions of a plan run, with what they change. */
async function commands(...what: Parameters<typeof plan>): Promise<string[]> {
  const line = ({ operation, changes }: Action): string => {
    const text = operation.type === 'shell' ? (operation.shell.trimEnd().split('\n').at(-1) ?? '') : operation.type;
    return `${text}${changes.length === 0 ? '' : ` => ${changes.map((change) => `${change.becomes}${'release' in change ? ` ${change.release}` : ''}`).join(', ')}`}`;
  };
  const { steps } = await planOf(plan(...what));
  return steps.flatMap(({ actions }) => actions.flatMap((action) => [line(action), ...(action.back.by === 'inverse' ? action.back.actions.map((back) => `  back ${line(back)}`) : [])]));
}

describe('what is declared nearest to a component goes first', () => {
  test('its own command goes before its deployment, and that before the commands of the service and the cloud', async () => {
    expect(await commands(`unit "a"\nrestart run "own restart"\n${VENV}`, 'install nova.api\nrestart nova.api\nreload nova.api', { service: 'install run "service install"', cloud: 'reload run "cloud reload"' })).toEqual([
      'mv -fT -- "$link.new" "$link" => installed train',
      '  back rm -f -- "$record" => installed stein',
      '  back own restart => restarted',
      'own restart => restarted',
      'systemctl reload a => reloaded',
    ]);
  });

  test('the deployment of the cloud is for every component that has none', async () => {
    expect(await commands('unit "nova-api"\npackage "nova-api"', 'stop nova.api\ninstall nova.api', { cloud: 'deploy packages { version "2:20.0" for train }' })).toEqual([
      'systemctl stop nova-api => stopped',
      '  back systemctl start nova-api => started',
      'fi',
      '  back rm -f -- "$record" => installed stein',
      expect.stringMatching(/^apt-get .* install nova-api=2:20\.0$/),
      '((${#held[@]} == 0)) || apt-mark hold "${held[@]}" => installed train',
    ]);
  });

  test('what a deployment says nothing of comes from farther out', async () => {
    expect(await commands(container('units "nova-api"'), 'reload nova.api\nrestart nova.api { run "by hand" }', { cloud: 'reload run "cloud reload"' })).toEqual([
      'systemctl reload nova-api => reloaded', 'by hand => restarted',
    ]);
    expect(await commands('package "nova-api"\ndeploy packages', 'reload nova.api', { cloud: 'reload run "cloud reload"' })).toEqual(['cloud reload => reloaded']);
  });
});

describe('what an installation does to the model', () => {
  test('of a cluster, it has the new code run at once, and so does its way back', async () => {
    expect(await commands(KUBERNETES, 'install nova.api')).toEqual([
      'kubectl --namespace openstack rollout status deployment/nova-api --timeout=600s => installed train, started',
      '  back rm -f -- "$record" => installed stein, started',
    ]);
  });

  test('of a cluster where it is stopped, it starts nothing', async () => {
    expect((await commands(KUBERNETES, 'stop nova.api\ninstall nova.api')).slice(2)).toEqual([
      'kubectl --namespace openstack rollout status deployment/nova-api --timeout=600s => installed train',
      '  back rm -f -- "$record" => installed stein',
    ]);
  });

  test('pods of a cluster with new code before its schema are found', async () => {
    const database = 'database main { migrate run "nova-manage db sync" }';
    expect(await found(KUBERNETES, 'install nova.api\nmigrate nova.main', { service: database })).toEqual([expect.stringMatching(/^B0621 /), expect.stringMatching(/^B0502 /)]);
  });
});

describe('what is found', () => {
  test.each([
    ['venv', 'deploy venv { link "/opt/current" }', ['B0207 `deploy venv` lacks `environment "…"`. Write it in the block.']],
    ['a part of another kind', VENV.replace('\n}', '\nimage "nova"\n}'), ['B0207 `image` says nothing here: `deploy venv` has no use for it. Remove it; what counts there is `version`, `link`, `environment`, `units`.']],
    ['packages without a name', 'deploy packages', ['B0207 Nothing says which packages `nova.api` has: give it a `package "…"`, or write `names "…"` in the block of `deploy`.']],
    ['a container that nothing starts', container(''), ['B0207 Nothing says what starts the container: give the component a `unit "…"`, or write `container "NAME"`, and `arguments` as `run` needs them.']],
    ['a container that two start', container('units "a"\ncontainer "a"'), ['B0207 `container` says nothing here: a unit starts the container. Remove it, or the unit.']],
    ['an unknown release', VENV.replace('\n}', '\nversion "1" for trian\n}'), ['B0101 There is no release named `trian`. Did you mean `train`?']],
  ])('%s', async (_, deploy, messages) => {
    expect(await found(deploy, 'install nova.api')).toEqual(messages);
  });

  test('a cluster on several hosts', async () => {
    expect(await found(KUBERNETES, 'install nova.api', { hosts: 'h[1:3]' })).toEqual([
      'B0304 `nova.api` is on 3 hosts, and each of them would tell the cluster what to do. Put it on a group with the one host that has `kubectl`.',
    ]);
  });

  /** Nothing that a shell, a package manager, a registry or a cluster would take for something else. */
  const HOSTILE = ['', '-rf', '--purge', 'a b', 'a;reboot', '$(reboot)', '`reboot`', "a'b", 'a\\nb', 'a|b', '{{ x }}', '../x', '/a/../b', 'ü', '\\u{202e}x', 'a=b c', 'x'.repeat(5000)];

  test.each([
    ['names of packages', (name: string) => `deploy packages { names "${name}" }`],
    ['names of RPM packages', (name: string) => `deploy packages {\nmanager dnf\nnames "${name}"\n}`],
    ['versions', (name: string) => `deploy packages {\nnames "nova-api"\nversion "${name}" for train\n}`],
    ['units', (name: string) => container(`units "${name}"`)],
    ['links', (name: string) => VENV.replace('/opt/nova/current', name)],
    ['environments', (name: string) => VENV.replace('/opt/nova/${version}', name)],
    ['images', (name: string) => container('units "a"').replace('nova-api:${version}', name)],
    ['tags', (name: string) => container('units "a"').replace('nova-api:live', name)],
    ['containers', (name: string) => container(`container "${name}"`)],
    ['workloads', (name: string) => KUBERNETES.replace('deployment/nova-api', name)],
    ['containers of pods', (name: string) => KUBERNETES.replace('"api"', `"${name}"`)],
    ['namespaces', (name: string) => KUBERNETES.replace('"openstack"', `"${name}"`)],
    ['contexts', (name: string) => KUBERNETES.replace('\n}', `\ncontext "${name}"\n}`)],
    ['releases of Helm', (name: string) => `deploy helm {\nrelease "${name}"\nchart "a/b"\nnamespace "n"\n}`],
    ['charts', (name: string) => `deploy helm {\nrelease "nova"\nchart "${name}"\nnamespace "n"\n}`],
    ['files of values', (name: string) => `deploy helm {\nrelease "nova"\nchart "a/b"\nnamespace "n"\nvalues "${name}"\n}`],
  ])('%s that are none, before anything is compiled', async (what, deploy) => {
    const accepted: string[] = [];
    for (const name of HOSTILE) {
      const messages = await found(deploy(name), 'install nova.api');
      if (!messages.some((message) => /^B0208 Expected .*, found /s.test(message))) accepted.push(name);
    }
    // A chart may be a relative path.
    expect(accepted).toEqual(what === 'charts' ? ['../x', '/a/../b'] : []);
  });
});
