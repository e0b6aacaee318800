# A key of Consul that a session holds. Before this stand `key` and `ttl`. Exit 1: it is another's, 3: it is lost, 75: nobody answers.
url=${CONSUL_HTTP_ADDR:-127.0.0.1:8500}
[[ $url == *://* ]] || url=http://$url

# ask METHOD PATH [BODY]: the answer and its status.
ask() {
  answer=$(curl -sS -m 10 -w '\n%{http_code}' -X "$1" -d "${3:-}" -K <(token) "$url/v1/$2") || exit 75
  status=${answer##*$'\n'} answer=${answer%$'\n'*}
  case $status in
    5?? | 403)
      printf 'Consul says %s: %s\n' "$status" "$answer" >&2
      exit 75
      ;;
  esac
}

# Not on a command line, where others could read it.
token() { [[ -z ${CONSUL_HTTP_TOKEN:-} ]] || printf 'header = "X-Consul-Token: %s"\n' "$CONSUL_HTTP_TOKEN"; }

# Who holds the key, and with which session.
look() {
  session='' holder=''
  ask GET "kv/$key"
  [[ $status == 200 ]] || return 0
  [[ $answer =~ \"Session\":\ *\"([^\"]*)\" ]] && session=${BASH_REMATCH[1]}
  [[ $answer =~ \"Value\":\ *\"([^\"]*)\" ]] && holder=$(base64 -d <<<"${BASH_REMATCH[1]}")
  return 0
}

# Without the checks of its node: the lock is the run's, and outlives a reboot of the host that took it.
new_session() {
  ask PUT session/create "{\"Name\":\"belay\",\"Behavior\":\"delete\",\"NodeChecks\":[]${1:+,\"TTL\":\"$1s\"}}"
  [[ $answer =~ \"ID\":\ *\"([^\"]*)\" ]] || exit 75
  new=${BASH_REMATCH[1]}
}

# change VERB SESSION…: all of it, or nothing.
change() {
  local list='' value
  value=$(printf %s "$BELAY_RUN" | base64 -w 0)
  while (($# > 0)); do
    list+=",{\"KV\":{\"Verb\":\"$1\",\"Key\":\"$key\",\"Value\":\"$value\",\"Session\":\"$2\"}}"
    shift 2
  done
  ask PUT txn "[${list#,}]"
  [[ $status == 200 ]]
}

# From the session that holds it to another, with no moment between them.
move() {
  new_session "$1"
  if change unlock "$session" lock "$new"; then
    ask PUT "session/destroy/$session"
  else
    ask PUT "session/destroy/$new"
    lost
  fi
}

held() {
  look
  printf 'the lock is held by: %s\n' "${holder:-nobody, but a session of it lapsed less than 15 seconds ago}" >&2
  exit 1
}

lost() {
  printf 'the lock is not held any more%s\n' "${holder:+, but by: $holder}" >&2
  exit 3
}

acquire() {
  look
  if [[ $holder == "$BELAY_RUN" && -n $session ]]; then
    move "$ttl"
    return
  fi
  new_session "$ttl"
  change check-not-exists '' lock "$new" && return
  ask PUT "session/destroy/$new"
  held
}

renew() {
  look
  [[ $holder == "$BELAY_RUN" && -n $session ]] || lost
  ask PUT "session/renew/$session"
  [[ $status == 200 ]] || lost
}

keep() {
  look
  [[ $holder == "$BELAY_RUN" && -n $session ]] || lost
  move ''
}

release() {
  look
  [[ $holder == "$BELAY_RUN" && -n $session ]] || return 0
  change unlock "$session" delete '' || exit 75
  ask PUT "session/destroy/$session"
}
