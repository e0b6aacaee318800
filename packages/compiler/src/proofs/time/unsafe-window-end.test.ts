import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove } from '../prove-text.test-helpers.ts';
import { unsafeWindowEnd } from './unsafe-window-end.ts';

const look = (name: string): string => `step ${name} {\n on local\n run "true"\n changes nothing\n takes 1m\n}`;

describe('unsafe-window-end', () => {
  test('reports what is open at the end, and how it came about', async () => {
    const proven = await prove(`
  enter noout
  within night {
    stop nova.api
    drain on "gw1"
  }
  within night {
    start nova.api
    return on "gw1"
    leave noout
  }
`, unsafeWindowEnd);
    expect(proven.findings).toEqual(['5:3 `within night` may end in the middle of something: mode `noout` is entered; `nova.api` is stopped on ctl1 and ctl2; gw1 is drained.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. enter_noout
  2. stop_nova_api
  3. drain_gw1, the end of the window
   → \`within night\` is over, and mode \`noout\` is entered
Put \`leave noout\`, \`start nova.api\` and \`return\` at the end of the window: until the next window opens nobody works on it.`);
    expect(placesOf(proven)).toEqual(['noout: entered here', 'stop nova.api: stopped here', 'drain on "gw1": drained here', 'enter noout: 1. `enter_noout`']);
    expect(proven.claims).toEqual(['! end of within night: ends with 3 things open (drain_gw1)', 'end of within night: ends with nothing open (leave_noout)']);
  });

  test.each([
    ['what is closed inside', 'within night {\n holding noout {\n stop nova.api\n start nova.api\n }\n}'],
    ['what is opened after it', `within night {\n${look('a')}\n}\nstop nova.api\nstart nova.api`],
    ['what was closed before it', `stop nova.api\nstart nova.api\nwithin night {\n${look('a')}\n}`],
    ['what is stopped for good', 'within night { stop nova.compute for good }'],
    ['a restart', 'within night { restart nova.api }'],
    ['a roll that gives back what it drains', 'within night {\n roll gateways {\n drain\n reboot\n return\n }\n}'],
    ['a window for each batch', 'roll gateways {\n within night {\n drain\n reboot\n return\n }\n}'],
    ['what comes after it in parallel', `parallel {\n stage one { within night {\n${look('a')}\n} }\n stage two {\n after one\n stop nova.api\n start nova.api\n }\n}`],
    ['an empty window', 'within night {\n}'],
  ])('accepts %s', async (_, statements) => {
    expect((await prove(statements, unsafeWindowEnd)).findings).toEqual([]);
  });

  test.each([
    ['what goes on beside it', `parallel {\n stage one { within night {\n${look('a')}\n} }\n stage two {\n stop nova.api\n start nova.api\n }\n}`, '`nova.api` is stopped on ctl1 and ctl2'],
    ['what a step beside it may not have closed yet', `stop nova.api\nparallel {\n within night {\n${look('a')}\n}\n start nova.api\n}`, '`nova.api` is stopped on ctl1 and ctl2'],
    ['a part that came back', 'within night {\n stop nova.api\n start nova.api on "ctl1"\n}\nstart nova.api', '`nova.api` is stopped on ctl2'],
    ['hosts of batches that come later', 'drain on gateways\nroll gateways {\n within night { return }\n}', 'gw2, gw3 and gw4 are drained'],
    ['hosts of batches that came before', 'roll gateways {\n within night {\n drain\n reboot\n return\n }\n drain\n}\nreturn on gateways', 'gw1, gw2 and gw3 are drained'],
  ])('reports %s', async (_, statements, expected) => {
    const [finding] = (await prove(statements, unsafeWindowEnd)).findings;
    expect(finding?.replace(/^.*something: /, '')).toBe(`${expected}.`);
  });
});
