
# ------------------------------------------------------------------------------------------------------------
# The way back
# ------------------------------------------------------------------------------------------------------------

# What a rollback does, in order: the ways back of everything that ran after the target, the last step first.
declare -a U_KIND=() U_STEP=() U_BATCH=() U_HOSTS=() U_ONLY=() U_ITEM=()

# By component and host, * for all of a host: what the way back so far had started, stopped or loaded anew.
declare -A LOADED=()

UNDO_RESULT=''

# last_point: the last rollback point that was reached, in REPLY; `start` if none was.
last_point() {
  local n
  REPLY=start
  for ((n = S; n > 0; n--)); do
    if [[ ${STEP_KIND[n]} == point && ${STEP_STATE[$n.0]:-} == ok ]]; then
      REPLY=${STEP_ID[n]}
      return
    fi
  done
}

# obstacles TARGET-NUMBER: why a rollback to it is not possible, in OBSTACLES.
obstacles() {
  local target=$1 n b key item a wall=0
  declare -A seen=()
  OBSTACLES=()
  for ((n = target + 1; n <= S; n++)); do
    if [[ ${STEP_KIND[n]} == no-return && ${STEP_STATE[$n.0]:-} == ok ]]; then
      wall=$n
      continue
    fi
    for ((b = 0; b <= ${ROLL_BATCHES[${STEP_ROLL[n]:-0}]:-0}; b++)); do
      key=$n.$b
      [[ -n ${RAN_KEYS[$key]:-} ]] || continue
      if ((wall)); then
        item=${STEP_TEXT[wall]:-${STEP_TITLE[wall]}}
        OBSTACLES+=("${STEP_ID[n]} ran behind the point of no return ${STEP_ID[wall]}: $item")
        return
      fi
      if [[ -n ${STEP_FINAL[n]:-} ]]; then
        OBSTACLES+=("${STEP_ID[n]} cannot be taken back: ${STEP_FINAL[n]}")
        continue
      fi
      [[ -n ${STEP_UNDOES[n]:-} ]] && continue
      for item in ${RAN_KEYS[$key]}; do
        find_action "$n" "${item%.*}"
        a=$REPLY
        [[ ${A_BACK[a]:-} == none && -z ${seen[$a]:-} ]] || continue
        seen[$a]=1
        OBSTACLES+=("${STEP_ID[n]} cannot be taken back (${A_TITLE[a]}): ${A_WHY[a]}")
      done
    done
  done
}

declare -a OBSTACLES=()

# Lists what a rollback to step number TARGET does (0: the start), named TO.
list_undo() {
  local target=$1 to=$2 n b s i
  local -a body
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
        if [[ ${LOCK_BATCH[n]:-} == "$b" ]]; then
          undo_entry release "$n" "$b" "${LOCK_HOST[n]}" " ${LOCK_HOST[n]} " "unlock:${ROLL_UNLOCK[n]}"
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
  drop_repeated
  drop_pairs
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
    for item in ${RAN_KEYS[$key]}; do
      [[ $ran == *" ${item##*.} "* ]] || ran+="${item##*.} "
      find_action "$n" "${item%.*}"
      note_loaded "$REPLY" "${item##*.}"
    done
    count=0
    for a in ${STEP_UNDO[n]:-}; do
      ((++count))
      if [[ -z ${A_REFRESH[a]:-} ]]; then
        undo_entry back "$n" "$b" "$ran" '' "u$count:$a"
      elif loaded_hosts "$a" "$ran"; then
        undo_entry back "$n" "$b" "$REPLY" "$REPLY" "u$count:$a"
      fi
    done
  elif [[ -n ${RAN_KEYS[$key]:-} ]]; then
    local -a actions
    read -r -a actions <<<"${STEP_ACTIONS[n]:-}"
    for ((k = ${#actions[@]}; k > 0; k--)); do
      a=${actions[k - 1]}
      ran=''
      for item in ${RAN_KEYS[$key]}; do
        [[ ${item%.*} == "$k" ]] || continue
        ran+=" ${item##*.}"
        note_loaded "$a" "${item##*.}"
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
    done
  fi
  if ((b > 0)) && [[ -n ${STEP_STATE[$key]:-} ]]; then undo_entry undone "$n" "$b" '' '' ''; fi
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

# note_loaded ACTION HOST: what it did to components there; taking back a stop is a start.
note_loaded() {
  local change
  for change in ${A_CHANGES[$1]:-}; do
    case ${CHANGE_KIND[change]}:${CHANGE_BECOMES[change]} in
      component:started | component:stopped | component:restarted | component:reloaded)
        LOADED["=${CHANGE_NAME[change]} $2"]=1
        ;;
      host:rebooted) LOADED["* $2"]=1 ;;
    esac
  done
}

# loaded_hosts ACTION HOSTS: of its hosts those on which its component may have loaded something else, in REPLY. HOSTS
# limits them; empty for all.
loaded_hosts() {
  local h list='' name=${A_REFRESH[$1]}
  for h in ${A_HOSTS[$1]}; do
    [[ -z $2 || $2 == *" $h "* ]] || continue
    [[ -n ${LOADED["=$name $h"]:-}${LOADED["* $h"]:-}${LOADED_BACK["=$name $h"]:-} ]] && list+=" $h"
  done
  REPLY=${list:+$list }
  [[ -n $list ]]
}

list_restores() {
  local n=$1 to=$2 index item a count
  for index in ${STEP_RESTORES[n]:-}; do
    [[ ${RESTORE_TO[index]} == *$'\n'"=$to"$'\n'* ]] || continue
    resource_changed "${RESTORE_RESOURCE[index]}" || continue
    item=${CAPTURE_ITEM["=${RESTORE_POINT[index]}"$'\n'"${RESTORE_RESOURCE[index]}"]:-}
    [[ -n $item ]] || continue
    undo_entry back "${STEP_INDEX["=${RESTORE_POINT[index]}"]}" 0 '' '' "$item"
    count=0
    for a in ${STEP_THEN[n]:-}; do
      ((++count))
      [[ " ${RESTORE_THEN[index]:-} " == *" $a "* ]] || continue
      loaded_hosts "$a" '' && undo_entry back "$n" 0 "$REPLY" "$REPLY" "f$count:$a"
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

roll_back() {
  local to=$1 index x kind n b
  note rollback-begin "$to"
  for index in "${!U_KIND[@]}"; do
    kind=${U_KIND[index]} n=${U_STEP[index]} b=${U_BATCH[index]}
    [[ $kind == dropped ]] && continue
    if [[ $kind == undone ]]; then
      note step-undone "${STEP_ID[n]}" "$b"
      continue
    fi
    execute back "$n" "$b" "${U_HOSTS[index]}" undo "${U_ITEM[index]}"
    x=$REPLY
    X_ONLY[x]=${U_ONLY[index]}
    UNDO_RESULT=''
    progress undo "$BOLD" "$n" "$b" "${A_TITLE[${U_ITEM[index]##*:}]}"
    advance "$x"
    run_loop
    if [[ $UNDO_RESULT != ok ]]; then return 1; fi
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
