
# ------------------------------------------------------------------------------------------------------------
# What a rollback need not do
# ------------------------------------------------------------------------------------------------------------

# Entries that follow each other and are the same way back of one step, its commands, are a unit; its number is that
# of its first entry.
declare -a UNIT_END=() UNIT_VERB=() UNIT_THING=() UNITS_LEFT=()
declare -A HOST_UNITS=() UNSURE=()

# By STEP.BATCH of which something is dropped: the one that it is a pair with. Only with that it is taken back, so that a
# rollback that is interrupted before, and then goes less far, takes it back after all.
declare -A UNDONE_WITH=()

# A file counts for every component that loaded anything after it, so the same ones would be started anew for each
# file: the last time is enough. What was installed may not run with what is restored later, so its restarts stay.
drop_repeated() {
  local index a h remaining
  declare -A later=()
  for ((index = ${#U_KIND[@]} - 1; index >= 0; index--)); do
    a=${U_ITEM[index]##*:}
    [[ ${U_KIND[index]} == back && -n ${A_REFRESH[a]:-} ]] || continue
    remaining=''
    for h in ${U_ONLY[index]}; do
      if [[ -z ${later["${A_VERB[a]} ${A_REFRESH[a]} $h"]:-} ]] || is_of_install "$index"; then remaining+=" $h"; fi
    done
    for h in $remaining; do later["${A_VERB[a]} ${A_REFRESH[a]} $h"]=1; done
    keep_hosts "$index" "$remaining"
  done
}

is_of_install() {
  forward_action "$1"
  [[ ${A_VERB[REPLY]:-} == install ]]
}

# forward_action ENTRY: the action that it takes back, in REPLY, and its label in the step, in LABEL; 0 if it takes back
# the step as a whole.
forward_action() {
  LABEL=${U_ITEM[$1]%:*} REPLY=0
  [[ $LABEL == b* ]] || return 0
  LABEL=${LABEL#b}
  LABEL=${LABEL%%.*}
  find_action "${U_STEP[$1]}" "$LABEL"
}

LABEL=''

# What was opened and closed again needs nothing if nothing between has to be taken back: a host that was drained and
# has returned is not drained again only to return. Of a way back that undoes the one before it, both go if what the
# first takes back is known to have ended well, and only the first if not: nobody knows the state before the second,
# which is then unsure itself. For a host only what happens there, or on this machine, lies between the two; a component
# is stopped, and a mode entered, for the sake of other things too.
drop_pairs() {
  local index last
  UNITS_LEFT=() HOST_UNITS=() UNSURE=() UNDONE_WITH=()
  for ((index = 0; index < ${#U_KIND[@]}; index = last + 1)); do
    last=$index
    [[ ${U_KIND[index]} == back ]] || continue
    undo_thing "$index"
    UNIT_VERB[index]=$UNDO_VERB UNIT_THING[index]=$REPLY
    if [[ -n $REPLY ]]; then
      while ((last + 1 < ${#U_KIND[@]})) && [[ ${U_KIND[last + 1]} == back ]] &&
        [[ ${U_STEP[last + 1]}.${U_BATCH[last + 1]} == "${U_STEP[index]}.${U_BATCH[index]}" ]]; do
        undo_thing $((last + 1))
        [[ $UNDO_VERB.$REPLY == "${UNIT_VERB[index]}.${UNIT_THING[index]}" ]] || break
        ((++last))
      done
    fi
    UNIT_END[index]=$last
    if [[ ${UNIT_THING[index]} == mode:* ]]; then shorten_mode "$index"; else shorten_hosts "$index"; fi
  done
}

# undo_thing ENTRY: what it opens or closes, in REPLY, by which verb, in UNDO_VERB; empty if nothing.
undo_thing() {
  local a=${U_ITEM[$1]##*:}
  UNDO_VERB=${A_VERB[a]} REPLY=''
  [[ ${U_ITEM[$1]} == b* && -z ${A_REFRESH[a]:-} ]] || return 0
  case $UNDO_VERB in
    drain | return) REPLY=host ;;
    enter | leave) REPLY=mode:${A_TITLE[a]#* } ;;
    stop | start) REPLY=component:${A_TITLE[a]#* } ;;
  esac
}

UNDO_VERB=''

# undone_with UNIT OTHER: of a pair, the first in time is UNIT.
undone_with() {
  local key=${U_STEP[$1]}.${U_BATCH[$1]} other=${U_STEP[$2]}.${U_BATCH[$2]}
  [[ $key == "$other" ]] || UNDONE_WITH[$other]=$key
}

# undoes UNIT OTHER: whether the first takes back what the second, before it, has done.
undoes() {
  [[ ${UNIT_THING[$1]} == "${UNIT_THING[$2]}" ]] || return 1
  case ${UNIT_VERB[$2]}.${UNIT_VERB[$1]} in
    drain.return | return.drain | enter.leave | leave.enter | stop.start | start.stop) return 0 ;;
    *) return 1 ;;
  esac
}

shorten_mode() {
  local index=$1 other entry h union=''
  last_unit
  other=$REPLY
  if [[ -z $other ]] || ! undoes "$index" "$other"; then
    keep_whole "$index"
    return
  fi
  for ((entry = other; entry <= UNIT_END[other]; entry++)); do
    entry_hosts "$entry"
    union+=" $REPLY"
    for h in $REPLY; do
      if is_begun_back "$entry" "$h"; then
        keep_whole "$index"
        return
      fi
    done
  done
  undone_with "$index" "$other"
  if ! ended_well "$other" "$union"; then
    for h in $union; do UNSURE["$index.$h"]=1; done
    drop_unit "$other"
    keep_whole "$index"
    return
  fi
  drop_unit "$other"
  for ((entry = index; entry <= UNIT_END[index]; entry++)); do U_KIND[entry]=dropped; done
}

shorten_hosts() {
  local index=$1 other h entry union
  unit_hosts "$index"
  union=$REPLY
  if [[ -n ${UNIT_THING[index]} ]]; then
    for h in $union; do
      if [[ ${UNIT_THING[index]} == host ]]; then
        other=${HOST_UNITS[$h]:-}
        other=${other##* }
        entry=${HOST_UNITS[0]:-}
        [[ -n $other && -n $entry ]] && ((${entry##* } > other)) && other=''
      else
        last_unit
        other=$REPLY
      fi
      if [[ -z $other ]] || ! undoes "$index" "$other"; then continue; fi
      unit_hosts "$other"
      [[ " $REPLY " == *" $h "* ]] || continue
      for ((entry = other; entry <= UNIT_END[other]; entry++)); do is_begun_back "$entry" "$h" && continue 2; done
      if ended_well "$other" "$h"; then drop_host "$index" "$h"; else UNSURE["$index.$h"]=1; fi
      drop_host "$other" "$h"
      undone_with "$index" "$other"
      HOST_UNITS[$h]=${HOST_UNITS[$h]% *}
      drop_ended_units
    done
    unit_hosts "$index"
    union=$REPLY
  fi
  REPLY=$union
  [[ -z $union ]] || keep_unit "$index"
}

# last_unit: the last one that is left, in REPLY.
last_unit() {
  REPLY=''
  ((${#UNITS_LEFT[@]} > 0)) && REPLY=${UNITS_LEFT[-1]}
  return 0
}

# keep_unit UNIT: it is done, so it lies between what is before it and what comes after it. Its hosts are in REPLY.
keep_unit() {
  local h
  UNITS_LEFT+=("$1")
  for h in $REPLY; do HOST_UNITS[$h]+=" $1"; done
}

keep_whole() {
  unit_hosts "$1"
  keep_unit "$1"
}

drop_unit() {
  local entry h
  unit_hosts "$1"
  for h in $REPLY; do HOST_UNITS[$h]=${HOST_UNITS[$h]% *}; done
  for ((entry = $1; entry <= UNIT_END[$1]; entry++)); do U_KIND[entry]=dropped; done
  drop_ended_units
}

drop_ended_units() {
  while ((${#UNITS_LEFT[@]} > 0)); do
    unit_hosts "${UNITS_LEFT[-1]}"
    [[ -z $REPLY ]] || return 0
    unset 'UNITS_LEFT[-1]'
  done
}

# drop_host UNIT HOST
drop_host() {
  local entry union
  for ((entry = $1; entry <= UNIT_END[$1]; entry++)); do
    union=" ${U_ONLY[entry]} "
    keep_hosts "$entry" "${union/" $2 "/ }"
  done
}

# keep_hosts ENTRY HOSTS: the hosts that are left of an entry.
keep_hosts() {
  local -a remains
  read -r -a remains <<<"$2"
  if ((${#remains[@]} == 0)); then
    U_KIND[$1]=dropped
  else
    U_HOSTS[$1]=" ${remains[*]} " U_ONLY[$1]=" ${remains[*]} "
  fi
}

# unit_hosts UNIT: where something is left of it, in REPLY.
unit_hosts() {
  local entry h union=' '
  for ((entry = $1; entry <= UNIT_END[$1]; entry++)); do
    [[ ${U_KIND[entry]} == back ]] || continue
    entry_hosts "$entry"
    for h in $REPLY; do [[ $union == *" $h "* ]] || union+="$h "; done
  done
  REPLY=${union# }
}

entry_hosts() {
  local a=${U_ITEM[$1]##*:}
  if [[ -n ${U_ONLY[$1]} ]]; then
    REPLY=${U_ONLY[$1]}
  elif [[ ${A_MODE[a]} == local ]]; then
    REPLY=0
  else
    REPLY=${A_HOSTS[a]}
  fi
}

# is_begun_back ENTRY HOST: an earlier rollback has begun it there.
is_begun_back() { [[ -n ${UNDONE["${U_STEP[$1]}.${U_BATCH[$1]}.${U_ITEM[$1]%:*}.$2"]:-} ]]; }

# ended_well UNIT HOSTS: what it takes back was done as a whole.
ended_well() {
  local entry h key
  for h in $2; do [[ -z ${UNSURE["$1.$h"]:-} ]] || return 1; done
  for ((entry = $1; entry <= UNIT_END[$1]; entry++)); do
    key=${U_STEP[entry]}.${U_BATCH[entry]}
    [[ ${STEP_STATE[$key]:-} == ok ]] || return 1
    forward_action "$entry"
    for h in $2; do
      [[ -z ${RAN[$key.$LABEL.$h]:-} || ${DID[$key.$LABEL.$h]:-} == ok ]] || return 1
    done
  done
}
