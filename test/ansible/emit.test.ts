/** What projects hold, and what Ansible's own checks say of them. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkspaceFiles } from '../../packages/compiler/src/cli/workspace-files.ts';
import { emitAnsible } from '../../packages/compiler/src/emit/ansible/index.ts';
import { compilePlan, loadProject, type Plan } from '../../packages/compiler/src/index.ts';
import { action, CHANGE, host, ofBatch, on, plan, shell, step } from '../shell/plan-builder.ts';
import { whole } from '../shell/whole-plan.ts';
import { HAS_ANSIBLE, HAS_LINT, Sandbox } from './project.ts';

const fileOf = (thePlan: Plan, name: string): string => emitAnsible(thePlan).find((file) => file.path === name)?.content ?? '';

/** The module of the task that stands for a command. */
function moduleOf(command: string): string | undefined {
  const text = fileOf(plan([step('s', [action(command, { targets: on('all', 'h1'), changes: [CHANGE] })])], { hosts: [host('h1')] }), 'plays/1-s.yml');
  return /^ {6}ansible\.builtin\.(\w+):/m.exec(text)?.[1];
}

describe('the tasks of commands', () => {
  it.each([
    ['systemctl restart nova-api', 'systemd'],
    ["systemctl stop 'nova-api'", 'systemd'],
    ['systemctl disable nova-api', 'command'],
    ['apt-get install --yes nova-api=2:29.0.1-1', 'apt'],
    ['apt-get install --yes nova-api', 'command'],
    ['openstack server list', 'command'],
    ["nova-manage db sync --version '290'", 'command'],
    ['openstack token issue | grep id', 'shell'],
    ['echo $HOME', 'shell'],
    ['cd /srv && ./run', 'shell'],
    ['cd /srv', 'shell'],
  ])('%s: %s', (command, module) => {
    expect(moduleOf(command)).toBe(module);
  });

  it('writes a restart as a person would', () => {
    const text = fileOf(plan([step('nova/restart', [action('systemctl restart nova-api', { title: 'restart nova.api', targets: on('all', 'ctl1'), changes: [CHANGE] })], { title: 'New code' })], { hosts: [host('ctl1')] }), 'plays/1-nova.yml');
    expect(text.slice(text.indexOf('    - name: "Step nova/restart, 1'), text.indexOf('    - name: "Step nova/restart: end'))).toBe(`\
    - name: "Step nova/restart, 1: restart nova.api"
      ansible.builtin.systemd:
        name: nova-api
        state: restarted
      when: belay_host is belay.run.due(belay_action, inventory_hostname)
      vars:
        belay_action:
          step: nova/restart
          action: "1"
          at: host
`);
  });

  it('tags what could be a template as unsafe', () => {
    const text = fileOf(plan([step('s', [action(shell('echo "{{ 7 * 7 }}"'), { title: '{{ x }}' })])]), 'plays/1-s.yml');
    expect(text).toContain('cmd: !unsafe echo "{{ 7 * 7 }}"');
    expect(text).toContain('- name: "Step s, 1: { { x } }"');
  });

  it('gives the same files for the same plan', () => {
    expect(emitAnsible(whole())).toEqual(emitAnsible(whole()));
  });
});

async function exampleOf(folder: string, entry: string, name: string): Promise<Plan> {
  const files = new WorkspaceFiles(fileURLToPath(new URL(`../../examples/${folder}`, import.meta.url)), new Map());
  const { plan: compiled } = compilePlan(await loadProject(entry, files), { plan: name });
  if (compiled === undefined) throw new Error(`${entry} has errors`);
  return compiled;
}

/** What is told to go on behind an error: questions by scripts, and one host of a batch after the other. */
function turns(): Plan {
  const each = ofBatch('each', 'h1', 'h2', 'h3');
  const script = { type: 'script', file: 'x', arguments: '' } as const;
  const body = step('roll/work', [
    action('true', { changes: [CHANGE], targets: each }), action(script, { targets: each }),
    action({ type: 'reboot', shell: 'reboot', bootId: 'cat /proc/sys/kernel/random/boot_id', limit: 300 }, { changes: [{ kind: 'host', becomes: 'rebooted' }], targets: each }),
  ]);
  return plan([
    step('roll', [], { kind: 'roll', roll: { group: 'computes', batches: [['h1', 'h2'], ['h3']], pause: 60, maxFailures: 1, needed: { targets: ofBatch('all', 'h1', 'h2', 'h3'), operation: script }, steps: [body] } }),
    step('settle', [action({ type: 'wait', seconds: 60 })], { unless: [{ targets: on('all', 'h1'), operation: script }, { targets: on('each', 'h1', 'h2'), operation: script }] }),
  ], { hosts: ['h1', 'h2', 'h3'].map((name) => host(name)), files: [{ id: 'x', path: 'x.sh', encoding: 'utf8', content: 'true\n' }] });
}

const made: Sandbox[] = [];
afterAll(() => {
  for (const box of made) box.dispose();
});

describe.each([
  { name: 'suse-skip-kilo', load: () => exampleOf('suse-skip-kilo', 'skip-kilo.belay', 'skip_kilo') },
  { name: 'syseleven-reboot', load: () => exampleOf('syseleven-reboot', 'reboot.belay', 'reboot') },
  { name: 'a plan that has everything', load: () => Promise.resolve(whole()) },
  { name: 'scripts, turns and waits', load: () => Promise.resolve(turns()) },
])('$name', ({ load }) => {
  const check = async (program: string, ...words: string[]): Promise<{ status: number | null; output: string }> => {
    const box = new Sandbox(await load());
    made.push(box);
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: box.project, encoding: 'utf8', env: { ...process.env, HOME: box.folder, ANSIBLE_HOME: path.join(box.folder, '.ansible'), ANSIBLE_COLLECTIONS_PATH: path.join(box.project, 'collections') } });
    return { status, output: `${stdout}${stderr}` };
  };

  it.skipIf(!HAS_ANSIBLE)('has the syntax that ansible-playbook reads', async () => {
    const { status, output } = await check('ansible-playbook', '--syntax-check', 'site.yml', 'rollback.yml');
    expect(output).not.toContain('ERROR');
    expect(status).toBe(0);
  }, 240_000);

  // ansible-lint 6.13 at times loads no filter of a collection whose path it was given relative to the folder, so the path is absolute.
  it.skipIf(!HAS_LINT)('has nothing that the production profile of ansible-lint objects to', { timeout: 240_000, retry: 2 }, async () => {
    const { output } = await check('ansible-lint', '--offline', '--nocolor', '--profile', 'production');
    expect(output).toContain('Passed with production profile: 0 failure(s), 0 warning(s)');
  });
});
