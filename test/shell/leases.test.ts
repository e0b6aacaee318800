import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { lockCommands } from '../../packages/compiler/src/model/lock-drivers.ts';
import type { Connection, Plan } from '../../packages/compiler/src/plan/plan.ts';
import { journalFaults, journalStory } from '../journal.test-helpers.ts';
import { consulPlace, etcdPlace, flockPlace, type LockPlace } from './lock-places.ts';
import { action, host, ofBatch, on, plan, probe, step } from './plan-builder.ts';
import { isInstalled, Program } from './program.ts';

/** How often two operators begin at the same time; 100 in the long run. */
const TRIES = Number(process.env['BELAY_LOCK_TRIES'] ?? 4);

/** What a batch does: it says that it begins, waits until it may end, and fails where it is told to. */
const BODY = `echo "enter $BELAY_HOST" >>"$SHARED/log"
for ((i = 0; i < 2400; i++)); do [[ -d $SHARED && ! -e $SHARED/go ]] || break; sleep 0.05; done
[[ ! -e $SHARED/fail ]] || exit 1
echo "leave $BELAY_HOST" >>"$SHARED/log"`;

function locked({ driver, ttl }: LockPlace, key: string): Plan {
  const commands = lockCommands(driver, key, ttl);
  const batches = [['h1'], ['h2']];
  return plan([step('roll', [], {
    kind: 'roll',
    roll: {
      group: 'hosts', batches, pause: 0, maxFailures: 0,
      needed: probe('echo "needed $BELAY_HOST" >>"$SHARED/log"', ofBatch('all', 'h1', 'h2')),
      lock: {
        driver, key, acquire: action(commands?.acquire ?? ''), release: action(commands?.release ?? ''),
        lease: { ttl, renew: action(commands?.renew ?? ''), keep: action(commands?.keep ?? '') },
      },
      steps: [step('roll/work', [action(BODY, { targets: ofBatch('all', 'h1', 'h2') })])],
    },
  })], { hosts: [host('h1'), host('h2')] });
}

/** Two operators, each with a program and a state directory of their own, and what they can see of the cloud. */
function operators(place: LockPlace, name: string, onTestFinished: TestContext['onTestFinished']) {
  const key = place.key(name);
  const shared = mkdtempSync(path.join(tmpdir(), 'belay-shared-'));
  const programs = [0, 1].map(() => {
    const program = new Program(locked(place, key));
    Object.assign(program.variables, { ...place.environment, SHARED: shared });
    return program;
  }) as [Program, Program];
  onTestFinished(() => {
    const faults = programs.flatMap((program) => journalFaults(program.read('.belay/test_plan/journal')));
    for (const program of programs) program.dispose();
    rmSync(shared, { recursive: true, force: true });
    expect(faults).toEqual([]);
  });
  const file = (one: string): string => path.join(shared, one);
  return {
    key, programs,
    log: (): string[] => (existsSync(file('log')) ? readFileSync(file('log'), 'utf8').split('\n').filter((line) => /^(?:enter|leave)/.test(line)) : []),
    asked: (): string[] => readFileSync(file('log'), 'utf8').split('\n').slice(0, -1),
    set: (one: 'go' | 'fail', isThere: boolean): void => (isThere ? writeFileSync(file(one), '') : rmSync(file(one), { force: true })),
    anew: (): void => {
      for (const one of ['log', 'go']) rmSync(file(one), { force: true });
      for (const program of programs) program.remove('.belay');
    },
  };
}

const runOf = (program: Program): string => /"run":"([^"]*)"/.exec(program.read('.belay/test_plan/journal'))?.[1] ?? 'none';
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A program whose working directory is the folder. */
const processesOf = (folder: string): string[] => readdirSync('/proc').filter((pid) => {
  try {
    return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder;
  } catch {
    return false;
  }
});

async function eventually(condition: () => boolean, milliseconds: number, what: string): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
    await sleep(100);
  }
}

/** Calls `resume` until the lock can be taken. */
async function resumed(program: Program, milliseconds: number): Promise<void> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const { code, out } = await program.start('resume').ended;
    if (code === 0) return;
    expect(out).toContain('the lock could not be taken');
    if (Date.now() > deadline) throw new Error(out);
    await sleep(500);
  }
}

const PLACES: readonly { readonly driver: string; readonly make: () => LockPlace | Promise<LockPlace>; readonly needs: readonly string[] }[] = [
  { driver: 'flock', make: flockPlace, needs: ['flock', 'setsid'] },
  { driver: 'etcd', make: etcdPlace, needs: ['etcd', 'etcdctl'] },
  { driver: 'consul', make: consulPlace, needs: ['consul', 'curl'] },
];

