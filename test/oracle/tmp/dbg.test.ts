import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { checkPlan } from '../../../packages/compiler/src/check.ts';
import { loadProject } from '../../../packages/compiler/src/project/load.ts';
import { movesOf, reachable } from '../explorer.ts';
import { brokenJumps } from '../jump-verdicts.ts';
test('dbg', async () => {
  const bytes = readFileSync('/tmp/oracle/dbg.belay');
  const project = await loadProject('random.belay', { read: () => Promise.resolve({ found: true, bytes }) });
  const { plan, diagnostics } = checkPlan(project, 'random');
  for (const d of diagnostics) console.log(d.code, d.message, d.notes.join('\n'));
  if (plan === undefined) return;
  const moves = movesOf(plan);
  for (const [i, m] of moves.entries()) console.log(i, m.step, m.action.title, m.host, m.batch, m.after, JSON.stringify(m.action.changes), m.action.inverse?.map((x) => `${x.title} ${x.targets.hosts.join()}`));
  console.log(brokenJumps(plan, moves, reachable(moves) ?? []));
});
