import { type Program, until } from './program.ts';

/** Runs until the journal has an event, kills the program, and makes that event so many seconds old. */
export async function killedAt(upgrade: Program, event: string, age: number): Promise<void> {
  const line = new RegExp(`"time":"([^"]*)","event":"${event}"`);
  const running = upgrade.start('run');
  await until(() => line.test(upgrade.read('.belay/test_plan/journal')), event);
  if (event === 'action-begin') await until(() => upgrade.list('.belay/test_plan/running').some((name) => upgrade.read(`.belay/test_plan/running/${name}`) !== ''), 'a worker');
  running.signal('SIGKILL');
  await running.ended;
  const journal = upgrade.read('.belay/test_plan/journal');
  const time = new Date(Date.now() - age * 1000).toISOString().replace(/\.\d+/, '');
  upgrade.write('.belay/test_plan/journal', journal.replace(line, (found, old: string) => found.replace(old, time)));
}
