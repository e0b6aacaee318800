
# ------------------------------------------------------------------------------------------------------------
# Running
# ------------------------------------------------------------------------------------------------------------

read_secrets() {
  local name key source value
  for key in "${!SECRET_FROM[@]}"; do
    name=${key#=} source=${SECRET_SOURCE[$key]}
    case ${SECRET_FROM[$key]} in
      env)
        [[ $source =~ ^[A-Za-z_][A-Za-z0-9_]*$ && -n ${!source+x} ]] ||
          die "the secret $name is to be in the environment variable $source, which is not set"
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

# end_run EXIT REASON
end_run() {
  keep_locks
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
  local left=0 n took began=$NOW
  enter_state
  for n in "${REPEAT[@]}"; do step_number "$n" repeat; done
  ((${#RETRY[@]} == 0)) || reopen_rolls
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
  took=$REPLY
  all_done
  printf '\n%s%s%s (this run took %s).\n' "$GREEN" "${REPLY^}" "$PLAIN" "$took"
  show_rolls
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
    nearest_target
    to=$REPLY
    [[ -n $TOO_NEAR && ${#OBSTACLES[@]} == 0 ]] && say "$TOO_NEAR. Going back to $to."
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
    if is_unverified && [[ $STATE_OF == "$to" && $DRY == 0 ]]; then
      read_secrets
      start_machine
      begin_run
      commit
      arrive "$to"
      return
    fi
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
    if ! retake_locks "$target"; then
      if [[ $UNDO_RESULT == stopped ]]; then end_run 3 stopped; else end_run 1 failed; fi
      show_status
      [[ $UNDO_RESULT == stopped ]] && return 3
      return 1
    fi
  fi
  list_undo "$target" "$to"
  if ((DRY)); then
    show_dry_rollback "$to"
    return 0
  fi
  if roll_back "$to"; then
    arrive "$to"
    return
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
