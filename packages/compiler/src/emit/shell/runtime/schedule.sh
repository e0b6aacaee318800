
# ------------------------------------------------------------------------------------------------------------
# Executions: a list of actions on their hosts, in worker processes
# ------------------------------------------------------------------------------------------------------------

# An execution is one attempt at a step, one batch of a roll's questions, a lock, or a part of a rollback. Its items
# LABEL:ACTION run one after the other. When it ends, `finished_KIND EXECUTION ok|failed|stopped` is called.
declare -a X_KIND=() X_STEP=() X_BATCH=() X_HOSTS=() X_ITEMS=() X_LABEL=() X_ACTION=() X_OPEN=() X_BAD=() X_REST=()
declare -a X_LOST=() X_WHOLE=() X_ENDED=() X_EVENT=() X_GOOD=() X_ONLY=() X_STOPPING=() X_UNREACHED=()
declare -a Q_EXECUTION=() Q_HOST=() Q_PROBE=()
declare -a FREE=() LAUNCH=() SLOT_PID=() SLOT_EXECUTION=() SLOT_HOST=() SLOT_PROBE=() SLOT_BEGAN=() SLOT_LOG=()
declare -a SLOT_NUMBER=() SLOT_ENDING=() SLOT_WHY=()
declare -A TIMER_AT=() TIMER_CALL=()

X=0 LAST_SLOT=0 Q_HEAD=0 Q_TAIL=0 RUNNING=0 TIMERS=0 STOP='' NOW=0 JOBS=8 ASKING=''

# execute KIND STEP BATCH HOSTS EVENT ITEM…: begins an execution; its number is in REPLY. EVENT is action or undo for the
# journal, or empty for questions, which it doesn't hold. HOSTS limits the actions that are for a batch.
execute() {
  local x=$((++X))
  X_KIND[x]=$1 X_STEP[x]=$2 X_BATCH[x]=$3 X_HOSTS[x]=$4 X_EVENT[x]=$5
  X_LOST[x]='' X_WHOLE[x]=0 X_ENDED[x]='' X_GOOD[x]='' X_ONLY[x]='' X_STOPPING[x]=''
  shift 5
  X_ITEMS[x]="$* "
  REPLY=$x
}

