
# ------------------------------------------------------------------------------------------------------------
# What the operator sees: status, list, dry runs, the summary of a failure
# ------------------------------------------------------------------------------------------------------------

HELD_BY=''

# command_line WORD…: how to call this program again, in REPLY.
command_line() {
  local -a words=()
  case $0 in
    */*) if [[ -x $0 ]]; then words=("$0"); else words=(bash "$0"); fi ;;
    *) if type -P -- "$0" >/dev/null; then words=("$0"); else words=(bash "$0"); fi ;;
  esac
  words+=("$1")
  [[ -n $DIRECTORY ]] && words+=(-C "$DIRECTORY")
  words+=(--state "$STATE_SHOWN")
  shift
  shown "${words[@]}" "$@"
}

declare -A COUNT=()

# counts: how many steps are in which state. A roll is one step; so is each step outside a roll.
count_steps() {
  local n state
  COUNT=([all]=0 [done]=0 [failed]=0 [open]=0 [left]=0 [out]=0)
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_ROLL[n]:-} || ${STEP_KIND[n]} == join ]] && continue
    ((++COUNT[all]))
    case ${STEP_STATE[$n.0]:-} in
      ok | skipped) ((++COUNT[done])) ;;
      left-out) ((++COUNT[out])) ;;
      failed) ((++COUNT[failed])) ;;
      begun | stopped) ((++COUNT[open])) ;;
      *) ((++COUNT[left])) ;;
    esac
  done
}

heading() { printf '\n%s%s%s\n' "$BOLD" "$1" "$PLAIN"; }

# row NAME TEXT: a line under a heading.
row() {
  local name
  clean "$1"
  name=$REPLY
  clean "$2"
  printf '  %-*s %s\n' "$NAME_WIDTH" "$name" "$REPLY"
}

NAME_WIDTH=24

# open_steps STATE…: keys of the steps, in and outside rolls, that are in one of the states, in REPLY.
open_steps() {
  local n b list='' state
  for ((n = 1; n <= S; n++)); do
    for ((b = 0; b <= ${ROLL_BATCHES[${STEP_ROLL[n]:-0}]:-0}; b++)); do
      state=${STEP_STATE[$n.$b]:-}
      [[ -n $state && " $* " == *" $state "* ]] && list+=" $n.$b"
    done
  done
  REPLY=${list# }
}

show_steps() {
  local title=$1 key n b
  shift
  open_steps "$@"
  [[ -n $REPLY ]] || return 0
  heading "$title"
  for key in $REPLY; do
    n=${key%.*} b=${key#*.}
    local place=${STEP_SOURCE[n]}
    ((b > 0)) && place="batch $b, $place"
    [[ -n $HELD_BY ]] && place+=", since ${STEP_SINCE[$key]}"
    if [[ ${STEP_KIND[n]} == roll ]]; then
      row "${STEP_ID[n]}" "${STEP_TITLE[n]} ($place)"
      continue
    fi
    show_step_hosts "$n" "$b"
    row "${STEP_ID[n]}" "${STEP_TITLE[n]} ($place)"
    [[ -n $HOST_LINES ]] && printf '%s' "$HOST_LINES"
  done
}

# The actions of a step that did not end well, host by host, in HOST_LINES.
show_step_hosts() {
  local key=$1.$2 item h label lines=0
  HOST_LINES=''
  for item in ${RAN_KEYS[$key]:-}; do
    label=${item%.*} h=${item##*.}
    case ${DID[$key.$item]:-} in
      '' | ok) continue ;;
      begun) REPLY='did not end' ;;
      *)
        REPLY=${DID[$key.$item]}
        if [[ ${STEP_FAILURE[$key]:-} == "$label $h "* ]]; then
          failure_text "${DID[$key.$item]}" "${STEP_FAILURE[$key]##* }" "$h"
        fi
        ;;
    esac
    ((++lines > 8)) && continue
    local text=$REPLY
    find_action "$1" "$label"
    clean "${HOST_NAME[h]}: ${A_TITLE[REPLY]:-$label}: $text"
    printf -v REPLY '  %-*s   %s\n' "$NAME_WIDTH" '' "$REPLY"
    HOST_LINES+=$REPLY
    log_of "$1" "$label" "$h"
    printf -v REPLY '  %-*s   log %s\n' "$NAME_WIDTH" '' "$REPLY"
    HOST_LINES+=$REPLY
  done
  if ((lines > 8)); then
    printf -v REPLY '  %-*s   and %d more\n' "$NAME_WIDTH" '' $((lines - 8))
    HOST_LINES+=$REPLY
  fi
}

HOST_LINES=''

# log_of STEP LABEL HOST: the path of a log, as it can be pasted.
log_of() {
  local n=$1 label=$2 h=$3
  find_action "$n" "$label"
  X_STEP[0]=$n X_LABEL[0]=$label X_ACTION[0]=$REPLY
  log_path 0 "$h"
  REPLY=$STATE_SHOWN${REPLY#"$STATE"}
  shown "$REPLY"
}

# collect NAME HOST: gathers the hosts of a name, for `show_collected`.
declare -A COLLECTED=()
collect() { COLLECTED["=$1"]+=" $2"; }

show_collected() {
  local title=$1 name
  local -a names=() numbers=()
  ((${#COLLECTED[@]} > 0)) || return 0
  heading "$title"
  mapfile -t names < <(printf '%s\n' "${!COLLECTED[@]}" | LC_ALL=C sort)
  for name in "${names[@]}"; do
    read -r -a numbers <<<"${COLLECTED[$name]}"
    mapfile -t numbers < <(printf '%s\n' "${numbers[@]}" | sort -n)
    hosts_text all "${numbers[*]}"
    row "${name#=}" "$REPLY"
  done
  COLLECTED=()
}

show_model() {
  local key h
  for key in "${!DOWN[@]}"; do
    [[ -n ${DOWN[$key]} ]] || continue
    h=${key##*$'\t'}
    key=${key%$'\t'*}
    if [[ ${DOWN["$key"$'\t'"$h"]} == stopped ]]; then collect "${key#=}" "$h"; else
      collect "${key#=} (${DOWN["$key"$'\t'"$h"]})" "$h"
    fi
  done
  show_collected 'Down now'
  for key in "${!AWAY[@]}"; do
    [[ -n ${AWAY[$key]} ]] && collect "${AWAY[$key]}" "${key%% *}"
  done
  show_collected 'Hosts out of service'
  for key in "${!MODE_HOSTS[@]}"; do
    [[ -n ${MODE_HOSTS[$key]} ]] || continue
    ((${#COLLECTED[@]} == 0)) && heading 'Modes still entered'
    COLLECTED[$key]=1
    row "${key#=}" "${MODE_TITLE[$key]:-}"
  done
  COLLECTED=()
  for key in "${!LOCK_BATCH[@]}"; do
    ((${#COLLECTED[@]} == 0)) && heading 'Locks held'
    COLLECTED["=$key"]=1
    row "${STEP_ID[key]}" "${ROLL_KEY[key]}, taken for batch ${LOCK_BATCH[key]}"
  done
  COLLECTED=()
}

show_next() {
  local n before shown_steps=0 more=0 title="$1"
  local -a names=()
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_ROLL[n]:-} || ${STEP_KIND[n]} == join || -n ${STEP_STATE[$n.0]:-} ]] && continue
    for before in ${STEP_AFTER[n]:-}; do done_step "$before" || continue 2; done
    if ((++shown_steps > 5)); then
      ((++more))
    else
      names+=("$n")
    fi
  done
  ((${#names[@]} > 0)) || return 0
  heading "$title"
  for n in "${names[@]}"; do
    estimate "$n"
    row "${STEP_ID[n]}" "${STEP_TITLE[n]}$REPLY${STEP_WINDOW[n]:+, in window ${STEP_WINDOW[n]}}"
  done
  ((more > 0)) && row '' "and $more more that can start now"
  return 0
}

# estimate STEP: how long it takes, for the end of a line, in REPLY.
estimate() {
  REPLY=''
  [[ -n ${STEP_TAKES[$1]:-} ]] || return 0
  span "${STEP_TAKES[$1]%%.*}000000"
  REPLY=", about $REPLY"
}

show_windows() {
  local n key
  declare -A windows=()
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_WINDOW[n]:-} ]] && ! done_step "$n" && windows["=${STEP_WINDOW[n]}"]=1
  done
  ((${#windows[@]} > 0)) || return 0
  heading 'Window'
  for key in "${!windows[@]}"; do row "${key#=}" "${WINDOW_TEXT[$key]:-}${WINDOW_TITLE[$key]:+, ${WINDOW_TITLE[$key]}}"; done
}

show_status() {
  local headline color=$BOLD percent
  count_steps
  percent="${COUNT[done]} of ${COUNT[all]} steps are done"
  ((COUNT[done] == COUNT[all])) && percent="all ${COUNT[all]} steps are done"
  ((COUNT[out] > 0)) && percent+=", ${COUNT[out]} left out"
  if [[ -n $HELD_BY ]]; then
    headline=RUNNING color=$GREEN
    [[ $RUN_COMMAND == rollback ]] && headline='ROLLING BACK'
  elif [[ -n $ROLLBACK_TO ]]; then
    headline='ROLLBACK INCOMPLETE' color=$RED
  elif [[ $RUN_STATE == none ]]; then
    headline='NOT STARTED'
  elif [[ $RUN_STATE == begun ]]; then
    headline=KILLED color=$RED
  elif [[ $RUN_REASON == failed ]]; then
    headline=FAILED color=$RED
  elif ((COUNT[done] + COUNT[out] == COUNT[all])); then
    headline=DONE color=$GREEN
  elif [[ $RUN_REASON == rolled-back ]]; then
    headline='ROLLED BACK' color=$YELLOW
  else
    headline=STOPPED color=$YELLOW
  fi
  clean "$PLAN  $PLAN_TITLE"
  printf '%s%s%s\n' "$BOLD" "$REPLY" "$PLAIN"
  clean "$CLOUD${CLOUD_TITLE:+ ($CLOUD_TITLE)}"
  printf 'cloud %s, state in %s\n\n' "$REPLY" "$STATE_SHOWN"
  printf '%s%s%s: %s' "$color$BOLD" "$headline" "$PLAIN" "$percent"
  ((COUNT[failed] > 0)) && printf ', %d failed' "${COUNT[failed]}"
  ((COUNT[open] > 0)) && printf ', %d begun' "${COUNT[open]}"
  ((COUNT[left] > 0)) && printf ', %d left' "${COUNT[left]}"
  printf '.\n'
  show_last_run
  show_steps Failed failed
  if [[ -n $HELD_BY ]]; then
    show_steps 'Running now' begun stopped
  elif [[ $RUN_STATE == begun ]]; then
    show_steps 'Running when it died' begun
    show_steps 'Stopped half-way' stopped
  else
    show_steps 'Stopped half-way' begun stopped
  fi
  show_next Next
  show_model
  last_point
  if [[ $REPLY != start ]]; then
    heading 'Rollback point that holds'
    row "$REPLY" "${STEP_TITLE[${STEP_INDEX["=$REPLY"]}]}"
  fi
  show_windows
  show_what_to_do
}

show_last_run() {
  if [[ -n $HELD_BY ]]; then
    printf 'Held by %s.\n' "$HELD_BY"
  elif [[ $RUN_STATE == begun ]]; then
    printf 'The last %s, process %s on %s, began at %s and never ended.\n' "$RUN_COMMAND" "$RUN_PID" "$RUN_HOST" "$RUN_TIME"
  elif [[ $RUN_STATE == ended ]]; then
    printf 'The last %s began at %s and ended with exit code %s.\n' "$RUN_COMMAND" "$RUN_TIME" "$RUN_EXIT"
  fi
}

# advice TEXT COMMAND
advice() {
  printf '  %s\n' "$1"
  [[ -n $2 ]] && printf '      %s\n' "$2"
  return 0
}

show_what_to_do() {
  local point
  last_point
  point=$REPLY
  heading 'What to do'
  if [[ -n $HELD_BY ]]; then
    local pid=${HELD_BY#PID }
    advice 'Nothing: it is running. To stop it cleanly:' "kill -INT ${pid%% *}"
    return
  fi
  if [[ -n $ROLLBACK_TO ]]; then
    command_line rollback --to "$ROLLBACK_TO"
    advice "Repair what made the rollback stop, then let it go on to $ROLLBACK_TO:" "$REPLY"
    return
  fi
  if [[ $RUN_STATE == none ]]; then
    command_line run
    advice 'Start it:' "$REPLY"
    command_line run --dry-run
    advice 'See every command before:' "$REPLY"
    return
  fi
  show_way_on
  obstacles "${STEP_INDEX["=$point"]:-0}"
  if ((${#OBSTACLES[@]} > 0)); then
    clean "${OBSTACLES[0]}"
    advice "Going back is not possible: $REPLY" ''
  else
    began_after "${STEP_INDEX["=$point"]:-0}" || point=start
    if [[ $point == start ]]; then
      command_line rollback --to start
      advice 'Or take everything back:' "$REPLY"
    else
      command_line rollback
      advice "Or go back to $point:" "$REPLY"
    fi
  fi
}

# began_after STEP: whether a step behind it did anything.
began_after() {
  local n b
  for ((n = $1 + 1; n <= S; n++)); do
    for ((b = 0; b <= ${ROLL_BATCHES[${STEP_ROLL[n]:-0}]:-0}; b++)); do [[ -n ${STEP_STATE[$n.$b]:-} ]] && return 0; done
  done
  return 1
}

show_way_on() {
  local key n
  local -a again=() never=()
  if can_run; then
    if ((COUNT[done] + COUNT[out] == COUNT[all])); then
      advice 'Nothing is left to do.' ''
      return
    fi
    command_line run
    advice 'Go on:' "$REPLY"
    return
  fi
  interrupted_steps
  for key in $REPLY; do
    n=${key%.*}
    case ${STEP_REPEAT[n]} in
      ask) is_ambiguous "$key" && again+=(--repeat "${STEP_ID[n]}") ;;
      restore) is_ambiguous "$key" && never+=("${STEP_ID[n]}") ;;
    esac
  done
  if ((${#never[@]} > 0)); then
    advice "${never[*]} changes a schema and may be half applied, so it is not run again on top." ''
    advice 'Go back first, then run again.' ''
    return
  fi
  command_line resume "${again[@]}"
  if ((${#again[@]} > 0)); then
    advice 'Look whether it is safe to run these again; if it is:' "$REPLY"
  else
    advice 'Repair the cause, then go on where it stopped:' "$REPLY"
  fi
}

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
      approve) title="waits for a yes  $title" ;;
      roll) title="rolls through ${ROLL_GROUP[n]} in ${ROLL_BATCHES[n]} batches  $title" ;;
    esac
    estimate "$n"
    title+=$REPLY
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
  if [[ -n ${STEP_TEXT[n]:-} ]]; then
    clean "${STEP_TEXT[n]}"
    printf '%s%s\n' "$indent" "$REPLY"
  fi
  for a in ${STEP_UNLESS[n]:-}; do show_action "$a" "$indent" 'unless: ' "${A_HOSTS[a]}"; done
  for a in ${STEP_ACTIONS[n]:-}; do show_action "$a" "$indent" '' "${A_HOSTS[a]}"; done
  for a in ${STEP_VERIFY[n]:-}; do show_action "$a" "$indent" 'then check: ' "${A_HOSTS[a]}"; done
  [[ ${STEP_KIND[n]} == roll ]] || return 0
  for ((b = 1; b <= ROLL_BATCHES[n]; b++)); do
    hosts_text all "${BATCH_MEMBERS[$n.$b]}"
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
  say
  say 'Nothing was run.'
}

show_dry_rollback() {
  local index
  for index in "${!U_KIND[@]}"; do
    if [[ ${U_KIND[index]} == undone ]]; then
      clean "${STEP_ID[U_STEP[index]]}"
      printf '%s%s counts as not done%s\n' "$DIM" "$REPLY" "$PLAIN"
      continue
    fi
    execute back "${U_STEP[index]}" "${U_BATCH[index]}" "${U_HOSTS[index]}" undo "${U_ITEM[index]}"
    X_ONLY[REPLY]=${U_ONLY[index]} X_ACTION[REPLY]=${U_ITEM[index]##*:} X_LABEL[REPLY]=${U_ITEM[index]%:*}
    targets "$REPLY"
    [[ -n $REPLY ]] || continue
    show_action "${U_ITEM[index]##*:}" '' "${STEP_ID[U_STEP[index]]}: " "$REPLY"
  done
  say
  say 'Nothing was run.'
}

# The last lines of the log of what failed first.
show_failure_log() {
  local line
  [[ -n $FAILED_LOG && -s $FAILED_LOG ]] || return 0
  heading "The end of $STATE_SHOWN${FAILED_LOG#"$STATE"}"
  while IFS= read -r line; do
    clean "$line"
    printf '  | %s\n' "$REPLY"
  done < <(tail -n 15 -- "$FAILED_LOG")
}
