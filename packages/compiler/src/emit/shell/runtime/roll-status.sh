
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
    if [[ -n $lost ]]; then
      sorted "$lost"
      hosts_text all "$REPLY"
    fi
    row "${STEP_ID[n]}" "$batches of ${ROLL_BATCHES[n]} batches, $hosts of $all hosts${REPLY:+; failed on $REPLY}"
    # Where the roll has failed, its hosts have lines of their own.
    [[ -z $lost || ${STEP_STATE[$n.0]} == failed ]] || show_reasons "$n"
  done
}

# show_reasons ROLL: on which of the hosts that left it what had failed.
show_reasons() {
  local b h reason
  declare -A on=()
  for ((b = 1; b <= ROLL_BATCHES[$1]; b++)); do
    for h in ${BATCH_LOST[$1.$b]:-}; do
      lost_reason "$1" "$b" "$h"
      on["=$REPLY"]+=" $h"
    done
  done
  while IFS= read -r reason; do
    sorted "${on[$reason]}"
    hosts_text all "$REPLY"
    clean "${reason#=}: $REPLY"
    printf '  %-*s   %s\n' "$NAME_WIDTH" '' "$REPLY"
  done < <(printf '%s\n' "${!on[@]}" | sort)
}

# lost_reason ROLL BATCH HOST: why the host left it, in REPLY; what there is to say about the host in HOST_LINES.
lost_reason() {
  local s=${LOST_IN[$1.$2.$3]}
  if [[ $s == "$1" ]]; then
    clean "${HOST_NAME[$3]}"
    printf -v HOST_LINES '  %-*s   %s: could not be asked whether it needs this\n' "$NAME_WIDTH" '' "$REPLY"
    log_of "$s" needed "$3"
    printf -v REPLY '  %-*s   log %s\n' "$NAME_WIDTH" '' "$REPLY"
    HOST_LINES+=$REPLY REPLY='could not be asked whether it needs this'
    return
  fi
  show_step_hosts "$s" "$2" "$3"
  REPLY=${REASON:-left it at ${STEP_ID[s]}}
}

# sorted NUMBERS, in REPLY.
sorted() {
  local number
  REPLY=''
  while read -r number; do REPLY+=" $number"; done < <(for number in $1; do printf '%d\n' "$number"; done | sort -n)
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
  local -a unlisted=()
  for ((b = 1; b <= ROLL_BATCHES[$1]; b++)); do
    for h in ${BATCH_LOST[$1.$b]:-}; do
      s=${LOST_IN[$1.$b.$h]}
      [[ $s == "$1" || ${STEP_STATE[$s.$b]:-} != failed ]] || continue
      lost_reason "$1" "$b" "$h"
      if ((++lines > 8)); then
        unlisted+=("$REPLY")
        continue
      fi
      [[ -n $HOST_LINES ]] || printf -v HOST_LINES '  %-*s   %s: %s\n' "$NAME_WIDTH" '' "${HOST_NAME[h]}" "$REPLY"
      printf '%s' "$HOST_LINES"
    done
  done
  and_more "${unlisted[@]}"
  printf '%s' "$REPLY"
}
