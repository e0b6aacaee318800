
# ------------------------------------------------------------------------------------------------------------
# The status
# ------------------------------------------------------------------------------------------------------------

HELD_BY=''

# command_line WORD…: how to call this program again, in REPLY.
command_line() {
  local -a words=()
  case $0 in
    */*) if [[ -x $0 ]]; then words=("$0"); else words=(bash "$0"); fi ;;
    *) if type -P -- "$0" >/dev/null; then words=("$0"); else words=(bash "$0"); fi ;;
  esac
  words+=("$1")
  [[ -n $DIRECTORY ]] && words+=(-C "$DIRECTORY")
  words+=(--state "$STATE_SHOWN")
  shift
  shown "${words[@]}" "$@"
}

declare -A COUNT=()

# counts: how many steps are in which state. A roll is one step; so is each step outside a roll.
count_steps() {
  local n state
  COUNT=([all]=0 [done]=0 [failed]=0 [open]=0 [left]=0 [out]=0)
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_ROLL[n]:-} || ${STEP_KIND[n]} == join ]] && continue
    ((++COUNT[all]))
    case ${STEP_STATE[$n.0]:-} in
      ok | skipped) ((++COUNT[done])) ;;
      left-out) ((++COUNT[out])) ;;
      failed) ((++COUNT[failed])) ;;
      begun | stopped) ((++COUNT[open])) ;;
      *) ((++COUNT[left])) ;;
    esac
  done
}

# all_done: in words, in REPLY.
all_done() {
  REPLY="all ${COUNT[all]} steps are done"
  if ((COUNT[all] == 1)); then REPLY='its one step is done'; fi
}

heading() { printf '\n%s%s%s\n' "$BOLD" "$1" "$PLAIN"; }

# row NAME TEXT: a line under a heading.
row() {
  local name
  clean "$1"
  name=$REPLY
  clean "$2"
  printf '  %-*s %s\n' "$NAME_WIDTH" "$name" "$REPLY"
}

NAME_WIDTH=24

# open_steps STATE…: keys of the steps, in and outside rolls, that are in one of the states, in REPLY.
open_steps() {
  local n b list='' state
  for ((n = 1; n <= S; n++)); do
    # A roll that is done went on without the hosts that failed in its body.
    [[ -n ${STEP_ROLL[n]:-} ]] && done_step "${STEP_ROLL[n]}" && continue
    for ((b = 0; b <= ${ROLL_BATCHES[${STEP_ROLL[n]:-0}]:-0}; b++)); do
      state=${STEP_STATE[$n.$b]:-}
      [[ -n $state && " $* " == *" $state "* ]] && list+=" $n.$b"
    done
  done
  REPLY=${list# }
}

show_steps() {
  local title=$1 key n b
  shift
  open_steps "$@"
  [[ -n $REPLY ]] || return 0
  heading "$title"
  for key in $REPLY; do
    n=${key%.*} b=${key#*.}
    local place=${STEP_SOURCE[n]}
    ((b > 0)) && place="batch $b, $place"
    [[ -n $HELD_BY ]] && place+=", since ${STEP_SINCE[$key]}"
    if [[ ${STEP_KIND[n]} == roll ]]; then
      row "${STEP_ID[n]}" "${STEP_TITLE[n]} ($place)"
      for ((b = 1; b <= ROLL_BATCHES[n]; b++)); do
        show_step_hosts "$n" "$b"
        printf '%s' "$HOST_LINES"
      done
      show_lost_hosts "$n"
      continue
    fi
    show_step_hosts "$n" "$b"
    row "${STEP_ID[n]}" "${STEP_TITLE[n]} ($place)"
    [[ -n $HOST_LINES ]] && printf '%s' "$HOST_LINES"
  done
}

show_next() {
  local n before shown_steps=0 more=0 title="$1"
  local -a names=()
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_ROLL[n]:-} || ${STEP_KIND[n]} == join || -n ${STEP_STATE[$n.0]:-} ]] && continue
    for before in ${STEP_AFTER[n]:-}; do done_step "$before" || continue 2; done
    if ((++shown_steps > 5)); then
      ((++more))
    else
      names+=("$n")
    fi
  done
  ((${#names[@]} > 0)) || return 0
  heading "$title"
  for n in "${names[@]}"; do
    estimate "$n"
    row "${STEP_ID[n]}" "${STEP_TITLE[n]}$REPLY${STEP_WINDOW[n]:+, in window ${STEP_WINDOW[n]}}"
  done
  ((more > 0)) && row '' "and $more more that can start now"
  return 0
}

# What is left by the plan's estimates, one step after the other.
show_estimate() {
  local n left=0
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_TAKES[n]:-} && -z ${STEP_ROLL[n]:-} ]] && ! done_step "$n" && left=$((left + STEP_TAKES[n]))
  done
  ((left > 0)) || return 0
  span "${left}000000"
  printf 'By the estimates of the plan, what is left takes at most %s.\n' "${REPLY% 00[sm]}"
}

# estimate STEP: how long it takes, for the end of a line, in REPLY.
estimate() {
  REPLY=''
  ((${STEP_TAKES[$1]:-0} > 0)) || return 0
  span "${STEP_TAKES[$1]}000000"
  REPLY=", about ${REPLY% 00[sm]}"
}

show_windows() {
  local n key
  declare -A windows=()
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_WINDOW[n]:-} ]] && ! done_step "$n" && windows["=${STEP_WINDOW[n]}"]=1
  done
  ((${#windows[@]} > 0)) || return 0
  heading 'Window'
  for key in "${!windows[@]}"; do
    row "${key#=}" "${WINDOW_TEXT[$key]:-}${WINDOW_TITLE[$key]:+, ${WINDOW_TITLE[$key]}}"
  done
}

show_status() {
  local headline color=$BOLD percent
  count_steps
  percent="${COUNT[done]} of ${COUNT[all]} steps are done"
  if ((COUNT[done] == COUNT[all])); then
    all_done
    percent=$REPLY
  fi
  ((COUNT[out] > 0)) && percent+=", ${COUNT[out]} left out"
  if [[ -n $HELD_BY ]]; then
    headline=RUNNING color=$GREEN
    [[ $RUN_COMMAND == rollback ]] && headline='ROLLING BACK'
  elif [[ -n $ROLLBACK_TO ]]; then
    headline='ROLLBACK INCOMPLETE' color=$RED
  elif [[ $RUN_STATE == none ]]; then
    headline='NOT STARTED'
  elif [[ $RUN_STATE == begun ]]; then
    headline=KILLED color=$RED
  elif [[ $RUN_REASON == failed ]]; then
    headline=FAILED color=$RED
  elif [[ $RUN_REASON == unverified ]]; then
    headline='ROLLED BACK, BUT CHECKS FAIL' color=$RED
  elif ((COUNT[done] + COUNT[out] == COUNT[all])); then
    headline=DONE color=$GREEN
  elif [[ $RUN_REASON == rolled-back ]]; then
    headline='ROLLED BACK' color=$YELLOW
  else
    headline=STOPPED color=$YELLOW
  fi
  clean "$PLAN  $PLAN_TITLE"
  printf '%s%s%s\n' "$BOLD" "$REPLY" "$PLAIN"
  clean "$CLOUD${CLOUD_TITLE:+ ($CLOUD_TITLE)}"
  printf 'cloud %s, state in %s\n\n' "$REPLY" "$STATE_SHOWN"
  printf '%s%s%s: %s' "$color$BOLD" "$headline" "$PLAIN" "$percent"
  ((COUNT[failed] > 0)) && printf ', %d failed' "${COUNT[failed]}"
  ((COUNT[open] > 0)) && printf ', %d begun' "${COUNT[open]}"
  ((COUNT[left] > 0)) && printf ', %d left' "${COUNT[left]}"
  printf '.\n'
  show_estimate
  show_last_run
  show_steps Failed failed
  if [[ -n $HELD_BY ]]; then
    show_steps 'Running now' begun stopped
  elif [[ $RUN_STATE == begun ]]; then
    show_steps 'Running when it died' begun
    show_steps 'Stopped half-way' stopped
  else
    show_steps 'Stopped half-way' begun stopped
  fi
  show_rolls
  show_next Next
  show_model
  show_rest
  nearest_target
  if [[ $REPLY != start ]] && ((${#OBSTACLES[@]} == 0)); then
    heading 'Rollback point that holds'
    row "$REPLY" "${STEP_TITLE[${STEP_INDEX["=$REPLY"]}]}"
  fi
  show_windows
  show_what_to_do
}

show_last_run() {
  if [[ -n $HELD_BY ]]; then
    printf 'Held by %s.\n' "$HELD_BY"
  elif [[ $RUN_STATE == begun ]]; then
    printf 'The last %s, process %s on %s, began at %s and never ended.\n' \
      "$RUN_COMMAND" "$RUN_PID" "$RUN_HOST" "$RUN_TIME"
  elif [[ $RUN_STATE == ended ]]; then
    printf 'The last %s began at %s and ended with exit code %s.\n' "$RUN_COMMAND" "$RUN_TIME" "$RUN_EXIT"
  fi
}

# The last lines of the log of what failed first.
show_failure_log() {
  local line
  [[ -n $FAILED_LOG && -s $FAILED_LOG ]] || return 0
  heading "The end of $STATE_SHOWN${FAILED_LOG#"$STATE"}"
  while IFS= read -r line; do
    clean "$line"
    printf '  | %s\n' "$REPLY"
  done < <(tail -n 15 -- "$FAILED_LOG")
}
