import { expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { parse, type SyntaxTree } from './parse.ts';
import { reparse } from './reparse.ts';
import type { Statement } from './tree.ts';

const PLAN = 'plan p {\n  on c\n  stage a {\n    wait 1s     \n  }\n  stage b {\n    wait 2s     \n  }\n  stage d {\n    wait 3s     \n  }\n}\n';

function read(text: string): SyntaxTree {
  return parse(new Source('plan.belay', text));
}

/** Reads a text again in which something was replaced by something that is as long; the lines of `stage b` are said to have changed. */
function again(from: string, to: string): { readonly before: SyntaxTree; readonly now: SyntaxTree } {
  expect(to.length).toBe(from.length);
  const text = PLAN.replace(from, to);
  const before = read(PLAN);
  const changed = { start: text.indexOf('  stage b'), end: text.indexOf('  stage d') };
  const now = reparse(before, new Source('plan.belay', text), changed);
  expect(now).toEqual(read(text));
  return { before, now };
}

/** The statements of the plan, by whether they are those of the tree before. */
function kept(before: SyntaxTree, now: SyntaxTree): boolean[] {
  const inside = ({ statements }: SyntaxTree): readonly Statement[] => statements[0]?.block?.statements ?? [];
  return inside(now).map((one) => inside(before).includes(one));
}

test.each([
  ['a word', 'wait 2s     ', 'wait 20s    ', [true, true, false, true]],
  ['nothing but a comment', 'wait 2s     ', 'wait 2s # x ', [true, true, true, true]],
  ['a mistake', 'wait 2s     ', 'wiat 2s     ', [true, true, false, true]],
  ['a statement more', 'wait 2s     ', '}\nstage e { ', [true, true, false, false, true]],
  ['a text that is left open', 'wait 2s     ', 'run "x      ', [true, true, false, true]],
  ['a brace that is left open', 'wait 2s     ', 'roll g {    ', [true, true, false, true]],
  ['what may stand once, a second time', 'wait 2s     ', '}\non c\nr g {', [true, true, false, true]],
])('%s: other statements are those from before', (_, from, to, expected) => {
  const { before, now } = again(from, to);
  expect(kept(before, now)).toEqual(expected);
});

test('where nothing has changed the whole tree is as before', () => {
  const { before, now } = again('wait 2s', 'wait 2s');
  expect(now.statements).toBe(before.statements);
});

test('where anything may have changed all is read, and what is the same is taken from before', () => {
  const before = read(PLAN);
  const text = PLAN.replace('wait 3s     ', 'wait 30s    ');
  const now = reparse(before, new Source('plan.belay', text));
  expect(now).toEqual(read(text));
  expect(kept(before, now)).toEqual([true, true, true, false]);
});
