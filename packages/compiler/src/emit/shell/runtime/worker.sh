
# ------------------------------------------------------------------------------------------------------------
# One action on one host, in a process of its own
# ------------------------------------------------------------------------------------------------------------

CHILD='' LIFE='' FRESH=0 TERMINATED=0 RESULT='' CODE=0 ANSWER=''
declare -a WORDS=()

# work SLOT ACTION HOST NUMBER BEFORE: reports to the main process by a line on descriptor 8, and keeps the outcome
# in a file, so that it is known even if the main process is killed meanwhile. BEFORE: what a former run knows of it, the
# host's boot id, or when it began to wait.
work() {
  local slot=$1 a=$2 h=$3 number=$4 before=$5
  trap 'end_work' TERM
  # Appended: to replace a file costs some file systems a flush.
  [[ $number != 0 ]] && printf 'begin %s %s\n' "$number" "$BASHPID" >>"$STATE/running/$slot"
  CODE=125 RESULT=failed
  operate "$a" "$h" "$before"
  ((TERMINATED)) && [[ $RESULT != ok ]] && RESULT=stopped
  clock
  [[ $number != 0 ]] && printf 'end %s %s %s\n' "$number" "$RESULT" "$CODE" >>"$STATE/running/$slot"
  printf 'done %s %s %s %s %s\n' "$slot" "$RESULT" "$CODE" "$NOW" "$ANSWER" >&8
}

end_work() {
  TERMINATED=1
  [[ -n $LIFE ]] && exec {LIFE}>&- && LIFE=''
  [[ -n $CHILD ]] && kill -TERM "$CHILD" 2>/dev/null
}

operate() {
  local a=$1 h=$2 before=$3
  case ${A_TYPE[a]} in
    reboot) reboot_host "$a" "$h" "$before" ;;
    wait)
      REPLY=${A_TEXT[a]}
      [[ -z $before ]] || left_of "$REPLY" "$before"
      nap "$REPLY"
      ((TERMINATED)) || RESULT=ok CODE=0
      ;;
    *) run_until_done "$a" "$h" ;;
  esac
}

# Runs an operation as often as `again` and `poll` ask for.
run_until_done() {
  local a=$1 h=$2 runs=0 began limit=${A_LIMIT[$1]:-0} left started
  clock
  began=$NOW
  while :; do
    if [[ -n ${A_EVERY[a]:-} ]]; then
      left=$((A_WITHIN[a] - (NOW - began) / 1000000))
      ((left < 1)) && left=1
      ((limit == 0 || left < limit)) && limit=$left
    fi
    ((++runs))
    started=$NOW
    once "$a" "$h" "$limit"
    ((TERMINATED)) && return
    clock
    if [[ " ${A_AGAIN[a]:-} " == *" $CODE "* ]]; then
      ((runs < A_AGAIN_LIMIT[a])) && continue
      printf 'There is still more to do after %s runs, the most that the plan allows.\n' "$runs"
      return
    fi
    if accepted "$a"; then
      RESULT=ok
      return
    fi
    if [[ -n ${A_EVERY[a]:-} ]]; then
      if (((NOW - began) / 1000000 + A_EVERY[a] <= A_WITHIN[a])); then
        nap "${A_EVERY[a]}"
        ((TERMINATED)) && return
        clock
        continue
      fi
      printf 'It did not succeed within %s seconds.\n' "${A_WITHIN[a]}"
      RESULT=timeout
      return
    fi
    # What `timeout` says.
    if ((limit > 0 && (CODE == 124 || CODE == 137) && NOW - started >= limit * 1000000)); then
      printf 'It took longer than %s seconds and was ended.\n' "$limit"
      RESULT=timeout
    fi
    return
  done
}

accepted() {
  [[ ${A_TYPE[$1]} == http ]] && return "$CODE"
  [[ " ${A_ACCEPT[$1]:-0} " == *" $CODE "* ]]
}

once() {
  local a=$1 h=$2 limit=$3 text=${A_TEXT[$1]}
  case ${A_TYPE[a]} in
    http)
      local url method=${A_EXTRA[a]}
      address "$h" "$text"
      url=$REPLY
      local -a expected
      IFS=, read -r -a expected <<<"${A_ACCEPT[a]}"
      ((limit == 0)) && limit=30
      WORDS=(bash -c "$(declare -f ask_http)"$'\nask_http "$@"' belay "$method" "$url" "${expected[@]}")
      await "$limit" </dev/null
      ;;
    script)
      on_target "$a" "$h" "$(declare -f run_script)"$'\nrun_script '"$text" "$limit" "${A_FILE[a]}"
      ;;
    put | put_back)
      local kept mode owner
      quote "$text"
      text=$REPLY
      quote "${A_TEXT[a]}.before-$PLAN"
      kept=$REPLY
      quote "${A_PERMISSIONS[a]:-}"
      mode=$REPLY
      quote "${A_OWNER[a]:-}"
      owner=$REPLY
      if [[ ${A_TYPE[a]} == put ]]; then
        on_target "$a" "$h" "$(declare -f put_file)"$'\n'"put_file $text $kept $mode $owner" "$limit" "${A_FILE[a]}"
      else
        on_target "$a" "$h" "$(declare -f take_file_back)"$'\n'"take_file_back $text $kept" "$limit" ''
      fi
      ;;
    *) on_target "$a" "$h" "$text" "$limit" '' ;;
  esac
}

# on_target ACTION HOST TEXT LIMIT FILE: runs a bash text where the action runs.
on_target() {
  local a=$1 h=$2 text=$3 limit=$4 file=$5 item
  local -a names=(BELAY_HOST BELAY_PLAN BELAY_RUN) values=("${HOST_NAME[h]}" "$PLAN" "$RUN")
  for item in ${A_VARIABLES[a]:-}; do
    names+=("${PAIR_NAME[item]}")
    values+=("${HOST_VARIABLE["$h ${PAIR_VALUE[item]}"]:-}")
  done
  for item in ${A_ENVIRONMENT[a]:-}; do
    names+=("${PAIR_NAME[item]}")
    values+=("${PAIR_VALUE[item]}")
  done
  if [[ ${HOST_TYPE[h]} == local && -z ${A_AS[a]:-} && -z ${A_SECRETS[a]:-} && -z $file ]]; then
    for item in "${!names[@]}"; do export "${names[item]}=${values[item]}"; done
    WORDS=(bash -c "$text")
    if [[ -n ${A_DIRECTORY[a]:-} ]]; then
      WORDS=(env -C "${A_DIRECTORY[a]}" "${WORDS[@]}")
    fi
    await "$limit" </dev/null
    return
  fi
  local prefix=''
  for item in "${!names[@]}"; do
    quote "${names[item]}=${values[item]}"
    prefix+="export $REPLY"$'\n'
  done
  if [[ -n ${A_DIRECTORY[a]:-} ]]; then
    quote "${A_DIRECTORY[a]}"
    prefix+="cd -- $REPLY || exit 125"$'\n'
  fi
  by_connection "$a" "$h" "$prefix$text" "$limit" "$file"
}

nap() {
  sleep "$1" 5<&- 8>&- &
  CHILD=$!
  wait "$CHILD"
  CHILD=''
}
