import { describe, expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import type { Diagnostic, Level } from './diagnostic.ts';
import { renderDiagnostics, type TextOptions } from './render-text.ts';

const PLAN = `plan skip "Juno to Liberty" {
  on zurich
  stop nova.*
  needs keystnoe, placement
  jump nova
}
`;
const CLOUD = `cloud zurich {
  service keystone {
    component api on controllers
  }
}
`;

interface Place {
  /** Text to be found, its first occurrence. */
  readonly at: string;
  readonly file?: string;
}

/** A finding at the first occurrence of a text. */
function finding(files: Readonly<Record<string, string>>, at: Place & Partial<Omit<Diagnostic, 'related'>> & { related?: (Place & { message: string })[] }): Diagnostic {
  const { at: text, file = Object.keys(files)[0] ?? '', related = [], ...rest } = at;
  const locate = (place: Place): Diagnostic['primary'] => {
    const name = place.file ?? file;
    const start = files[name]?.indexOf(place.at) ?? 0;
    return { file: name, start, end: start + place.at.length };
  };
  return {
    code: 'B0101', name: 'unknown-name', level: 'error', message: 'There is no service "keystnoe".', notes: [], fixes: [], url: '',
    ...rest,
    primary: locate({ at: text, file }),
    related: related.map((place) => ({ location: locate(place), message: place.message })),
  };
}

function render(files: Readonly<Record<string, string>>, findings: readonly Diagnostic[], options: Partial<TextOptions> = {}): string {
  const sources = new Map(Object.entries(files).map(([file, text]) => [file, new Source(file, text)]));
  return renderDiagnostics(findings, sources, { color: false, ...options });
}

/** The part between header and hint. */
function body(files: Readonly<Record<string, string>>, one: Diagnostic, options: Partial<TextOptions> = {}): string {
  return render(files, [one], options).split('\n').slice(1, -4).join('\n');
}

describe('one diagnostic', () => {
  test('header, quoted line, related places, note, fix, hint, and how many', () => {
    const files = { 'plans/skip.belay': PLAN, 'cloud.belay': CLOUD };
    const one = finding(files, {
      at: 'keystnoe',
      label: 'not declared',
      related: [
        { at: 'zurich', message: 'in this cloud' },
        { at: 'keystone', file: 'cloud.belay', message: 'a service with a similar name' },
      ],
      notes: ['A service is declared in the cloud that the plan is for, or in one that this cloud is derived from.'],
      fixes: [
        {
          title: 'write "keystone"',
          applicability: 'certain',
          edits: [{ location: { file: 'plans/skip.belay', start: PLAN.indexOf('keystnoe'), end: PLAN.indexOf('keystnoe') + 8 }, newText: 'keystone' }],
        },
      ],
    });
    expect(render(files, [one])).toBe(`\
error[B0101] unknown-name: There is no service "keystnoe".
 --> plans/skip.belay:4:9
  |
2 |   on zurich
  |      ------ in this cloud
3 |   stop nova.*
4 |   needs keystnoe, placement
  |         ^^^^^^^^ not declared
 ::: cloud.belay:2:11
  |
2 |   service keystone {
  |           -------- a service with a similar name
  = note: A service is declared in the cloud that the plan is for, or in one that this cloud is
    derived from.
  = fix: write "keystone"
4 -   needs keystnoe, placement
4 +   needs keystone, placement

For more about it: belay explain B0101
1 error in 1 file
`);
  });

  test('several places on one line, the primary one first', () => {
    const files = { 'a.belay': 'keep 2 of mariadb.server' };
    const one = finding(files, { at: 'mariadb.server', label: 'has one host', related: [{ at: '2', message: 'so many are kept' }] });
    expect(body(files, one)).toBe(`\
 --> a.belay:1:11
  |
1 | keep 2 of mariadb.server
  |           ^^^^^^^^^^^^^^ has one host
  |      - so many are kept`);
  });

  test('places near each other share a frame, far ones have their own', () => {
    const files = { 'a.belay': Array.from({ length: 200 }, (_, index) => `line ${index + 1}.`).join('\n') };
    const one = finding(files, {
      at: 'line 105.',
      label: 'here',
      related: [
        { at: '103.', message: 'two lines above' },
        { at: '98.', message: 'farther up' },
        { at: '7.', message: 'at the top' },
      ],
    });
    expect(body(files, one)).toBe(`\
   --> a.belay:105:1
    |
 98 | line 98.
    |      --- farther up
   ...
103 | line 103.
    |      ---- two lines above
104 | line 104.
105 | line 105.
    | ^^^^^^^^^ here
   ::: a.belay:7:6
    |
  7 | line 7.
    |      -- at the top`);
  });

  test('a place of several lines, and one at the end of the file', () => {
    const files = { 'a.belay': 'step x {\n  run "a"\n}' };
    expect(body(files, finding(files, { at: 'step x {\n  run "a"\n}', label: 'this step' }))).toBe(`\
 --> a.belay:1:1
  |
1 | step x {
  | ^^^^^^^^ this step (up to line 3)`);
    const end = { ...finding(files, { at: '}' }), primary: { file: 'a.belay', start: 20, end: 20 } };
    expect(body(files, end)).toBe(`\
 --> a.belay:3:2
  |
3 | }
  |  ^`);
  });

  test('a file that could not be read', () => {
    const files = { 'a.belay': 'inventory "hosts.yml"' };
    const one = { ...finding(files, { at: 'x', label: 'a fifo' }), primary: { file: 'hosts.yml', start: 0, end: 0 } };
    expect(body(files, one)).toBe(`\
 --> hosts.yml
    a fifo`);
  });

  test('a note of several lines is a drawing', () => {
    const files = { 'a.belay': 'x' };
    const one = finding(files, { at: 'x', notes: ['the cycle:\nnova → keystone\n  ↑        ↓\n  └── db ←─┘', 'short'] });
    expect(body(files, one)).toBe(`\
 --> a.belay:1:1
  |
1 | x
  | ^
  = note: the cycle:
          nova → keystone
            ↑        ↓
            └── db ←─┘
  = note: short`);
  });

  test('fixes show the lines that they add, remove and change', () => {
    const text = 'plan p {\n  on zurich\n  jump nova\n  stop x\n}\n';
    const files = { 'a.belay': text };
    const edit = (at: string, newText: string, length = at.length) => ({
      location: { file: 'a.belay', start: text.indexOf(at), end: text.indexOf(at) + length },
      newText,
    });
    const one = finding(files, {
      at: 'jump nova',
      fixes: [
        { title: 'jump keystone first', applicability: 'likely', edits: [edit('  jump nova', '  jump keystone\n', 0)] },
        { title: 'take it away', applicability: 'certain', edits: [edit('  stop x\n', '')] },
        { title: 'both', applicability: 'certain', edits: [edit('stop x', 'start y'), edit('zurich', 'lab')] },
      ],
    });
    expect(body(files, one)).toBe(`\
 --> a.belay:3:3
  |
3 |   jump nova
  |   ^^^^^^^^^
  = possible fix: jump keystone first
3 +   jump keystone
  = fix: take it away
4 -   stop x
  = fix: both
2 -   on zurich
2 +   on lab
4 -   stop x
4 +   start y`);
  });
});

describe('width', () => {
  test('messages, labels and notes are wrapped', () => {
    const files = { 'a.belay': 'jump nova' };
    const words = 'one two three four five six seven eight nine ten';
    const one = finding(files, { at: 'nova', message: words, label: words, notes: [words] });
    expect(render(files, [one], { width: 44 })).toBe(`\
error[B0101] unknown-name: one two three
  four five six seven eight nine ten
 --> a.belay:1:6
  |
1 | jump nova
  |      ^^^^ one two three four five six
  |           seven eight nine ten
  = note: one two three four five six seven
    eight nine ten

For more about it: belay explain B0101
1 error in 1 file
`);
  });

  test('a label far to the right goes below', () => {
    const files = { 'a.belay': `${'x'.repeat(28)} nova` };
    const one = finding(files, { at: 'nova', message: 'm', label: 'a label that is longer than what is left' });
    expect(body(files, one, { width: 44 })).toBe(`\
 --> a.belay:1:30
  |
1 | xxxxxxxxxxxxxxxxxxxxxxxxxxxx nova
  |                              ^^^^
  | a label that is longer than what is left`);
  });

  test('a long line is cut around each place', () => {
    const text = `${'a'.repeat(300)}NOVA${'b'.repeat(300)}KEYSTONE${'c'.repeat(300)}`;
    const files = { 'a.belay': text };
    const one = finding(files, { at: 'NOVA', message: 'm', label: 'here', related: [{ at: 'KEYSTONE', message: 'and here' }] });
    expect(body(files, one, { width: 50 })).toBe(`\
 --> a.belay:1:301
  |
1 | …aaaaaaaaaaaNOVAbbbbbbbbbbbbbbbbbbbbbbbbbbbbb…
  |             ^^^^ here
1 | …bbbbbbbbbbbKEYSTONEccccccccccccccccccccccccc…
  |             -------- and here`);
  });

  test('a line of ten million characters costs next to nothing', () => {
    const files = { 'a.belay': `${'a'.repeat(5_000_000)}NOVA${'b'.repeat(5_000_000)}` };
    const one = finding(files, { at: 'NOVA' });
    const start = performance.now();
    for (let round = 0; round < 100; round += 1) render(files, [one]);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test('tabs, wide and combining characters', () => {
    const files = { 'a.belay': '\tstep\t"東京 e\u0301 🚀" nova' };
    expect(body(files, finding(files, { at: 'nova', label: 'here' }))).toBe(`\
 --> a.belay:1:18
  |
1 |     step    "東京 e\u0301 🚀" nova
  |                         ^^^^ here`);
  });
});

describe('hostile text', () => {
  test('control characters, escape sequences and hidden characters are shown, not obeyed', () => {
    const evil = 'nova\u001b[2J\u0007\u009b31m\u202edcba\u200b\ufeff\u2028\ud800x';
    const files = { 'a\u001b[31m.belay': evil };
    const one = finding(files, { at: evil, message: evil, label: evil, notes: [evil, `${evil}\n${evil}`], code: 'B\u001b1', name: evil });
    const text = render(files, [one], { width: 200 });
    expect([...text.matchAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu)].map(([character]) => character).filter((character) => character !== '\n')).toEqual([]);
    expect(text.split('\n')[3]).toBe('1 | nova␛[2J␇<U+009B>31m<U+202E>dcba<U+200B><U+FEFF><U+2028><U+D800>x');
  });

  test('a text with $& and the like stays what it is', () => {
    const files = { 'a.belay': '$& $1' };
    expect(body(files, finding(files, { at: '$&', label: '$&' }))).toContain('  | ^^ $&');
  });

  test('messages, notes and places without end are cut', () => {
    const files = { 'a.belay': 'x '.repeat(100) };
    const one = finding(files, {
      at: 'x',
      message: 'm'.repeat(100_000),
      notes: Array.from({ length: 50 }, () => 'n\n'.repeat(1_000)),
      related: Array.from({ length: 50 }, () => ({ at: 'x', message: 'r' })),
    });
    const text = render(files, [one]);
    expect(text.length).toBeLessThan(20_000);
    expect(text).toContain('(38 more places)');
    expect(text).toContain('(38 more notes)');
  });
});

describe('many diagnostics', () => {
  const files = { 'b.belay': 'one two', 'a.belay': 'three four' };
  const at = (text: string, file: string, level: Level, code: string): Diagnostic => finding(files, { at: text, file, level, code, message: text });

  test('stand by file, place and code', () => {
    const findings = [at('two', 'b.belay', 'error', 'B0102'), at('one', 'b.belay', 'note', 'B0101'), at('four', 'a.belay', 'warning', 'B0102'), at('four', 'a.belay', 'error', 'B0101')];
    const text = render(files, findings);
    expect(text.split('\n').filter((line) => /^(?:error|warning|note)\[/.test(line))).toEqual([
      'error[B0101] unknown-name: four',
      'warning[B0102] unknown-name: four',
      'note[B0101] unknown-name: one',
      'error[B0102] unknown-name: two',
    ]);
    expect(text.split('\n').slice(-3)).toEqual(['For more about one of them: belay explain CODE, such as B0101', '2 errors, 1 warning, 1 note in 2 files', '']);
  });

  test('are cut after the most serious', () => {
    const findings = [
      ...Array.from({ length: 300 }, () => at('one', 'b.belay', 'warning', 'B0101')),
      ...Array.from({ length: 150 }, () => at('two', 'b.belay', 'error', 'B0102')),
    ];
    const lines = render(files, findings).split('\n');
    expect([lines.filter((line) => line.startsWith('error[')).length, lines.filter((line) => line.startsWith('warning[')).length]).toEqual([150, 50]);
    expect(lines.slice(-4)).toEqual(['250 more are not shown.', 'For more about one of them: belay explain CODE, such as B0101', '150 errors, 300 warnings in 1 file', '']);
  });

  test('none at all make no text', () => {
    expect(render(files, [])).toBe('');
  });
});

test('colors', () => {
  const files = { 'a.belay': 'jump nova' };
  const text = render(files, [finding(files, { at: 'nova', level: 'warning', message: 'm', label: 'here' })], { color: true });
  expect(text).toBe(
    '\u001b[1m\u001b[33mwarning[B0101]\u001b[39m\u001b[22m unknown-name: m\n' +
      '\u001b[34m -->\u001b[39m a.belay:1:6\n' +
      '\u001b[34m  |\u001b[39m\n' +
      '\u001b[34m1 |\u001b[39m jump nova\n' +
      '\u001b[34m  |\u001b[39m      \u001b[1m\u001b[33m^^^^ here\u001b[39m\u001b[22m\n' +
      '\n' +
      'For more about it: belay explain B0101\n' +
      '\u001b[1m1 warning in 1 file\u001b[22m\n',
  );
});
