import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Targets } from './action.ts';
import { bindOnlyCommand } from './commands.ts';
import { constantText, evaluateDuration, wordOf } from './evaluate.ts';
import { reportMissingVariables } from './host-variables.ts';
import { isPlainKey, lapseOf, lockCommands, type LockCommands } from './lock-drivers.ts';
import type { Group } from './model.ts';
import type { Frame } from './plan-context.ts';
import type { ActionModel, LockModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { scopeOf } from './scope.ts';
import type { SequenceBinder } from './sequence-binder.ts';
import { headOf } from './statements.ts';

type Verb = keyof LockCommands;

/** The statements of a lock's block that say how it is done. */
const STATEMENTS: Readonly<Record<Verb, string>> = { acquire: 'acquire', release: 'lock.release', renew: 'renew', keep: 'lock.keep' };

/** Binds the `lock` of a roll. */
export function bindLock(statement: Statement, frame: Frame, binder: SequenceBinder, group: Group): LockModel {
  const { context } = binder;
  const driver = wordOf(statement.arguments['driver']) ?? '';
  const key = constantText(statement.arguments['key'], frame.here, 'The key of a lock');
  const location = locate(frame.here.file, headOf(statement));
  const wrong = (message: string, at = location): void => context.reporter.report(KINDS.wrongType, { message, at });
  const find = (id: string): Statement | undefined => statement.block?.statements.find((one) => one.declaration.id === id);
  const isOwn = find('acquire') !== undefined;
  const ttl = ttlOf(find('ttl'), isOwn ? undefined : driver, frame, wrong);
  const known = isOwn ? undefined : lockCommands(driver, key, ttl);
  const lapses = ttl !== undefined || known?.renew !== undefined;
  const seconds = ttl ?? lapseOf(driver)?.usual ?? 0;
  const isFlock = driver === 'flock' && !isOwn;
  if (isFlock && !key.startsWith('/')) wrong(`The lock of \`flock\` is a file with an absolute path, such as "/run/lock/reboot", and not "${key}".`);
  if (!isFlock && !isOwn && lapses && !isPlainKey(key)) wrong(`A key of \`${driver}\` with a \`ttl\` has letters, digits, and \`/_.:-\` only, and is not "${key}".`);
  const on = context.targetOf(statement.arguments['target'], frame);
  // The lock outlives a reboot of the host that took it, so it may be taken where the batch is; not so a lock of one machine.
  const targets: Targets = on ?? (isFlock ? { mode: 'local', hosts: [] } : { mode: 'first', hosts: group.hosts, batch: true });
  if (isFlock && targets.mode !== 'local' && (targets.hosts.length !== 1 || targets.batch === true)) {
    wrong('The lock of `flock` is a file on one machine: this one, or the one host behind `on`. A lock for several is one of `consul` or `etcd`.');
  }
  const make = (verb: Verb, isNeeded: boolean): ActionModel | undefined => {
    const own = find(STATEMENTS[verb]);
    const here = { ...frame.here, scope: scopeOf(frame.here.scope, { key, ttl: String(seconds) }) };
    const command = own === undefined ? undefined : bindOnlyCommand(own.block?.statements ?? [], `\`${verb}\``, here, context.around(frame));
    const where = command?.targets ?? command?.blockTargets ?? targets;
    if (command !== undefined) reportMissingVariables(command, where, context.cloud, here);
    if (command === undefined && known?.[verb] === undefined) {
      if (!isNeeded) return undefined;
      context.reporter.report(KINDS.missingCommand, { message: missing(verb, driver), at: location });
    }
    return {
      verb: 'run', title: `${verb} lock ${key}`, targets: verb === 'renew' && command === undefined && !isFlock ? anyOf(where, group) : where,
      operation: command?.operation ?? { type: 'shell', shell: known?.[verb] ?? 'false' },
      changes: [], uses: [], effect: 'known', inverse: [], location,
    };
  };
  const [acquire, release] = [make('acquire', true), make('release', true)] as [ActionModel, ActionModel];
  const renew = lapses ? make('renew', true) : undefined;
  const keep = lapses ? make('keep', false) : undefined;
  return { driver, key, acquire, release, ...(renew === undefined ? {} : { lease: { ttl: seconds, renew, ...(keep === undefined ? {} : { keep }) } }) };
}

/** Whole seconds; undefined where none is said. */
function ttlOf(statement: Statement | undefined, driver: string | undefined, frame: Frame, wrong: (message: string, at: ReturnType<typeof locate>) => void): number | undefined {
  if (statement === undefined) return undefined;
  const seconds = evaluateDuration(statement.arguments['ttl'], frame.here);
  if (seconds === undefined) return undefined;
  const { least = 3, most = 86_400 } = driver === undefined ? {} : lapseOf(driver) ?? {};
  if (seconds >= least && seconds <= most) return Math.ceil(seconds);
  wrong(`A lock${driver === undefined ? '' : ` of \`${driver}\``} has a \`ttl\` between ${least}s and 24h.`, locate(frame.here.file, headOf(statement)));
  return least;
}

/** The lock is the cluster's: whichever host answers can say that its holder lives. */
function anyOf(targets: Targets, group: Group): Targets {
  return targets.mode === 'local' ? targets : { mode: 'any', hosts: targets.batch === true ? group.hosts : targets.hosts };
}

function missing(verb: Verb, driver: string): string {
  return `Nothing says how to ${verb} the lock: \`${driver}\` is no driver that Belay knows${verb === 'renew' ? ', and its lock has a `ttl`' : ''}. Write \`${verb} run "…"\` in the block of the lock, or use \`consul\`, \`etcd\` or \`flock\`.`;
}
