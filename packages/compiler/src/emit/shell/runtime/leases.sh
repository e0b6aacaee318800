
# ------------------------------------------------------------------------------------------------------------
# Locks that lapse unless they are renewed
# ------------------------------------------------------------------------------------------------------------

# Such a lock is renewed by a process of its own, from when it is taken until it is given back or kept. The process goes
# with the program, whatever has ended it, so that nothing renews the lock of a run that is dead.
declare -a RENEWER_PID=()
declare -A LOCK_LOST=()

# keep_alive ROLL
keep_alive() {
  [[ -n ${ROLL_RENEW[$1]:-} && -z ${RENEWER_PID[$1]:-} ]] || return 0
  step_directory "$1"
  renew_lock "$1" "$REPLY/renew.log" 7>&- 9>&- &
  RENEWER_PID[$1]=$!
  disown "$!"
}

stop_renewing() {
  [[ -n ${RENEWER_PID[$1]:-} ]] || return 0
  kill -TERM -- "-${RENEWER_PID[$1]}" 2>/dev/null
  RENEWER_PID[$1]=''
}

# renew_lock ROLL LOG: three times in the time to live. The lock counts as lost when a host says so (exit 3), and when
# no host has answered until it may lapse.
renew_lock() {
  local n=$1 log=$2 a=${ROLL_RENEW[$1]} ttl=${ROLL_TTL[$1]} every h good began count=1 hosts=${LOCK_HOST[$1]}
  trap 'end_work' TERM
  # A connection that others use may hang; it is not waited for.
  FRESH=1
  every=$(((ttl + 2) / 3))
  if [[ ${A_MODE[a]} == any ]]; then
    for h in ${A_HOSTS[a]}; do [[ $h != "${LOCK_HOST[n]}" ]] && ((++count <= 4)) && hosts+=" $h"; done
  fi
  clock
  good=$NOW
  while :; do
    for h in $hosts; do
      has_program || return
      clock
      began=$NOW
      printf '==> %(%F %T)T %s: %s\n' -1 "${HOST_NAME[h]}" "${A_TITLE[a]}" >"$log"
      on_target "$a" "$h" "${A_TEXT[a]}" "$every" '' >>"$log" 2>&1 </dev/null
      ((TERMINATED)) && return
      if ((CODE == 0)); then
        good=$began
        break
      elif ((CODE == 3)); then
        printf 'lock %s lost %s\n' "$n" "$BASHPID" >&8
        return
      fi
    done
    clock
    if ((NOW + every * 1000000 > good + ttl * 1000000)); then
      printf 'lock %s silent %s\n' "$n" "$BASHPID" >&8
      return
    fi
    nap "$every"
    ((TERMINATED)) && return
  done
}

# Whether the program lives that this process is a part of.
has_program() {
  local field value
  while read -r field value; do [[ $field == PPid: ]] && break; done <"/proc/$BASHPID/status"
  [[ $value == "$$" ]]
}

# lock_lost ROLL WHY PROCESS: the batch goes on, as half of it would be worse, but no other begins.
lock_lost() {
  local n=$1
  [[ -n ${LOCK_BATCH[n]:-} && ${RENEWER_PID[n]:-} == "$3" ]] || return 0
  RENEWER_PID[n]=''
  case $2 in
    silent) LOCK_LOST[$n]="it could not be renewed within ${ROLL_TTL[n]} seconds" ;;
    *) LOCK_LOST[$n]='it was taken away, or had lapsed' ;;
  esac
  progress note "$RED" "$n" "${LOCK_BATCH[n]}" "the lock is lost: ${LOCK_LOST[$n]}"
  note lock-lost "${STEP_ID[n]}" "${LOCK_BATCH[n]}"
}

# A process that renews may have been killed; the next one renews at once.
find_lost_renewers() {
  local n
  for n in "${!RENEWER_PID[@]}"; do
    if [[ -n ${RENEWER_PID[n]} ]] && ! kill -0 "${RENEWER_PID[n]}" 2>/dev/null; then
      RENEWER_PID[n]=''
      keep_alive "$n"
    fi
  done
}

# Where the run stops while it holds a lock, the lock lasts until somebody goes on or back.
keep_locks() {
  local n
  for n in "${!LOCK_BATCH[@]}"; do
    [[ -n ${ROLL_RENEW[n]:-} ]] || continue
    stop_renewing "$n"
    if [[ -z ${ROLL_KEEP[n]:-} ]]; then
      lapses "$n"
      continue
    fi
    execute keep "$n" "${LOCK_BATCH[n]}" "${LOCK_HOST[n]}" '' "keep:${ROLL_KEEP[n]}"
    X_ONLY[REPLY]=" ${LOCK_HOST[n]} "
    advance "$REPLY"
    run_loop
  done
}

finished_keep() { [[ $2 == ok ]] || lapses "${X_STEP[$1]}"; }

lapses() {
  progress note "$YELLOW" "$1" "${LOCK_BATCH[$1]}" \
    "the lock ${ROLL_KEY[$1]} could not be kept: it lapses within ${ROLL_TTL[$1]} seconds, and others may work then"
}

# retake_locks TARGET: before a rollback, the locks of the rolls behind it that the run holds, or has lost, so that nobody
# else works there meanwhile. Fails if another has one.
retake_locks() {
  local n place
  for n in "${!ROLL_RENEW[@]}"; do
    ((n > $1)) || continue
    place=${LOCK_GONE[n]:-}
    [[ -n ${LOCK_BATCH[n]:-} ]] && place="${LOCK_BATCH[n]} ${LOCK_HOST[n]}"
    [[ -n $place ]] || continue
    execute retake "$n" "${place% *}" "${place#* }" '' "lock:${ROLL_LOCK[n]}"
    X_ONLY[REPLY]=" ${place#* } "
    advance "$REPLY"
    run_loop
    [[ $UNDO_RESULT == ok ]] || return 1
    note lock-taken "${STEP_ID[n]}" "${place% *}" "${HOST_NAME[${place#* }]}" "${ROLL_KEY[n]}"
    keep_alive "$n"
  done
}

finished_retake() {
  local n=${X_STEP[$1]} h=${X_HOSTS[$1]}
  UNDO_RESULT=$2
  [[ $2 == ok || $2 == stopped ]] && return
  progress note "$RED" "$n" "${X_BATCH[$1]}" "the lock ${ROLL_KEY[n]} could not be taken for the way back"
  HOST_LINES=''
  show_lock_holder "$n" "$h"
  printf '%s' "$HOST_LINES"
}
