
# ------------------------------------------------------------------------------------------------------------
# The way back
# ------------------------------------------------------------------------------------------------------------

# What a rollback does, in order: the ways back of everything that ran after the target, the last step first.
declare -a U_KIND=() U_STEP=() U_BATCH=() U_HOSTS=() U_ONLY=() U_ITEM=()

# By component and host: where in the list, in which step and how it has to load again what is back below it.
declare -A DUE=() DUE_PLACE=() DUE_BY=()

UNDO_RESULT=''

# Lists what a rollback to step number TARGET does (0: the start), named TO.
list_undo() {
  local target=$1 to=$2 n b s i
  local -a body
  begin_refreshes
  for ((n = target + 1; n <= S; n++)); do
    for ((b = 0; b <= ${ROLL_BATCHES[${STEP_ROLL[n]:-0}]:-0}; b++)); do
      for i in ${RAN_KEYS[$n.$b]:-}; do
        find_action "$n" "${i%.*}"
        note_changes "$REPLY"
      done
    done
  done
  for ((n = S; n > target; n--)); do
    [[ -n ${STEP_ROLL[n]:-} ]] && continue
    if [[ ${STEP_KIND[n]} == roll ]]; then
      read -r -a body <<<"${ROLL_STEPS[n]}"
      for ((b = ROLL_BATCHES[n]; b > 0; b--)); do
        for ((s = ${#body[@]} - 1; s >= 0; s--)); do list_step_undo "${body[s]}" "$b"; done
        if may_hold_lock "$n" "$b"; then
          undo_entry release "$n" "$b" "$REPLY" " $REPLY " "unlock:${ROLL_UNLOCK[n]}"
        fi
      done
    else
      list_step_undo "$n" 0
    fi
    list_restores "$n" "$to"
    case ${STEP_STATE[$n.0]:-} in
      '' | left-out) ;;
      *) [[ ${STEP_KIND[n]} != join ]] && undo_entry undone "$n" 0 '' '' '' ;;
    esac
  done
  add_refreshes
  drop_repeated
  drop_pairs
}

# may_hold_lock ROLL BATCH: the host where its lock was taken, or may have been when the program died, in REPLY.
may_hold_lock() {
  local item key=$1.$2
  REPLY=''
  if [[ -n ${LOCK_BATCH[$1]:-} ]]; then
    [[ ${LOCK_BATCH[$1]} == "$2" ]] && REPLY=${LOCK_HOST[$1]}
  else
    for item in ${RAN_KEYS[$key]:-}; do
      [[ $item == lock.* ]] || continue
      case ${DID[$key.$item]:-} in
        '') ;;
        # Another holds it, unless the command was killed or the connection failed.
        failed)
          if [[ ${STEP_FAILURE[$key]:-} == "lock ${item#lock.} "* ]] && ((${STEP_FAILURE[$key]##* } >= 128)); then
            REPLY=${item#lock.}
          fi
          ;;
        # It was released since.
        ok) [[ -n ${DID[$key.un$item]:-} ]] || REPLY=${item#lock.} ;;
        *) REPLY=${item#lock.} ;;
      esac
    done
  fi
  [[ -n $REPLY ]]
}

undo_entry() {
  U_KIND+=("$1")
  U_STEP+=("$2")
  U_BATCH+=("$3")
  U_HOSTS+=("$4")
  U_ONLY+=("$5")
  U_ITEM+=("$6")
}

list_step_undo() {
  local n=$1 b=$2 a k h item ran inverse count
  local key=$n.$b
  if [[ -n ${RAN_KEYS[$key]:-} && -n ${STEP_UNDOES[n]:-} ]]; then
    ran=' '
    for item in ${RAN_KEYS[$key]}; do [[ $ran == *" ${item##*.} "* ]] || ran+="${item##*.} "; done
    count=0
    for a in ${STEP_UNDO[n]:-}; do
      ((++count))
      undo_hosts "$n" "$a" "$ran" || continue
      if [[ -z $REPLY || ${A_MODE[a]} != any ]]; then
        undo_entry back "$n" "$b" "$ran" "$REPLY" "u$count:$a"
      else
        # It ran on one of them, or on several: each attempt may have found another.
        for h in $REPLY; do undo_entry back "$n" "$b" " $h " " $h " "u$count:$a"; done
      fi
    done
    reversed_items "$key"
    for item in $REPLY; do
      find_action "$n" "${item%.*}"
      a=$REPLY
      go_past "$a" "${item##*.}"
      refresh_below "$a" "${item##*.}" "$n" "$b"
    done
  elif [[ -n ${RAN_KEYS[$key]:-} ]]; then
    local -a actions=()
    for a in ${STEP_ACTIONS[n]:-}; do actions+=("$a"); done
    for ((k = ${#actions[@]}; k > 0; k--)); do
      a=${actions[k - 1]}
      ran=''
      for item in ${RAN_KEYS[$key]}; do
        [[ ${item%.*} == "$k" ]] || continue
        ran+=" ${item##*.}"
        go_past "$a" "${item##*.}"
      done
      [[ -n $ran && ${A_BACK[a]} == inverse ]] || continue
      count=0
      for inverse in ${A_INVERSES[a]:-}; do
        ((++count))
        if [[ -n ${A_REFRESH[inverse]:-} ]]; then
          loaded_hosts "$inverse" "$ran " && undo_entry back "$n" "$b" "$REPLY" "$REPLY" "b$k.$count:$inverse"
          continue
        fi
        inverse_hosts "$a" "$inverse" "$ran "
        if [[ -n $REPLY || ${A_MODE[inverse]} == local ]]; then
          undo_entry back "$n" "$b" "$ran" "$REPLY" "b$k.$count:$inverse"
        fi
      done
      for h in $ran; do refresh_below "$a" "$h" "$n" "$b"; done
    done
  fi
  if ((b > 0)) && [[ -n ${STEP_STATE[$key]:-} ]]; then undo_entry undone "$n" "$b" '' '' ''; fi
}

# undo_hosts STEP UNDO RAN: what has the targets of an action of the step runs where the step ran, in REPLY; empty for
# all of its own targets. Fails if the step ran on none of them.
undo_hosts() {
  local a h list=''
  REPLY=''
  [[ ${A_MODE[$2]} != local ]] || return 0
  for a in ${STEP_ACTIONS[$1]:-} 0; do
    [[ ${A_MODE[a]:-}.${A_BATCH[a]:-}.${A_HOSTS[a]:-} == "${A_MODE[$2]}.${A_BATCH[$2]:-}.${A_HOSTS[$2]}" ]] && break
  done
  ((a > 0)) || return 0
  for h in ${A_HOSTS[$2]}; do [[ $3 == *" $h "* ]] && list+=" $h"; done
  REPLY=${list:+$list }
  [[ -n $list ]]
}

# inverse_hosts ACTION INVERSE RAN: where the inverse runs: of the action's hosts only those where the action ran.
# Empty for this machine.
inverse_hosts() {
  local h list=''
  for h in ${A_HOSTS[$2]}; do
    [[ " ${A_HOSTS[$1]} " == *" $h "* && $3 != *" $h "* ]] || list+=" $h"
  done
  REPLY=${list:+$list }
}

list_restores() {
  local n=$1 to=$2 index item
  for index in ${STEP_RESTORES[n]:-}; do
    [[ ${RESTORE_TO[index]} == *$'\n'"=$to"$'\n'* ]] || continue
    resource_changed "${RESTORE_RESOURCE[index]}" || continue
    item=${CAPTURE_ITEM["=${RESTORE_POINT[index]}"$'\n'"${RESTORE_RESOURCE[index]}"]:-}
    [[ -n $item ]] || continue
    undo_entry back "${STEP_INDEX["=${RESTORE_POINT[index]}"]}" 0 '' '' "$item"
  done
  refresh_restored "$n" "$to"
}

# refresh_restored STEP TO: what a rollback restores there may be below components.
refresh_restored() {
  local index item h
  for index in ${STEP_RESTORES[$1]:-}; do
    item=${CAPTURE_ITEM["=${RESTORE_POINT[index]}"$'\n'"${RESTORE_RESOURCE[index]}"]:-}
    [[ -n $item && ${RESTORE_TO[index]} == *$'\n'"=$2"$'\n'* ]] || continue
    resource_changed "${RESTORE_RESOURCE[index]}" || continue
    for h in ${A_HOSTS[${item##*:}]}; do
      if [[ ${RESTORE_RESOURCE[index]} == /* ]]; then
        refresh_all "$h" "$1" 0
      else
        refresh_one "${RESTORE_RESOURCE[index]}" "$h" "$1" 0
      fi
    done
  done
}

# A path is changed by what changes something in it, and by what changes a directory that it is in.
resource_changed() {
  local name
  [[ -n ${ROLLBACK_CHANGED["=$1"]:-} ]] && return 0
  [[ $1 == /* ]] || return 1
  for name in "${!ROLLBACK_CHANGED[@]}"; do
    name=${name#=}
    [[ $name == /* && ($name == "${1%/}"/* || $1 == "${name%/}"/*) ]] && return 0
  done
  return 1
}

# step_undone STEP.BATCH: it is taken back, and so is what waited for that.
step_undone() {
  local key
  for key in ${UNDONE_LATER[$1]:-}; do step_undone "$key"; done
  note step-undone "${STEP_ID[${1%.*}]}" "${1#*.}"
}

roll_back() {
  local to=$1 index x kind n b key
  declare -A UNDONE_LATER=()
  note rollback-begin "$to"
  for index in "${!U_KIND[@]}"; do
    kind=${U_KIND[index]} n=${U_STEP[index]} b=${U_BATCH[index]}
    [[ $kind == dropped ]] && continue
    if [[ $kind == undone ]]; then
      key=${UNDONE_WITH[$n.$b]:-}
      if [[ -n $key ]]; then UNDONE_LATER[$key]+=" $n.$b"; else step_undone "$n.$b"; fi
      continue
    fi
    [[ $kind == release ]] && stop_renewing "$n"
    execute back "$n" "$b" "${U_HOSTS[index]}" undo "${U_ITEM[index]}"
    x=$REPLY
    X_ONLY[x]=${U_ONLY[index]}
    UNDO_RESULT=''
    progress undo "$BOLD" "$n" "$b" "${A_TITLE[${U_ITEM[index]##*:}]}"
    advance "$x"
    run_loop
    if [[ $UNDO_RESULT != ok ]]; then return 1; fi
    if ((${#LOCK_LOST[@]} > 0)); then
      UNDO_RESULT=failed
      return 1
    fi
    [[ $kind == release ]] && note lock-released "${STEP_ID[n]}" "$b"
    if [[ $STOP == signal ]]; then
      UNDO_RESULT=stopped
      return 1
    fi
  done
  note rollback-end ok
  commit
}

finished_back() { UNDO_RESULT=$2; }
