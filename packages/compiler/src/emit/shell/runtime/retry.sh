
# ------------------------------------------------------------------------------------------------------------
# Hosts that a roll let go
# ------------------------------------------------------------------------------------------------------------

# --retry ROLL: a roll that went on without the hosts that failed is gone through again, for these hosts.
declare -a RETRY=()

reopen_rolls() {
  local id n
  [[ $COMMAND == resume ]] || usage_error '--retry is an option of resume.'
  for id in "${RETRY[@]}"; do
    step_number "$id" ''
    n=$REPLY
    [[ ${STEP_KIND[n]} == roll ]] || usage_error "$id is no roll."
    list_let_go "$n"
    [[ -n $REPLY ]] || usage_error "$id has let no host go, so there is none to go through again."
    # Where it is not done, resume goes through them anyway.
    done_step "$n" || continue
    why_not_again "$n" "$REPLY"
    [[ -z $REPLY ]] || usage_error "$id cannot be gone through again: $REPLY. Do by hand what is missing there."
    STEP_STATE[$n.0]=''
  done
}

# list_let_go ROLL: the hosts that left it, in REPLY.
list_let_go() {
  local b list=''
  for ((b = 1; b <= ROLL_BATCHES[$1]; b++)); do list+=${BATCH_LOST[$1.$b]:-}; done
  REPLY=${list# }
}

# why_not_again ROLL HOSTS: in REPLY. What later steps have done to a host would be done in the wrong order, and what is
# for a batch as a whole, such as a mode, was left long ago.
why_not_again() {
  local n=$1 hosts=" $2 " s a b item
  for s in ${ROLL_STEPS[n]}; do
    for a in ${STEP_ACTIONS[s]:-}; do
      if is_for_all "$a" && is_change "$a"; then
        REPLY="${STEP_ID[s]} is for a batch as a whole, and would not be done again"
        return
      fi
    done
  done
  for ((s = n + 1; s <= S; s++)); do
    [[ ${STEP_ROLL[s]:-} != "$n" ]] || continue
    for ((b = 0; b <= ${ROLL_BATCHES[${STEP_ROLL[s]:-0}]:-0}; b++)); do
      for item in ${RAN_KEYS[$s.$b]:-}; do
        [[ $item == [0-9]* && -n ${RAN[$s.$b.$item]:-} && $hosts == *" ${item##*.} "* ]] || continue
        find_action "$s" "${item%.*}"
        if is_change "$REPLY"; then
          REPLY="${STEP_ID[s]} has changed ${HOST_NAME[${item##*.}]} since"
          return
        fi
      done
    done
  done
  REPLY=''
}

is_change() { [[ -n ${A_CHANGES[$1]:-} || ${A_BACK[$1]:-nothing} != nothing ]]; }

# advise_retry: what to do on the hosts that rolls let go.
advise_retry() {
  local n by_hand=0
  local -a words=()
  for ((n = 1; n <= S; n++)); do
    [[ ${STEP_KIND[n]} == roll ]] || continue
    list_let_go "$n"
    [[ -n $REPLY ]] || continue
    why_not_again "$n" "$REPLY"
    if [[ -z $REPLY ]]; then words+=(--retry "${STEP_ID[n]}"); else by_hand=1; fi
  done
  if ((${#words[@]} > 0)); then
    command_line resume "${words[@]}"
    advice 'Nothing is left to do but on the hosts that failed: mend them, and go through them again:' "$REPLY"
  fi
  ((by_hand == 0)) ||
    advice 'Nothing is left to do but on the hosts that failed: mend them, and do there what their roll does.' ''
}
