
# ------------------------------------------------------------------------------------------------------------
# Worker processes, and the events of a run
# ------------------------------------------------------------------------------------------------------------

# Gives free slots to what waits, and writes down what they are going to do.
assign() {
  local x h slot
  LAUNCH=()
  while ((RUNNING < JOBS && Q_HEAD < Q_TAIL)); do
    x=${Q_EXECUTION[Q_HEAD]} h=${Q_HOST[Q_HEAD]}
    if [[ -n ${X_STOPPING[x]} ]]; then
      drop_head
      ((--X_OPEN[x] == 0)) && finish "$x" "${X_STOPPING[x]}"
      continue
    fi
    slot=${FREE[-1]}
    unset 'FREE[-1]'
    SLOT_EXECUTION[slot]=$x SLOT_HOST[slot]=$h SLOT_PROBE[slot]=${Q_PROBE[Q_HEAD]} SLOT_NUMBER[slot]=0 SLOT_WHY[slot]=''
    SLOT_ENDING[slot]='' SLOT_PID[slot]=''
    drop_head
    ((++RUNNING))
    LAUNCH+=("$slot")
    if [[ ${SLOT_PROBE[slot]} == 0 && -n ${X_EVENT[x]} ]]; then
      begin_action "$x" "$h"
      SLOT_NUMBER[slot]=${BEGIN_NUMBER[${X_STEP[x]}.${X_BATCH[x]}.${X_LABEL[x]}.$h]}
    fi
  done
}

begin_action() {
  local x=$1 key=${X_STEP[$1]}.${X_BATCH[$1]}.${X_LABEL[$1]}.$2
  [[ -n ${BOOT_ID[$key]:-} && ${DID[$key]:-} == begun ]] && return
  note "${X_EVENT[x]}-begin" "${STEP_ID[X_STEP[x]]}" "${X_BATCH[x]}" "${X_LABEL[x]}" "${HOST_NAME[$2]}" \
    "${A_TITLE[X_ACTION[x]]}"
}

drop_head() {
  unset "Q_EXECUTION[Q_HEAD]" "Q_HOST[Q_HEAD]" "Q_PROBE[Q_HEAD]"
  ((++Q_HEAD))
}

# Starts the workers of the slots that were assigned. What they do is on disk already. A worker holds nothing of who
# called the program, who otherwise would wait for it when the program is killed.
launch() {
  local slot x a h log key before
  for slot in "${LAUNCH[@]}"; do
    x=${SLOT_EXECUTION[slot]} h=${SLOT_HOST[slot]} a=${X_ACTION[SLOT_EXECUTION[slot]]}
    SLOT_BEGAN[slot]=$NOW
    use_connection "$h"
    if ((SLOT_PROBE[slot])); then
      probe_worker "$slot" "$h" >/dev/null 2>&1 </dev/null 5<&- 7>&- 9>&- &
    else
      log_path "$x" "$h"
      log=$REPLY
      SLOT_LOG[slot]=$log
      printf '==> %s %s\n' "$LOCAL_TIME" "${A_TITLE[a]}" >>"$log"
      key=${X_STEP[x]}.${X_BATCH[x]}.${X_LABEL[x]}.$h before=''
      case ${A_TYPE[a]} in
        reboot) before=${BOOT_ID[$key]:-} ;;
        wait) [[ ${WAITS_SINCE[$key]:-} < $RUN_TIME ]] && before=${WAITS_SINCE[$key]:-} ;;
      esac
      work "$slot" "$a" "$h" "${SLOT_NUMBER[slot]}" "$before" >>"$log" 2>&1 </dev/null 5<&- 7>&- 9>&- &
    fi
    SLOT_PID[slot]=$!
    disown "$!"
  done
  LAUNCH=()
}

# Whether a host can be reached.
probe_worker() {
  local slot=$1 h=$2
  trap 'end_work' TERM
  reach "$h" bash -c :
  await 60
  clock
  RESULT=ok
  [[ $CODE == 255 || $CODE == 124 ]] && RESULT=unreachable
  printf 'done %s %s %s %s\n' "$slot" "$RESULT" "$CODE" "$NOW" >&8
}

# log_path EXECUTION HOST: the log of its action on the host.
log_path() {
  local x=$1 h=$2 verb=${A_VERB[X_ACTION[$1]]} label=${X_LABEL[$1]} directory name
  step_directory "${X_STEP[x]}"
  directory=$REPLY
  case $label in
    [0-9]*) printf -v name '%02d-%s' "$label" "$verb" ;;
    v*) name=verify-${label#v} ;;
    '?'*) name=unless-${label#?} ;;
    b*) name=back-${label#b}-$verb ;;
    u[0-9]*) name=undo-${label#u}-$verb ;;
    f*) name=load-again-${label#f}-$verb ;;
    r[0-9]*) name=restore-${label#r} ;;
    h*) name=$verb-${label#h} ;;
    *) name=$label ;;
  esac
  name=$name.${HOST_NAME[h]}
  name=${name//[!A-Za-z0-9._@+-]/_}
  REPLY=$directory/${name:0:200}.log
}

