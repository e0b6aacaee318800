
# ------------------------------------------------------------------------------------------------------------
# How far back it can go
# ------------------------------------------------------------------------------------------------------------

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

# nearest_target: the last rollback point that was reached and that a rollback can lead to, in REPLY; `start` if there
# is none. Why the last one that was reached is not it, is in TOO_NEAR.
nearest_target() {
  local n
  TOO_NEAR=''
  for ((n = S; n > 0; n--)); do
    [[ ${STEP_KIND[n]} == point && ${STEP_STATE[$n.0]:-} == ok ]] || continue
    obstacles "$n"
    if ((${#OBSTACLES[@]} == 0)); then
      REPLY=${STEP_ID[n]}
      return
    fi
    [[ -n $TOO_NEAR ]] || TOO_NEAR="${STEP_ID[n]} is out of reach: ${OBSTACLES[0]}"
  done
  obstacles 0
  REPLY=start
  ((${#OBSTACLES[@]} == 0)) && return
  # Nothing can be reached: the reason is that of the last point.
  last_point
}

TOO_NEAR=''

# obstacles TARGET-NUMBER: why a rollback to it is not possible, in OBSTACLES.
obstacles() {
  local target=$1 n b key item a wall=0
  declare -A seen=()
  OBSTACLES=()
  find_restorable "$target"
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
        [[ -z ${seen[$a]:-} ]] || continue
        case ${A_BACK[a]:-} in
          none) REPLY=${A_WHY[a]} ;;
          restore) lost_change "$n" "$a" "${item##*.}" "$target" || continue ;;
          *) continue ;;
        esac
        seen[$a]=1
        OBSTACLES+=("${STEP_ID[n]} cannot be taken back (${A_TITLE[a]}): $REPLY")
      done
    done
  done
}

declare -a OBSTACLES=()

# What a rollback restores, by resource and host (* for any host): the first step at which it does.
declare -A RESTORABLE=()

# find_restorable TARGET-NUMBER
find_restorable() {
  local n index item h name to=start
  (($1 > 0)) && to=${STEP_ID[$1]}
  RESTORABLE=()
  for ((n = S; n > $1; n--)); do
    for index in ${STEP_RESTORES[n]:-}; do
      [[ ${RESTORE_TO[index]} == *$'\n'"=$to"$'\n'* ]] || continue
      name=${RESTORE_RESOURCE[index]}
      RESTORABLE["=$name *"]=$n
      item=${CAPTURE_ITEM["=${RESTORE_POINT[index]}"$'\n'"$name"]:-}
      [[ ${A_MODE[${item##*:}]:-} == local ]] && RESTORABLE["=$name 0"]=$n
      for h in ${A_HOSTS[${item##*:}]:-}; do
        RESTORABLE["=$name $h"]=$n
        [[ ${A_MODE[${item##*:}]} == first ]] && break
      done
    done
  done
}

# lost_change STEP ACTION HOST TARGET-NUMBER: what of it no restore brings back on the way to the target, in REPLY. A
# rollback can only lead to a point if what was changed behind it was saved as it was there.
lost_change() {
  local change name h at n
  for change in ${A_CHANGES[$2]:-}; do
    name=${CHANGE_NAME[change]} h=$3 at=''
    [[ ${CHANGE_KIND[change]} == database ]] && h='*'
    while [[ -n $name ]]; do
      n=${RESTORABLE["=$name $h"]:-}
      if [[ -n $n ]] && ((n <= $1)); then
        at=$n
        break
      fi
      [[ $name == /* ]] || break
      name=${name%/*}
    done
    [[ -n $at ]] && continue
    REPLY=start
    (($4 > 0)) && REPLY=${STEP_ID[$4]}
    REPLY="no rollback point has ${CHANGE_NAME[change]} as it was at $REPLY, or it could not be restored there"
    return 0
  done
  return 1
}
