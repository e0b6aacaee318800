
# ------------------------------------------------------------------------------------------------------------
# What the journal says: the state of every step, action and host
# ------------------------------------------------------------------------------------------------------------

# Keys: STEP.BATCH, and STEP.BATCH.ACTION.HOST for what an action did on a host. STEP_STATE is begun, ok, skipped,
# left-out, failed or stopped; DID is begun, ok, failed, timeout, stopped or lost. RAN lists everything that may have
# had an effect since the step was last undone; DID forgets at each new attempt.

declare -A STEP_STATE=() STEP_SINCE=() STEP_ATTEMPT=() STEP_FAILURE=() STEP_REPEATED=()
declare -A DID=() EXIT_CODE=() WAITS_SINCE=() RAN=() RAN_KEYS=() UNDONE=() UNDONE_KEYS=() BEGIN_NUMBER=() BOOT_ID=()
declare -A BATCH_STATE=() BATCH_ENDED=() BATCH_HOSTS=() BATCH_LOST=() LOST_IN=() HOST_SKIPPED=() HOST_DONE=()
declare -A DOWN=() AWAY=() MODE_HOSTS=() ROLLBACK_CHANGED=() LOADED_BACK=() RELOADING=()
declare -a LOCK_BATCH=() LOCK_HOST=() LOCK_GONE=() BEGUN_KEY=() WAY_BACK=()

RUN='' RUN_STATE=none RUN_COMMAND='' RUN_PID='' RUN_EXIT='' RUN_REASON='' RUN_DIRECTORY='' RUN_TIME='' RUN_HOST=''
ROLLBACK_TO='' BEGINS=0

record_event() {
  local event=$1 n h key
  case $event in
    action-begin | action-end | step-begin | step-end | undo-begin | undo-end)
      n=${STEP_INDEX["=$2"]:-}
      [[ -z $n ]] && return
      case $event in
        action-begin) record_begin "$n.$3" "$4" "$5" ;;
        action-end) record_end "$n" "$n.$3" "$4" "$5" "$6" "$7" ;;
        step-begin) record_step_begin "$n.$3" "$4" ;;
        step-end) record_step_end "$n" "$3" "$4" ;;
        *) record_undo "$event" "$n.$3" "$4" "$5" "${6:-}" "${7:-}" ;;
      esac
      return
      ;;
  esac
  shift
  case $event in
    run-begin)
      RUN_STATE=begun RUN_EXIT='' RUN_REASON='' RUN_TIME=$EVENT_TIME
      RUN_COMMAND=$1 RUN_PID=$2 RUN_HOST=$3 RUN_DIRECTORY=$4
      forget_under_way
      [[ $1 == rollback ]] || TOUCHED=()
      ;;
    run-end) RUN_STATE=ended RUN_EXIT=$1 RUN_REASON=$2 ;;
    rollback-begin)
      [[ -z $ROLLBACK_TO ]] && ROLLBACK_CHANGED=() WAY_BACK=()
      [[ $ROLLBACK_TO != "$1" ]] && forget_restores
      ROLLBACK_TO=$1
      ;;
    rollback-end)
      if [[ $1 == ok ]]; then
        [[ $ROLLBACK_TO == start ]] && LOADED_BACK=()
        state_is "$ROLLBACK_TO"
        ROLLBACK_TO='' ROLLBACK_CHANGED=() WAY_BACK=()
      fi
      ;;
    *)
      n=${STEP_INDEX["=$1"]:-}
      [[ -z $n ]] && return
      key=$n.$2
      case $event in
        repeat) STEP_REPEATED[$key]=1 ;;
        boot-id) BOOT_ID["$key.$3.${HOST_INDEX["=$4"]:-0}"]=$5 ;;
        batch-begin)
          shift 2
          local list=''
          for h; do list+=" ${HOST_INDEX["=$h"]:-}"; done
          BATCH_STATE[$key]=begun BATCH_HOSTS[$key]=${list# }
          ;;
        batch-end) BATCH_STATE[$key]=$3 BATCH_ENDED[$key]=$EVENT_TIME ;;
        host-skipped)
          h=${HOST_INDEX["=$3"]:-}
          HOST_SKIPPED[$key.$h]=1
          [[ " ${BATCH_HOSTS[$key]:-} " == *" $h "* ]] && leave_batch "$key" "$h"
          ;;
        host-failed)
          h=${HOST_INDEX["=$3"]:-}
          BATCH_LOST[$key]+=" $h" LOST_IN[$key.$h]=${STEP_INDEX["=$4"]:-$n}
          ;;
        lock-taken)
          LOCK_BATCH[n]=$2 LOCK_HOST[n]=${HOST_INDEX["=$3"]:-0}
          unset "LOCK_GONE[n]"
          ;;
        lock-released | lock-lost)
          unset "LOCK_GONE[n]"
          [[ $event == lock-lost ]] && LOCK_GONE[n]="$2 ${LOCK_HOST[n]:-0}"
          unset "LOCK_BATCH[n]" "LOCK_HOST[n]"
          ;;
        step-undone) record_undone "$n" "$2" ;;
      esac
      ;;
  esac
}