# Directories for the logs of all steps, in few calls of mkdir.
make_directories() {
  local n
  local -a missing=()
  for ((n = 1; n <= S; n++)); do
    case ${STEP_KIND[n]} in join | no-return | approve) continue ;; esac
    step_directory "$n"
    [[ -d $REPLY ]] || missing+=("$REPLY")
    if ((${#missing[@]} == 500)); then
      mkdir -p -- "${missing[@]}"
      missing=()
    fi
  done
  ((${#missing[@]} == 0)) || mkdir -p -- "${missing[@]}"
}

step_directory() {
  local name=${STEP_ID[$1]//\//.}
  name=${name//[!A-Za-z0-9._@+-]/_}
  [[ $name == .* ]] && name=_${name#.}
  REPLY=$STATE/logs/${name:0:200}
}

# One round: start what can start, write it down, do it, and wait for the next event.
run_loop() {
  while :; do
    start_ready
    assign
    commit
    launch
    if ((RUNNING == 0 && Q_HEAD == Q_TAIL && TIMERS == 0)) && [[ -z $ASKING ]]; then break; fi
    await_event
  done
}

await_event() {
  local kind slot result code at answer
  next_wait
  if read -r -t "$REPLY" -u 8 kind slot result code at answer; then
    handle_event
    while read -r -t 0 -u 8 && read -r -u 8 kind slot result code at answer; do handle_event; done
  else
    find_lost_workers
    find_lost_renewers
  fi
  fire_timers
}

# next_wait: seconds until something is due, in REPLY; at most a minute, to notice a worker that was killed.
next_wait() {
  local at next=$((NOW + 60000000)) key slot
  if ((TIMERS > 0 || ENDING > 0)); then
    clock
    next=$((NOW + 60000000))
    for key in "${!TIMER_AT[@]}"; do
      at=${TIMER_AT[$key]}
      [[ -n $at ]] && ((at < next)) && next=$at
    done
    for slot in "${!SLOT_ENDING[@]}"; do
      at=${SLOT_ENDING[slot]}
      [[ -n $at ]] && ((at < next)) && next=$at
    done
  fi
  at=$((next - NOW))
  ((at < 1000)) && at=1000
  printf -v REPLY '%d.%06d' $((at / 1000000)) $((at % 1000000))
}

ENDING=0

# timer NAME SECONDS CALL…: calls a function later.
timer() {
  local name=$1 seconds=$2
  shift 2
  clock
  [[ -z ${TIMER_AT[$name]:-} ]] && ((++TIMERS))
  TIMER_AT[$name]=$((NOW + seconds * 1000000)) TIMER_CALL[$name]=$*
}

cancel_timer() {
  [[ -z ${TIMER_AT[$1]:-} ]] && return
  unset "TIMER_AT[$1]" "TIMER_CALL[$1]"
  ((--TIMERS))
}

fire_timers() {
  local name slot
  local -a call
  ((TIMERS > 0 || ENDING > 0)) || return
  clock
  for name in "${!TIMER_AT[@]}"; do
    if ((TIMER_AT[$name] <= NOW)); then
      read -r -a call <<<"${TIMER_CALL[$name]}"
      cancel_timer "$name"
      "${call[@]}"
    fi
  done
  for slot in "${!SLOT_ENDING[@]}"; do
    if [[ -n ${SLOT_ENDING[slot]} ]] && ((SLOT_ENDING[slot] <= NOW)); then
      kill -KILL -- "-${SLOT_PID[slot]}" 2>/dev/null
      lost_worker "$slot"
    fi
  done
}

handle_event() {
  case $kind in
    done) worker_done "$slot" "$result" "$code" "$at" "$answer" ;;
    signal) handle_signal "$slot" ;;
    answer) handle_answer "$slot" ;;
    lock) lock_lost "$slot" "$result" "$code" ;;
  esac
}

worker_done() {
  local slot=$1 result=$2 code=$3 answer=$5
  [[ -z ${SLOT_PID[slot]:-} ]] && return
  NOW=$4
  local x=${SLOT_EXECUTION[slot]} h=${SLOT_HOST[slot]}
  [[ $result != ok && -n ${SLOT_WHY[slot]} ]] && result=${SLOT_WHY[slot]}
  if [[ -n ${SLOT_ENDING[slot]} ]]; then ((--ENDING)); fi
  SLOT_ENDING[slot]='' SLOT_PID[slot]=''
  FREE+=("$slot")
  LAST_SLOT=$slot
  ((--RUNNING))
  if ((SLOT_PROBE[slot])); then
    probed "$x" "$h" "$result" "$code"
  elif [[ $result == boot-id ]]; then
    note boot-id "${STEP_ID[X_STEP[x]]}" "${X_BATCH[x]}" "${X_LABEL[x]}" "${HOST_NAME[h]}" "$answer"
    ((--X_OPEN[x]))
    enqueue "$x" "$h" 0
  else
    if [[ -n ${X_EVENT[x]} ]]; then
      decimal $((NOW - SLOT_BEGAN[slot]))
      note "${X_EVENT[x]}-end" "${STEP_ID[X_STEP[x]]}" "${X_BATCH[x]}" "${X_LABEL[x]}" "${HOST_NAME[h]}" \
        "$result" "$code" "$REPLY"
    fi
    action_done "$x" "$h" "$result" "$code"
  fi
}

# A worker that died without a word, or that had to be killed.
lost_worker() { worker_done "$1" lost 137 "$NOW" ''; }

find_lost_workers() {
  local slot
  clock
  for slot in "${!SLOT_PID[@]}"; do
    [[ -n ${SLOT_PID[slot]} ]] && ! kill -0 "${SLOT_PID[slot]}" 2>/dev/null && lost_worker "$slot"
  done
}
