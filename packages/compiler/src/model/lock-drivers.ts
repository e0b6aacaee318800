import { quoteShell } from '../text/shell-quote.ts';
import consul from './locks/consul.sh';
import etcd from './locks/etcd.sh';
import flock from './locks/flock.sh';

/** Commands of a lock, for bash; they find `$BELAY_RUN`, the same over the whole run, and know by it what is theirs. */
export interface LockCommands {
  /** Takes the lock, or fails and says who holds it. Passes if this run has it. */
  readonly acquire: string;
  readonly release: string;
  /** Says that its holder lives. Exit 3: it is not held any more; anything else: nobody could be asked. Absent where a lock does not lapse. */
  readonly renew?: string;
  /** Makes it last without being renewed, until `acquire` or `release`. */
  readonly keep?: string;
}

/** The bounds of a time to live, in seconds, and the one that is used where none is said; without it the lock does not lapse. */
interface Lapse {
  readonly least: number;
  readonly most: number;
  readonly usual?: number;
  readonly script: string;
}

/** Sessions of Consul live 10s to 24h (developer.hashicorp.com/consul/api-docs/session). */
const LAPSES: ReadonlyMap<string, Lapse> = new Map([
  ['consul', { least: 10, most: 86_400, script: consul }],
  ['etcd', { least: 5, most: 86_400, script: etcd }],
  ['flock', { least: 5, most: 86_400, usual: 60, script: flock }],
]);

/** How long a lock of a driver may live without being renewed; undefined for drivers that Belay does not know. */
export function lapseOf(driver: string): Omit<Lapse, 'script'> | undefined {
  return LAPSES.get(driver);
}

/** Keys that need no quoting anywhere: in addresses, in JSON, in the language of an etcd transaction. */
export function isPlainKey(key: string): boolean {
  return /^[A-Za-z0-9/_.:-]+$/.test(key);
}

/**
 * The commands of a driver that Belay knows.
 *
 * @param ttl seconds after which a lock lapses that is not renewed. Without it, the lock of Consul and etcd is a key that stays until it is given back: it is
 *   created only where it does not exist yet, and outlives the death of the run and the reboot of the host that took it.
 *
 * Sources: `consul kv put -cas -modify-index=0` creates only a missing key (developer.hashicorp.com/consul/commands/kv/put); an etcd transaction with
 * `create("key") = "0"` does the same (etcd.io/docs, `etcdctl txn`).
 */
export function lockCommands(driver: string, key: string, ttl: number | undefined): LockCommands | undefined {
  const lapse = LAPSES.get(driver);
  const seconds = ttl ?? lapse?.usual;
  if (lapse !== undefined && seconds !== undefined) {
    const command = (name: string): string => `key=${quoteShell(key)} ttl=${seconds}\n${lapse.script}\n${name}`;
    return { acquire: command('acquire'), release: command('release'), renew: command('renew'), keep: command('keep') };
  }
  const quoted = quoteShell(key);
  if (driver === 'consul') {
    return lock(`consul kv put -cas -modify-index=0 ${quoted} "$BELAY_RUN"`, `consul kv get ${quoted} 2>&1`, "'Error! No key exists'*", `consul kv delete ${quoted}`);
  }
  // The language of an etcd transaction has quotes of its own.
  if (driver === 'etcd' && isPlainKey(key)) {
    const create = `printf '%s\\n' 'create("${key}") = "0"' '' "put ${key} $BELAY_RUN" '' '' | etcdctl txn | grep -qx SUCCESS`;
    return lock(create, `etcdctl get --print-value-only ${quoted} 2>&1`, "''", `etcdctl del ${quoted}`);
  }
  return undefined;
}

/**
 * Taking and giving back may both be repeated: a run that was killed between a command and its journal does the command again. Who else holds the lock is
 * said, for the one who waits for it.
 *
 * @param missing the pattern of bash that the answer has where there is no such key
 */
function lock(create: string, get: string, missing: string, remove: string): LockCommands {
  const foreign = `*) echo "the lock is held by: $holder" >&2; false ;;`;
  return {
    acquire: `${create} || { holder=$(${get}); case $holder in "$BELAY_RUN") ;; ${foreign} esac; }`,
    release: `holder=$(${get}); case $holder in "$BELAY_RUN") ${remove} ;; ${missing}) ;; ${foreign} esac`,
  };
}
