import { describe, expect, it } from 'vitest';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, host, on, plan, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

const hosts = ['h1', 'h2', 'h3'].map((name) =>
  host(name, enter(name), { variables: { rack: `rack of ${name}` } }),
);
describe('a reboot', () => {
  const bootId = 'cat "$HOME/boot-id" 2>/dev/null || { echo down >&2; exit 255; }';
  const reboots = (text: string, limit = 20): Plan =>
    plan(
      [
        step('a', [
          action(
            { type: 'reboot', shell: text, bootId, limit },
            { verb: 'reboot', targets: on('first', 'h1'), changes: [{ kind: 'host', becomes: 'rebooted' }] },
          ),
        ]),
      ],
      { hosts },
    );
  const boot = `{ mv "$HOME/boot-id" "$HOME/old"; setsid bash -c 'sleep 0.5; echo second >"$HOME/boot-id"' >/dev/null 2>&1 & }`;

  it.each([
    ['ends well', 'exit 0'],
    ['loses the connection', 'exit 255'],
    ['is ended by the shutdown', 'kill -TERM $$'],
  ])('whose command %s is done when the boot id is another', (_, end) => {
    const upgrade = made(reboots(`echo reboot >>"$HOME/effects"; ${boot}; ${end}`));
    upgrade.write('boot-id', 'first\n');
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['reboot']);
    expect(upgrade.events).toContain('boot-id a 0 1 h1 first');
  });

  it('that does not begin is a failure at once', () => {
    const upgrade = made(reboots('echo "not allowed"; exit 1'));
    upgrade.write('boot-id', 'first\n');
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('not allowed');
  });

  it('from which the host does not come back is a failure after the limit', () => {
    const upgrade = made(reboots('true', 2));
    upgrade.write('boot-id', 'first\n');
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('The host was not back within 2 seconds.');
  });

  it('that happened while the program was dead is not repeated', () => {
    const upgrade = made(
      reboots(
        `echo reboot >>"$HOME/effects"; ${boot}; read -r _ pid _ <"$HOME/.belay/test_plan/lock"; kill -KILL -- "$pid" "-$(ps -o pgid= -p $PPID | tr -d ' ')"`,
      ),
    );
    upgrade.write('boot-id', 'first\n');
    expect(upgrade.run('run').code).toBe(null);
    expect(upgrade.run('status').out).toContain('Hosts out of service\n  rebooting                h1\n');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['reboot']);
  });
});
