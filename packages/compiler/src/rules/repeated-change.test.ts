import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { onCloud } from './cloud.test-helpers.ts';

const rolled = (statements: string): Promise<string[]> => checkText(onCloud(`
import "cloud.belay"
plan roll_computes {
  on zurich
  release kilo -> liberty
  rollback point before { capture nova.main }
  roll computes {
    batch 2
    ${statements.trim().replaceAll('\n', '\n    ')}
  }
}
`), { only: 'B0415' });

describe('repeated-change', () => {
  test.each([
    ['what the hosts of the batch run', 'stop nova.compute\ninstall nova.compute\nstart nova.compute'],
    ['the hosts of the batch themselves', 'drain\nreboot\nreturn'],
    ['hosts of the batch one by one', 'restart nova.compute on each computes'],
    ['one of them that it names: only in its batch', 'reboot on "cmp1"'],
    ['a mode, which a batch enters and leaves', 'holding noout { reboot }'],
    ['files, with a command of one’s own', 'step note { on first controllers\n run "date >> /srv/log"\n rewrites "/srv/log"\n undo nothing "a note" }'],
    ['nothing: it only looks elsewhere', 'step look { on any controllers\n run "nova service-list"\n changes nothing }'],
  ])('accepts a roll that changes %s', async (_, statements) => {
    expect(await rolled(statements)).toEqual([]);
  });

  test.each([
    ['a component on other hosts', 'restart nova.conductor', '8:5 B0415 `restart nova.conductor` is not for the hosts of the batch: it would be done again with every batch of `computes`. Put it before or after the roll.'],
    ['much with one statement', 'restart nova.conductor, keystone.*', '8:5 B0415 `restart nova.conductor` and 1 more action are not for the hosts of the batch: they would be done again with every batch of `computes`. Put them before or after the roll.'],
    ['a database', 'migrate nova.main', '8:5 B0415 `migrate nova.main to liberty` is not for the hosts of the batch: it would be done again with every batch of `computes`. Put it before or after the roll.'],
  ])('reports a roll that changes %s', async (_, statements, found) => {
    expect(await rolled(statements)).toEqual([found]);
  });
});
