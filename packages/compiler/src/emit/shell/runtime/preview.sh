
# ------------------------------------------------------------------------------------------------------------
# The list of the steps, and dry runs
# ------------------------------------------------------------------------------------------------------------

show_list() {
  local n b mark states width=4
  for ((n = 1; n <= S; n++)); do ((${#STEP_ID[n]} > width)) && width=${#STEP_ID[n]}; done
  ((width > 40)) && width=40
  for ((n = 1; n <= S; n++)); do
    [[ ${STEP_KIND[n]} == join ]] && continue
    states=${STEP_STATE[$n.0]:-}
    if [[ -n ${STEP_ROLL[n]:-} ]]; then
      for ((b = 1; b <= ROLL_BATCHES[STEP_ROLL[n]]; b++)); do
        [[ -n ${STEP_STATE[$n.$b]:-} ]] && states=${STEP_STATE[$n.$b]}
      done
    fi
    case $states in
      ok) mark="${GREEN}done   $PLAIN" ;;
      skipped) mark="${GREEN}skipped$PLAIN" ;;
      left-out) mark="${DIM}out    $PLAIN" ;;
      failed) mark="${RED}FAILED $PLAIN" ;;
      stopped) mark="${YELLOW}stopped$PLAIN" ;;
      begun) if [[ -n $HELD_BY ]]; then mark="${BOLD}running$PLAIN"; else mark="${YELLOW}died   $PLAIN"; fi ;;
      *) mark='left   ' ;;
    esac
    local id=${STEP_ID[n]} title=${STEP_TITLE[n]}
    [[ -n ${STEP_ROLL[n]:-} ]] && id="  $id"
    case ${STEP_KIND[n]} in
      point) title="rollback point  $title" ;;
      no-return) title="POINT OF NO RETURN  $title" ;;
      approve)
        [[ -n ${STEP_TEXT[n]:-} && ${STEP_TEXT[n]} != "$title" ]] && title+="${title:+  }${STEP_TEXT[n]}"
        title="waits for a yes  $title"
        ;;
      roll) title="rolls through ${ROLL_GROUP[n]} in ${ROLL_BATCHES[n]} batches  $title" ;;
    esac
    estimate "$n"
    title+=${title:+$REPLY}
    clean "$id"
    printf '%5d  %s  %-*s' "$n" "$mark" "$width" "$REPLY"
    clean "$title"
    printf '  %s\n' "$REPLY"
  done
}

# show_action ACTION INDENT PREFIX HOSTS: a command and where it runs.
show_action() {
  local a=$1 indent=$2 what=$3 hosts=$4 line item options=''
  [[ -n ${A_AS[a]:-} ]] && options+=", as ${A_AS[a]}"
  [[ -n ${A_DIRECTORY[a]:-} ]] && options+=", in ${A_DIRECTORY[a]}"
  [[ -n ${A_LIMIT[a]:-} ]] && options+=", at most ${A_LIMIT[a]}s"
  [[ -n ${A_EVERY[a]:-} ]] && options+=", asked every ${A_EVERY[a]}s for ${A_WITHIN[a]}s"
  [[ -n ${A_AGAIN[a]:-} ]] && options+=", again on exit ${A_AGAIN[a]}, at most ${A_AGAIN_LIMIT[a]} times"
  [[ -n ${A_ACCEPT[a]:-} && ${A_TYPE[a]} != http ]] && options+=", exit ${A_ACCEPT[a]// / or } is success"
  hosts_text "${A_MODE[a]}" "$hosts"
  clean "$what${A_TITLE[a]} on $REPLY$options"
  printf '%s%s%s%s\n' "$indent" "$BOLD" "$REPLY" "$PLAIN"
  for item in ${A_ENVIRONMENT[a]:-}; do
    shown "${PAIR_NAME[item]}=${PAIR_VALUE[item]}"
    printf '%s  %s\n' "$indent" "$REPLY"
  done
  for item in ${A_SECRETS[a]:-}; do
    clean "${PAIR_NAME[item]}=(the secret ${PAIR_VALUE[item]})"
    printf '%s  %s\n' "$indent" "$REPLY"
  done
  case ${A_TYPE[a]} in
    wait) printf '%s  wait %s seconds\n' "$indent" "${A_TEXT[a]}" ;;
    http) printf '%s  %s %s, expecting %s\n' "$indent" "${A_EXTRA[a]}" "${A_TEXT[a]}" "${A_ACCEPT[a]}" ;;
    put) printf '%s  write %s to %s\n' "$indent" "${FILE_PATH["=${A_FILE[a]}"]}" "${A_TEXT[a]}" ;;
    put_back) printf '%s  put back what was at %s\n' "$indent" "${A_TEXT[a]}" ;;
    script) printf '%s  $ %s %s\n' "$indent" "${FILE_PATH["=${A_FILE[a]}"]}" "${A_TEXT[a]}" ;;
    *)
      item=$'\n'${A_TEXT[a]}
      while [[ $item == *$'\n'* ]]; do
        item=${item#*$'\n'}
        line=${item%%$'\n'*}
        clean "${line//$'\t'/    }"
        printf '%s  $ %s\n' "$indent" "$REPLY"
      done
      ;;
  esac
}

