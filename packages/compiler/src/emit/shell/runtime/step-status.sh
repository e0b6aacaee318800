
# ------------------------------------------------------------------------------------------------------------
# The hosts of a step on which something did not end well
# ------------------------------------------------------------------------------------------------------------

# show_step_hosts STEP BATCH [HOST]: the actions of a step that did not end well, host by host, in HOST_LINES.
show_step_hosts() {
  local key=$1.$2 item h label lines=0
  local -a unlisted=()
  HOST_LINES='' REASON=''
  for item in ${RAN_KEYS[$key]:-}; do
    label=${item%.*} h=${item##*.}
    [[ -z ${3:-} || $h == "$3" ]] || continue
    case ${DID[$key.$item]:-} in
      '' | ok) continue ;;
      begun) if [[ -n $HELD_BY ]]; then REPLY=running; else REPLY='did not end'; fi ;;
      *)
        log_file "$1" "$label" "$h"
        failure_text "${DID[$key.$item]}" "${EXIT_CODE[$key.$item]}" "$h" "$REPLY"
        ;;
    esac
    REASON=$REPLY
    if ((++lines > 8)); then
      unlisted+=("$REASON")
      continue
    fi
    find_action "$1" "$label"
    clean "${HOST_NAME[h]}: ${A_TITLE[REPLY]:-$label}: $REASON"
    printf -v REPLY '  %-*s   %s\n' "$NAME_WIDTH" '' "$REPLY"
    HOST_LINES+=$REPLY
    log_of "$1" "$label" "$h"
    printf -v REPLY '  %-*s   log %s\n' "$NAME_WIDTH" '' "$REPLY"
    HOST_LINES+=$REPLY
    [[ $label == lock ]] && show_lock_holder "$1" "$h"
  done
  and_more "${unlisted[@]}"
  HOST_LINES+=$REPLY
}

HOST_LINES='' REASON=''

# and_more REASON…: a line about hosts that have none of their own, in REPLY.
and_more() {
  REPLY=''
  (($# > 0)) || return 0
  tally "$@"
  printf -v REPLY '  %-*s   and %d more: %s\n' "$NAME_WIDTH" '' "$#" "$REPLY"
}

# show_lock_holder ROLL HOST: what the lock said when it could not be taken, which is who holds it.
show_lock_holder() {
  local line=''
  X_STEP[0]=$1 X_LABEL[0]=lock X_ACTION[0]=${ROLL_LOCK[$1]}
  log_path 0 "$2"
  [[ -s $REPLY ]] && line=$(tail -n 1 -- "$REPLY")
  [[ -n $line && $line != '==> '* ]] || return 0
  clean "$line"
  printf -v REPLY '  %-*s   it says: %s\n' "$NAME_WIDTH" '' "$REPLY"
  HOST_LINES+=$REPLY
}

# log_file STEP LABEL HOST: the path of a log.
log_file() {
  find_action "$1" "$2"
  X_STEP[0]=$1 X_LABEL[0]=$2 X_ACTION[0]=$REPLY
  log_path 0 "$3"
}

# log_of STEP LABEL HOST: the path of a log, as it can be pasted.
log_of() {
  log_file "$@"
  REPLY=$STATE_SHOWN${REPLY#"$STATE"}
  shown "$REPLY"
}