describe.each(PLACES)('a lock of $driver that lapses', { concurrent: true }, ({ make, needs }) => {
  const isMissing = !needs.every(isInstalled);
  let place: LockPlace;
  beforeAll(async () => {
    if (!isMissing) place = await make();
  }, 90_000);
  afterAll(() => place?.end());

  it.skipIf(isMissing)(`two operators begin at the same time, ${TRIES} times: one has it, and the other says who`, async ({ onTestFinished }) => {
    const { programs, log, set, anew } = operators(place, 'race', onTestFinished);
    for (let number = 0; number < TRIES; number += 1) {
      anew();
      const ended = programs.map(async (program, index) => ({ index, ...(await program.start('run').ended) }));
      const first = await Promise.race(ended);
      await eventually(() => log().length > 0, 60_000, 'the other works');
      expect([number, first.code, log()]).toEqual([number, 1, ['enter h1']]);
      const [loser, winner] = [programs[first.index], programs[1 - first.index]] as [Program, Program];
      expect(first.out).toContain(`it says: the lock is held by: ${runOf(winner)}`);
      expect(runOf(loser)).not.toBe(runOf(winner));
      set('go', true);
      expect((await Promise.all(ended)).map(({ code }) => code)).toEqual(first.index === 0 ? [1, 0] : [0, 1]);
      expect(log()).toEqual(['enter h1', 'leave h1', 'enter h2', 'leave h2']);
    }
  }, 60_000 + TRIES * 20_000);

  it.skipIf(isMissing)('is held for longer than it lives, asked again once it is taken, and given back at the end', async ({ onTestFinished }) => {
    const { programs: [first, second], log, asked, set } = operators(place, 'renewed', onTestFinished);
    const run = first.start('run');
    await eventually(() => log().length > 0, 20_000, 'the first batch');
    expect(asked()).toEqual(['needed h1', 'needed h1', 'enter h1']);
    await sleep(place.ttl * 2500);
    expect((await second.start('run').ended).out).toContain(`it says: the lock is held by: ${runOf(first)}`);
    set('go', true);
    expect((await run.ended).code).toBe(0);
    await eventually(() => processesOf(first.folder).length === 0, 20_000, 'nothing of it runs any more');
    expect((await second.start('resume').ended).code).toBe(0);
  }, 120_000);

  it.skipIf(isMissing)('of a run that was killed with -9 lapses, and is not taken from the next one', async ({ onTestFinished }) => {
    const { key, programs: [first, second], log, set } = operators(place, 'killed', onTestFinished);
    const run = first.start('run');
    await eventually(() => log().length > 0, 20_000, 'the first batch');
    run.signal('SIGKILL');
    const { out } = await second.start('run').ended;
    expect(out).toContain(`it says: the lock is held by: ${runOf(first)}`);
    set('go', true);
    // The command of the batch ends by itself; nothing else is left that could renew.
    await eventually(() => processesOf(first.folder).length === 0, 30_000, 'nothing of it runs any more');
    await resumed(second, place.lapse + 20_000);
    set('go', false);
    second.remove('.belay');
    const next = second.start('run');
    const before = log().length;
    await eventually(() => log().length > before, 20_000, 'the next run');
    const refused = await first.start('resume').ended;
    expect([refused.code, refused.out.includes(`it says: the lock is held by: ${runOf(second)}`)]).toEqual([1, true]);
    expect(journalStory(first.read('.belay/test_plan/journal'))).toContain('lock-lost roll 1');
    // Neither does it go back while another works there.
    const back = await first.start('rollback --to start').ended;
    expect([back.code, back.out.includes(`it says: the lock is held by: ${runOf(second)}`), back.out.includes('could not be taken for the way back')]).toEqual([1, true, true]);
    set('go', true);
    expect((await next.ended).code).toBe(0);
    expect((await first.start('rollback --to start').ended).code).toBe(0);
    expect(journalStory(first.read('.belay/test_plan/journal')).filter((line) => line.startsWith('lock')).slice(-3)).toEqual(['lock-lost roll 1', `lock-taken roll 1 local ${place.driver} ${key}`, 'lock-released roll 1']);
    second.remove('.belay');
    expect((await second.start('run').ended).code).toBe(0);
  }, 300_000);

  it.for([
    { why: 'failed', stop: 'fail', code: 1, goOn: 'resume' }, { why: 'was stopped', stop: 'SIGINT', code: 3, goOn: 'resume' }, { why: 'failed', stop: 'fail', code: 1, goOn: 'rollback' },
  ] as const)('of a run that $why is kept, until its $goOn', { timeout: 200_000 }, async ({ stop, code, goOn }, { onTestFinished, skip }) => {
    if (isMissing) skip();
    const { programs: [first, second], log, set } = operators(place, `kept-${stop}-${goOn}`, onTestFinished);
    const run = first.start('run');
    await eventually(() => log().length > 0, 20_000, 'the first batch');
    if (stop === 'fail') {
      set('fail', true);
      set('go', true);
    } else {
      run.signal(stop);
    }
    expect((await run.ended).code).toBe(code);
    await eventually(() => processesOf(first.folder).length === 0, 20_000, 'nothing of it runs any more');
    await sleep(place.lapse);
    expect((await second.start('run').ended).out).toContain(`it says: the lock is held by: ${runOf(first)}`);
    set('fail', false);
    set('go', true);
    expect((await first.start(goOn === 'resume' ? 'resume' : 'rollback --to start').ended).code).toBe(0);
    expect((await second.start('resume').ended).code).toBe(0);
  });

  it.skipIf(isMissing)('that is taken away lets the batch end, and no other begin; resume takes it again', async ({ onTestFinished }) => {
    const { key, programs: [first], log, set } = operators(place, 'taken', onTestFinished);
    const run = first.start('run');
    await eventually(() => log().length > 0, 20_000, 'the first batch');
    place.takeAway(key);
    await eventually(() => first.read('.belay/test_plan/journal').includes('lock-lost'), place.ttl * 3000, 'it is noticed');
    set('go', true);
    const { code, out } = await run.ended;
    expect(code).toBe(1);
    expect(out).toContain('roll batch 2  is not begun, because the lock was lost: it was taken away, or had lapsed');
    expect(log()).toEqual(['enter h1', 'leave h1']);
    const story = journalStory(first.read('.belay/test_plan/journal'));
    expect(story.filter((line) => /^(?:lock|batch|run-end)/.test(line))).toEqual([
      `lock-taken roll 1 local ${place.driver} ${key}`, 'batch-begin roll 1 h1', 'lock-lost roll 1', 'batch-end roll 1 ok', 'run-end 1 failed',
    ]);
    await resumed(first, 40_000);
    expect(log()).toEqual(['enter h1', 'leave h1', 'enter h2', 'leave h2']);
  }, 150_000);
});

