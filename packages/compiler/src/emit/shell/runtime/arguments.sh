
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
  --retry ROLL       resume: go through the hosts again that failed in ROLL
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
Commands are run by plain bash -c: without -e, -u and pipefail, unless they set them.
END
}

KNOWN_OPTIONS='--to --dry-run --from --until --only --step --yes --repeat --retry --jobs --state --directory --help --version'
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
      --to | --from | --until | --only | --repeat | --retry | --jobs | --state | --directory | -C)
        (($# > 0)) || usage_error "$word needs a value."
        value=$1
        shift
        ;;
      --to=* | --from=* | --until=* | --only=* | --repeat=* | --retry=* | --jobs=* | --state=* | --directory=*)
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
      --retry) RETRY+=("$value") ;;
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
