import { describe, expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { parse } from './parse.ts';
import { placeStatements, problemsIn, type Placed } from './tree.test-helpers.ts';

const SAMPLE = `use openstack
let dumps = "/srv/backup"

cloud zurich "Production" {
  inventory "inventory/hosts.yml"  # groups come from it
  group controllers { hosts "ctl[1:3].zrh" }
  group computes {
    hosts "cmp[01:40].zrh", "cmp99.zrh"
    spare 10%
  }

  service nova "Compute" {
    needs keystone, placement,
        # the database too
        mariadb
    component api on controllers { unit "nova-api"  healthy http "http://\${host}:8774/" status 200 }
    component compute on computes {
      unit "nova-compute"
      lags nova.conductor by 1 release
    }
    database main in mariadb { name "nova"  migrate run "nova-manage db sync" }
  }
  keep nova.api available except 10m
}

recipe bounce(what: component, pause: duration = 5s) {
  stop what
  wait pause
  start what
}

plan skip "Without kilo" {
  on zurich
  release juno -> liberty skipping kilo
  parallel {
    jump keystone
    apply bounce(nova.api,
        pause: 10s)
  }
  step flavors {
    on any controllers
    run """
      set -e
      nova-manage db migrate
    """ under kilo
    undo { run "true" }
    rewrites nova.main
  }
  gate healthy nova.*
}
`;

const place = (text: string): Placed[] => placeStatements(parse(new Source('a.belay', text)));

const WHOLE = place(SAMPLE);
const LINES = SAMPLE.split('\n').slice(0, -1);

/**
 * What damage to some lines must leave: the statements outside of these lines, but for those in a block whose first line is damaged, which
 * may have lost its keyword.
 */
function unharmed(from: number, to: number): string[] {
  const isHit = (line: number): boolean => line >= from && line <= to;
  return WHOLE.filter((one) => (one.headTo < from || one.headFrom > to) && !one.around.some(isHit)).map((one) => one.path);
}

function pathsOf(text: string): string[] {
  return place(text).map((one) => one.path);
}

/** The line number of a line of the sample, and the lines that belong to the same statement. */
function statementOf(line: number): { from: number; to: number } {
  const holding = WHOLE.filter((one) => one.headFrom <= line && line <= one.headTo);
  return { from: Math.min(line, ...holding.map((one) => one.headFrom)), to: Math.max(line, ...holding.map((one) => one.headTo)) };
}

test('the sample has nothing wrong', () => {
  expect(problemsIn(SAMPLE)).toEqual([]);
  expect(WHOLE).toHaveLength(40);
});

describe('one broken line costs its own meaning only', () => {
  // All places between words, and some inside of them.
  const places = LINES.flatMap((text, index) => Array.from(text, (_, column) => ({ text, line: index + 1, column })))
    .filter(({ text, column }) => column % 5 === 0 || !/^\w\w$/.test(text.slice(column - 1, column + 1)));

  /** The statements of other lines that are lost, or changed, when a line is replaced. */
  function lostBy(line: number, replacement: string): { replacement: string; lost: string[] }[] {
    const text = [...LINES.slice(0, line - 1), replacement, ...LINES.slice(line), ''].join('\n');
    const { from, to } = statementOf(line);
    const found = new Set(pathsOf(text));
    const lost = unharmed(from, to).filter((path) => !found.has(path));
    return lost.length === 0 ? [] : [{ replacement, lost }];
  }

  test.each(['{', '}', '(', ')', '[', ']', ',', '->', ';', 'x', '\\'])('%s put in anywhere', (inserted) => {
    expect(places.flatMap(({ text, line, column }) => lostBy(line, text.slice(0, column) + inserted + text.slice(column)))).toEqual([]);
    expect(LINES.flatMap((text, index) => lostBy(index + 1, text + inserted))).toEqual([]);
  });

  test('a quote put in anywhere, but next to others', () => {
    const apart = places.filter(({ text, column }) => text[column] !== '"' && text[column - 1] !== '"');
    expect(apart.flatMap(({ text, line, column }) => lostBy(line, `${text.slice(0, column)}"${text.slice(column)}`))).toEqual([]);
  });

  test('a character left out anywhere', () => {
    expect(places.flatMap(({ text, line, column }) => lostBy(line, text.slice(0, column) + text.slice(column + 1)))).toEqual([]);
  });

  test('a word left out anywhere', () => {
    const words = LINES.flatMap((text, index) => [...text.matchAll(/[\w.]+|"[^"]*"/g)].map((word) => ({ text, line: index + 1, word })));
    expect(words.flatMap(({ text, line, word }) => lostBy(line, text.slice(0, word.index) + text.slice(word.index + word[0].length)))).toEqual([]);
  });

  test('a line that is cut', () => {
    expect(places.flatMap(({ text, line, column }) => lostBy(line, text.slice(0, column)))).toEqual([]);
  });
});

describe('lines of Git among the others', () => {
  const conflict = (ours: string, theirs: string): string => `<<<<<<< HEAD\n${ours}=======\n${theirs}>>>>>>> other\n`;

  test('a conflict with an empty side, around any line', () => {
    for (const [index, line] of LINES.entries()) {
      for (const text of [conflict(`${line}\n`, ''), conflict('', `${line}\n`)]) {
        const whole = [...LINES.slice(0, index), text.slice(0, -1), ...LINES.slice(index + 1), ''].join('\n');
        // A text of several lines takes the markers into its value.
        expect(pathsOf(whole).map(withoutTexts)).toEqual(WHOLE.map((one) => withoutTexts(one.path)));
      }
    }
  });

  test('a conflict of two versions of any statement', () => {
    for (const { headFrom: from, headTo: to } of WHOLE) {
      const lines = `${LINES.slice(from - 1, to).join('\n')}\n`;
      const whole = [...LINES.slice(0, from - 1), conflict(lines, lines).slice(0, -1), ...LINES.slice(to), ''].join('\n');
      const found = new Set(pathsOf(whole));
      expect(WHOLE.map((one) => one.path).filter((path) => !found.has(path))).toEqual([]);
    }
  });

  function withoutTexts(path: string): string {
    return path.replaceAll(/"[^"]*"/g, '""');
  }
});

describe('a file that is not whole', () => {
  test('what was complete before it was cut stays as it was, wherever it is cut', () => {
    for (let offset = 0; offset <= SAMPLE.length; offset += 1) {
      const cut = SAMPLE.slice(0, offset);
      const lines = cut.split('\n').length - 1;
      const found = new Set(pathsOf(cut));
      const complete = WHOLE.filter((one) => one.headTo <= lines).map((one) => one.path);
      expect(complete.filter((path) => !found.has(path))).toEqual([]);
    }
  });

  test('what follows stays as it is, wherever the file begins', () => {
    for (const [index, line] of LINES.entries()) {
      // A block that has lost its first line is left with lines that belong to nothing.
      if (line !== '' || LINES[index + 1]?.startsWith(' ') === true) continue;
      const found = pathsOf(LINES.slice(index).join('\n'));
      expect(found).toEqual(WHOLE.filter((one) => one.headFrom > index).map((one) => one.path));
    }
  });

  test('a line that is missing, or there twice, costs no other', () => {
    for (const [index, line] of LINES.entries()) {
      const { from, to } = statementOf(index + 1);
      for (const lines of [[], [line, line]]) {
        const found = new Set(pathsOf([...LINES.slice(0, index), ...lines, ...LINES.slice(index + 1), ''].join('\n')));
        expect({ line, lines: lines.length, lost: unharmed(from, to).filter((path) => !found.has(path)) }).toEqual({ line, lines: lines.length, lost: [] });
      }
    }
  });
});
