import { expect, test } from 'vitest';
import { checkPlan } from '../../packages/compiler/src/check.ts';
import { loadProject } from '../../packages/compiler/src/project/load.ts';
import { Shares } from './shares.ts';

const RELEASES = ['r1', 'r2', 'r3', 'r4'];

/** Some of the releases, by a number whose bits say which. */
function some(bits: number): string[] {
  return RELEASES.filter((_, index) => (bits & (1 << index)) !== 0);
}

/** Every release that a plan on the train may go to in one hop, and what it has to name as skipped; a hop from one SLURP release to the next needs to name nothing. */
function hopsFrom(from: string, slurps: readonly string[]): { readonly to: string; readonly skipping: readonly string[] }[] {
  const later = RELEASES.slice(RELEASES.indexOf(from) + 1);
  const named = later.map((to, index) => ({ to, skipping: later.slice(0, index) }));
  const next = slurps.includes(from) ? later.find((one) => slurps.includes(one)) : undefined;
  return next === undefined ? named : [...named, { to: next, skipping: [] }];
}

test('the release path agrees with every hop that there is, on every train of four releases', async () => {
  const shares = new Shares(['B0401']);
  for (let slurp = 0; slurp < 16; slurp += 1) {
    const slurps = some(slurp);
    const train = `train letters {\n${RELEASES.map((one) => `  release ${one}${slurps.includes(one) ? ' slurp' : ''}\n`).join('')}}\ncloud small {\n  connection local\n  group g { hosts "h1" }\n}\n`;
    const cases = RELEASES.flatMap((from) => RELEASES.flatMap((to) => Array.from({ length: 16 }, (_, skip) => ({ from, to, skipping: some(skip) }))));
    const plans = cases.map(({ from, to, skipping }, index) => `plan p${index} {\n  on small\n  release ${from} -> ${to}${skipping.length === 0 ? '' : ` skipping ${skipping.join(', ')}`}\n  wait 1s\n}\n`);
    const bytes = new TextEncoder().encode(train + plans.join(''));
    const project = await loadProject('paths.belay', { read: () => Promise.resolve({ found: true, bytes }) });
    for (const [index, { from, to, skipping }] of cases.entries()) {
      const isHop = hopsFrom(from, slurps).some((hop) => hop.to === to && hop.skipping.join(' ') === skipping.join(' '));
      const codes = checkPlan(project, `p${index}`).diagnostics.filter(({ level }) => level === 'error').map(({ code }) => code);
      expect({ slurps, from, to, skipping, codes }).toEqual({ slurps, from, to, skipping, codes: isHop ? [] : ['B0401'] });
      shares.count(new Set(isHop ? [] : ['B0401']));
    }
  }
  shares.print('release path');
  expect(shares.onesided()).toEqual([]);
}, 120_000);
