
# ------------------------------------------------------------------------------------------------------------
# Reaching a host
# ------------------------------------------------------------------------------------------------------------

SSH=${BELAY_SSH:-ssh} SOCKETS=''

# Quotes for the login shell of a host, whichever it is.
quote() { REPLY="'${1//\'/\'\\\'\'}'"; }

# Runs on the host, once for each command. It reads a token, the secrets and the file from standard input, and then
# watches standard input: when it ends, the program that asked for the command is gone or stops it.
on_host() { # TEXT LIMIT BYTES ENCODING SECRET-NAME…
  local text=$1 limit=$2 bytes=$3 encoding=$4 token='' name value child watcher='' code tenths
  shift 4
  exec 3<&0 </dev/null
  IFS= read -r -d '' token <&3
  if [[ $token != belay && ($# -gt 0 || $bytes != -) ]]; then
    printf 'The connection does not pass standard input to the host, which secrets, scripts and files need.\n' >&2
    exit 125
  fi
  for name; do
    IFS= read -r -d '' value <&3
    export "$name=$value"
  done
  if [[ $bytes != - ]]; then
    BELAY_FILE=$(mktemp) || exit 125
    export BELAY_FILE
    trap 'rm -f -- "$BELAY_FILE"' EXIT
    head -c "$bytes" <&3 >"$BELAY_FILE"
    if [[ $(wc -c <"$BELAY_FILE") -ne $bytes ]]; then
      printf 'The file did not arrive whole.\n' >&2
      exit 125
    fi
    if [[ $encoding == base64 ]]; then
      base64 -d <"$BELAY_FILE" >"$BELAY_FILE.decoded" && mv -f -- "$BELAY_FILE.decoded" "$BELAY_FILE" || exit 125
    fi
  fi
  set -m
  if [[ $limit == 0 ]]; then
    bash -c "$text" 3<&- &
  else
    timeout --kill-after=10 "$limit" bash -c "$text" 3<&- &
  fi
  child=$!
  if [[ $token == belay ]]; then
    {
      while IFS= read -r -n 1 value <&3; do :; done
      kill -TERM -- "-$child"
      for ((tenths = 0; tenths < 100; tenths++)); do
        sleep 0.1
        kill -0 -- "-$child" || exit 0
      done
      kill -KILL -- "-$child"
    } >/dev/null 2>&1 &
    watcher=$!
  fi
  # Without job control bash says nothing about the end of a job.
  set +m
  exec 3<&-
  wait "$child"
  code=$?
  if [[ -n $watcher ]]; then
    # bash would say that the watcher was killed.
    { kill -KILL -- "-$watcher" && wait "$watcher"; } 2>/dev/null
  fi
  exit "$code"
}

# How to reach HOST, in WORDS; the command's words are appended to it, quoted once more for ssh.
reach() {
  local h=$1 word
  shift
  local -a given=("${HOST_WORDS[@]:HOST_FROM[h]:HOST_COUNT[h]}")
  case ${HOST_TYPE[h]} in
    local) WORDS=("$@") ;;
    command) WORDS=("${given[@]}" "$@") ;;
    ssh)
      local line=''
      for word; do
        quote "$word"
        line+=" $REPLY"
      done
      ssh_words "$h" "${given[@]}"
      WORDS+=(-- "${HOST_ADDRESS[h]:-${HOST_NAME[h]}}" "${line# }")
      ;;
  esac
}

# The plan's own options come first: ssh takes the first value that it sees.
ssh_words() {
  local h=$1
  shift
  WORDS=("$SSH" "$@" -T -o BatchMode=yes -o ServerAliveInterval=15 -o ServerAliveCountMax=4)
  if ((FRESH)); then
    WORDS+=(-o ConnectTimeout=5 -o ControlPath=none)
  else
    WORDS+=(-o ConnectTimeout=15 -o ControlMaster=auto -o ControlPersist=120 -o "ControlPath=$SOCKETS/$h")
  fi
  [[ -n ${HOST_USER[h]} ]] && WORDS+=(-l "${HOST_USER[h]}")
  [[ -n ${HOST_PORT[h]} ]] && WORDS+=(-p "${HOST_PORT[h]}")
}

