import { quoteShell } from '../text/shell-quote.ts';

/**
 * Commands that take and give back a cluster lock. The lock is a key that exists: it is created only where it does not exist yet, holds
 * `$BELAY_RUN` so that only its holder removes it, and, unlike a session, outlives the reboot of the host that took it. Taking a lock that this
 * very run holds succeeds.
 *
 * Sources: `consul kv put -cas -modify-index=0` creates only a missing key (developer.hashicorp.com/consul/commands/kv/put);
 * an etcd transaction with `create("key") = "0"` does the same (etcd.io/docs, `etcdctl txn`).
 */
export function lockCommands(driver: string, key: string): { readonly acquire: string; readonly release: string } | undefined {
  const quoted = quoteShell(key);
  if (driver === 'consul') {
    return lock(`consul kv put -cas -modify-index=0 ${quoted} "$BELAY_RUN"`, `consul kv get ${quoted} 2>&1`, "'Error! No key exists'*", `consul kv delete ${quoted}`);
  }
  // The language of an etcd transaction has quotes of its own.
  if (driver === 'etcd' && /^[A-Za-z0-9/_.:-]+$/.test(key)) {
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
function lock(create: string, get: string, missing: string, remove: string): { readonly acquire: string; readonly release: string } {
  const foreign = `*) echo "the lock is held by: $holder" >&2; false ;;`;
  return {
    acquire: `${create} || { holder=$(${get}); case $holder in "$BELAY_RUN") ;; ${foreign} esac; }`,
    release: `holder=$(${get}); case $holder in "$BELAY_RUN") ${remove} ;; ${missing}) ;; ${foreign} esac`,
  };
}
