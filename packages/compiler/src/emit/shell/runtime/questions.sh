
# ------------------------------------------------------------------------------------------------------------
# Stopping, and questions to the person at the terminal
# ------------------------------------------------------------------------------------------------------------

# stop_starting WHY: failure, refused, hup or signal. What runs goes on, except after a signal.
stop_starting() {
  local kind n b
  local -a open=("${QUESTIONS[@]}")
  [[ -z $STOP || $1 == signal ]] && STOP=$1
  if [[ -n $ASKER ]]; then
    kill -KILL "$ASKER" 2>/dev/null
    open+=("$QUESTION")
    printf '\n'
  fi
  ASKER='' ASKING='' QUESTIONS=()
  for kind in "${open[@]}"; do
    read -r kind n b <<<"$kind"
    [[ $kind == approve ]] && step_stopped "$n" "$b"
  done
}

# ask KIND STEP BATCH: puts a question to the person at the terminal; one at a time.
ask() {
  QUESTIONS+=("$1")
  next_question
}

next_question() {
  local kind n b
  [[ -n $ASKING || ${#QUESTIONS[@]} -eq 0 ]] && return
  QUESTION=${QUESTIONS[0]}
  QUESTIONS=("${QUESTIONS[@]:1}")
  read -r kind n b <<<"$QUESTION"
  if [[ ! -t 5 ]]; then
    clean "${STEP_TEXT[n]:-}"
    complain "${STEP_ID[n]} waits for a person's yes: $REPLY"
    complain "There is no terminal to ask on. Answer with --yes."
    refuse "$n" "$b" "$kind"
    return
  fi
  ASKING=1
  if [[ $kind == approve ]]; then
    clean "${STEP_TEXT[n]:-${STEP_TITLE[n]}}"
    printf '\n%s%s%s\n%s [y/N] ' "$BOLD" "${STEP_ID[n]}" "$PLAIN" "$REPLY"
  else
    clean "${STEP_ID[n]}  ${STEP_TITLE[n]}"
    printf '\nRun %s? [y]es, [n]o and stop, [a]ll from here on: ' "$REPLY"
  fi
  set +m
  read_answer <&5 7>&- 9>&- &
  ASKER=$!
  set -m
}

# In the process group of the program, which is the one that may read from the terminal.
read_answer() {
  local answer=''
  IFS= read -r answer
  case $answer in
    [yY] | [yY][eE][sS]) answer=yes ;;
    [aA] | [aA][lL][lL]) answer=all ;;
    *) answer=no ;;
  esac
  printf 'answer %s\n' "$answer" >&8
}

handle_answer() {
  local answer=$1 kind n b
  [[ -z $ASKING ]] && return
  ASKING='' ASKER=''
  read -r kind n b <<<"$QUESTION"
  if [[ $answer == no || ($answer == all && $kind == approve) ]]; then
    refuse "$n" "$b" "$kind"
    return
  fi
  [[ $answer == all ]] && CONFIRM=0
  if [[ $kind == approve ]]; then
    approve_step "$n" "$b"
  else
    go_step "$n" "$b"
  fi
  if [[ $answer == all ]]; then
    local -a rest=("${QUESTIONS[@]}")
    QUESTIONS=()
    for QUESTION in "${rest[@]}"; do
      read -r kind n b <<<"$QUESTION"
      if [[ $kind == step ]]; then go_step "$n" "$b"; else QUESTIONS+=("$QUESTION"); fi
    done
  fi
  next_question
}

approve_step() {
  note approved "${STEP_ID[$1]}" "$2" "${USER:-unknown}"
  step_ok "$1" "$2"
}

refuse() {
  [[ $3 == approve ]] && step_stopped "$1" "$2"
  stop_starting refused
}
