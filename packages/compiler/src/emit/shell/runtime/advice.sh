
# ------------------------------------------------------------------------------------------------------------
# What to do
# ------------------------------------------------------------------------------------------------------------

# advice TEXT COMMAND
advice() {
  printf '  %s\n' "$1"
  [[ -n $2 ]] && printf '      %s\n' "$2"
  return 0
}

show_what_to_do() {
  heading 'What to do'
  ONLY_BACK=0
  if [[ -n $HELD_BY ]]; then
    local pid=${HELD_BY#PID }
    advice 'Nothing: it is running. To stop it cleanly:' "kill -INT ${pid%% *}"
    return
  fi
  if [[ -n $ROLLBACK_TO ]]; then
    command_line rollback --to "$ROLLBACK_TO"
    advice "Repair what made the rollback stop, then let it go on to $ROLLBACK_TO:" "$REPLY"
    return
  fi
  if [[ $RUN_STATE == none ]]; then
    command_line run
    advice 'Start it:' "$REPLY"
    command_line run --dry-run
    advice 'See every command before:' "$REPLY"
    return
  fi
  show_way_on
  show_way_back
}

ONLY_BACK=0

# lost_hosts: whether hosts failed in a roll that went on without them.
lost_hosts() {
  local key
  for key in "${!BATCH_LOST[@]}"; do [[ -z ${BATCH_LOST[$key]} ]] || return 0; done
  return 1
}

# To the last rollback point that can be reached; to the start if nothing was begun behind it.
show_way_back() {
  local point text
  nearest_target
  point=$REPLY
  if ! began_after "${STEP_INDEX["=$point"]:-0}"; then
    point=start
    began_after 0 || return 0
    obstacles 0
  fi
  if ((${#OBSTACLES[@]} > 0)); then
    clean "${OBSTACLES[0]}"
    advice "Going back is not possible: $REPLY" ''
    return
  fi
  if [[ $point == start ]]; then
    text='take everything back'
    command_line rollback --to start
  else
    text="go back to $point"
    command_line rollback
  fi
  if ((ONLY_BACK)); then text="${text^}, then run again:"; else text="Or $text:"; fi
  advice "$text" "$REPLY"
}

# began_after STEP: whether a step behind it did anything.
began_after() {
  local n b
  for ((n = $1 + 1; n <= S; n++)); do
    for ((b = 0; b <= ${ROLL_BATCHES[${STEP_ROLL[n]:-0}]:-0}; b++)); do
      [[ -n ${STEP_STATE[$n.$b]:-} ]] && return 0
    done
  done
  return 1
}

show_way_on() {
  local key n
  local -a again=() never=()
  if can_run; then
    if ((COUNT[done] + COUNT[out] == COUNT[all])); then
      if lost_hosts; then
        advise_retry
      else
        advice 'Nothing is left to do.' ''
      fi
      return
    fi
    command_line run
    advice 'Go on:' "$REPLY"
    return
  fi
  if is_unverified; then
    command_line rollback --to "$STATE_OF"
    advice 'Look at what the checks say, and ask them again:' "$REPLY"
    command_line resume
    advice 'Or, if the cloud is as it should be, go on all the same:' "$REPLY"
    return
  fi
  unsettled_steps
  for key in $REPLY; do
    n=${key%.*}
    case ${STEP_REPEAT[n]} in
      ask) is_ambiguous "$key" && again+=(--repeat "${STEP_ID[n]}") ;;
      restore) is_ambiguous "$key" && never+=("${STEP_ID[n]}") ;;
    esac
  done
  if ((${#never[@]} > 0)); then
    advice "${never[*]} changes a schema and may be half applied, so it is not run again on top." ''
    ONLY_BACK=1
    return
  fi
  command_line resume "${again[@]}"
  if ((${#again[@]} > 0)); then
    advice 'Look whether it is safe to run these again; if it is:' "$REPLY"
  else
    advice 'Repair the cause, then go on where it stopped:' "$REPLY"
  fi
}
