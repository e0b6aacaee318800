
# ------------------------------------------------------------------------------------------------------------
# Executions: a list of actions on their hosts, in worker processes
# ------------------------------------------------------------------------------------------------------------

# An execution is one attempt at a step, one batch of a roll's questions, a lock, or a part of a rollback. Its items
# LABEL:ACTION run one after the other. When it ends, `finished_KIND EXECUTION ok|failed|stopped` is called.
declare -a X_KIND=() X_STEP=() X_BATCH=() X_HOSTS=() X_ITEMS=() X_LABEL=() X_ACTION=() X_OPEN=() X_BAD=() X_REST=()
declare -a X_MODE=() X_LOST=() X_WHOLE=() X_ENDED=() X_EVENT=() X_GOOD=() X_ONLY=() X_STOPPING=()
declare -a Q_EXECUTION=() Q_HOST=() Q_PROBE=()
declare -a FREE=() LAUNCH=() SLOT_PID=() SLOT_EXECUTION=() SLOT_HOST=() SLOT_PROBE=() SLOT_BEGAN=() SLOT_LOG=()
declare -a SLOT_NUMBER=() SLOT_ENDING=() SLOT_WHY=()
declare -A TIMER_AT=() TIMER_CALL=()

X=0 LAST_SLOT=0 Q_HEAD=0 Q_TAIL=0 RUNNING=0 TIMERS=0 STOP='' NOW=0 JOBS=8 ASKING=''

# execute KIND STEP BATCH HOSTS EVENT ITEM…: begins an execution; its number is in REPLY. EVENT is action or undo for
# the journal, or empty for questions, which it doesn't hold. HOSTS limits the actions that are for a batch.
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
  X_OPEN[x]=0 X_BAD[x]=0 X_REST[x]='' X_MODE[x]=${A_MODE[X_ACTION[x]]}
  # What a roll did batch by batch goes in turns where there are no batches.
  [[ -n ${A_BATCH[X_ACTION[x]]:-} && ${X_BATCH[x]}${X_LABEL[x]} == 0f* ]] && X_MODE[x]=each
  case ${X_MODE[x]} in
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
    note_answer "$@"
    failed_action "$x" "$h" "$result" "$4"
  fi
  if [[ -n ${X_STOPPING[x]} ]]; then
    ((X_OPEN[x] == 0)) && finish "$x" "${X_STOPPING[x]}"
    return
  fi
  if [[ ${X_MODE[x]} == each && -n ${X_REST[x]// /} ]]; then
    if asks_the_others "$x"; then
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
  if [[ -z $REPLY ]] || ((X_WHOLE[x])) || ! may_lose_hosts "$x"; then
    finish "$x" failed
  else
    X_HOSTS[x]=$REPLY X_GONE[x]=${X_LOST[x]}
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
