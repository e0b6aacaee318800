
# ------------------------------------------------------------------------------------------------------------
# The command line
# ------------------------------------------------------------------------------------------------------------

COMMAND='' DRY=0 TO='' FROM='' UNTIL='' ONLY='' STATE='' STATE_SHOWN='' DIRECTORY='' SIGNALS=0
declare -a REPEAT=()

show_help() {
  local me=${0##*/}
  clean "$PLAN_TITLE"
  cat <<END
$PLAN${REPLY:+: $REPLY}

Usage: $me COMMAND [OPTION]…

Commands
  run        start the plan, or go on after a rollback or a stop
  resume     go on after a failure or a kill; what is done is not repeated
  status     what is done, left and down now, and what to do
  list       the steps, in order, with their states
  rollback   go back to the last rollback point, or to the start

Options
  --to POINT         rollback: to this rollback point; 'start' takes everything back
  --dry-run          show every command; run nothing
  --from STEP        leave out what the list shows before STEP
  --until STEP       stop when everything up to STEP in the list is done
  --only STEP        run STEP and nothing else
  --step             ask before each step
  --yes              answer every approval of the plan with yes
  --repeat STEP      resume: run STEP again although it may have been half done
  --jobs N           commands at the same time (default: 8)
  --state DIR        where journal, lock and logs are (default: .belay/$PLAN)
  -C, --directory DIR  work in DIR; later commands find it in the journal
  --help, --version

Exit codes
  0  everything asked for is done
  1  a step failed, or a rollback is not complete
  2  the call was wrong, or another run holds the state
  3  stopped on request with work left: a signal, a refused approval, --until

Examples
  $me run --dry-run | less
  $me run --jobs 20
  $me status
  $me resume
  $me rollback --to start --dry-run

Ctrl-C stops: nothing new starts and running commands are ended. A second Ctrl-C kills them.
END
}

KNOWN_OPTIONS='--to --dry-run --from --until --only --step --yes --repeat --jobs --state --directory --help --version'
KNOWN_COMMANDS='run resume status list rollback'

# nearest WORD CANDIDATE…: the most similar one, in REPLY; empty if none is.
nearest() {
  local word=$1 candidate best=4 i j cost above left diagonal
  local -a row
  shift
  REPLY=''
  ((${#word} > 30)) && return
  for candidate; do
    for ((j = 0; j <= ${#candidate}; j++)); do row[j]=$j; done
    for ((i = 1; i <= ${#word}; i++)); do
      diagonal=$((i - 1))
      row[0]=$i
      for ((j = 1; j <= ${#candidate}; j++)); do
        above=${row[j]} left=${row[j - 1]} cost=1
        [[ ${word:i-1:1} == "${candidate:j-1:1}" ]] && cost=0
        row[j]=$((diagonal + cost))
        ((above + 1 < row[j])) && row[j]=$((above + 1))
        ((left + 1 < row[j])) && row[j]=$((left + 1))
        diagonal=$above
      done
    done
    if ((row[${#candidate}] < best)); then
      best=${row[${#candidate}]}
      REPLY=$candidate
    fi
  done
}

usage_error() {
  complain "$1${2:+ Did you mean $2?}"
  complain "See ${0##*/} --help."
  exit 2
}

parse_arguments() {
  local word value
  local -a known
  while (($# > 0)); do
    word=$1
    shift
    value=''
    case $word in
      --to | --from | --until | --only | --repeat | --jobs | --state | --directory | -C)
        (($# > 0)) || usage_error "$word needs a value."
        value=$1
        shift
        ;;
      --to=* | --from=* | --until=* | --only=* | --repeat=* | --jobs=* | --state=* | --directory=*)
        value=${word#*=}
        word=${word%%=*}
        ;;
    esac
    case $word in
      --to) TO=$value ;;
      --from) FROM=$value ;;
      --until) UNTIL=$value ;;
      --only) ONLY=$value ;;
      --repeat) REPEAT+=("$value") ;;
      --state) STATE=$value ;;
      --directory | -C) DIRECTORY=$value ;;
      --jobs)
        [[ $value =~ ^[1-9][0-9]{0,3}$ ]] || usage_error "--jobs needs a number from 1 to 9999, not '$value'."
        JOBS=$value
        ;;
      --dry-run) DRY=1 ;;
      --step) CONFIRM=1 ;;
      --yes) YES=1 ;;
      --help | -h | help) COMMAND=help ;;
      --version) COMMAND=version ;;
      -*)
        read -r -a known <<<"$KNOWN_OPTIONS"
        nearest "$word" "${known[@]}"
        usage_error "There is no option $word." "$REPLY"
        ;;
      run | resume | status | list | rollback)
        [[ -z $COMMAND ]] || usage_error "There can be one command, not both $COMMAND and $word."
        COMMAND=$word
        ;;
      *)
        read -r -a known <<<"$KNOWN_COMMANDS"
        nearest "$word" "${known[@]}"
        usage_error "There is no command '$word'." "$REPLY"
        ;;
    esac
    [[ $COMMAND == help || $COMMAND == version ]] && return
  done
  if [[ -z $COMMAND ]]; then
    ((DRY)) || usage_error 'A command is missing: run, resume, status, list or rollback.'
    COMMAND=run
  fi
}

# step_number STEP: the number of a step that can be named on the command line, in REPLY.
step_number() {
  local n=${STEP_INDEX["=$1"]:-}
  if [[ -z $n ]]; then
    nearest "$1" "${STEP_ID[@]:1}"
    usage_error "The plan has no step $1." "$REPLY"
  fi
  [[ -n ${STEP_ROLL[n]:-} && $2 != repeat ]] &&
    usage_error "$1 is a part of the roll ${STEP_ID[STEP_ROLL[n]]}; name the roll."
  REPLY=$n
}

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
    JOURNAL_TEXT=belay.journal/1$'\t'$PLAN$'\t'$DIGEST$'\t'$RUN$'\n'
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

# A worker outlives a program that was killed. What still runs is waited for, and what ended since then is written down.
settle_workers() {
  local file number pid key result code waited=0 command
  for file in "$STATE"/running/*; do
    [[ $file == */boot.* || ! -s $file ]] && continue
    { read -r number pid && read -r _ result code; } <"$file" || result=''
    [[ $number =~ ^[0-9]+$ && -n ${BEGUN_KEY[number]:-} ]] || continue
    key=${BEGUN_KEY[number]}
    [[ ${BEGIN_NUMBER[$key]} == "$number" ]] || continue
    while [[ -z $result ]]; do
      # A worker is a copy of the program, so the name of the program is in its command line.
      command=''
      { IFS= read -r -d '' command && IFS= read -r -d '' command; } 2>/dev/null <"/proc/$pid/cmdline"
      [[ ${command##*/} == "${0##*/}" ]] || break
      if ((++waited > 50)); then
        complain "A command of the run that was killed is still running, as process $pid: ${STEP_ID[${key%%.*}]} on ${HOST_NAME[${key##*.}]}."
        complain "Wait until it has ended, or end it with: kill -TERM -- -$pid"
        die 'Then call this again.'
      fi
      sleep 0.2
      { read -r number pid && read -r _ result code; } <"$file" || result=''
    done
    [[ -n $result ]] && adopt "$key" "$result" "$code"
  done
}

adopt() {
  local key=$1 result=$2 code=$3 n b h label event=action
  n=${key%%.*} h=${key##*.}
  label=${key#*.}
  b=${label%%.*}
  label=${label#*.}
  label=${label%.*}
  [[ $label == [bru]* || ${UNDONE[$key]:-} == begun ]] && event=undo
  if [[ $event == undo ]]; then [[ ${UNDONE[$key]:-} == begun ]] || return 0; else
    [[ ${DID[$key]:-} == begun && $result != boot-id ]] || return 0
  fi
  note "$event-end" "${STEP_ID[n]}" "$b" "$label" "${HOST_NAME[h]}" "$result" "$code" 0.000
}

# ------------------------------------------------------------------------------------------------------------
# What was interrupted
# ------------------------------------------------------------------------------------------------------------

interrupted_steps() { open_steps begun failed stopped; }

# is_ambiguous STEP.BATCH: something that changes the cloud may have been done half.
is_ambiguous() {
  local item
  for item in ${RAN_KEYS[$1]:-}; do
    [[ $item == [0-9]* ]] || continue
    case ${DID[$1.$item]:-} in '' | ok) continue ;; esac
    find_action "${1%%.*}" "${item%.*}"
    [[ -n ${A_CHANGES[REPLY]:-} ]] && return 0
  done
  return 1
}

# `run` starts, and goes on after what ended cleanly.
can_run() {
  local key
  [[ -z $ROLLBACK_TO ]] || return 1
  [[ $RUN_STATE == none ]] && return 0
  [[ $RUN_STATE == ended && $RUN_REASON != failed ]] || return 1
  interrupted_steps
  for key in $REPLY; do [[ ${STEP_KIND[${key%.*}]} == approve ]] || return 1; done
  return 0
}

# Before a resume: steps that say that they are done already are; the others that were interrupted may be repeated, or
# a person says so, or it ends here.
settle_interrupted() {
  local key n b item count=0 refused=0
  interrupted_steps
  for key in $REPLY; do
    n=${key%.*} b=${key#*.}
    if [[ -z ${STEP_UNLESS[n]:-} || ${STEP_REPEAT[n]} == safe ]] || ! is_ambiguous "$key"; then continue; fi
    local items='' hosts=${BATCH_HOSTS[${STEP_ROLL[n]:-0}.$b]:-}
    count=0
    for item in ${STEP_UNLESS[n]}; do items+=" ?$((++count)):$item"; done
    execute settled "$n" "$b" "$hosts" '' "${items# }"
    advance "$REPLY"
  done
  run_loop
  interrupted_steps
  for key in $REPLY; do
    n=${key%.*} b=${key#*.}
    is_ambiguous "$key" || continue
    case ${STEP_REPEAT[n]} in
      safe) ;;
      ask) may_repeat "$n" "$b" || refused=1 ;;
      restore)
        complain "${STEP_ID[n]} was interrupted, and what it does to a schema can be half applied. It is not run on top of that."
        refused=1
        ;;
    esac
  done
  return "$refused"
}

finished_settled() {
  local n=${X_STEP[$1]} b=${X_BATCH[$1]}
  [[ $2 == ok ]] || return 0
  note step-end "${STEP_ID[n]}" "$b" skipped 0.000
  progress skip "$DIM" "$n" "$b" 'is done already'
}

may_repeat() {
  local n=$1 b=$2 id answer=''
  [[ -n ${STEP_REPEATED[$n.$b]:-} ]] && return 0
  for id in "${REPEAT[@]}"; do
    if [[ $id == "${STEP_ID[n]}" ]]; then
      note repeat "$id" "$b" "${USER:-unknown}"
      return 0
    fi
  done
  show_step_hosts "$n" "$b"
  clean "${STEP_ID[n]}  ${STEP_TITLE[n]}"
  printf '%s%s%s was interrupted, and only a person can tell whether it may run again.\n%s' "$BOLD" "$REPLY" "$PLAIN" "$HOST_LINES"
  if [[ -t 5 ]]; then
    printf 'Run it again? [y/N] '
    IFS= read -r answer <&5
    if [[ $answer == [yY]* ]]; then
      note repeat "${STEP_ID[n]}" "$b" "${USER:-unknown}"
      return 0
    fi
  fi
  return 1
}

# ------------------------------------------------------------------------------------------------------------
# Running
# ------------------------------------------------------------------------------------------------------------

read_secrets() {
  local name key source value
  for key in "${!SECRET_FROM[@]}"; do
    name=${key#=} source=${SECRET_SOURCE[$key]}
    case ${SECRET_FROM[$key]} in
      env)
        [[ $source =~ ^[A-Za-z_][A-Za-z0-9_]*$ && -n ${!source+x} ]] || die "the secret $name is to be in the environment variable $source, which is not set"
        value=${!source}
        export -n "${source?}"
        ;;
      file)
        [[ -r $source ]] || die "the secret $name is to be in the file $source, which cannot be read"
        value=$(<"$source")
        ;;
      command)
        value=$(bash -c "$source" </dev/null 7>&- 9>&-) || die "the command for the secret $name failed: $source"
        ;;
    esac
    [[ -n $value ]] || die "the secret $name is empty"
    SECRET_VALUE[$key]=$value
  done
}

select_steps() {
  local n first=1 last=$S left=0 answer=''
  if [[ -n $FROM ]]; then
    step_number "$FROM" ''
    first=$REPLY
  fi
  if [[ -n $UNTIL ]]; then
    step_number "$UNTIL" ''
    last=$REPLY
  fi
  if [[ -n $ONLY ]]; then
    step_number "$ONLY" ''
    first=$REPLY last=$REPLY
    done_step "$first" && usage_error "$ONLY is done already."
  fi
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_ROLL[n]:-} ]] && continue
    done_step "$n" && continue
    if ((n < first)); then
      [[ ${STEP_KIND[n]} != join ]] && ((++left))
    elif ((n <= last)); then
      SELECTED[n]=1
    fi
  done
  if ((left > 0 && DRY == 0)); then
    printf 'Steps before %s that are not done, and are left out: %d.\n' "${STEP_ID[first]}" "$left"
    if ((YES == 0)); then
      [[ -t 5 ]] || die 'There is no terminal to ask on. Say so with --yes.'
      printf 'Go on? [y/N] '
      IFS= read -r answer <&5
      [[ $answer == [yY]* ]] || exit 3
    fi
    [[ -z $ONLY ]] && LEFT_OUT=$first
  fi
}

LEFT_OUT=0

# Steps before --from count as done by hand, so that the steps behind them can run and nobody runs them later.
note_left_out() {
  local n
  for ((n = 1; n < LEFT_OUT; n++)); do
    [[ -n ${STEP_ROLL[n]:-} || ${STEP_KIND[n]} == join ]] && continue
    done_step "$n" || note step-end "${STEP_ID[n]}" 0 left-out 0.000
  done
}

start_machine() {
  local slot h
  exec 8<> <(:)
  for ((slot = JOBS; slot > 0; slot--)); do FREE+=("$slot"); done
  set -m
  trap 'printf "signal INT\n" >&8' INT
  trap 'printf "signal TERM\n" >&8' TERM
  trap 'printf "signal HUP\n" >&8' HUP
  trap ':' PIPE
  for h in "${!HOST_TYPE[@]}"; do
    if [[ ${HOST_TYPE[h]} == ssh ]]; then
      open_sockets
      break
    fi
  done
  trap 'close_connections' EXIT
  make_directories
  clock
}

handle_signal() {
  local slot x name key
  if [[ $1 == HUP ]]; then
    exec >>"$STATE/logs/after-hangup.log" 2>&1
    say 'The terminal is gone. What runs is completed, and nothing new is started.'
    stop_starting hup
    return
  fi
  if ((++SIGNALS > 1)); then
    for slot in "${!SLOT_PID[@]}"; do
      [[ -n ${SLOT_PID[slot]} ]] || continue
      kill -KILL -- "-${SLOT_PID[slot]}" 2>/dev/null
      lost_worker "$slot"
    done
    return
  fi
  printf '\nStopping: running commands are ended, which may take ten seconds. Once more kills them.\n'
  stop_starting signal
  for name in "${!TIMER_AT[@]}"; do
    key=${name#*.}
    case $name in
      retry.*)
        cancel_timer "$name"
        step_stopped "${key%.*}" "${key#*.}"
        ;;
      pause.*)
        cancel_timer "$name"
        step_stopped "$key" 0
        ;;
    esac
  done
  for ((x = 1; x <= X; x++)); do
    [[ -z ${X_ENDED[x]} ]] && stop_execution "$x" stopped stopped
  done
}

# Nothing more can be written down, so nothing more may be done.
stop_at_once() {
  local slot
  for slot in "${!SLOT_PID[@]}"; do
    [[ -n ${SLOT_PID[slot]} ]] && kill -TERM -- "-${SLOT_PID[slot]}" 2>/dev/null
  done
  exit 2
}

# end_run EXIT REASON
end_run() {
  note run-end "$1" "$2"
  commit
  exec 9>&-
  HELD_BY=''
}

# A dry run only looks.
enter_state() {
  if ((DRY)); then
    read_journal
  else
    take_state
    open_journal
  fi
  settle_joins
  enter_directory
  exec 5<&0
}

begin_run() { note run-begin "$COMMAND" "$$" "$HOSTNAME" "$PWD"; }

command_run() {
  local left=0 n began=$NOW
  enter_state
  for n in "${REPEAT[@]}"; do step_number "$n" repeat; done
  if ((DRY)); then
    select_steps
    show_dry_run
    return 0
  fi
  if [[ -n $ROLLBACK_TO ]]; then
    complain "A rollback to $ROLLBACK_TO is not complete."
    command_line rollback --to "$ROLLBACK_TO"
    die "Let it go on first: $REPLY"
  fi
  if [[ $COMMAND == run ]] && ! can_run; then
    complain 'The last run did not end well, so what it left has to be looked at first.'
    command_line status
    complain "See it:   $REPLY"
    command_line resume
    complain "Go on:    $REPLY"
    command_line rollback
    complain "Go back:  $REPLY"
    exit 2
  fi
  if [[ $COMMAND == resume && $RUN_STATE == none ]]; then
    command_line run
    die "There is nothing to resume. Start with: $REPLY"
  fi
  if ((CONFIRM)) && [[ ! -t 5 ]]; then die '--step asks, and there is no terminal to ask on'; fi
  select_steps
  read_secrets
  start_machine
  began=$NOW
  settle_workers
  begin_run
  commit
  if [[ $COMMAND == resume ]] && ! settle_interrupted; then
    if [[ $STOP == signal ]]; then end_run 3 stopped; else end_run 1 failed; fi
    show_status
    [[ $STOP == signal ]] && return 3
    return 1
  fi
  note_left_out
  settle_joins
  prepare_steps
  run_loop
  settle_joins
  for ((n = 1; n <= S; n++)); do [[ -z ${STEP_ROLL[n]:-} ]] && ! done_step "$n" && ((++left)); done
  clock
  if ((FAILURES > 0)); then
    end_run 1 failed
    show_failure_log
    say
    show_status
    return 1
  fi
  if [[ -n $STOP ]]; then
    end_run 3 "$STOP"
    say
    show_status
    return 3
  fi
  if ((left > 0)); then
    end_run 3 until
    say
    printf 'Stopped where it was asked to; %d steps are left.\n' "$left"
    command_line run
    printf 'Go on: %s\n' "$REPLY"
    return 3
  fi
  end_run 0 'done'
  count_steps
  span $((NOW - began))
  printf '\n%sAll %d steps are done%s (this run took %s).\n' "$GREEN" "${COUNT[all]}" "$PLAIN" "$REPLY"
  show_model
  return 0
}

command_rollback() {
  local to target line
  enter_state
  if [[ $RUN_STATE == none ]]; then die 'Nothing was run, so there is nothing to take back.'; fi
  if [[ -n $TO ]]; then
    to=$TO
  elif [[ -n $ROLLBACK_TO ]]; then
    to=$ROLLBACK_TO
  else
    last_point
    to=$REPLY
  fi
  target=0
  if [[ $to != start ]]; then
    step_number "$to" ''
    target=$REPLY
    [[ ${STEP_KIND[target]} == point ]] || usage_error "$to is not a rollback point."
    done_step "$target" || usage_error "The rollback point $to was not reached, so nothing was saved there."
  fi
  obstacles "$target"
  if ((${#OBSTACLES[@]} > 0)); then
    complain "A rollback to $to is not possible:"
    for line in "${OBSTACLES[@]}"; do
      clean "$line"
      complain "  $REPLY"
    done
    return 1
  fi
  if [[ -z $ROLLBACK_TO ]] && ! began_after "$target"; then
    say "Nothing was begun since $to."
    [[ $to != start ]] && say 'To go further back: --to start, or another rollback point.'
    return 0
  fi
  if ((DRY == 0)); then
    read_secrets
    start_machine
    settle_workers
    begin_run
    commit
  fi
  list_undo "$target" "$to"
  if ((DRY)); then
    show_dry_rollback
    return 0
  fi
  if roll_back "$to"; then
    end_run 0 rolled-back
    say
    show_status
    return 0
  fi
  note rollback-end "${UNDO_RESULT:-failed}"
  if [[ $UNDO_RESULT == stopped ]]; then
    end_run 3 stopped
    say
    show_status
    return 3
  fi
  end_run 1 failed
  show_failure_log
  say
  show_status
  return 1
}

main() {
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then die "bash 4.4 or newer is needed; this is $BASH_VERSION"; fi
  set -u
  set_colors
  load_head
  parse_arguments "$@"
  case $COMMAND in
    help)
      show_help
      return 0
      ;;
    version)
      printf '%s %s\n' "$PLAN" "$DIGEST"
      return 0
      ;;
  esac
  load_plan
  find_state
  clock
  case $COMMAND in
    run | resume) command_run ;;
    rollback) command_rollback ;;
    status | list)
      look_at_lock
      read_journal
      settle_joins
      if [[ $COMMAND == status ]]; then show_status; else show_list; fi
      ;;
  esac
}