# Goes on with the next action of an execution, or ends it.
advance() {
  local x=$1 item
  while :; do
    item=${X_ITEMS[x]%% *}
    if [[ -z $item ]]; then
      finish "$x" ok
      return
    fi
    X_ITEMS[x]=${X_ITEMS[x]#* }
    X_LABEL[x]=${item%:*} X_ACTION[x]=${item##*:}
    targets "$x"
    [[ -z $REPLY ]] && continue
    spread "$x" "$REPLY"
    return
  done
}

# targets EXECUTION: the hosts on which its action is still to be done, in REPLY.
targets() {
  local x=$1 a=${X_ACTION[$1]} h list='' wanted key
  wanted=${A_HOSTS[a]}
  [[ ${A_MODE[a]} == local ]] && wanted=0
  if [[ -n ${A_BATCH[a]:-} ]]; then
    for h in ${X_HOSTS[x]}; do [[ " $wanted " == *" $h "* ]] && list+=" $h"; done
    wanted=${list# }
  elif [[ -n ${X_ONLY[x]} ]]; then
    for h in $wanted; do [[ ${X_ONLY[x]} == *" $h "* ]] && list+=" $h"; done
    wanted=${list# }
  fi
  [[ ${A_MODE[a]} == first ]] && wanted=${wanted%% *}
  list=''
  key=${X_STEP[x]}.${X_BATCH[x]}.${X_LABEL[x]}
  for h in $wanted; do
    if [[ (${X_EVENT[x]} == action && ${X_LABEL[x]} == [0-9]* && ${DID[$key.$h]:-} == ok) ||
      (${X_EVENT[x]} == undo && ${UNDONE[$key.$h]:-} == ok) ]]; then
      # One host of `any` is enough.
      [[ ${A_MODE[a]} == any ]] && list='' && break
    else
      list+=" $h"
    fi
  done
  REPLY=${list# }
}

spread() {
  local x=$1 hosts=$2 h
  X_OPEN[x]=0 X_BAD[x]=0 X_REST[x]=''
  case ${A_MODE[X_ACTION[x]]} in
    all) for h in $hosts; do enqueue "$x" "$h" 0; done ;;
    *)
      h=${hosts%% *}
      X_REST[x]=${hosts#"$h"}
      next_host "$x" "$h"
      ;;
  esac
}

# `any` takes the first host that can be reached: it is asked before, so that a connection lost later is a failure.
next_host() {
  local x=$1 h=$2 probe=0
  [[ ${A_MODE[X_ACTION[x]]} == any && ${HOST_TYPE[h]} != local && -n ${X_REST[x]// /} ]] && probe=1
  [[ ${A_TYPE[X_ACTION[x]]} == http ]] && probe=0
  enqueue "$x" "$h" "$probe"
}

enqueue() {
  Q_EXECUTION[Q_TAIL]=$1 Q_HOST[Q_TAIL]=$2 Q_PROBE[Q_TAIL]=$3
  ((++Q_TAIL, ++X_OPEN[$1]))
}

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

# Starts the workers of the slots that were assigned. What they do is on disk already.
launch() {
  local slot x a h log
  for slot in "${LAUNCH[@]}"; do
    x=${SLOT_EXECUTION[slot]} h=${SLOT_HOST[slot]} a=${X_ACTION[SLOT_EXECUTION[slot]]}
    SLOT_BEGAN[slot]=$NOW
    if ((SLOT_PROBE[slot])); then
      probe_worker "$slot" "$h" 7>&- 9>&- &
    else
      log_path "$x" "$h"
      log=$REPLY
      SLOT_LOG[slot]=$log
      printf '==> %s %s\n' "$LOCAL_TIME" "${A_TITLE[a]}" >>"$log"
      work "$slot" "$a" "$h" "${SLOT_NUMBER[slot]}" "$log" \
        "${BOOT_ID[${X_STEP[x]}.${X_BATCH[x]}.${X_LABEL[x]}.$h]:-}" 7>&- 9>&- &
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
  await 60 </dev/null >/dev/null 2>&1
  clock
  printf 'done %s %s %s %s\n' "$slot" "$([[ $CODE == 255 || $CODE == 124 ]] && printf unreachable || printf ok)" \
    "$CODE" "$NOW" >&8
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
    u*) name=undo-${label#u}-$verb ;;
    r:*) name=restore-${label#r:} ;;
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
      note "${X_EVENT[x]}-end" "${STEP_ID[X_STEP[x]]}" "${X_BATCH[x]}" "${X_LABEL[x]}" "${HOST_NAME[h]}" "$result" "$code" "$REPLY"
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

probed() {
  local x=$1 h=$2 result=$3 code=$4 next
  ((--X_OPEN[x]))
  if [[ -n ${X_STOPPING[x]} ]]; then
    ((X_OPEN[x] == 0)) && finish "$x" "${X_STOPPING[x]}"
    return
  fi
  if [[ $result != unreachable ]]; then
    enqueue "$x" "$h" 0
    return
  fi
  clean "${HOST_NAME[h]} cannot be reached; trying the next host"
  progress note "$YELLOW" "${X_STEP[x]}" "${X_BATCH[x]}" "$REPLY"
  next=${X_REST[x]# }
  h=${next%% *}
  X_REST[x]=${next#"$h"}
  next_host "$x" "$h"
}

# action_done EXECUTION HOST RESULT CODE
action_done() {
  local x=$1 h=$2 result=$3 next
  ((--X_OPEN[x]))
  if [[ $result == ok ]]; then
    X_GOOD[x]+=" $h"
  else
    ((++X_BAD[x]))
    X_LOST[x]+=" $h"
    [[ -n ${A_BATCH[X_ACTION[x]]:-} ]] || X_WHOLE[x]=1
    [[ $result != failed || ($4 == 255 && ${HOST_TYPE[h]} != local) ]] && X_UNREACHED[x]+=" $h"
    failed_action "$x" "$h" "$result" "$4"
  fi
  if [[ -n ${X_STOPPING[x]} ]]; then
    ((X_OPEN[x] == 0)) && finish "$x" "${X_STOPPING[x]}"
    return
  fi
  if [[ ${A_MODE[X_ACTION[x]]} == each && -n ${X_REST[x]// /} ]]; then
    if ((X_BAD[x] == 0)) || [[ ${X_KIND[x]} == need ]]; then
      next=${X_REST[x]# }
      h=${next%% *}
      X_REST[x]=${next#"$h"}
      next_host "$x" "$h"
      return
    fi
    [[ -n ${A_BATCH[X_ACTION[x]]:-} ]] && X_LOST[x]+=${X_REST[x]}
    X_REST[x]=''
  fi
  ((X_OPEN[x] > 0)) && return
  if ((X_BAD[x] == 0)) || [[ ${X_KIND[x]} == need ]]; then
    advance "$x"
    return
  fi
  survivors "$x"
  if [[ ${X_KIND[x]} != step || -z $REPLY ]] || ((X_WHOLE[x])); then
    finish "$x" failed
  else
    X_HOSTS[x]=$REPLY
    advance "$x"
  fi
}

# In a roll, the hosts of an execution that did not fail in it.
survivors() {
  local h list=''
  for h in ${X_HOSTS[$1]}; do [[ " ${X_LOST[$1]} " != *" $h "* ]] && list+=" $h"; done
  REPLY=${list# }
}

finish() {
  local x=$1 result=$2
  [[ -n ${X_ENDED[x]} ]] && return
  X_ENDED[x]=$result
  cancel_timer "deadline.$x"
  "finished_${X_KIND[x]}" "$x" "$result"
  X_ITEMS[x]='' X_HOSTS[x]='' X_REST[x]=''
}

# stop_execution EXECUTION RESULT WHY: nothing more of it starts, what runs is ended, and then it ends with RESULT.
stop_execution() {
  local x=$1 slot
  [[ -n ${X_ENDED[x]}${X_STOPPING[x]} ]] && return
  X_STOPPING[x]=$2
  if ((X_OPEN[x] == 0)); then
    finish "$x" "$2"
    return
  fi
  for slot in "${!SLOT_PID[@]}"; do
    [[ -n ${SLOT_PID[slot]} && ${SLOT_EXECUTION[slot]} == "$x" ]] && end_slot "$slot" "$3"
  done
}

# TERM to the process group of a worker, KILL ten seconds later.
end_slot() {
  [[ -n ${SLOT_ENDING[$1]} ]] && return
  clock
  SLOT_WHY[$1]=$2 SLOT_ENDING[$1]=$((NOW + 10000000))
  ((++ENDING))
  kill -TERM -- "-${SLOT_PID[$1]}" 2>/dev/null
}
