
# ------------------------------------------------------------------------------------------------------------
# Rolls: a body, batch by batch
# ------------------------------------------------------------------------------------------------------------

# For each batch: ask which hosts need the body, take the lock, ask again, run the body, release the lock. A host
# that fails leaves the rest of the body; the lock of its batch is kept.
declare -a R_BATCH=() R_HOSTS=() R_BEGUN=() R_LEFT=() R_ACTIVE=() R_FAILED=() R_ERROR=() R_PASS=()

begin_roll() {
  local n=$1
  R_BATCH[n]=0 R_FAILED[n]=0 R_ERROR[n]=''
  resume_pause "$n" || next_batch "$n"
}

next_batch() {
  local n=$1 b h hosts=''
  while :; do
    b=$((++R_BATCH[n]))
    if ((b > ROLL_BATCHES[n])); then
      step_ok "$n" 0
      return
    fi
    [[ ${BATCH_STATE[$n.$b]:-} == ok ]] || break
  done
  if [[ -n $STOP ]]; then
    step_stopped "$n" 0
    return
  fi
  if [[ -n ${LOCK_LOST[$n]:-} ]]; then
    progress note "$RED" "$n" "$b" "is not begun, because the lock was lost: ${LOCK_LOST[$n]}"
    step_failed "$n" 0
    return
  fi
  begun_hosts "$n" "$b"
  R_BEGUN[n]=$REPLY R_PASS[n]=1
  for h in ${BATCH_MEMBERS[$n.$b]}; do
    [[ -z ${HOST_SKIPPED[$n.$b.$h]:-} && " $REPLY " != *" $h "* ]] && hosts+=" $h"
  done
  R_HOSTS[n]=${hosts# }
  ask_need "$n"
}

ask_need() {
  local n=$1 b=${R_BATCH[$1]}
  if [[ -z ${ROLL_NEEDED[n]:-} || -z ${R_HOSTS[n]} ]]; then
    need_known "$n"
    return
  fi
  execute need "$n" "$b" "${R_HOSTS[n]}" '' "needed:${ROLL_NEEDED[n]}"
  advance "$REPLY"
}

finished_need() {
  local x=$1 n=${X_STEP[$1]} b=${X_BATCH[$1]} h needy=''
  if [[ $2 == stopped ]]; then
    step_stopped "$n" 0
    return
  fi
  if [[ -n ${A_BATCH[X_ACTION[x]]:-} ]]; then
    for h in ${R_HOSTS[n]}; do
      if [[ " ${X_GOOD[x]} " == *" $h "* ]]; then
        needy+=" $h"
      elif [[ " ${X_UNKNOWN[x]:-} " == *" $h "* ]]; then
        lose_host "$n" "$b" "$h" "$n"
      else
        skip_host "$n" "$b" "$h"
      fi
    done
    R_HOSTS[n]=${needy# }
  elif [[ -z ${X_GOOD[x]} && -n ${X_UNKNOWN[x]:-} ]]; then
    R_ERROR[n]='nobody knows which hosts need it'
  elif [[ -z ${X_GOOD[x]} ]]; then
    for h in ${R_HOSTS[n]}; do skip_host "$n" "$b" "$h"; done
    R_HOSTS[n]=''
  fi
  if [[ -n ${R_ERROR[n]} ]]; then batch_failed "$n"; else need_known "$n"; fi
}

skip_host() {
  note host-skipped "${STEP_ID[$1]}" "$2" "${HOST_NAME[$3]}"
  progress skip "$DIM" "$1" "$2" "${HOST_NAME[$3]} does not need it"
}

need_known() {
  local n=$1
  if [[ -z ${R_HOSTS[n]}${R_BEGUN[n]} ]]; then
    end_batch "$n"
  elif ((R_PASS[n] == 1)); then
    take_lock "$n"
  else
    begin_body "$n"
  fi
}

# The lock that this run holds according to the journal is not taken again, unless it may have lapsed since.
take_lock() {
  local n=$1
  if [[ -z ${ROLL_LOCK[n]:-} ]] || [[ -n ${LOCK_BATCH[n]:-} && -z ${ROLL_RENEW[n]:-} ]]; then
    locked "$n"
    return
  fi
  batch_hosts "$n"
  execute lock "$n" "${R_BATCH[n]}" "$REPLY" action "lock:${ROLL_LOCK[n]}"
  advance "$REPLY"
}

finished_lock() {
  local x=$1 n=${X_STEP[$1]} b=${X_BATCH[$1]} h
  case $2 in
    ok)
      h=${X_GOOD[x]# }
      note lock-taken "${STEP_ID[n]}" "$b" "${HOST_NAME[${h%% *}]}" "${ROLL_KEY[n]}"
      clean "${ROLL_KEY[n]}"
      progress lock "$DIM" "$n" "$b" "$REPLY"
      keep_alive "$n"
      locked "$n"
      ;;
    stopped) step_stopped "$n" 0 ;;
    *)
      # It had lapsed, and now another has it.
      if [[ -n ${LOCK_BATCH[n]:-} ]] && ((${STEP_FAILURE[$n.$b]##* } == 1)); then
        note lock-lost "${STEP_ID[n]}" "$b"
      fi
      R_ERROR[n]='the lock could not be taken'
      batch_failed "$n"
      ;;
  esac
}

locked() {
  local n=$1
  if ((R_PASS[n] == 1)) && [[ -n ${ROLL_LOCK[n]:-} ]]; then
    R_PASS[n]=2
    ask_need "$n"
  else
    begin_body "$n"
  fi
}

begin_body() {
  local n=$1 b=${R_BATCH[$1]} h s before names=()
  batch_hosts "$n"
  R_HOSTS[n]=$REPLY R_BEGUN[n]=''
  if [[ ${BATCH_HOSTS[$n.$b]:-} != "$REPLY" ]]; then
    for h in ${R_HOSTS[n]}; do names+=("${HOST_NAME[h]}"); done
    note batch-begin "${STEP_ID[n]}" "$b" "${names[@]}"
    hosts_text all "${R_HOSTS[n]}"
    progress batch "$BOLD" "$n" "$b" "of ${ROLL_BATCHES[n]}: $REPLY"
  fi
  R_LEFT[n]=0 R_ACTIVE[n]=0
  for s in ${ROLL_STEPS[n]}; do
    WAITING[s]=0
    ((++R_LEFT[n]))
    for before in ${STEP_AFTER[s]:-}; do ((++WAITING[s])); done
    if ((WAITING[s] == 0)); then
      READY+=("$s.$b")
      ((++R_ACTIVE[n]))
    fi
  done
  ((R_LEFT[n] == 0)) && body_over "$n"
  return 0
}

# body_hosts STEP BATCH: the hosts of the batch that are still in it and have not done the step, in REPLY.
body_hosts() {
  local h list=''
  for h in ${R_HOSTS[STEP_ROLL[$1]]}; do [[ -z ${HOST_DONE[$1.$2.$h]:-} ]] && list+=" $h"; done
  REPLY=${list# }
}

body_is_done() {
  [[ ${STEP_STATE[$1.$2]:-} == ok || ${STEP_STATE[$1.$2]:-} == skipped ]] && [[ -z $3 ]]
}

# `step_complete` has put the next steps of the body into READY; they are counted when they start.
body_complete() {
  local n=${STEP_ROLL[$1]} next
  ((--R_LEFT[n], --R_ACTIVE[n]))
  for next in ${STEP_NEXT[$1]:-}; do ((WAITING[next] == 0)) && ((++R_ACTIVE[n])); done
  if ((R_ACTIVE[n] == 0)); then body_over "$n"; fi
}

body_stopped() {
  local n=${STEP_ROLL[$1]}
  ((--R_ACTIVE[n] == 0)) && body_over "$n"
  return 0
}

# body_failed STEP BATCH HOSTS WHOLE: its attempts are over. WHOLE: it failed for the batch, not for some hosts of it.
body_failed() {
  local s=$1 b=$2 n=${STEP_ROLL[$1]} h whole=$4
  for h in $3; do lose_host "$n" "$b" "$h" "$s"; done
  if ((whole)); then R_ERROR[n]="${STEP_ID[s]} failed"; fi
  if ((whole)) || [[ -z ${R_HOSTS[n]} ]]; then
    decimal $((NOW - ${STEP_BEGAN[$s.$b]}))
    note step-end "${STEP_ID[s]}" "$b" failed "$REPLY"
    progress FAILED "$RED" "$s" "$b" "${STEP_TITLE[s]}"
    body_stopped "$s"
  else
    step_ok "$s" "$b"
  fi
}

# lose_host ROLL BATCH HOST STEP: the host failed in the step and leaves the body.
lose_host() {
  local n=$1 b=$2 h=$3 rest list=''
  note host-failed "${STEP_ID[n]}" "$b" "${HOST_NAME[h]}" "${STEP_ID[$4]}"
  for rest in ${R_HOSTS[n]}; do [[ $rest != "$h" ]] && list+=" $rest"; done
  R_HOSTS[n]=${list# }
  ((++R_FAILED[n]))
  if ((R_FAILED[n] > ROLL_MAX[n])); then
    R_ERROR[n]="${R_FAILED[n]} of its hosts failed, and the plan allows ${ROLL_MAX[n]}"
  fi
}

# Nothing of the body runs any more.
body_over() {
  local n=$1
  if [[ -n ${R_ERROR[n]} ]]; then
    batch_failed "$n"
  elif ((R_LEFT[n] > 0)) && [[ -n ${R_HOSTS[n]} ]]; then
    step_stopped "$n" 0
  else
    end_batch "$n"
  fi
}

batch_failed() {
  local n=$1 b=${R_BATCH[$1]}
  note batch-end "${STEP_ID[n]}" "$b" failed
  progress note "$RED" "$n" "$b" "${R_ERROR[n]}"
  step_failed "$n" 0
}

# The lock of a batch with a failed host stays, so that nobody else works on the group.
end_batch() {
  local n=$1 b=${R_BATCH[$1]} held
  for ((held = 1; held <= b; held++)); do
    if [[ -n ${BATCH_LOST[$n.$held]:-} ]]; then
      batch_ended "$n"
      return
    fi
  done
  if [[ -n ${LOCK_BATCH[n]:-} ]]; then
    stop_renewing "$n"
    execute unlock "$n" "$b" "${LOCK_HOST[n]}" action "unlock:${ROLL_UNLOCK[n]}"
    X_ONLY[REPLY]=" ${LOCK_HOST[n]} "
    advance "$REPLY"
  else
    batch_ended "$n"
  fi
}

finished_unlock() {
  local n=${X_STEP[$1]} b=${X_BATCH[$1]}
  case $2 in
    ok)
      note lock-released "${STEP_ID[n]}" "$b"
      batch_ended "$n"
      ;;
    stopped) step_stopped "$n" 0 ;;
    *)
      R_ERROR[n]='the lock could not be released'
      batch_failed "$n"
      ;;
  esac
}

batch_ended() {
  local n=$1 b=${R_BATCH[$1]} result=ok
  [[ -n ${BATCH_LOST[$n.$b]:-} ]] && result=failed
  note batch-end "${STEP_ID[n]}" "$b" "$result"
  if has_pause "$n" "$b"; then pause_roll "$n" "$b" "${ROLL_PAUSE[n]}"; else next_batch "$n"; fi
}
