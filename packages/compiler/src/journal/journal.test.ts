import { describe, expect, test } from 'vitest';
import { EVENT_FIELDS } from './events.ts';
import { journalFaults } from './journal-faults.test-helpers.ts';
import schema from './journal.schema.json' with { type: 'json' };
import { readJournal, type Journal } from './read-journal.ts';
import { summarizeJournal } from './summary.ts';

const TABS = `belay.journal/1\tskip_kilo\tsha256:9f2c\tdeploy1-4711
2026-01-31T22:03:55Z\trun-begin\trun\t4711\tdeploy1\t/srv/up\\tgrade
2026-01-31T22:03:55Z\tstep-begin\tnova/stop\t0\t1
2026-01-31T22:03:55Z\taction-begin\tnova/stop\t0\t1\tctl1\tstop nova.api
2026-01-31T22:03:58Z\taction-end\tnova/stop\t0\t1\tctl1\tfailed\t1\t2.515
2026-01-31T22:03:58Z\tfuture-event\t-
2026-01-31T22:03:58Z\tstep-end\tnova/stop\t0\tfailed\t2.520
2026-01-31T22:03:58Z\trun-end\t1\tfailed
2026-01-31T22:03:59Z\trun-be`;

const OBJECTS = `{"format":"belay.journal/2","plan":"skip_kilo","digest":"sha256:9f2c","run":"deploy1-4711"}
{"time":"2026-01-31T22:03:55Z","event":"run-begin","command":"run","process":4711,"machine":"deploy1","directory":"/srv/up\\tgrade"}
{"time":"2026-01-31T22:03:55Z","event":"step-begin","step":"nova/stop","batch":0,"attempt":1}
{"time":"2026-01-31T22:03:55Z","event":"action-begin","step":"nova/stop","batch":0,"action":"1","host":"ctl1","title":"stop nova.api"}
{"time":"2026-01-31T22:03:58Z","event":"action-end","step":"nova/stop","batch":0,"action":"1","host":"ctl1","result":"failed","code":1,"seconds":2.515}
{"time":"2026-01-31T22:03:58Z","event":"step-end","step":"nova/stop","batch":0,"result":"failed","seconds":2.52}
{"time":"2026-01-31T22:03:58Z","event":"run-end","code":1,"reason":"failed"}
`;

describe('readJournal', () => {
  test('reads both versions to the same events, without the torn end and what it does not know', () => {
    expect(readJournal(TABS)).toEqual(readJournal(OBJECTS));
    expect((readJournal(TABS) as Journal).events[0]).toEqual({
      time: '2026-01-31T22:03:55Z', event: 'run-begin', fields: { command: 'run', process: 4711, machine: 'deploy1', directory: '/srv/up\tgrade' },
    });
  });

  test.each([
    ['', { line: 1, message: 'it is empty' }],
    ['hello\n', { line: 1, message: 'the first line is not that of a journal (belay.journal/1 or belay.journal/2)' }],
    [`${OBJECTS}nonsense\n`, { line: 8, message: 'it is not an event' }],
  ])('says where %j is no journal', (text, fault) => {
    expect(readJournal(text)).toEqual(fault);
  });
});

test('the schema knows the same events and fields', () => {
  const fromSchema = Object.fromEntries(schema.oneOf.slice(1).map((one) => [one.title, one.required.slice(2)]));
  expect(fromSchema).toEqual(EVENT_FIELDS);
});

test('journalFaults finds what the schema does not allow, and what is printed in another way', () => {
  const line = '{"time":"2026-01-31T22:03:58Z","event":"step-end","step":"a","batch":0,"result":"ok","seconds":1.500}';
  expect(journalFaults(`${line}\n`)).toEqual([]);
  const wrong = [
    line.replace('1.500', '1.5'), line.replace('"ok"', '"good"'), line.replace(',"batch":0', ''), line.replace('"batch":0', '"batch":"0"'),
    line.replace('"step":"a","batch":0', '"batch":0,"step":"a"'), line.replace(',"batch"', ', "batch"'), line.replace('}', ',"more":1}'), line.replace('"a"', '"\\u0061"'), line.slice(1),
  ];
  expect(journalFaults(`${wrong.join('\n')}\n`)).toEqual(wrong);
});

test('summarizeJournal says where a run stands', () => {
  expect(summarizeJournal(readJournal(TABS) as Journal)).toEqual({
    plan: 'skip_kilo', run: 'deploy1-4711', state: 'failed',
    last: { command: 'run', began: '2026-01-31T22:03:55Z', ended: '2026-01-31T22:03:58Z', code: 1, reason: 'failed' },
    done: [], failed: ['nova/stop'], begun: [],
    open: [{ step: 'nova/stop', action: '1', host: 'ctl1', title: 'stop nova.api', result: 'failed, exit 1' }],
    lost: [], locks: [],
  });
});
