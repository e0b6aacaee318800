import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { emitShell } from '../../packages/compiler/src/emit/shell/index.ts';
import type { Plan, PlanFile } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, chain, host, LOCAL, ofBatch, on, plan, probe, shell, step } from './plan-builder.ts';
import { enter, isInstalled, Program } from './program.ts';

const HOSTILE = [
  '',
  "'",
  '"',
  '\\',
  '$x `id` $(id)',
  'a\nb',
  '\r',
  '‘quoted’ “text”',
  '\u202e',
  '-n',
  '# x',
  'ünï',
  '\t',
  "it's\n$x",
  'ends in a backslash \\',
];

/** Everything that the data of a program can consist of. */
function everything(): Plan {
  const names = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];
  const file: PlanFile = { id: 'f', path: 'files/f.sh', encoding: 'utf8', content: '#!/bin/sh\necho "$1"\n' };
  return plan(
    [
      ...chain(
        step(
          'enter',
          [
            action("systemctl stop 'chef client'", {
              changes: [{ kind: 'mode', name: 'held', becomes: 'entered' }],
              back: backBy('systemctl start chef-client'),
            }),
          ],
          { window: 'night', takes: 60 },
        ),
        step(
          'stop',
          [
            action(
              shell('systemctl stop nova-api\ntest "$BELAY_HOST"', {
                as: 'nova',
                directory: '/var',
                environment: { A: 'b c' },
                secrets: { T: 't' },
                variables: ['rack'],
                accept: [0, 1],
                again: { codes: [2], limit: 3 },
                poll: { every: 1, limit: 5 },
                timeout: 9,
              }),
              { targets: on('all', ...names) },
            ),
            action({ type: 'script', file: 'f', arguments: "'x'" }, { targets: on('first', 'h1') }),
            action(
              {
                type: 'http',
                url: ['http://', { variable: 'host' }, '/%'],
                method: 'GET',
                status: [200, 204],
              },
              { targets: on('each', 'h1', 'h2') },
            ),
            action({ type: 'wait', seconds: 1 }),
            action(
              { type: 'put', file: 'f', path: '/etc/f', mode: '0600', owner: 'root' },
              {
                targets: on('any', 'h1', 'h2'),
                back: backBy({ type: 'put', file: 'f', path: '/etc/f', takeBack: true }),
              },
            ),
            action(
              { type: 'reboot', shell: 'reboot', bootId: 'cat /proc/sys/kernel/random/boot_id', limit: 600 },
              { targets: on('first', 'h1'), back: { by: 'none', why: 'no' } },
            ),
          ],
          {
            timeout: 5,
            retry: { count: 1, every: 2 },
            unless: [probe('true')],
            verify: [probe('true')],
            undo: [action('true')],
            repeat: 'ask',
          },
        ),
        step('point', [], { kind: 'point' }),
        step('sync', [action('true', { back: { by: 'restore' } })], {
          repeat: 'restore',
          restores: [{ point: 'point', resource: 'nova.main', to: ['point', 'start'] }],
          undo: [],
        }),
        step('roll', [], {
          kind: 'roll',
          roll: {
            group: 'g',
            batches: [names.slice(0, 2), names.slice(2)],
            pause: 1,
            maxFailures: 1,
            needed: { targets: ofBatch('all', ...names), operation: shell('true') },
            lock: { driver: 'd', key: 'k', acquire: action('true'), release: action('true') },
            steps: [step('roll/a', [action('true', { targets: ofBatch('all', ...names) })])],
          },
        }),
        step('yes', [], { kind: 'approve', text: 'Go?' }),
        step('wall', [], { kind: 'no-return', text: 'why' }),
        step('gate', [], { kind: 'gate', verify: [probe('true')], irreversible: 'it is' }),
        step('join', [], { kind: 'join' }),
      ),
      ...HOSTILE.map((value, index) =>
        step(
          `hostile ${index} ${value}`,
          [
            action(shell(`echo ${index} ${JSON.stringify(value)}`, { environment: { V: value } }), {
              title: value,
              targets: on('first', `h${value}`),
            }),
          ],
          { title: value },
        ),
      ),
    ],
    {
      title: 'Everything',
      cloud: { name: 'c', title: 'C' },
      release: { train: 'openstack', from: 'juno', to: 'liberty', skipping: ['kilo'] },
      hosts: [
        ...names.map((name) =>
          host(
            name,
            { type: 'ssh', address: '10.0.0.1', user: 'root', port: 22, options: ['-o', 'ProxyJump=x'] },
            { groups: ['computes'], variables: { rack: 'r1' } },
          ),
        ),
        ...HOSTILE.map((value) => host(`h${value}`, enter(value))),
      ],
      secrets: [{ name: 't', from: 'env', source: 'T' }],
      files: [file],
      modes: [{ name: 'held' }],
      windows: [{ name: 'night', days: ['tue'], at: '22:00', length: 30600, zone: 'UTC' }],
      points: [
        {
          id: 'point',
          title: 'P',
          captures: [{ resource: 'nova.main', kind: 'database', targets: LOCAL, restore: shell('true') }],
        },
      ],
    },
  );
}

