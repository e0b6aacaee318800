import { parse } from '@belay/compiler/analysis';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RoomySource } from './roomy-source.ts';

const STAGES = Array.from({ length: 3 }, (_, index) => `  stage s${index} {\n    # ${'long '.repeat(90)}\n    wait ${index}s\n  }\n`).join('');
const PLAN = `plan p {\n${STAGES}}\n`;

/** A text in which as many blanks in a row as nobody would write are shown as `‹room›`. */
function shown({ text }: RoomySource): string {
  return text.replaceAll(/ {200,}/g, '‹room›').replaceAll('long ', '');
}

function edited(source: RoomySource, from: string, to: string): RoomySource {
  const start = source.text.indexOf(from);
  return source.edited(start, start + from.length, to);
}

test('there is room behind statements of a plan, and behind the line that opens it', () => {
  expect(shown(RoomySource.of('plan.belay', PLAN))).toBe([
    'plan p {‹room›', '  stage s0 {', '    # ', '    wait 0s', '  }‹room›', '  stage s1 {', '    # ', '    wait 1s', '  }‹room›', '  stage s2 {', '    # ', '    wait 2s', '  }‹room›', '}', '',
  ].join('\n'));
});

describe('an edit', () => {
  test('leaves what stands in other parts at its place', () => {
    const before = RoomySource.of('plan.belay', PLAN);
    const after = edited(before, 'wait 1s', 'wait 1s\n    wait 10s');
    expect(after.written()).toBe(PLAN.replace('wait 1s', 'wait 1s\n    wait 10s'));
    expect(['stage s0', 'stage s2'].map((word) => after.text.indexOf(word))).toEqual(['stage s0', 'stage s2'].map((word) => before.text.indexOf(word)));
    expect(after.changedSince(before)).toEqual({ start: before.text.indexOf('  stage s1'), end: before.text.indexOf('  stage s2') });
  });

  test.each([
    ['over two parts', 'wait 0s', 'stage s1', 'wait 5s'],
    ['of more than there is room for', 'wait 1s', '', `wait 1s\n    # ${'x'.repeat(600)}`],
    ['behind which a text stays open', 'wait 1s', '', 'run "x" """'],
  ])('%s moves what stands behind it', (_, from, to, put) => {
    const before = RoomySource.of('plan.belay', PLAN);
    const after = before.edited(before.text.indexOf(from), before.text.indexOf(to, before.text.indexOf(from)) + to.length, put);
    expect(after.changedSince(before)).toBeUndefined();
  });

  test('never puts room into a comment or a text', () => {
    const before = RoomySource.of('plan.belay', PLAN);
    const end = before.text.indexOf('  }', before.text.indexOf('wait 1s')) + '  }'.length;
    for (const put of [' # the end', ' "open']) {
      const after = before.edited(end, end, put);
      expect(after.written()).toBe(PLAN.replace('wait 1s\n  }', `wait 1s\n  }${put}`));
      expect(after.text).toContain(`  }${put}\n`);
    }
  });
});

test('lines and columns are those of the text that was written, and offsets in the room of a line are at its end', () => {
  const source = RoomySource.of('plan.belay', PLAN);
  const lines = PLAN.split('\n');
  expect(lines.map((_, index) => source.line(index + 1))).toEqual(lines);
  for (const [index, line] of lines.entries()) {
    const start = source.lineStart(index + 1);
    expect(source.position(start + line.length)).toEqual({ line: index + 1, column: line.length + 1 });
    const next = source.text.indexOf('\n', start);
    expect(source.position(next === -1 ? source.text.length : next)).toEqual({ line: index + 1, column: line.length + 1 });
  }
});

test('whatever is edited, what was written is what was written, and each offset has its own', () => {
  const places = fc.tuple(fc.nat(), fc.nat({ max: 40 }), fc.constantFrom('', 'x', '\n', '}', '{', '"""', '# x', ' '.repeat(300), 'stage s { wait 1s }\n'));
  fc.assert(fc.property(fc.array(places, { maxLength: 12 }), (edits) => {
    let source = RoomySource.of('plan.belay', PLAN);
    let written = PLAN;
    for (const [at, length, put] of edits) {
      const start = at % (written.length + 1);
      const end = Math.min(start + length, written.length);
      source = source.edited(source.fromWritten(start), source.fromWritten(end), put);
      written = written.slice(0, start) + put + written.slice(end);
      expect(source.written()).toBe(written);
    }
    const offsets = Array.from({ length: written.length + 1 }, (_, offset) => offset);
    expect(offsets.filter((offset) => source.toWritten(source.fromWritten(offset)) !== offset)).toEqual([]);
    const read = parse(source);
    expect(read.comments.map(({ text }) => text.length)).toEqual(read.comments.map(({ start, end }) => source.written(start, end).length));
  }), { numRuns: 60 });
});