it('a lock is renewed by another host where the one that took it does not answer', async ({ onTestFinished }) => {
  const batch = ofBatch('all', 'h1');
  const renew = action('echo "$BELAY_HOST" >>../../renewed', { targets: on('any', 'h1', 'h2') });
  const connection = (name: string): Connection => ({ type: 'command', words: [`./enter-${name}`] });
  const program = new Program(plan([step('roll', [], {
    kind: 'roll',
    roll: {
      group: 'hosts', batches: [['h1']], pause: 0, maxFailures: 0,
      lock: { driver: 'own', key: 'k', acquire: action('true', { targets: batch }), release: action('true', { targets: batch }), lease: { ttl: 3, renew } },
      steps: [step('roll/work', [action('touch down; sleep 6; rm down')])],
    },
  })], { hosts: [host('h1', connection('h1')), host('h2', connection('h2'))] }));
  onTestFinished(() => program.dispose());
  for (const name of ['h1', 'h2']) program.write(`enter-${name}`, `#!/bin/bash\n[[ ${name} == h1 && -e down ]] && exit 255\nexec ./enter ${name} "$@"\n`, 0o755);
  const { code } = await program.start('run').ended;
  expect(code).toBe(0);
  const renewed = program.lines('renewed');
  expect(renewed.filter((name) => name === 'h2').length).toBeGreaterThanOrEqual(3);
  expect(journalStory(program.read('.belay/test_plan/journal'))).not.toContain('lock-lost roll 1');
}, 60_000);

it.skipIf(!isInstalled('etcd'))('a lock whose server does not answer counts as lost when it may lapse', async ({ onTestFinished }) => {
  const place = await etcdPlace();
  onTestFinished(place.end);
  const { programs: [first], log, set } = operators(place, 'silent', onTestFinished);
  const run = first.start('run');
  await eventually(() => log().length > 0, 20_000, 'the first batch');
  place.hush?.(true);
  await eventually(() => first.read('.belay/test_plan/journal').includes('lock-lost'), 30_000, 'it is noticed');
  place.hush?.(false);
  set('go', true);
  const { code, out } = await run.ended;
  expect([code, out.includes('is not begun, because the lock was lost: it could not be renewed within 5 seconds')]).toEqual([1, true]);
  await resumed(first, 30_000);
}, 120_000);
