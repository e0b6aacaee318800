
# ------------------------------------------------------------------------------------------------------------
# The journal (belay.journal/2)
# ------------------------------------------------------------------------------------------------------------

# One line for each event, a JSON object, written and flushed to disk before the program acts on it. There is one way to
# print it: these fields in this order, no blank between them, and only what JSON asks for is escaped. So a line is read
# by splitting it at its quotes. Every line starts with its time, in UTC, and the event; the first line is
#   {"format":"belay.journal/2","plan":"…","digest":"…","run":"…"}
# Batches count from 1, 0 is no batch. Actions count from 1: v1 is the first check behind the actions, b2.1 the first way
# back of action 2, u1 the first of the step's own undo, r1 the first restore of a point, f1 the first action of the plan
# by which a component loads again what is back below it. A last line that does not end was cut off by a kill and counts
# for nothing.

JOURNAL='' JOURNAL_TEXT='' EVENT_TIME='' EVENT_TEXT='' UTC_TIME='' LOCAL_TIME='' STAMPED=''
declare -a FIELDS=() PARTS=()

# event_fields EVENT: its fields from FIELDS, in EVENT_TEXT.
event_fields() {
  case $1 in
    run-begin) printf -v EVENT_TEXT '"command":"%s","process":%d,"machine":"%s","directory":"%s"' "${FIELDS[@]}" ;;
    run-end) printf -v EVENT_TEXT '"code":%d,"reason":"%s"' "${FIELDS[@]}" ;;
    step-begin) printf -v EVENT_TEXT '"step":"%s","batch":%d,"attempt":%d' "${FIELDS[@]}" ;;
    step-end) printf -v EVENT_TEXT '"step":"%s","batch":%d,"result":"%s","seconds":%s' "${FIELDS[@]}" ;;
    action-begin | undo-begin)
      printf -v EVENT_TEXT '"step":"%s","batch":%d,"action":"%s","host":"%s","title":"%s"' "${FIELDS[@]}"
      ;;
    action-end | undo-end)
      printf -v EVENT_TEXT '"step":"%s","batch":%d,"action":"%s","host":"%s","result":"%s","code":%d,"seconds":%s' \
        "${FIELDS[@]}"
      ;;
    boot-id) printf -v EVENT_TEXT '"step":"%s","batch":%d,"action":"%s","host":"%s","id":"%s"' "${FIELDS[@]}" ;;
    approved | repeat) printf -v EVENT_TEXT '"step":"%s","batch":%d,"user":"%s"' "${FIELDS[@]}" ;;
    batch-begin) printf -v EVENT_TEXT '"step":"%s","batch":%d,"hosts":[%s]' "${FIELDS[@]}" ;;
    batch-end) printf -v EVENT_TEXT '"step":"%s","batch":%d,"result":"%s"' "${FIELDS[@]}" ;;
    host-skipped) printf -v EVENT_TEXT '"step":"%s","batch":%d,"host":"%s"' "${FIELDS[@]}" ;;
    host-failed) printf -v EVENT_TEXT '"step":"%s","batch":%d,"host":"%s","bodyStep":"%s"' "${FIELDS[@]}" ;;
    lock-taken) printf -v EVENT_TEXT '"step":"%s","batch":%d,"host":"%s","lock":"%s"' "${FIELDS[@]}" ;;
    lock-released | lock-lost | step-undone) printf -v EVENT_TEXT '"step":"%s","batch":%d' "${FIELDS[@]}" ;;
    rollback-begin) printf -v EVENT_TEXT '"target":"%s"' "${FIELDS[@]}" ;;
    rollback-end) printf -v EVENT_TEXT '"result":"%s"' "${FIELDS[@]}" ;;
  esac
}