record_begin() {
  local key=$1.$2.${HOST_INDEX["=$3"]:-0}
  DID[$key]=begun
  if [[ -z ${RAN[$key]:-} ]]; then
    RAN[$key]=1
    RAN_KEYS[$1]+=" $2.${key##*.}"
  fi
  BEGUN_KEY[++BEGINS]=$key BEGIN_NUMBER[$key]=$BEGINS
  find_action "${1%%.*}" "$2"
  [[ ${A_TYPE[REPLY]:-} == wait ]] && WAITS_SINCE[$key]=${WAITS_SINCE[$key]:-$EVENT_TIME}
  action_began "$REPLY" "$key"
  [[ -n ${A_MOVES[REPLY]:-} ]] && change_model "$REPLY" "${key##*.}" begun
}

record_end() {
  local key=$2.$3.${HOST_INDEX["=$4"]:-0}
  DID[$key]=$5
  action_ended "$key"
  EXIT_CODE[$key]=$6
  if [[ $5 == ok ]]; then
    [[ -n ${BOOT_ID[$key]:-} ]] && BOOT_ID[$key]=''
    [[ -n ${WAITS_SINCE[$key]:-} ]] && WAITS_SINCE[$key]=''
    find_action "$1" "$3"
    [[ -n ${A_MOVES[REPLY]:-} ]] && change_model "$REPLY" "${key##*.}" "$5"
  else
    STEP_FAILURE[$2]="$3 ${key##*.} $5 $6"
  fi
}

record_undo() {
  local key=$2.$3.${HOST_INDEX["=$4"]:-0}
  if [[ $1 == undo-begin ]]; then
    [[ -z ${UNDONE[$key]:-} ]] && UNDONE_KEYS[$2]+=" $3.${key##*.}"
    UNDONE[$key]=begun
    changed_state ''
    BEGUN_KEY[++BEGINS]=$key BEGIN_NUMBER[$key]=$BEGINS
    find_action "${2%%.*}" "$3"
    note_loaded_back "$REPLY" "${key##*.}" "$2" "$3"
    touch_components "${2%%.*}" "$3" "$REPLY" "${key##*.}"
  else
    UNDONE[$key]=$5
    if [[ $5 != ok ]]; then
      STEP_FAILURE[$2]="$3 ${key##*.} $5 $6"
      return
    fi
    find_action "${2%%.*}" "$3"
    [[ -n ${A_CHANGES[REPLY]:-} ]] && change_model "$REPLY" "${key##*.}" ok
  fi
}

# note_loaded_back ACTION HOST STEP.BATCH LABEL: what a way back has a component load is not what was there at the start:
# a rollback that goes further has it load anew. RELOADING: it was stopped for that, and in which step.
note_loaded_back() {
  local change key
  for change in ${A_CHANGES[$1]:-}; do
    key="=${CHANGE_NAME[change]} $2"
    note_loaded "$change" "$2" && WAY_BACK+=("loaded $3 $4 $key")
    [[ $4.${CHANGE_KIND[change]}:${CHANGE_BECOMES[change]} == f*.component:stopped ]] && RELOADING[$key]="${3%.*} ${3#*.}"
  done
  return 0
}

# note_loaded CHANGE HOST: a component runs with what it has loaded by this until it loads anew, whatever is taken back.
note_loaded() {
  local key="=${CHANGE_NAME[$1]} $2"
  case ${CHANGE_KIND[$1]}:${CHANGE_BECOMES[$1]} in
    component:started | component:restarted) LOADED_BACK[$key]=restart ;;
    component:reloaded) [[ -n ${LOADED_BACK[$key]:-} ]] || LOADED_BACK[$key]=reload ;;
    host:rebooted) LOADED_BACK["* $2"]=restart ;;
    *) return 1 ;;
  esac
}

record_step_begin() {
  local item failed=''
  if [[ -n ${STEP_ATTEMPT[$1]:-} && ${STEP_ATTEMPT[$1]} != "$2" ]]; then
    # In a roll, a new attempt is for the hosts that failed; elsewhere it is for all.
    for item in ${RAN_KEYS[$1]:-}; do [[ ${DID[$1.$item]} != ok ]] && failed+=" ${item##*.} "; done
    for item in ${RAN_KEYS[$1]:-}; do
      [[ $1 == *.0 || $failed == *" ${item##*.} "* ]] && DID[$1.$item]=''
    done
  fi
  STEP_STATE[$1]=begun STEP_ATTEMPT[$1]=$2 STEP_SINCE[$1]=$EVENT_TIME STEP_REPEATED[$1]=''
  [[ $1 != *.0 || ${STEP_KIND[${1%.0}]} != roll ]] || take_lost_back "${1%.0}"
}