describe('the program', () => {
  it.skipIf(!isInstalled('shellcheck'))(
    'is clean under shellcheck, every level, with no directive (skipped without shellcheck)',
    () => {
      const text = emitShell(everything());
      expect(text).not.toContain('shellcheck disable');
      const { stdout } = spawnSync('shellcheck', ['--norc', '--severity=style', '-'], {
        input: text,
        encoding: 'utf8',
      });
      expect(stdout).toBe('');
    },
    60_000,
  );

  it('is the same bytes for the same plan, with no time and no path of this machine', () => {
    const text = emitShell(everything());
    expect(emitShell(everything())).toBe(text);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain(String(new Date().getFullYear()));
  });

  it('shows the plan as an operator would read it', () => {
    const lines = emitShell(
      plan(
        [
          step(
            'nova/flavors',
            [
              action(shell('nova-manage db migrate_flavor_data', { as: 'nova', timeout: 600 }), {
                verb: 'run',
                title: 'move the flavors',
                targets: on('any', 'ctl1', 'ctl2'),
                changes: [{ kind: 'database', name: 'nova.main', becomes: 'rewritten' }],
                back: { by: 'restore' },
              }),
            ],
            { title: 'Move flavors out of system metadata', repeat: 'ask' },
          ),
        ],
        { hosts: ['ctl1', 'ctl2'].map((name) => host(name, { type: 'ssh', user: 'root' })) },
      ),
    );
    expect(lines.slice(lines.indexOf('load_part_1() {'), lines.indexOf('load_plan() {')))
      .toBe(`load_part_1() {

  # Hosts
  host ctl1 ssh '' root ''
  host ctl2 ssh '' root ''

  # Steps, in an order in which they may run

  step nova/flavors actions plans/test.belay:1 'Move flavors out of system metadata'
    again_is ask
    action run 'move the flavors'
      on any ctl1 ctl2
      shell 'nova-manage db migrate_flavor_data'
      as nova
      limit 600
      changes database nova.main rewritten
      back restore
}

`);
  });

  it('names a long list of hosts once, after its group', () => {
    const names = Array.from({ length: 50 }, (_, index) => `cmp${index}`);
    const text = emitShell(
      plan(
        ['a', 'b'].map((id) => step(id, [action('true', { targets: on('all', ...names) })])),
        { hosts: names.map((name) => host(name, { type: 'local' }, { groups: ['computes'] })) },
      ),
    );
    expect(text.match(/hosts computes cmp0 cmp1 /g)).toHaveLength(1);
    expect(text.match(/ on_list all computes\n/g)).toHaveLength(2);
  });

  it('keeps what a reader cannot see out of its comments', () => {
    const text = emitShell(plan([], { title: 'a\n$(touch CANARY)\u202e\u0007' }));
    expect(text.split('\n')[2]).toBe('# test_plan: a $(touch CANARY)');
  });

  it('starts with 10,000 independent steps in a moment, and can be sourced', () => {
    const upgrade = new Program(
      plan(Array.from({ length: 10_000 }, (_, index) => step(`s${index}`, ['true']))),
    );
    const begin = Date.now();
    expect(upgrade.run('status').out).toContain('NOT STARTED: 0 of 10000 steps are done, 10000 left.');
    // What grows with the square of the steps would take minutes.
    expect(Date.now() - begin).toBeLessThan(60_000);
    expect(
      spawnSync('bash', ['-c', 'source ./upgrade.sh; load_plan; echo "$S ${STEP_ID[10000]}"'], {
        cwd: upgrade.folder,
        encoding: 'utf8',
      }).stdout,
    ).toBe('10000 s9999\n');
    upgrade.dispose();
  }, 90_000);
});
