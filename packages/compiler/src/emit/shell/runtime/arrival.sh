
# ------------------------------------------------------------------------------------------------------------
# Whether a rollback has arrived where the point says
# ------------------------------------------------------------------------------------------------------------

# The checks of the plan that passed while the cloud was in the state of a rollback target have to pass again after a
# rollback to it: gates and verifications behind the last change before it, and before the first behind it. STATE_OF is
# the target whose state it is in now, empty if none; PASSED are the checks of the state now, as STEP.LABEL, and
# PASSED_AT those of targets. A check counts if no change was under way from its begin to the end of its step.
declare -A PASSED_AT=() CHECK_BEGAN=() UNDER_WAY=()

STATE_OF=start PASSED='' CHANGES=0

# Nobody knows what a change that did not end has left, but what runs now did not begin with it.
forget_under_way() { UNDER_WAY=(); }

# changed_state KEY: a change began; KEY is empty if it is over already.
changed_state() {
  ((++CHANGES))
  STATE_OF='' PASSED=''
  [[ -n $1 ]] && UNDER_WAY[$1]=1
  return 0
}

# action_began ACTION KEY
action_began() {
  if is_change "$1"; then
    changed_state "$2"
  elif ((${#UNDER_WAY[@]} == 0)); then
    CHECK_BEGAN[$2]=$CHANGES
  else
    CHECK_BEGAN[$2]=''
  fi
}

action_ended() { unset "UNDER_WAY[$1]"; }

# step_passed STEP: outside of rolls; its checks hold in the state now.
step_passed() {
  local n=$1 item label all=' '
  if [[ ${STEP_KIND[n]} == point ]]; then
    STATE_OF=${STEP_ID[n]} PASSED_AT["=${STEP_ID[n]}"]=$PASSED
    return
  fi
  for item in ${RAN_KEYS[$n.0]:-}; do
    label=${item%.*}
    [[ $label == v* || ${STEP_KIND[n]} == gate ]] || continue
    if [[ ${CHECK_BEGAN[$n.0.$item]:-} != "$CHANGES" ]] || ((${#UNDER_WAY[@]} > 0)); then return; fi
    [[ $all == *" $n.$label "* ]] || all+="$n.$label "
  done
  for item in $all; do
    [[ " $PASSED " == *" $item "* ]] || PASSED+=" $item"
  done
  [[ -n $STATE_OF ]] && PASSED_AT["=$STATE_OF"]=$PASSED
  return 0
}

# state_is TARGET: a rollback to it is complete.
state_is() { STATE_OF=$1 PASSED=${PASSED_AT["=$1"]:-}; }

# check_arrival TARGET: asks what held there, and whether what it has touched works; whether it all does.
check_arrival() {
  local item n a
  ARRIVAL_BAD=0 ARRIVAL_ALL=0
  clock
  ARRIVAL_UNTIL=$((NOW + SETTLE * 1000000))
  for item in ${PASSED_AT["=$1"]:-}; do
    n=${item%.*}
    find_action "$n" "${item#*.}"
    a=$REPLY
    ((a > 0)) || continue
    ((++ARRIVAL_ALL))
    progress check "$BOLD" "$n" 0 "${A_TITLE[a]}"
    execute arrival "$n" 0 '' '' "${item#*.}:$a"
    advance "$REPLY"
  done
  check_health
  run_loop
  ((ARRIVAL_BAD == 0 && ${#UNWELL[@]} == 0))
}

ARRIVAL_BAD=0 ARRIVAL_ALL=0 ARRIVAL_UNTIL=0

# What was just started may need a while: for so many seconds a question that does not say itself how often it is asked
# is asked again.
SETTLE=30

# is_asked_again EXECUTION: whether its question is, if the answer is no.
is_asked_again() { ((NOW < ARRIVAL_UNTIL)) && [[ -z $STOP && -z ${A_EVERY[X_ACTION[$1]]:-} ]]; }

finished_arrival() {
  local x=$1
  [[ $2 == ok ]] && return
  if is_asked_again "$x"; then
    timer "arrival.$x" 2 ask_again "$x"
  elif ((X_STEP[x] == 0)); then
    note_unwell "$x"
  else
    ((++ARRIVAL_BAD))
  fi
  return 0
}

# ask_again EXECUTION
ask_again() {
  local only=${X_ONLY[$1]}
  if [[ -n $STOP ]]; then
    finished_arrival "$1" stopped
    return
  fi
  execute arrival "${X_STEP[$1]}" 0 '' '' "${X_LABEL[$1]}:${X_ACTION[$1]}"
  X_ONLY[REPLY]=$only
  advance "$REPLY"
}

# arrive TARGET: the end of a rollback; its exit code.
arrive() {
  if check_arrival "$1"; then
    end_run 0 rolled-back
    say
    if ((ARRIVAL_ALL > 0)); then say "What the plan had checked at $1 holds again (checks: $ARRIVAL_ALL)."; fi
    if ((WELL > 0)); then say "What the rollback has touched says that it works (components: $WELL)."; fi
    show_status
    return 0
  fi
  if [[ $STOP == signal ]]; then
    end_run 3 stopped
    say
    show_status
    return 3
  fi
  end_run 1 unverified
  show_failure_log
  say
  if ((ARRIVAL_BAD > 0)); then
    complain "Everything is taken back, but $ARRIVAL_BAD of $ARRIVAL_ALL checks that the plan had made at $1 fail now."
  fi
  if ((${#UNWELL[@]} > 0)); then complain_unwell; fi
  show_status
  return 1
}

# A rollback that was complete, and whose checks did not pass or were cut off, asks them again.
is_unverified() { [[ $RUN_COMMAND == rollback && $RUN_REASON != rolled-back && -z $ROLLBACK_TO && -n $STATE_OF ]]; }
