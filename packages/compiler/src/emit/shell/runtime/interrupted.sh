
# ------------------------------------------------------------------------------------------------------------
# What was interrupted
# ------------------------------------------------------------------------------------------------------------

interrupted_steps() { open_steps begun failed stopped; }

# unsettled_steps: the interrupted ones, and those that hosts of a roll failed in while others went on, in REPLY.
unsettled_steps() {
  local n b s list
  interrupted_steps
  list=$REPLY
  for ((n = 1; n <= S; n++)); do
    if [[ ${STEP_KIND[n]} != roll ]] || done_step "$n"; then continue; fi
    for ((b = 1; b <= ROLL_BATCHES[n]; b++)); do
      [[ -n ${BATCH_LOST[$n.$b]:-} ]] || continue
      for s in ${ROLL_STEPS[n]}; do [[ " $list " == *" $s.$b "* ]] || list+=" $s.$b"; done
    done
  done
  REPLY=${list# }
}

# is_ambiguous STEP.BATCH: something that changes the cloud may have been done half.
is_ambiguous() {
  local item
  for item in ${RAN_KEYS[$1]:-}; do
    [[ $item == [0-9]* ]] || continue
    case ${DID[$1.$item]:-} in '' | ok) continue ;; esac
    find_action "${1%%.*}" "${item%.*}"
    [[ -n ${A_CHANGES[REPLY]:-} ]] && return 0
  done
  return 1
}

# `run` starts, and goes on after what ended cleanly.
can_run() {
  local key
  [[ -z $ROLLBACK_TO ]] || return 1
  [[ $RUN_STATE == none ]] && return 0
  [[ $RUN_STATE == ended && $RUN_REASON != failed && $RUN_REASON != unverified ]] || return 1
  interrupted_steps
  for key in $REPLY; do [[ ${STEP_KIND[${key%.*}]} == approve ]] || return 1; done
  return 0
}

# Before a resume: steps that say that they are done already are; the others that were interrupted may be repeated, or
# a person says so, or it ends here.
settle_interrupted() {
  local key n b item count=0 refused=0
  unsettled_steps
  for key in $REPLY; do
    n=${key%.*} b=${key#*.}
    if [[ -z ${STEP_UNLESS[n]:-} || ${STEP_REPEAT[n]} == safe ]] || ! is_ambiguous "$key"; then continue; fi
    local items='' hosts=${BATCH_HOSTS[${STEP_ROLL[n]:-0}.$b]:-}
    count=0
    for item in ${STEP_UNLESS[n]}; do items+=" ?$((++count)):$item"; done
    execute settled "$n" "$b" "$hosts" '' "${items# }"
    advance "$REPLY"
  done
  run_loop
  unsettled_steps
  for key in $REPLY; do
    n=${key%.*} b=${key#*.}
    is_ambiguous "$key" || continue
    case ${STEP_REPEAT[n]} in
      safe) ;;
      ask) may_repeat "$n" "$b" || refused=1 ;;
      restore)
        complain "${STEP_ID[n]} was interrupted, and what it does to a schema can be half applied." \
          'It is not run on top of that.'
        refused=1
        ;;
    esac
  done
  return "$refused"
}

finished_settled() {
  local n=${X_STEP[$1]} b=${X_BATCH[$1]}
  [[ $2 == ok ]] || return 0
  note step-end "${STEP_ID[n]}" "$b" skipped 0.000
  progress skip "$DIM" "$n" "$b" 'is done already'
}

may_repeat() {
  local n=$1 b=$2 id answer=''
  [[ -n ${STEP_REPEATED[$n.$b]:-} ]] && return 0
  for id in "${REPEAT[@]}"; do
    if [[ $id == "${STEP_ID[n]}" ]]; then
      note repeat "$id" "$b" "${USER:-unknown}"
      return 0
    fi
  done
  show_step_hosts "$n" "$b"
  clean "${STEP_ID[n]}  ${STEP_TITLE[n]}"
  printf '%s%s%s was interrupted, and only a person can tell whether it may run again.\n' "$BOLD" "$REPLY" "$PLAIN"
  printf '%s' "$HOST_LINES"
  if [[ -t 5 ]]; then
    printf 'Run it again? [y/N] '
    IFS= read -r answer <&5
    if [[ $answer == [yY]* ]]; then
      note repeat "${STEP_ID[n]}" "$b" "${USER:-unknown}"
      return 0
    fi
  fi
  return 1
}
