
# ------------------------------------------------------------------------------------------------------------
# Steps
# ------------------------------------------------------------------------------------------------------------

declare -a SELECTED=() WAITING=() READY=() QUESTIONS=()
declare -A TRIES=() STEP_BEGAN=() RETRY_HOSTS=()

READY_HEAD=0 QUESTION='' ASKER='' CONFIRM=0 YES=0 FAILURES=0

done_step() {
  case ${STEP_STATE[$1.0]:-} in ok | skipped | left-out) return 0 ;; *) return 1 ;; esac
}

# A step waits for those before it that are to run, and for those before them even through steps that are done.
prepare_steps() {
  local n before
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_ROLL[n]:-} ]] && continue
    if done_step "$n"; then SELECTED[n]=2; fi
    [[ -n ${SELECTED[n]:-} ]] || continue
    WAITING[n]=0
    for before in ${STEP_AFTER[n]:-}; do [[ -n ${SELECTED[before]:-} ]] && ((++WAITING[n])); done
    ((WAITING[n] == 0)) && READY+=("$n.0")
  done
}

start_ready() {
  local key n b
  while ((READY_HEAD < ${#READY[@]})); do
    key=${READY[READY_HEAD]}
    READY[READY_HEAD++]=''
    n=${key%.*} b=${key#*.}
    if ((b > 0)) && body_may_not_start "$n"; then
      body_stopped "$n"
    elif ((b > 0)) || [[ -z $STOP ]]; then
      start_step "$n" "$b"
    fi
  done
  READY=() READY_HEAD=0
}

# A batch that is under way is completed whatever fails elsewhere, unless somebody asked to stop.
body_may_not_start() {
  local roll=${STEP_ROLL[$1]}
  [[ $STOP == signal || -n ${R_ERROR[roll]} || -z ${R_HOSTS[roll]} ]]
}

start_step() {
  local n=$1 b=$2
  if [[ ${SELECTED[n]:-} == 2 ]]; then
    step_complete "$n" "$b"
    return
  fi
  case ${STEP_KIND[n]} in
    join) step_complete "$n" "$b" ;;
    approve)
      begin_step "$n" "$b"
      if ((YES)); then approve_step "$n" "$b"; else ask "approve $n $b"; fi
      ;;
    *)
      if ((CONFIRM && b == 0)); then ask "step $n $b"; else go_step "$n" "$b"; fi
      ;;
  esac
}

go_step() {
  local n=$1 b=$2 hosts=''
  if [[ ${STEP_KIND[n]} == roll ]]; then
    begin_step "$n" "$b"
    begin_roll "$n"
    return
  fi
  if ((b > 0)); then
    body_hosts "$n" "$b"
    hosts=$REPLY
    if body_is_done "$n" "$b" "$hosts"; then
      step_complete "$n" "$b"
      return
    fi
  fi
  begin_step "$n" "$b"
  TRIES[$n.$b]=1
  attempt "$n" "$b" "$hosts"
}

# A step that goes on after a failure or a kill keeps the number of its attempt: what it did counts.
begin_step() {
  local key=$1.$2
  note step-begin "${STEP_ID[$1]}" "$2" "${3:-${STEP_ATTEMPT[$key]:-1}}"
  STEP_BEGAN[$key]=$NOW
  [[ -z ${3:-} ]] && progress start "$BOLD" "$1" "$2" "${STEP_TITLE[$1]}"
}

attempt() {
  local n=$1 b=$2 hosts=$3 action items='' count=0
  for action in ${STEP_UNLESS[n]:-}; do items+=" ?$((++count)):$action"; done
  if [[ -n $items ]]; then
    execute unless "$n" "$b" "$hosts" '' "${items# }"
    run_attempt "$n" "$REPLY"
  else
    work_on "$n" "$b" "$hosts"
  fi
}

# work_on STEP BATCH HOSTS [LOST]: LOST are those that left this attempt before.
work_on() {
  local n=$1 b=$2 hosts=$3 action items='' count=0
  for action in ${STEP_ACTIONS[n]:-}; do items+=" $((++count)):$action"; done
  count=0
  for action in ${STEP_VERIFY[n]:-}; do items+=" v$((++count)):$action"; done
  execute step "$n" "$b" "$hosts" action "${items# }"
  X_LOST[REPLY]=${4:-}
  run_attempt "$n" "$REPLY"
}

run_attempt() {
  local n=$1 x=$2
  [[ -n ${STEP_LIMIT[n]:-} ]] && timer "deadline.$x" "${STEP_LIMIT[n]}" stop_execution "$x" failed timeout
  advance "$x"
}

finished_unless() {
  local x=$1 n=${X_STEP[$1]} b=${X_BATCH[$1]}
  case $2 in
    ok)
      if [[ -n ${X_LOST[x]} ]]; then
        attempt_failed "$x"
        return
      fi
      note step-end "${STEP_ID[n]}" "$b" skipped 0.000
      progress skip "$DIM" "$n" "$b" 'is done already'
      step_complete "$n" "$b"
      ;;
    stopped) step_stopped "$n" "$b" ;;
    *)
      if [[ -n ${X_STOPPING[x]} ]] || is_unknown "$x"; then
        attempt_failed "$x"
      else
        work_on "$n" "$b" "${X_HOSTS[x]}" "${X_GONE[x]:-}"
      fi
      ;;
  esac
}

