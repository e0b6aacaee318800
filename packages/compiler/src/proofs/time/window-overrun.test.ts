import { describe, expect, test } from 'vitest';
import { notesOf, prove } from '../prove-text.test-helpers.ts';
import { windowOverrun } from './window-overrun.ts';

const run = (name: string, takes: string, more = ''): string => `step ${name} {\n on local\n run "true"\n changes nothing\n takes ${takes}\n ${more}\n}`;

describe('window-overrun', () => {
  test('reports a window that is too short, the steps that fill it, and the one that would fit', async () => {
    const proven = await prove(`
  within night {
    ${run('first', '30m')}
    parallel {
      ${run('short', '20m')}
      ${run('long', '40m')}
      ${run('last', '70m30s', 'after short')}
    }
  }
`, windowOverrun);
    expect(proven.findings).toEqual(['4:3 `within night` takes 2h 1m, and the window is open for 2h.']);
    expect(notesOf(proven)).toBe(`\
These steps follow each other for 2h 1m: \`first\`, \`short\`, \`last\`.
The smallest window that fits is \`for 2h1m\`. Or put what need not wait for each other into \`parallel\`. Or let some of it follow in another \`within night\`, behind a point where work may pause.`);
    expect(proven.claims).toEqual(['! within night: 2h 1m of 2h (last)']);
  });

  test.each([
    ['what runs at the same time counts once', `parallel {\n${run('a', '110m')}\n${run('b', '2h')}\n}`, 'within night: 2h of 2h (b)'],
    ['a roll takes its body for every batch, and the pauses between', 'roll gateways {\n pause 10m\n drain { takes 5m }\n reboot { takes 10m }\n}', 'within night: 1h 30m of 2h (roll_gateways)'],
    ['batches of two take half of it', 'roll databases {\n batch 2\n pause 10m\n reboot { takes 10m }\n}', 'within night: 30m of 2h (roll_databases)'],
    ['a window in a window counts for itself', `${run('a', '1h')}\nwithin night {\n${run('b', '30m')}\n}`, 'within night: 1h 30m of 2h (b)'],
    ['a step that nobody knows leaves it open', 'approve "Go on?"', '! within night: not known: 1 step has no estimate, 2h open (approve)'],
  ])('%s', async (_, statements, expected) => {
    expect((await prove(`within night {\n${statements}\n}`, windowOverrun)).claims.at(-1)).toBe(expected);
  });

  test('each `within` has a window of its own', async () => {
    const proven = await prove(`within night {\n${run('a', '2h')}\n}\nwithin night {\n${run('b', '2h')}\n}`, windowOverrun);
    expect(proven).toMatchObject({ findings: [], claims: ['within night: 2h of 2h (a)', 'within night: 2h of 2h (b)'] });
  });

  test('in the body of a roll each batch has one', async () => {
    expect((await prove('roll gateways {\n within night {\n reboot { takes 90m }\n }\n}', windowOverrun)).claims).toEqual(['within night: 1h 30m of 2h (roll_gateways)']);
  });
});
