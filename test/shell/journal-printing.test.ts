import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { EVENT_FIELDS } from '../../packages/compiler/src/journal/events.ts';
import { readJournal } from '../../packages/compiler/src/journal/read-journal.ts';
import { journalFaults, journalRows } from '../journal.test-helpers.ts';

const RUNTIME = path.resolve(import.meta.dirname, '../../packages/compiler/src/emit');
const TIME = '2026-01-31T22:04:11Z';
const DIGEST = `sha256:${'0'.repeat(64)}`;
const HEAD = `{"format":"belay.journal/2","plan":"p","digest":"${DIGEST}","run":"r"}\n`;

/** What may stand in names, titles and paths. */
const TEXTS = [
  'plain', '', '-', '"', '\\', '\\"', '"\\', '\\\\"', 'a\nb', '\t', '\r\b\f', '\u0001\u001b\u001f', '\u007f\u0085', '%s %d', "it's $(id) `x`", '{"time":"x","event":"y"}', '},{', '":["', ' leading',
  'trailing ', 'ünï ☁ \u{1f680}', '\\u0041', '\\n', '*', '~', '\u2028',
];

const value = (name: string, round: number): string => {
  const text = TEXTS[(round + name.length) % TEXTS.length] ?? '';
  const enumerated: Readonly<Record<string, string>> = {
    command: 'resume', reason: 'until', action: 'b2.1', result: 'ok', batch: String(round), attempt: '1', code: '137', process: '4711', seconds: '2.150',
  };
  // A step and a host have names.
  return enumerated[name] ?? (['step', 'host', 'bodyStep'].includes(name) ? `${text}.` : text);
};

/** Every event with every text in one of its fields. */
const EVENTS = TEXTS.flatMap((text, round) => Object.entries(EVENT_FIELDS).map(([event, names]) => [
  event, ...names.flatMap((name) => (name === 'hosts' ? ['h1', `h"${text}`, text === '' ? 'h' : text] : [value(name, round)])),
]));

const NUMBERS = new Set(['batch', 'attempt', 'code', 'process']);
const EXPECTED = EVENTS.map(([event = '', ...fields]) => {
  const names: readonly string[] = EVENT_FIELDS[event as keyof typeof EVENT_FIELDS];
  const known = Object.fromEntries(names.map((name, index) => [name, name === 'hosts' ? fields.slice(index) : NUMBERS.has(name) ? Number(fields[index]) : fields[index]]));
  return `${JSON.stringify({ time: TIME, event, ...known }).replace('"seconds":"2.150"', '"seconds":2.150')}\n`;
});

function run(program: string, script: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-printing-'));
  try {
    writeFileSync(path.join(folder, 'events'), EVENTS.map((fields) => [String(fields.length), ...fields].map((field) => `${field}\0`).join('')).join(''));
    writeFileSync(path.join(folder, 'journal'), `${HEAD}${EXPECTED.join('')}{"time":"torn`);
    const { stdout, stderr, status } = spawnSync(program, [...(program === 'bash' ? ['--norc'] : []), '-c', script], { cwd: folder, encoding: 'utf8', env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 26 });
    expect([status, stderr]).toEqual([0, '']);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const BASH = `set -u
stamp() { UTC_TIME=${TIME}; }
clean() { REPLY=$1; }
complain() { printf '%s\\n' "$*" >&2; }
die() { complain "$@"; exit 2; }
DIGEST=${DIGEST} STATE=. RUN=''
source ${RUNTIME}/shell/runtime/journal.sh
`;
const PYTHON = `import sys
sys.dont_write_bytecode = True
sys.path.insert(0, "${RUNTIME}/ansible/collection/module_utils")
import journal
sys.stdout.reconfigure(encoding="utf-8")
`;

/** What was read, without what a shell does not need to know: durations, and titles of common events. */
const known = (rows: readonly (readonly string[])[]): string[] => rows.map(([event = '', ...fields]) => [event, ...fields.slice(0, event === 'action-begin' ? 4 : event === 'step-end' ? 3 : event === 'action-end' || event === 'undo-end' ? 6 : fields.length)].join('\u001e'));

test('both executors print every event in the same bytes, and the schema knows them', () => {
  expect(run('bash', `${BASH}record_event() { :; }
while IFS= read -r -d '' count; do
  fields=()
  for ((; count > 0; count--)); do IFS= read -r -d '' field; fields+=("$field"); done
  note "\${fields[@]}"
done <events
printf %s "$JOURNAL_TEXT"`)).toBe(EXPECTED.join(''));
  expect(run('python3', `${PYTHON}parts = open("events", encoding="utf-8", newline="").read().split("\\0")[:-1]
while parts:
    count = int(parts.pop(0))
    sys.stdout.write(journal.event_line("${TIME}", *parts[:count]))
    del parts[:count]`)).toBe(EXPECTED.join(''));
  expect(journalFaults(`${HEAD}${EXPECTED.join('')}`)).toEqual([]);
});

test('and read what the other wrote, without the torn end', () => {
  const rows = (out: string): string[][] => out.split('\u001d').slice(0, -1).map((line) => line.split('\u001e').slice(0, -1));
  expect(known(rows(run('bash', `${BASH}record_event() { printf '%s\\x1e' "$@"; printf '\\x1d'; }
JOURNAL=journal; read_journal`)))).toEqual(known(EVENTS));
  expect(rows(run('python3', `${PYTHON}head, events = journal.read_journal("journal")
for event in events:
    fields = ["%.3f" % one if isinstance(one, float) else str(one) for one in event[1:]]
    sys.stdout.write("".join(one + "\\x1e" for one in fields) + "\\x1d")`))).toEqual(EVENTS);
  expect(journalRows(`${HEAD}${EXPECTED.join('')}{"time":"torn`).map(([, ...fields]) => fields.map((field) => (field === '2.15' ? '2.150' : field)))).toEqual(EVENTS);
  expect(readJournal(`${HEAD}${EXPECTED.join('')}`)).toMatchObject({ plan: 'p', run: 'r' });
});