finished_step() {
  local x=$1 n=${X_STEP[$1]} b=${X_BATCH[$1]}
  case $2 in
    stopped) step_stopped "$n" "$b" ;;
    ok)
      if [[ -n ${X_LOST[x]} ]]; then attempt_failed "$x"; else step_ok "$n" "$b"; fi
      ;;
    *) attempt_failed "$x" ;;
  esac
}

step_ok() {
  local n=$1 b=$2 took
  took=$((NOW - ${STEP_BEGAN[$n.$b]}))
  decimal "$took"
  note step-end "${STEP_ID[n]}" "$b" ok "$REPLY"
  span "$took"
  progress 'done' "$GREEN" "$n" "$b" "$REPLY"
  step_complete "$n" "$b"
}

step_complete() {
  local n=$1 b=$2 next
  for next in ${STEP_NEXT[n]:-}; do
    [[ -n ${SELECTED[next]:-} || $b != 0 ]] || continue
    ((--WAITING[next] == 0)) && READY+=("$next.$b")
  done
  ((b > 0)) && body_complete "$n"
  return 0
}

# The hosts of a batch that go on without the others do so only when the last attempt of the others is over.
attempt_failed() {
  local x=$1 n=${X_STEP[$1]} b=${X_BATCH[$1]} hosts=${X_LOST[$1]}
  if ((b == 0 || X_WHOLE[x])) || [[ -n ${X_STOPPING[x]} ]]; then hosts=${X_HOSTS[x]}; fi
  [[ -n ${X_STOPPING[x]} ]] && progress note "$YELLOW" "$n" "$b" "took longer than ${STEP_LIMIT[n]:-}s and was ended"
  if ((${TRIES[$n.$b]:-1} <= ${STEP_RETRIES[n]:-0})) && [[ $STOP != signal ]]; then
    RETRY_HOSTS[$n.$b]=$hosts
    progress retry "$YELLOW" "$n" "$b" \
      "attempt ${TRIES[$n.$b]} failed; ${STEP_EVERY[n]}s until the next ($((STEP_RETRIES[n] + 1 - TRIES[$n.$b])) left)"
    timer "retry.$n.$b" "${STEP_EVERY[n]}" retry_step "$n" "$b"
    return
  fi
  if ((b > 0)); then
    body_failed "$n" "$b" "$hosts" $((X_WHOLE[x] || ${#hosts} == 0))
  else
    step_failed "$n" "$b"
  fi
}

retry_step() {
  local n=$1 b=$2
  TRIES[$n.$b]=$((${TRIES[$n.$b]} + 1))
  begin_step "$n" "$b" $((${STEP_ATTEMPT[$n.$b]} + 1))
  attempt "$n" "$b" "${RETRY_HOSTS[$n.$b]}"
}

step_failed() {
  decimal $((NOW - ${STEP_BEGAN[$1.$2]:-$NOW}))
  note step-end "${STEP_ID[$1]}" "$2" failed "$REPLY"
  progress FAILED "$RED" "$1" "$2" "${STEP_TITLE[$1]}"
  ((++FAILURES))
  stop_starting failure
}

step_stopped() {
  decimal $((NOW - ${STEP_BEGAN[$1.$2]:-$NOW}))
  note step-end "${STEP_ID[$1]}" "$2" stopped "$REPLY"
  progress stopped "$YELLOW" "$1" "$2" ''
  (($2 > 0)) && body_stopped "$1"
  return 0
}

# Says at once what failed; the end of the log is shown in the summary.
failed_action() {
  local x=$1 h=$2 n=${X_STEP[$1]}
  if is_yes_or_no "$x"; then
    [[ " ${X_UNKNOWN[x]:-} " == *" $h "* ]] || return
  elif [[ ${X_KIND[x]} == arrival ]]; then
    is_asked_again "$x" && return
  fi
  failure_text "$3" "$4" "$h" "${SLOT_LOG[LAST_SLOT]}"
  [[ $STOP == signal && $3 == stopped ]] && return
  if is_yes_or_no "$x"; then
    local found=$REPLY a=${X_ACTION[x]}
    if was_not_allowed "$a"; then found+=" (it was not allowed to run as ${A_AS[a]})"; fi
    unknown_text "$x"
    REPLY="could not be asked: $found, where $REPLY"
  fi
  progress failed "$RED" "$n" "${X_BATCH[x]}" "${A_TITLE[X_ACTION[x]]} on ${HOST_NAME[h]}: $REPLY"
  [[ $STOP != signal ]] && FAILED_LOG=${SLOT_LOG[LAST_SLOT]}
}

FAILED_LOG=''
