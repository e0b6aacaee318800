/**
 * Both executors side by side, on every example and on random plans: the same state at the end, and the same journal but for its times. A sample by default;
 * `pnpm test:matrix` runs all of it, several at once. BELAY_MATRIX_PLANS, BELAY_MATRIX_SEED, BELAY_MATRIX_STRIDE (of the lines and steps, every so many-th),
 * BELAY_MATRIX_ONLY (a part of a plan's name), BELAY_MATRIX_JOBS and BELAY_MATRIX_MINUTES choose less; BELAY_MATRIX_LOG names a file that gets a line for each row.
 */
import { appendFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiled, rollbackPlan } from '../../oracle/rollback-plan.ts';
import { HAS_ANSIBLE } from '../project.ts';
import { exampleSubjects } from './example-clouds.ts';
import { perform, stepIds } from './rig.ts';
import { failure, kill, matrixText, wholeRun, type Row, type Subject } from './rows.ts';
import { inFolders, smallCloud } from './small-cloud.ts';

const setting = (name: string, usual: number): number => Number(process.env[`BELAY_MATRIX_${name}`] ?? usual);
const ALL = process.env['BELAY_MATRIX'] === 'all';
const PLANS = setting('PLANS', ALL ? 50 : 1);
const SEED = setting('SEED', 5);
const STRIDE = setting('STRIDE', ALL ? 1 : 0);
const MINUTES = setting('MINUTES', ALL ? 48 * 60 : 3);
const JOBS = setting('JOBS', 2);
const ONLY = process.env['BELAY_MATRIX_ONLY'] ?? '';
const LOG = process.env['BELAY_MATRIX_LOG'];

/** The first random plans that compile. */
async function randomSubjects(count: number): Promise<Subject[]> {
  const subjects: Subject[] = [];
  for (const made of fc.sample(rollbackPlan, { numRuns: count * 3, seed: SEED })) {
    const plan = await compiled(made);
    if (plan !== undefined && subjects.length < count) subjects.push({ name: `random ${SEED}/${subjects.length + 1}`, plan: inFolders(plan), rig: (one) => smallCloud(one) });
  }
  return subjects;
}

/** Does something with each of a list, several at once. */
async function inTurns<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...list];
  await Promise.all(Array.from({ length: JOBS }, async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  }));
}

/** The rows of a subject, each to be run on its own. */
async function rowsOf(subject: Subject): Promise<(() => Promise<Row>)[]> {
  const rig = subject.rig(subject.plan);
  const { code, out } = await perform(rig, 'shell', 'run');
  const lines = rig.journal().split('\n').length - 1;
  rig.dispose();
  expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
  const every = <T>(list: readonly T[], stride: number): T[] => list.filter((_, index) => (STRIDE === 0 ? index === list.length >> 1 : (index + lines) % stride === 0));
  // There are some events to a step.
  const cuts = every(Array.from({ length: lines - 3 }, (_, index) => index + 2), STRIDE);
  const steps = every(stepIds(subject.plan), Math.ceil(STRIDE / 5));
  return [
    () => wholeRun(subject),
    ...steps.map((id, index) => () => failure(subject, id, index)),
    ...cuts.map((line) => () => kill(subject, 'shell', line)),
    ...cuts.map((line) => () => kill(subject, 'ansible', line)),
  ];
}

test.skipIf(!HAS_ANSIBLE)('both executors agree (skipped without ansible-playbook)', { timeout: (MINUTES + 10) * 60_000 }, async () => {
  const rows: Row[] = [];
  const left: (() => Promise<Row>)[] = [];
  const subjects = [...(ALL ? await exampleSubjects() : []), ...(await randomSubjects(PLANS))].filter(({ name }) => name.includes(ONLY));
  await inTurns(subjects, async (subject) => void left.push(...(await rowsOf(subject))));
  const total = left.length;
  // Where the time is over before the end, what was run is spread over everything.
  const queue = left.map((run, index) => ({ run, key: (index * 2_654_435_761) % 4_294_967_296 })).sort((first, second) => first.key - second.key).map(({ run }) => run);
  const until = Date.now() + MINUTES * 60_000;
  await inTurns(queue, async (run) => {
    if (Date.now() > until) return;
    const row = await run();
    rows.push(row);
    if (LOG !== undefined) appendFileSync(LOG, `${rows.length} of ${total}: ${row.plan}, ${row.kind}, ${row.at}: ${row.difference ?? row.skipped ?? 'agree'}\n`);
  });
  console.log(`${rows.length} of ${total} rows\n${matrixText(rows)}`);
  expect(rows.flatMap((one) => (one.difference === undefined ? [] : [`${one.plan}, ${one.kind}, ${one.at}: ${one.difference}`]))).toEqual([]);
});
