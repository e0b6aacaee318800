import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { onCloud } from './cloud.test-helpers.ts';

const effect = (statements: string): Promise<string[]> => checkText(onCloud(`
import "cloud.belay"
plan tidy {
  on zurich
  ${statements.trim()}
}
`), { only: 'B0501' });

describe('undeclared-effect', () => {
  test.each([
    ['that only looks', 'step look { on any controllers\n run "nova-manage db version"\n changes nothing }'],
    ['that says what it rewrites', 'rollback point before { capture nova.main }\n step archive { on any controllers\n run "nova-manage db archive_deleted_rows"\n rewrites nova.main }'],
    ['with a way back of its own', 'step mark { on controllers\n run "touch /etc/upgrading"\n undo run "rm -f /etc/upgrading" }'],
    ['whose way back is nothing', 'step image { on controllers\n run "system-image save"\n undo nothing "an image is in nobody’s way" }'],
    ['that can not be taken back, and says so', 'approve "Wipe?"\n point of no return "wiped"\n step wipe { on computes\n run "wipefs -a /dev/sdb"\n irreversible "the disks are wiped" }'],
    ['that stands alone with its block', 'run "nova-manage db version" on any controllers { changes nothing }'],
    ['of a check', 'check up { on controllers\n run "true" }\n gate up'],
    ['of a mode', 'mode quiet { enter on local { run "silence" }\n leave on local { run "alarm" } }\n holding quiet { wait 1s }'],
    ['of a question', 'step wait { on controllers\n wait until run "test -e /run/ready" }'],
    ['that asks a URL', 'http "http://ctl1:8774/" status 200'],
    ['inside `undo`', 'step mark { on controllers\n run "touch /etc/upgrading"\n undo { run "rm -f /etc/upgrading" } }'],
    ['that replaces one that Belay knows', 'restart glance.api { run "apachectl graceful" }'],
  ])('accepts a command %s', async (_, statements) => {
    expect(await effect(statements)).toEqual([]);
  });

  test.each([
    ['in a step', 'step archive { on any controllers\n run "nova-manage db archive_deleted_rows" }', '5:2 B0501 Nothing says what `run nova-manage db archive_deleted_rows` changes, so nothing can take it back.'],
    ['alone', 'run "nova-manage db archive_deleted_rows" on any controllers', '4:3 B0501 Nothing says what `run nova-manage db archive_deleted_rows` changes, so nothing can take it back.'],
    ['inside a roll', 'roll computes { step clean { run "rm -rf /var/cache/nova" } }', '4:32 B0501 Nothing says what `run rm -rf /var/cache/nova` changes, so nothing can take it back.'],
    ['that is a URL which does more than ask', 'http "http://ctl1:8774/reset" method POST', '4:3 B0501 Nothing says what `http http://ctl1:8774/reset` changes, so nothing can take it back.'],
  ])('reports a command %s', async (_, statements, found) => {
    expect(await effect(statements)).toEqual([found]);
  });

  test('reports a step once, at its first such command', async () => {
    expect(await effect('step a { on controllers\n run "one"\n run "two" }')).toEqual(['5:2 B0501 Nothing says what `run one` changes, so nothing can take it back.']);
  });
});