# note EVENT FIELD…: adds a line, which `commit` writes.
note() {
  local list
  stamp
  EVENT_TIME=$UTC_TIME FIELDS=("${@:2}")
  # Most lines have nothing to escape.
  [[ $* == *[\"\\[:cntrl:]]* ]] && escape_fields
  if [[ $1 == batch-begin ]]; then
    printf -v list ',"%s"' "${FIELDS[@]:2}"
    FIELDS=("${FIELDS[@]:0:2}" "${list#,}")
  fi
  event_fields "$1"
  JOURNAL_TEXT+="{\"time\":\"$UTC_TIME\",\"event\":\"$1\",$EVENT_TEXT}"$'\n'
  record_event "$@"
}

# As they stand between the quotes of a JSON string.
escape_fields() {
  local i text character code
  for i in "${!FIELDS[@]}"; do
    text=${FIELDS[i]//\\/\\\\}
    text=${text//\"/\\\"}
    text=${text//$'\n'/\\n}
    FIELDS[i]=${text//$'\t'/\\t}
    [[ ${FIELDS[i]} == *[[:cntrl:]]* ]] || continue
    text=${FIELDS[i]} FIELDS[i]=''
    while [[ -n $text ]]; do
      character=${text:0:1} text=${text:1}
      printf -v code '%d' "'$character"
      case $character in
        $'\b') character='\b' ;;
        $'\f') character='\f' ;;
        $'\r') character='\r' ;;
        *) ((code > 0 && code < 32)) && printf -v character '\\u%04x' "$code" ;;
      esac
      FIELDS[i]+=$character
    done
  done
}

# Writes what was noted and waits until the disk has it.
commit() {
  [[ -z $JOURNAL_TEXT ]] && return
  if ! printf '%s' "$JOURNAL_TEXT" >&7 || ! flush; then
    complain "cannot write the journal $JOURNAL; the program stops rather than act without it"
    stop_at_once
  fi
  JOURNAL_TEXT=''
}

# In the background, because a command in the foreground would take the terminal, and a Ctrl-C, from the program. A
# signal interrupts `wait`; flushing twice does no harm.
flush() {
  local tries
  for tries in 1 2 3 4 5; do
    sync -d "$JOURNAL" 5<&- 7>&- 8>&- 9>&- &
    wait "$!" && return 0
  done
  return "$tries"
}

# Reads the journal. What it says is applied by `record_event`, as when it was written.
read_journal() {
  local line number=1
  RUN=''
  [[ -s $JOURNAL ]] || return 0
  {
    IFS= read -r line || return 0
    read_head "$line"
    while IFS='"' read -r -a PARTS; do
      ((++number))
      # Most lines are of these four events, and without a quote in a field, which would make more parts of them.
      case ${PARTS[7]:-}.${#PARTS[@]}.${PARTS[11]:-}${PARTS[21]:-}${PARTS[*]: -1} in
        *\\*) read_event ;;
        step-begin.17.*\})
          EVENT_TIME=${PARTS[3]}
          record_event step-begin "${PARTS[11]}" "${PARTS[14]:1:-1}" "${PARTS[16]:1:-1}"
          ;;
        step-end.21.*\}) record_event step-end "${PARTS[11]}" "${PARTS[14]:1:-1}" "${PARTS[17]}" ;;
        action-begin.27.*\})
          EVENT_TIME=${PARTS[3]}
          record_event action-begin "${PARTS[11]}" "${PARTS[14]:1:-1}" "${PARTS[17]}" "${PARTS[21]}"
          ;;
        action-end.31.*\})
          record_event action-end "${PARTS[11]}" "${PARTS[14]:1:-1}" "${PARTS[17]}" "${PARTS[21]}" "${PARTS[25]}" \
            "${PARTS[28]:1:-1}"
          ;;
        *) read_event ;;
      esac
    done
  } <"$JOURNAL"
}

read_head() {
  if [[ $1 == belay.journal/1$'\t'* ]]; then
    complain "$STATE holds a journal that an older Belay began (belay.journal/1); this program keeps belay.journal/2"
    complain '  Finish with the program that began it, or take it back with that.'
    complain '  If that was overwritten, compile the plan again with the Belay that had made it.'
    complain '  belay status reads both.'
    die 'Then this program begins anew, with another --state.'
  fi
  split_line "$1" 1
  if [[ ${FIELDS[0]:-} != belay.journal/2 ]]; then die "$JOURNAL is not a journal of this version (belay.journal/2)"; fi
  if [[ ${FIELDS[2]:-} != "$DIGEST" ]]; then
    complain "$STATE belongs to another plan or to another version of it, so going on could repeat or leave out steps"
    complain "  its plan:     ${FIELDS[1]:-} ${FIELDS[2]:-}"
    complain "  this program: $PLAN $DIGEST"
    die "Finish with the program that began it, or begin anew with another --state."
  fi
  RUN=${FIELDS[3]:-}
}

# The line in PARTS, of any event, with anything in it.
read_event() {
  joined_parts
  if [[ $REPLY != '{"time":"'*'","event":"'*'}' ]]; then
    clean "line $number of $JOURNAL is not an event: $REPLY"
    complain "$REPLY"
    die 'The file was damaged or edited, and what it says cannot be relied on. Put back a copy that is whole.'
  fi
  split_line "$REPLY" 9
  EVENT_TIME=${PARTS[3]}
  record_event "${PARTS[7]}" "${FIELDS[@]}"
}

joined_parts() {
  local IFS='"'
  REPLY="${PARTS[*]}"
}

# split_line LINE FROM: its parts between quotes, in PARTS, and the values of what has its name at FROM or behind it, in
# FIELDS. A backslash is followed by what %b knows, once those before backslashes and quotes are written as numbers.
split_line() {
  local line=$1 i=$2 escaped='' number
  FIELDS=()
  if [[ $line == *\\* ]]; then
    escaped=1 line=${line//\\\\/\\u005c}
    line=${line//\\\"/\\u0022}
  fi
  IFS='"' read -r -a PARTS <<<"$line"
  while ((i + 1 < ${#PARTS[@]})); do
    case ${PARTS[i + 1]} in
      :)
        FIELDS+=("${PARTS[i + 2]:-}")
        ((i += 4))
        ;;
      :\[)
        ((i += 2))
        FIELDS+=("${PARTS[i]:-}")
        while [[ ${PARTS[i + 1]:-} == , ]]; do
          ((i += 2))
          FIELDS+=("${PARTS[i]:-}")
        done
        ((i += 2))
        ;;
      *)
        number=${PARTS[i + 1]#:}
        FIELDS+=("${number%?}")
        ((i += 2))
        ;;
    esac
  done
  [[ -n $escaped ]] && for i in "${!FIELDS[@]}"; do printf -v "FIELDS[i]" '%b' "${FIELDS[i]}"; done
  return 0
}
