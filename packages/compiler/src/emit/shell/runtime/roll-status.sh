
# ------------------------------------------------------------------------------------------------------------
# How far rolls are
# ------------------------------------------------------------------------------------------------------------

# show_rolls: how far each roll is that has begun. It may go on behind a batch of which hosts failed.
show_rolls() {
  local n b h batches behind hosts all lost title=Rolls
  for n in "${!ROLL_BATCHES[@]}"; do
    [[ -n ${STEP_STATE[$n.0]:-} && ${STEP_STATE[$n.0]} != left-out ]] || continue
    batches=0 behind=0 hosts=0 all=0 lost=''
    for ((b = 1; b <= ROLL_BATCHES[n]; b++)); do
      [[ -n ${BATCH_STATE[$n.$b]:-} ]] && batches=$behind
      [[ ${BATCH_STATE[$n.$b]:-} == ok ]] && batches=$b
      behind=$b
      lost+=${BATCH_LOST[$n.$b]:-}
      for h in ${BATCH_MEMBERS[$n.$b]}; do
        ((++all))
        has_done_roll "$n" "$b" "$h" && ((++hosts))
      done
    done
    [[ ${STEP_STATE[$n.0]} == ok ]] && batches=$behind
    [[ -n $title ]] && heading "$title"
    title='' REPLY=''
    [[ -z $lost ]] || hosts_text all "$lost"
    row "${STEP_ID[n]}" "$batches of ${ROLL_BATCHES[n]} batches, $hosts of $all hosts${REPLY:+; failed on $REPLY}"
  done
}

# has_done_roll ROLL BATCH HOST: it has gone through the body, or does not need it.
has_done_roll() {
  local s
  [[ -z ${HOST_SKIPPED[$1.$2.$3]:-} ]] || return 0
  for s in ${ROLL_STEPS[$1]}; do [[ -n ${HOST_DONE[$s.$2.$3]:-} ]] || return 1; done
}

# show_lost_hosts ROLL: the hosts that left its body, and why. A step of the body that failed as a whole has lines of its
# own.
show_lost_hosts() {
  local b h s lines=0
  for ((b = 1; b <= ROLL_BATCHES[$1]; b++)); do
    for h in ${BATCH_LOST[$1.$b]:-}; do
      s=${LOST_IN[$1.$b.$h]}
      [[ $s == "$1" || ${STEP_STATE[$s.$b]:-} != failed ]] || continue
      ((++lines > 8)) && continue
      show_step_hosts "$s" "$b" "$h"
      if [[ -z $HOST_LINES ]]; then
        printf -v HOST_LINES '  %-*s   %s: left it at %s\n' "$NAME_WIDTH" '' "${HOST_NAME[h]}" "${STEP_ID[s]}"
      fi
      printf '%s' "$HOST_LINES"
    done
  done
  ((lines > 8)) && printf '  %-*s   and %d more\n' "$NAME_WIDTH" '' $((lines - 8))
  return 0
}
