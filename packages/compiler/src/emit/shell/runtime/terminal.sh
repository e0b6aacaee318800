
# ------------------------------------------------------------------------------------------------------------
# The screen
# ------------------------------------------------------------------------------------------------------------

# Functions that answer with a value set REPLY, so that no process is started for it.

set_colors() {
  RED='' GREEN='' YELLOW='' BOLD='' DIM='' PLAIN=''
  if [[ -t 1 && -z ${NO_COLOR:-} && ${TERM:-dumb} != dumb ]]; then
    RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' BOLD=$'\e[1m' DIM=$'\e[2m' PLAIN=$'\e[0m'
  fi
}

say() { printf '%s\n' "$*"; }

complain() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

die() {
  complain "$@"
  exit 2
}

# Text of others goes to the terminal without its control characters.
clean() { REPLY=${1//[[:cntrl:]]/ }; }

# The microseconds since 1970, in NOW; whole seconds before bash 5.
clock() {
  if [[ -n ${EPOCHREALTIME:-} ]]; then
    NOW=${EPOCHREALTIME//[!0-9]/}
  else
    printf -v NOW '%(%s)T000000' -1
  fi
}

# The time as text, in UTC_TIME and LOCAL_TIME; made once a second, as it costs reading the time zone.
stamp() {
  [[ -n ${EPOCHSECONDS:-} && $EPOCHSECONDS == "$STAMPED" ]] && return
  TZ=UTC0 printf -v UTC_TIME '%(%Y-%m-%dT%H:%M:%SZ)T' -1
  printf -v LOCAL_TIME '%(%F %T)T' -1
  STAMPED=${EPOCHSECONDS:-}
}

# span MICROSECONDS: for people.
span() {
  local tenths=$(($1 / 100000)) seconds=$(($1 / 1000000))
  if ((seconds < 60)); then
    REPLY=$((tenths / 10)).$((tenths % 10))s
  elif ((seconds < 3600)); then
    printf -v REPLY '%dm %02ds' $((seconds / 60)) $((seconds % 60))
  else
    printf -v REPLY '%dh %02dm' $((seconds / 3600)) $((seconds / 60 % 60))
  fi
}

# seconds MICROSECONDS: for the journal, such as 2.150.
decimal() { printf -v REPLY '%d.%03d' $(($1 / 1000000)) $(($1 / 1000 % 1000)); }

# shown WORD…: as it can be pasted into a shell.
shown() {
  local word quoted text=''
  for word; do
    if [[ $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]]; then quoted=$word; else printf -v quoted '%q' "$word"; fi
    text+=" $quoted"
  done
  REPLY=${text# }
}

# hosts_text MODE HOSTS: where an action runs, for people.
hosts_text() {
  local host text='' count=0
  for host in $2; do
    ((++count > 6)) && continue
    text+=", ${HOST_NAME[host]}"
  done
  text=${text#, }
  ((count > 6)) && text+=" and $((count - 6)) more"
  case $1 in
    local) text='this machine' ;;
    any) ((count > 1)) && text="one of $text" ;;
    first) ((count > 1)) && text=${text%%,*} ;;
    each) ((count > 1)) && text="$text, one at a time" ;;
  esac
  clean "$text"
}

# progress WORD COLOR STEP BATCH TEXT: one line of a run.
progress() {
  local batch=''
  stamp
  [[ $4 != 0 ]] && batch=" batch $4"
  clean "${STEP_ID[$3]}$batch  $5"
  printf '%s %s%-6s%s %s\n' "${LOCAL_TIME#* }" "$2" "$1" "$PLAIN" "$REPLY"
}