record_step_end() {
  local h roll=${STEP_ROLL[$1]:-}
  STEP_STATE[$1.$2]=$3
  case $2.$3 in
    0.ok) step_passed "$1" ;;
    0.left-out) changed_state '' ;;
  esac
  if [[ -n $roll && ($3 == ok || $3 == skipped) ]]; then
    for h in ${BATCH_HOSTS[$roll.$2]:-}; do
      [[ " ${BATCH_LOST[$roll.$2]:-} " != *" $h "* ]] && HOST_DONE[$1.$2.$h]=1
    done
  fi
}

record_undone() {
  local item change h key=$1.$2
  reversed_items "$key"
  WAY_BACK+=("undone $key $ROLLBACK_TO $REPLY")
  for item in $REPLY; do
    RAN[$key.$item]='' DID[$key.$item]='' BOOT_ID[$key.$item]='' WAITS_SINCE[$key.$item]=''
    find_action "$1" "${item%.*}"
    note_changes "$REPLY"
    for change in ${A_CHANGES[REPLY]:-}; do note_loaded "$change" "${item##*.}"; done
  done
  RAN_KEYS[$key]='' STEP_STATE[$key]='' STEP_ATTEMPT[$key]='' STEP_FAILURE[$key]='' STEP_REPEATED[$key]=''
  local roll=${STEP_ROLL[$1]:-}
  if [[ -n $roll ]]; then
    for h in ${BATCH_MEMBERS[$roll.$2]:-}; do HOST_DONE[$key.$h]='' HOST_SKIPPED[$roll.$2.$h]=''; done
  fi
  if [[ ${STEP_KIND[$1]} == roll ]]; then
    local b
    unset "LOCK_GONE[$1]"
    for ((b = 1; b <= ROLL_BATCHES[$1]; b++)); do
      BATCH_STATE[$1.$b]='' BATCH_HOSTS[$1.$b]='' BATCH_LOST[$1.$b]=''
      for item in ${RAN_KEYS[$1.$b]:-}; do RAN[$1.$b.$item]='' DID[$1.$b.$item]=''; done
      for item in ${UNDONE_KEYS[$1.$b]:-}; do UNDONE[$1.$b.$item]=''; done
      RAN_KEYS[$1.$b]='' UNDONE_KEYS[$1.$b]=''
      for h in ${BATCH_MEMBERS[$1.$b]}; do HOST_SKIPPED[$1.$b.$h]=''; done
    done
  fi
  for item in ${UNDONE_KEYS[$key]:-}; do UNDONE[$key.$item]=''; done
  UNDONE_KEYS[$key]=''
}

# Restores, and what loads again what they brought back.
forget_restores() {
  local key item
  for key in "${!UNDONE_KEYS[@]}"; do
    for item in ${UNDONE_KEYS[$key]}; do [[ $item == [fr]* ]] && UNDONE[$key.$item]=''; done
  done
}

# reversed_items STEP.BATCH: what ran of it, the last first, in REPLY.
reversed_items() {
  local item
  REPLY=''
  for item in ${RAN_KEYS[$1]:-}; do REPLY="$item $REPLY"; done
}

# note_changes ACTION: the rollback under way takes its changes back.
note_changes() {
  local change
  for change in ${A_CHANGES[$1]:-}; do ROLLBACK_CHANGED["=${CHANGE_NAME[change]}"]=1; done
}

# find_action STEP LABEL: the action with that label, in REPLY; 0 if the plan has none.
find_action() {
  # Most steps have one action.
  if [[ $2 == 1 ]]; then
    REPLY=${STEP_ACTIONS[$1]:- 0}
    REPLY=${REPLY# }
    REPLY=${REPLY%% *}
    return
  fi
  local number=$2 list action count=0
  case $number in
    lock) list=${ROLL_LOCK[$1]:-} number=1 ;;
    unlock) list=${ROLL_UNLOCK[$1]:-} number=1 ;;
    needed) list=${ROLL_NEEDED[$1]:-} number=1 ;;
    v*) list=${STEP_VERIFY[$1]:-} number=${number#v} ;;
    r*) list=${POINT_CAPTURES["=${STEP_ID[$1]}"]:-} number=${number#r} ;;
    u*) list=${STEP_UNDO[$1]:-} number=${number#u} ;;
    f*) list=$REFRESH_ACTIONS number=${number#f} ;;
    b*.*)
      number=${number#b}
      find_action "$1" "${number%%.*}"
      list=${A_INVERSES[REPLY]:-} number=${number#*.}
      ;;
    *) list=${STEP_ACTIONS[$1]:-} ;;
  esac
  REPLY=0
  for action in $list; do
    if [[ $((++count)) == "$number" ]]; then
      REPLY=$action
      return
    fi
  done
}
