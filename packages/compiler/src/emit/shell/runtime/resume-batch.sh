
# ------------------------------------------------------------------------------------------------------------
# A batch in which a former run ended
# ------------------------------------------------------------------------------------------------------------

# A host that has begun goes on, whatever it would say now. One that has not is asked again whether it needs the body,
# as if the batch began now. Where none has begun, gates are asked again, too; else they would see the hosts that are
# half done, and might never pass.

# begun_hosts ROLL BATCH: those on which an action of the body has begun, in REPLY. One that is not for each host by
# itself was for all.
begun_hosts() {
  local n=$1 b=$2 s item h found=' '
  REPLY=''
  [[ -n ${BATCH_STATE[$n.$b]:-} ]] || return 0
  for s in ${ROLL_STEPS[n]}; do
    [[ ${STEP_KIND[s]} != gate ]] || continue
    for item in ${RAN_KEYS[$s.$b]:-}; do
      [[ $item == [0-9]* && -n ${RAN[$s.$b.$item]:-} ]] || continue
      find_action "$s" "${item%.*}"
      if is_for_all "$REPLY"; then
        REPLY=${BATCH_HOSTS[$n.$b]:-}
        return
      fi
      found+="${item##*.} "
    done
  done
  REPLY=''
  for h in ${BATCH_MEMBERS[$n.$b]}; do [[ $found == *" $h "* ]] && REPLY+=" $h"; done
  REPLY=${REPLY# }
  [[ -n $REPLY ]] || begin_anew "$n" "$b"
}

# begin_anew ROLL BATCH: what was asked of it and of its hosts counts no more.
begin_anew() {
  local s h item
  for s in ${ROLL_STEPS[$1]}; do
    for h in ${BATCH_MEMBERS[$1.$2]}; do HOST_DONE[$s.$2.$h]=''; done
    for item in ${RAN_KEYS[$s.$2]:-}; do DID[$s.$2.$item]=''; done
  done
}

# is_for_all ACTION: in the body of a roll, it is not for each host of a batch by itself.
is_for_all() { [[ -z ${A_BATCH[$1]:-} || ${A_MODE[$1]} == any || ${A_MODE[$1]} == first ]]; }

# batch_hosts ROLL: those that have begun and those that are to begin, in the order of the plan, in REPLY.
batch_hosts() {
  local h list=''
  for h in ${BATCH_MEMBERS[$1.${R_BATCH[$1]}]}; do [[ " ${R_BEGUN[$1]} ${R_HOSTS[$1]} " == *" $h "* ]] && list+=" $h"; done
  REPLY=${list# }
}

# take_lost_back ROLL: a batch with hosts that failed is gone through again, for these hosts.
take_lost_back() {
  local b
  for ((b = 1; b <= ROLL_BATCHES[$1]; b++)); do
    if [[ -n ${BATCH_LOST[$1.$b]:-} ]]; then BATCH_LOST[$1.$b]='' BATCH_STATE[$1.$b]=begun; fi
  done
}

# leave_batch ROLL.BATCH HOST: it had been in a batch that a former run began.
leave_batch() {
  local h list=''
  for h in ${BATCH_HOSTS[$1]}; do [[ $h != "$2" ]] && list+=" $h"; done
  BATCH_HOSTS[$1]=${list# }
}
