# A key of etcd with a lease. Before this stand `key` and `ttl`. Exit 1: it is another's, 3: it is lost, 75: nobody answers.
etcd() { ETCDCTL_API=3 etcdctl --command-timeout=10s "$@"; }

# Who holds the key, and with which lease; 0 is none.
look() {
  local answer
  holder='' lease=0
  answer=$(etcd get "$key" -w fields) || exit 75
  [[ $answer =~ \"Value\"\ :\ \"([^\"]*)\" ]] && holder=${BASH_REMATCH[1]}
  [[ $answer =~ \"Lease\"\ :\ ([0-9]+) ]] && printf -v lease %x "${BASH_REMATCH[1]}"
  return 0
}

new_lease() {
  new=$(etcd lease grant "$ttl") || exit 75
  [[ $new =~ ^lease\ ([0-9a-f]+)\  ]] || exit 75
  new=${BASH_REMATCH[1]}
}

# change CONDITION COMMAND: fails where the condition does not hold.
change() {
  local answer
  answer=$(printf '%s\n' "$1" '' "$2" '' '' | etcd txn) || exit 75
  [[ $answer == SUCCESS* ]]
}

mine() { change "value(\"$key\") = \"$BELAY_RUN\"" "$1"; }

revoke() { [[ $1 == 0 ]] || etcd lease revoke "$1" >/dev/null || true; }

lost() {
  printf 'the lock is not held any more%s\n' "${holder:+, but by: $holder}" >&2
  exit 3
}

acquire() {
  look
  new_lease
  if [[ $holder == "$BELAY_RUN" ]] && mine "put --lease=$new $key $BELAY_RUN"; then
    revoke "$lease"
    return
  fi
  change "create(\"$key\") = \"0\"" "put --lease=$new $key $BELAY_RUN" && return
  revoke "$new"
  look
  printf 'the lock is held by: %s\n' "${holder:-nobody any more}" >&2
  exit 1
}

renew() {
  look
  [[ $holder == "$BELAY_RUN" ]] || lost
  [[ $lease == 0 || $(etcd lease keep-alive --once "$lease") == *keepalived* ]] || lost
}

keep() {
  look
  mine "put $key $BELAY_RUN" || lost
  revoke "$lease"
}

release() {
  look
  [[ $holder == "$BELAY_RUN" ]] || return 0
  mine "del $key" || return 0
  revoke "$lease"
}
