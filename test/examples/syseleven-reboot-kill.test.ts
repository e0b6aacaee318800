import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { KILL_CALLERS } from './kill-callers.ts';
import { compileReboot, example, RebootCloud, temporaryFolder, type Answer } from './syseleven-reboot-cloud.ts';

/**
 * Stands in for `sync`, which the program calls after each write to its journal: kills it at the first line at which it was not killed
 * before; lines behind that one, of the same write, are cut off. What differs from one attempt to the next (times, process ids) makes
 * no other line.
 */
const KILLING_SYNC = `#!/usr/bin/env bash
/bin/sync "$@" || exit
journal="\${!#}"
[[ $journal == */journal ]] || exit 0
declare -A known=()
while IFS= read -r line; do known[$line]=1; done <"$KILLED_AT"
number=0
while IFS='"' read -r _ _ _ _ _ _ _ event _ _ _ step _ _ batch _ _ action _; do
  number=$((number + 1)) batch=\${batch//[!0-9]/}
  case $event in
    action-* | boot-id | host-skipped) line="$event $step $batch $action" ;;
    run-*) line="$event $step" ;;
    *) line="$event $step $batch" ;;
  esac
  [[ -n \${known[$line]:-} ]] && continue
  printf '%s\\n' "$line" >>"$KILLED_AT"
  head -n "$number" "$journal" >"$KILLED_AT.journal" && cp "$KILLED_AT.journal" "$journal"
  kill -9 "$PPID"
  exit
done <"$journal"
`;

/**
 * Stands in for the connection to a host. After command number $KILL_AT has done its work it kills the program and whatever runs
 * between it and the command, so that nobody is left who knows that the command is done.
 */
const KILLING_ENTER = `#!/usr/bin/env bash
"${example}/sandbox/enter" "$@"
code=$?
[[ -n \${KILL_AT:-} ]] || exit "$code"
printf '%s\\n' "$1" >>"$COUNTED"
mapfile -t counted <"$COUNTED"
((\${#counted[@]} == KILL_AT)) || exit "$code"
${KILL_CALLERS}`;

let program: string;
let tools: string;
beforeAll(async () => {
  ({ program } = await compileReboot());
  tools = temporaryFolder();
  mkdirSync(path.join(tools, 'bin'));
  mkdirSync(path.join(tools, 'sandbox'));
  writeFileSync(path.join(tools, 'bin/sync'), KILLING_SYNC, { mode: 0o755 });
  writeFileSync(path.join(tools, 'sandbox/enter'), KILLING_ENTER, { mode: 0o755 });
});

/** The state at the end if only cmp1.ber needed a reboot. */
const END = [
  'cmp1.ber: up, booted 2, enabled, guests:',
  'cmp2.ber: up, booted 1, enabled, guests: mail-1 web-1 web-3 web-4',
  'cmp3.ber: up, booted 1, enabled, guests: db-1 db-2 git-1 web-2',
  'cmp4.ber: up, booted 1, enabled, guests: db-3 web-5 web-6',
  'cmp5.ber: up, booted 1, enabled, guests: db-4 web-7',
  'cmp6.ber: up, booted 1, enabled, guests: git-2 mail-2 web-8',
  'ctl1.ber: up, booted 1',
  'ctl2.ber: up, booted 1',
  'ctl3.ber: up, booted 1',
  'sto1.ber: up, booted 1',
  'sto2.ber: up, booted 1',
  'sto3.ber: up, booted 1',
];

test.concurrent('kill -9 after every line of the journal, resume after each: the end is that of an undisturbed run', async () => {
  const cloud = new RebootCloud('cmp1.ber sto1.ber');
  const killedAt = path.join(temporaryFolder(), 'lines');
  writeFileSync(killedAt, '');
  const env = { KILLED_AT: killedAt, PATH: `${path.join(tools, 'bin')}:${process.env['PATH'] ?? ''}` };
  const lines = (): string[] => readFileSync(killedAt, 'utf8').split('\n').slice(0, -1);
  let answer: Answer;
  do {
    const killed = lines();
    // The first kill comes when only the plan's name is written: nothing has begun that could be resumed.
    answer = await cloud.call(program, [killed.length < 2 ? 'run' : 'resume'], env);
    if (answer.code > 0) throw new Error(`After the kill at "${killed.at(-1)}": exit ${answer.code}\n${answer.output}`);
  } while (answer.code !== 0);
  expect(lines().filter((line) => line.startsWith('action-end'))).toEqual(lines().flatMap((line) => (line.startsWith('action-begin') ? [line.replace('begin', 'end')] : [])));
  expect(lines()).toContain('lock-released roll_storage 1');
  expect(cloud.rebooted()).toEqual(['cmp1.ber', 'sto1.ber']);
  expect(cloud.state()).toEqual(END.map((line) => (line.startsWith('sto1') ? 'sto1.ber: up, booted 2' : line)));
}, 120_000);

test.concurrent('kill -9 right after a command has done its work, before the program knows, at each command of a host: the same end', async () => {
  const undisturbed = await killAtCommand(0);
  expect([undisturbed.code, undisturbed.cloud.state()]).toEqual([0, END]);
  // When cmp2.ber is asked whether it needs a reboot, cmp1.ber is through, and has given the lock back.
  const last = undisturbed.hosts.indexOf('cmp2.ber');
  expect(last).toBeGreaterThan(12);
  const rest = Array.from({ length: last }, (_, index) => index + 1);
  const work = async (): Promise<void> => {
    for (let number = rest.shift(); number !== undefined; number = rest.shift()) {
      const { cloud, code, hosts } = await killAtCommand(number);
      const command = `command ${number}, on ${hosts.at(-1)}`;
      expect([command, code]).toEqual([command, -1]);
      const resumed = await cloud.call(program, ['resume']);
      expect([command, resumed.code === 0 ? 0 : resumed.output]).toEqual([command, 0]);
      expect([command, ...cloud.rebooted()]).toEqual([command, 'cmp1.ber']);
      expect([command, ...cloud.state()]).toEqual([command, ...END]);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
}, 120_000);

/** Runs the program until the command of that number is done on its host, or to the end for 0. */
async function killAtCommand(number: number): Promise<{ cloud: RebootCloud; code: number; hosts: string[] }> {
  const cloud = new RebootCloud('cmp1.ber');
  const counted = path.join(temporaryFolder(), 'hosts');
  const env = { KILL_AT: String(number), COUNTED: counted, JOURNAL: path.join(cloud.stateFolder, 'journal') };
  const { code } = await cloud.call(program, ['run'], env, tools);
  return { cloud, code, hosts: readFileSync(counted, 'utf8').trimEnd().split('\n') };
}
