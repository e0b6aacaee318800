
# ------------------------------------------------------------------------------------------------------------
# The state directory: journal, lock, logs
# ------------------------------------------------------------------------------------------------------------

find_state() {
  if [[ -n $DIRECTORY ]]; then cd -- "$DIRECTORY" || die "cannot work in $DIRECTORY"; fi
  STATE_SHOWN=${STATE:-.belay/${PLAN//[!A-Za-z0-9._-]/_}}
  STATE=$STATE_SHOWN
  [[ $STATE == /* ]] || STATE=$PWD/$STATE
  JOURNAL=$STATE/journal
}

# Who holds the lock now, in HELD_BY; for the commands that only look.
look_at_lock() {
  HELD_BY=''
  [[ -e $STATE/lock ]] || return 0
  if ! flock -n -s "$STATE/lock" true; then
    IFS= read -r HELD_BY <"$STATE/lock"
    HELD_BY=${HELD_BY:-another process}
  fi
}

take_state() {
  if ! mkdir -p -- "$STATE" || ! chmod 0700 -- "$STATE" || ! mkdir -p -- "$STATE/running" "$STATE/logs"; then
    die "cannot make $STATE"
  fi
  exec 9>>"$STATE/lock" || die "cannot write $STATE/lock"
  # `status` takes the lock for a moment when it looks.
  if ! flock -w 1 9; then
    IFS= read -r HELD_BY <"$STATE/lock"
    complain "Another run holds $STATE_SHOWN: ${HELD_BY:-unknown}."
    command_line status
    die "Watch it with: $REPLY"
  fi
  printf 'PID %d on %s, %s since %(%F %T)T\n' "$$" "$HOSTNAME" "$COMMAND" -1 >"$STATE/lock"
}

# The journal ends at a whole line, so that the next one does not grow onto a torn one.
open_journal() {
  local torn
  if [[ -s $JOURNAL && -n $(tail -c 1 -- "$JOURNAL" | tr '\0' x) ]]; then
    torn=$(tail -n 1 -- "$JOURNAL" | wc -c)
    truncate -s "-$torn" -- "$JOURNAL" || die "cannot repair the end of $JOURNAL"
  fi
  read_journal
  exec 7>>"$JOURNAL" || die "cannot write $JOURNAL"
  if [[ -z $RUN ]]; then
    TZ=UTC0 printf -v RUN '%s-%(%Y%m%dT%H%M%SZ)T-%d' "$HOSTNAME" -1 "$$"
    FIELDS=(belay.journal/2 "$PLAN" "$DIGEST" "$RUN")
    escape_fields
    printf -v JOURNAL_TEXT '{"format":"%s","plan":"%s","digest":"%s","run":"%s"}\n' "${FIELDS[@]}"
    commit
    sync "$STATE" 7>&- 9>&-
  fi
}

# A join has no line in the journal: it is done when everything before it is.
settle_joins() {
  local n before
  for ((n = 1; n <= S; n++)); do
    [[ ${STEP_KIND[n]} == join && -z ${STEP_ROLL[n]:-} ]] || continue
    for before in ${STEP_AFTER[n]:-}; do done_step "$before" || continue 2; done
    STEP_STATE[$n.0]=ok
  done
}

enter_directory() {
  if [[ -z $DIRECTORY && -n $RUN_DIRECTORY ]]; then
    cd -- "$RUN_DIRECTORY" || die "the run worked in $RUN_DIRECTORY, which cannot be entered; name another with -C"
  fi
}

# A worker outlives a program that was killed. What still runs is waited for, and what ended since then is written
# down.
settle_workers() {
  local file number pid key item result code waited=0
  for file in "$STATE"/running/*; do
    [[ $file == */boot.* || ! -s $file ]] && continue
    read_outcome
    [[ $number =~ ^[0-9]+$ && -n ${BEGUN_KEY[number]:-} ]] || continue
    key=${BEGUN_KEY[number]}
    [[ ${BEGIN_NUMBER[$key]} == "$number" ]] || continue
    item=${key#*.*.}
    find_action "${key%%.*}" "${item%.*}"
    # Nothing is lost with one that only waits, and the wait goes on by the clock.
    if [[ -z $result && ${A_TYPE[REPLY]:-} == wait ]] && is_worker "$pid"; then
      kill -KILL -- "-$pid" 2>/dev/null
      continue
    fi
    while [[ -z $result ]] && is_worker "$pid"; do
      if ((++waited > 50)); then
        clean "${STEP_ID[${key%%.*}]} on ${HOST_NAME[${key##*.}]}"
        complain "A command of the run that was killed is still running, as process $pid: $REPLY."
        complain "Wait until it has ended, or end it with: kill -TERM -- -$pid"
        die 'Then call this again.'
      fi
      sleep 0.2
      read_outcome
    done
    [[ -n $result ]] && adopt "$key" "$result" "$code"
  done
  rm -f -- "$STATE"/running/*
}

# The last thing that the worker of a slot began, and how it ended if it did.
read_outcome() {
  local word first second third
  number='' pid='' result='' code=''
  while read -r word first second third; do
    if [[ $word == begin ]]; then
      number=$first pid=$second result='' code=''
    elif [[ $word == end && $first == "$number" ]]; then
      result=$second code=$third
    fi
  done <"$file"
}

# A worker is a copy of the program, so the name of the program is in its command line.
is_worker() {
  local word
  local -a words=()
  { mapfile -d '' words <"/proc/$1/cmdline"; } 2>/dev/null
  for word in "${words[@]:0:4}"; do [[ ${word##*/} == "${0##*/}" ]] && return 0; done
  return 1
}

adopt() {
  local key=$1 result=$2 code=$3 n b h label event=action
  n=${key%%.*} h=${key##*.}
  label=${key#*.}
  b=${label%%.*}
  label=${label#*.}
  label=${label%.*}
  [[ $label == [bfru]* || ${UNDONE[$key]:-} == begun ]] && event=undo
  if [[ $event == undo ]]; then [[ ${UNDONE[$key]:-} == begun ]] || return 0; else
    [[ ${DID[$key]:-} == begun && $result != boot-id ]] || return 0
  fi
  note "$event-end" "${STEP_ID[n]}" "$b" "$label" "${HOST_NAME[h]}" "$result" "$code" 0.000
}
