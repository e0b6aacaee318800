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
    return {
      acquire: `consul kv put -cas -modify-index=0 ${quoted} "$BELAY_RUN" || test "$(consul kv get ${quoted})" = "$BELAY_RUN"`,
      release: `test "$(consul kv get ${quoted})" = "$BELAY_RUN" && consul kv delete ${quoted}`,
    };
  }
  if (driver === 'etcd') {
    const plain = /^[A-Za-z0-9/_.:-]+$/.test(key) ? key : undefined;
    if (plain === undefined) return undefined;
    return {
      acquire: `printf '%s\\n' 'create("${plain}") = "0"' '' "put ${plain} $BELAY_RUN" '' '' | etcdctl txn | grep -qx SUCCESS || test "$(etcdctl get --print-value-only ${quoted})" = "$BELAY_RUN"`,
      release: `test "$(etcdctl get --print-value-only ${quoted})" = "$BELAY_RUN" && etcdctl del ${quoted}`,
    };
  }
  return undefined;
}
