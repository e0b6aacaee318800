import { parse, Source, type Diagnostic } from '@belay/compiler/analysis';
import { expect, test } from 'vitest';
import { judgeMildly } from './mild-judgement.ts';

function findings(text: string): readonly Diagnostic[] {
  return parse(new Source('plan.belay', text)).diagnostics;
}

function shown(before: string, now: string, line: string): string[] {
  const start = now.indexOf(line);
  return judgeMildly(findings(before), findings(now), { start, end: start + line.length }).map(({ primary }) => now.slice(primary.start, primary.end));
}

test('what the unfinished line brings with it waits, on the line and elsewhere', () => {
  expect(shown('plan p {\n  on c\n}\n', 'plan p {\n  o c\n}\n', 'o c')).toEqual([]);
});

test('what was shown before and still holds stays', () => {
  expect(shown('plan p {\n  onn c\n  wat\n}\n', 'plan p {\n  onn c\n  wait\n}\n', 'wait')).toEqual(['onn']);
});

test('what is mended goes at once', () => {
  expect(shown('plan p {\n  onn c\n}\n', 'plan p {\n  on c\n}\n', 'on c')).toEqual([]);
});

test('what goes only because the line can not be read stays', () => {
  const [gone] = findings('plan p {\n  wat\n}\n');
  const now = 'plan p {\n  wat\n}\nlet\n';
  const kept = judgeMildly(gone === undefined ? [] : [{ ...gone, message: 'proven before', primary: { file: 'plan.belay', start: 0, end: 4 } }], findings(now), { start: now.length - 4, end: now.length - 1 });
  expect(kept.map(({ message }) => message)).toEqual(['proven before']);
});
