import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove } from '../prove-text.test-helpers.ts';
import { overBudget } from './over-budget.ts';

/** How long `nova.scheduler` may be down, of which the cloud allows 30m. */
async function closest(statements: string): Promise<string | undefined> {
  const { claims } = await prove(statements, overBudget);
  return claims[0]?.replace('nova.scheduler: ', '');
}

const STOP = 'stop nova.scheduler { takes 1m }';
const START = 'start nova.scheduler { takes 2m }';
const run = (name: string, takes: string): string => `step ${name} {\n on local\n run "true"\n changes nothing\n takes ${takes}\n}`;

describe('over-budget', () => {
  test('reports a pause that is too long, and what it is made of', async () => {
    const proven = await prove(`
  ${run('look', '1h')}
  stop nova.scheduler { takes 1m }
  parallel {
    ${run('copy', '20m')}
    ${run('check', '15m')}
  }
  start nova.scheduler { takes 30s }
  ${run('clean', '1h')}
`, overBudget);
    expect(proven.findings).toEqual(['10:3 Every instance of `nova.scheduler` may be down for 36m 30s at a stretch. 30m is allowed.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. look
  2. stop_nova_scheduler
   → no instance of \`nova.scheduler\` is up
What may run meanwhile:
  copy                  20m
  check                 15m
  stop_nova_scheduler   1m
  start_nova_scheduler  30s
Do less while it is down, or allow more: \`keep nova.scheduler available except 36m30s\`.`);
    expect(placesOf(proven)).toEqual([
      'keep nova.scheduler available except 30m: this has to hold in every order', 'start nova.scheduler: back from here on', 'step look: 1. `look`', 'stop nova.scheduler: 2. `stop_nova_scheduler`',
    ]);
  });

  test.each([
    ['from the begin of the stop to the end of the start', `${STOP}\n${run('work', '27m')}\n${START}`, 'all down for 30m at most, 30m allowed (stop_nova_scheduler)'],
    ['with what may come between, though it need not', `parallel {\n stage a {\n${STOP}\n${START}\n}\n ${run('beside', '1h')}\n}`, '! all down for 1h 3m at most, 30m allowed (a/stop_nova_scheduler)'],
    ['without what comes before or after', `${run('before', '1h')}\n${STOP}\n${START}\n${run('after', '1h')}`, 'all down for 3m at most, 30m allowed (stop_nova_scheduler)'],
    ['of a restart', 'restart nova.scheduler { takes 2m }', 'all down for 2m at most, 30m allowed (restart_nova_scheduler)'],
    ['not at all where one is always up', 'restart nova.scheduler on each controllers { takes 40m }', '1 of 2 down at most, so never all, 30m allowed'],
    ['until the first instance is back', `${STOP}\nstart nova.scheduler on "ctl1" { takes 1m }\n${run('work', '1h')}\nstart nova.scheduler on "ctl2" { takes 1m }`, 'all down for 2m at most, 30m allowed (stop_nova_scheduler)'],
    ['from the stop of the last instance', `stop nova.scheduler on "ctl1" { takes 1m }\n${run('work', '1h')}\nstop nova.scheduler on "ctl2" { takes 1m }\n${START}`, 'all down for 3m at most, 30m allowed (stop_nova_scheduler_2)'],
    ['through batches and their pauses', `${STOP}\nroll gateways {\n pause 1m\n reboot { takes 5m }\n}\n${START}`, 'all down for 26m at most, 30m allowed (stop_nova_scheduler)'],
    ['from a batch to behind the roll', `roll controllers {\n pause 10m\n stop nova.scheduler { takes 1m }\n ${run('work', '3m')}\n}\n${START}`, 'all down for 6m at most, 30m allowed (roll_controllers)'],
    ['with a pause that says how long it is', `${STOP}\nwait 5m\n${START}`, 'all down for 8m at most, 30m allowed (stop_nova_scheduler)'],
    ['to the end of the plan where nothing starts it', `${STOP}\n${run('work', '1h')}`, '! all down for 1h 1m at most, 30m allowed (stop_nova_scheduler)'],
    ['with a step that nobody knows', `${STOP}\nrun "true" on local { changes nothing }\napprove "Go on?"\n${START}`, '! not known: 2 steps have no estimate, 30m allowed (stop_nova_scheduler)'],
  ])('counts %s', async (_, statements, expected) => {
    expect(await closest(statements)).toBe(expected);
  });

  test('reports what is too long already, whatever else there is', async () => {
    expect((await prove(`${STOP}\n${run('work', '1h')}\nrun "true" on local { changes nothing }\n${START}`, overBudget)).findings).toEqual([
      '4:1 Every instance of `nova.scheduler` may be down for 1h 3m or more at a stretch. 30m is allowed.',
    ]);
  });
});