# The sockets of reused connections: a path that only this user can enter, and short, as a socket's has to be.
open_sockets() {
  local base=${XDG_RUNTIME_DIR:-/tmp}
  ((${#base} > 60)) && base=/tmp
  SOCKETS=$(mktemp -d "$base/belay.XXXXXX") || die "cannot make a directory for the connections in $base"
}

close_connection() {
  [[ -S $SOCKETS/$1 ]] || return
  "$SSH" -o "ControlPath=$SOCKETS/$1" -O exit -- "${HOST_ADDRESS[$1]:-${HOST_NAME[$1]}}" >/dev/null 2>&1 </dev/null
}

# Connections stay open for the next command. Of those that nothing uses so many stay as can be used at once, but at
# least 32: the hosts in the order in which they were used, and by host its last place in that order.
declare -a USED_HOSTS=() LAST_USE=()
USED_HEAD=0 USED_TAIL=0 CONNECTIONS=0

# use_connection HOST: what was used longest ago is closed, if there are too many.
use_connection() {
  local h=$1 limit=$((2 * JOBS))
  [[ ${HOST_TYPE[h]} == ssh ]] || return 0
  ((limit >= 32)) || limit=32
  [[ -n ${LAST_USE[h]:-} ]] || ((++CONNECTIONS))
  used_last "$h"
  while ((CONNECTIONS > limit)); do
    h=${USED_HOSTS[USED_HEAD]}
    unset "USED_HOSTS[USED_HEAD]"
    ((++USED_HEAD))
    ((LAST_USE[h] == USED_HEAD - 1)) || continue
    if in_use "$h"; then
      used_last "$h"
      continue
    fi
    unset "LAST_USE[h]"
    ((--CONNECTIONS))
    close_connection "$h" 5<&- 7>&- 8>&- 9>&- &
    disown "$!"
  done
}

used_last() {
  LAST_USE[$1]=$USED_TAIL USED_HOSTS[USED_TAIL]=$1
  ((++USED_TAIL))
}

in_use() {
  local slot
  for slot in "${!SLOT_PID[@]}"; do [[ -n ${SLOT_PID[slot]} && ${SLOT_HOST[slot]} == "$1" ]] && return 0; done
  return 1
}

close_connections() {
  local h
  [[ -n $SOCKETS ]] || return
  for h in "${!HOST_NAME[@]}"; do close_connection "$h"; done
  rm -rf -- "$SOCKETS"
}

# Runs in a bash of its own on the machine that runs the plan. Plain HTTP needs nothing but bash; HTTPS needs curl.
ask_http() { # METHOD URL STATUS…
  local method=$1 url=$2 status='' expected host port path line
  shift 2
  if [[ $url == *[[:cntrl:][:space:]]* ]]; then
    printf 'A blank or a control character stands in the address: %q\n' "$url"
    return 2
  fi
  if [[ $url == https://* ]]; then
    if ! type -P curl >/dev/null; then
      printf '%s: HTTPS needs curl, which is not installed on this machine.\n' "$url"
      return 2
    fi
    local -a request=(-X "$method")
    [[ $method == HEAD ]] && request=(--head)
    status=$(curl -sS --globoff -o /dev/null -w '%{http_code}' "${request[@]}" --url "$url")
  elif [[ $url =~ ^http://(\[[0-9A-Fa-f:.]+\]|[^]/?#@:[]+)(:([0-9]+))?([/?][^#]*)?(#.*)?$ ]]; then
    host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]:-80} path=${BASH_REMATCH[4]:-/}
    [[ $path == /* ]] || path=/$path
    line=${host#[}
    exec 3<>"/dev/tcp/${line%]}/$port" || return 2
    [[ $port != 80 ]] && host+=:$port
    {
      printf '%s %s HTTP/1.0\r\nHost: %s\r\n' "$method" "$path" "$host"
      printf 'User-Agent: belay\r\nAccept: */*\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
    } >&3
    IFS= read -r line <&3
    [[ $line =~ ^HTTP/[0-9.]+\ ([0-9]{3}) ]] && status=${BASH_REMATCH[1]}
  else
    printf '%s: only http://HOST:PORT/PATH and https:// addresses can be asked.\n' "$url"
    return 2
  fi
  printf '%s %s: %s\n' "$method" "$url" "${status:-no answer}"
  for expected; do [[ $status == "$expected" ]] && return 0; done
  printf 'expected: %s\n' "$*"
  [[ $status == [1-9]* ]] || return 2
  return 1
}