# show_step STEP INDENT: everything that a step would run.
show_step() {
  local n=$1 indent=$2 a b s
  clean "${STEP_ID[n]}  ${STEP_TITLE[n]}"
  printf '\n%s%s%s  (%s)%s\n' "$indent" "$GREEN" "$REPLY" "${STEP_SOURCE[n]}" "$PLAIN"
  indent+='  '
  if [[ -n ${STEP_TEXT[n]:-} && ${STEP_TEXT[n]} != "${STEP_TITLE[n]}" ]]; then
    clean "${STEP_TEXT[n]}"
    printf '%s%s\n' "$indent" "$REPLY"
  fi
  for a in ${STEP_UNLESS[n]:-}; do show_action "$a" "$indent" 'unless: ' "${A_HOSTS[a]}"; done
  for a in ${STEP_ACTIONS[n]:-}; do show_action "$a" "$indent" '' "${A_HOSTS[a]}"; done
  for a in ${STEP_VERIFY[n]:-}; do show_action "$a" "$indent" 'then check: ' "${A_HOSTS[a]}"; done
  [[ ${STEP_KIND[n]} == roll ]] || return 0
  for ((b = 1; b <= ROLL_BATCHES[n]; b++)); do
    [[ ${BATCH_STATE[$n.$b]:-} != ok ]] || continue
    a=${BATCH_MEMBERS[$n.$b]}
    # Opened again by --retry.
    [[ -n ${STEP_STATE[$n.0]:-} ]] || a=${BATCH_LOST[$n.$b]:-$a}
    hosts_text all "$a"
    printf '%sbatch %d: %s\n' "$indent" "$b" "$REPLY"
  done
  [[ -n ${ROLL_NEEDED[n]:-} ]] && show_action "${ROLL_NEEDED[n]}" "$indent" 'needed if: ' "${A_HOSTS[ROLL_NEEDED[n]]}"
  [[ -n ${ROLL_LOCK[n]:-} ]] && show_action "${ROLL_LOCK[n]}" "$indent" 'lock: ' "${A_HOSTS[ROLL_LOCK[n]]}"
  for s in ${ROLL_STEPS[n]}; do show_step "$s" "$indent"; done
  [[ -n ${ROLL_UNLOCK[n]:-} ]] && show_action "${ROLL_UNLOCK[n]}" "$indent" 'release: ' "${A_HOSTS[ROLL_UNLOCK[n]]}"
  return 0
}

show_dry_run() {
  local n
  for ((n = 1; n <= S; n++)); do
    [[ -n ${SELECTED[n]:-} && ${STEP_KIND[n]} != join ]] && show_step "$n" ''
  done
  ((${#SELECTED[@]} > 0)) || printf 'Every step is done.'
  say
  say 'Nothing was run.'
}

# show_dry_rollback TARGET
show_dry_rollback() {
  local index item a hosts
  for index in "${!U_KIND[@]}"; do
    [[ ${U_KIND[index]} == dropped ]] && continue
    if [[ ${U_KIND[index]} == undone ]]; then
      clean "${STEP_ID[U_STEP[index]]}"
      printf '%s%s counts as not done%s\n' "$DIM" "$REPLY" "$PLAIN"
      continue
    fi
    execute back "${U_STEP[index]}" "${U_BATCH[index]}" "${U_HOSTS[index]}" undo "${U_ITEM[index]}"
    X_ONLY[REPLY]=${U_ONLY[index]} X_ACTION[REPLY]=${U_ITEM[index]##*:} X_LABEL[REPLY]=${U_ITEM[index]%:*}
    targets "$REPLY"
    hosts=$REPLY
    [[ -n $hosts ]] || continue
    show_action "${U_ITEM[index]##*:}" '' "${STEP_ID[U_STEP[index]]}: " "$hosts"
    preview_back "$index" "$hosts"
  done
  for item in ${PASSED_AT["=$1"]:-}; do
    find_action "${item%.*}" "${item#*.}"
    a=$REPLY
    show_action "$a" '' "then ${STEP_ID[${item%.*}]}: " "${A_HOSTS[a]}"
  done
  list_questions
  for item in "${HEALTH_QUESTIONS[@]}"; do
    read -r a _ hosts <<<"$item"
    show_action "$a" '' 'then healthy: ' "${hosts:-${A_HOSTS[a]}}"
  done
  say
  say 'Nothing was run.'
}

# preview_back ENTRY HOSTS: what it would change.
preview_back() {
  local h a=${U_ITEM[$1]##*:} hosts=$2
  for h in $hosts; do
    touch_components "${U_STEP[$1]}" "${U_ITEM[$1]%:*}" "$a" "$h"
    [[ -n ${A_CHANGES[a]:-} ]] && change_model "$a" "$h" ok
  done
  return 0
}
