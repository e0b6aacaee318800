import { expect, it } from 'vitest';
import type { Step } from '../../packages/compiler/src/plan/plan.ts';
import { action, chain, plan, probe, shell, step } from './plan-builder.ts';
import { usePrograms, type Program } from './program.ts';
import { change } from './world.ts';

const made = usePrograms();

/** A check that writes down that it was asked, and does not pass where there is a file `wrong-NAME`. */
const asking = (name: string): string => `echo ${name} >>"$HOME/asked"; [[ ! -e $HOME/wrong-${name} ]]`;
/** Asked once; without a poll of its own a question is asked again for half a minute. */
const gate = (name: string): Step => step(name, [action(shell(asking(name), { poll: { every: 2, limit: 1 } }), { verb: 'check', title: `check ${name}` })], { kind: 'gate' });
const changing = (name: string, ...verify: string[]): Step => step(name, [change(name, name, 'old', 'new')], { verify: verify.map((one) => probe(asking(one))) });
const point = (name: string): Step => step(name, ['true'], { kind: 'point' });
const fails = step('fails', ['false']);

/** A plan of steps one after the other, run until it fails. */
function failed(...steps: Step[]): Program {
  return failedIn(chain(...steps, fails));
}

function failedIn(steps: readonly Step[]): Program {
  const points = steps.filter(({ kind }) => kind === 'point').map(({ id }) => ({ id, captures: [] }));
  const upgrade = made(plan(steps, { points }));
  expect(upgrade.run('run').code).toBe(1);
  upgrade.remove('asked');
  return upgrade;
}

it.each([
  ['the start: those before the first change', [gate('one'), gate('two'), changing('a', 'a-done'), gate('three')], 'start', ['one', 'two']],
  ['a point: those behind the last change, and its own verification', [gate('one'), changing('a', 'a-done'), gate('two'), point('here'), changing('b')], 'here', ['a-done', 'two']],
  ['a point: those before the next change', [changing('a'), point('here'), gate('one'), changing('b', 'b-done'), gate('two')], 'here', ['one']],
  ['two points with nothing between them', [changing('a'), gate('one'), point('first'), gate('two'), point('second'), gate('three'), changing('b')], 'first', ['one', 'two']],
  ['nothing, where a change came between', [gate('one'), changing('a'), point('here'), changing('b'), gate('two')], 'here', []],
])('a rollback asks what the plan had checked at %s', (_, steps, to, expected) => {
  const upgrade = failed(...steps);
  const { code, out } = upgrade.run(`rollback --to ${to}`);
  expect(code).toBe(0);
  expect(upgrade.lines('asked').sort()).toEqual(expected);
  expect(out.includes(`What the plan had checked at ${to} holds again (checks: ${expected.length}).`)).toBe(expected.length > 0);
});

it('does not count what was asked while a change was under way elsewhere', () => {
  const slow = step('slow', [action(`sleep 0.5; ${asking('slow')}`, { verb: 'check' })], { kind: 'gate' });
  const ahead = { ...point('here'), after: ['slow', 'a'] };
  const upgrade = failedIn([slow, changing('a'), ahead, { ...changing('b'), after: ['here'] }, { ...fails, after: ['b'] }]);
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('asked')).toEqual([]);
});

it('says that it is not as it was, asks again, and goes on at a person\'s word', () => {
  const upgrade = failed(gate('one'), gate('two'), changing('a'));
  upgrade.write('wrong-one', '');
  const { code, out, err } = upgrade.run('rollback');
  expect({ code, err }).toEqual({ code: 1, err: 'upgrade.sh: Everything is taken back, but 1 of 2 checks that the plan had made at start fail now.\n' });
  expect(upgrade.lines('asked').sort()).toEqual(['one', 'two']);
  expect(out).toContain('ROLLED BACK, BUT CHECKS FAIL: 0 of 4 steps are done, 4 left.');
  expect(out.slice(out.indexOf('What to do'))).toBe(`What to do
  Look at what the checks say, and ask them again:
      ./upgrade.sh rollback --state .belay/test_plan --to start
  Or, if the cloud is as it should be, go on all the same:
      ./upgrade.sh resume --state .belay/test_plan
`);
  expect(upgrade.run('run').code).toBe(2);
  expect(upgrade.run('rollback').code).toBe(1);
  upgrade.remove('wrong-one');
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('asked').slice(2).sort()).toEqual(['one', 'one', 'two', 'two']);
  expect(upgrade.lines('state/a')).toEqual(['old']);
  expect(upgrade.run('run').code).toBe(1);
});

it('asks again if it was killed meanwhile', () => {
  const upgrade = failed(gate('one'), changing('a'));
  upgrade.write('bin/sync', '#!/bin/bash\n[[ $(tail -n 1 "${!#}") == *rollback-end* ]] && kill -KILL "$PPID"\nexec /usr/bin/sync "$@"\n', 0o755);
  expect(upgrade.run('rollback', { environment: { PATH: `${upgrade.folder}/bin:${process.env['PATH']}` } }).code).toBe(null);
  expect(upgrade.lines('asked')).toEqual([]);
  expect(upgrade.run('run').code).toBe(2);
  expect(upgrade.run('rollback').code).toBe(0);
  expect(upgrade.lines('asked')).toEqual(['one']);
  expect(upgrade.run('run').code).toBe(1);
});

it('--dry-run shows what it will ask', () => {
  const upgrade = failed(gate('one'), changing('a'));
  expect(upgrade.run('rollback --dry-run').out).toContain('then one: check one on this machine, asked every 2s for 1s\n');
  expect(upgrade.lines('asked')).toEqual([]);
});
