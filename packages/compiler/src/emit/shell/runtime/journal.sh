
# ------------------------------------------------------------------------------------------------------------
# The journal (belay.journal/1)
# ------------------------------------------------------------------------------------------------------------

# One line for each event, fields separated by tabs, written and flushed to disk before the program acts on it:
#   belay.journal/1  PLAN  DIGEST  RUN                                          the first line
#   TIME  run-begin      COMMAND  PID  HOST  DIRECTORY
#   TIME  run-end        EXIT  REASON
#   TIME  step-begin     STEP  BATCH  ATTEMPT
#   TIME  step-end       STEP  BATCH  ok|skipped|left-out|failed|stopped  SECONDS
#   TIME  action-begin   STEP  BATCH  ACTION  HOST  TITLE
#   TIME  action-end     STEP  BATCH  ACTION  HOST  ok|failed|timeout|stopped|lost  EXIT  SECONDS
#   TIME  boot-id        STEP  BATCH  ACTION  HOST  ID
#   TIME  approved       STEP  BATCH  USER
#   TIME  repeat         STEP  BATCH  USER
#   TIME  batch-begin    STEP  BATCH  HOST…
#   TIME  batch-end      STEP  BATCH  ok|failed
#   TIME  host-skipped   STEP  BATCH  HOST
#   TIME  host-failed    STEP  BATCH  HOST  BODY-STEP
#   TIME  lock-taken     STEP  BATCH  HOST  LOCK
#   TIME  lock-released  STEP  BATCH
#   TIME  rollback-begin TARGET
#   TIME  undo-begin     STEP  BATCH  ACTION  HOST  TITLE
#   TIME  undo-end       STEP  BATCH  ACTION  HOST  ok|failed|timeout|stopped|lost  EXIT  SECONDS
#   TIME  step-undone    STEP  BATCH
#   TIME  rollback-end   ok|failed|stopped
# TIME is UTC; BATCH counts from 1, 0 is no batch; ACTION counts from 1, v1 is the first check behind the actions,
# b2.1 the first way back of action 2, u1 the first of the step's own undo, r1 the first restore of a point, f1 the
# first action of the plan by which a component loads again what is back below it. In a field, a backslash is \\, a tab
# \t, a line break \n; an empty field is - and a lone - is \x2d. A last line that does not end was cut off by a kill and
# counts for nothing.

JOURNAL='' JOURNAL_TEXT='' EVENT_TIME='' UTC_TIME='' LOCAL_TIME='' STAMPED=''

# note EVENT FIELD…: adds a line, which `commit` writes.
note() {
  local field line IFS=$'\t'
  stamp
  EVENT_TIME=$UTC_TIME line=$UTC_TIME$'\t'$*
  field=${line//[!$'\t']/}
  # Most lines have nothing to escape.
  if ((${#field} != $#)) || [[ $line == *[\\$'\n']* || $line$'\t' == *$'\t\t'* || $line$'\t' == *$'\t-\t'* ]]; then
    line=$UTC_TIME
    for field; do
      case $field in
        '') field=- ;;
        -) field='\x2d' ;;
        *\\*) field=${field//\\/\\\\} ;;
      esac
      field=${field//$'\t'/\\t}
      line+=$'\t'${field//$'\n'/\\n}
    done
  fi
  JOURNAL_TEXT+=$line$'\n'
  IFS=$' \t\n'
  record_event "$@"
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
  local event a b c d e f g field
  local -a fields=()
  RUN=''
  [[ -s $JOURNAL ]] || return 0
  {
    IFS=$'\t' read -r a b c d
    if [[ $a != belay.journal/1 ]]; then die "$JOURNAL is not a journal of this version (belay.journal/1)"; fi
    if [[ $c != "$DIGEST" ]]; then
      complain "$STATE belongs to another plan or to another version of it, so going on could repeat or leave out steps"
      complain "  its plan:     $b $c"
      complain "  this program: $PLAN $DIGEST"
      die "Finish with the program that began it, or begin anew with another --state."
    fi
    RUN=$d
    while IFS=$'\t' read -r EVENT_TIME event a b c d e f g; do
      if [[ $event == batch-begin ]]; then
        IFS=$'\t' read -r -a fields <<<"$c"$'\t'"$d"$'\t'"$e"$'\t'"$f"$'\t'"$g"
        for field in "${!fields[@]}"; do printf -v "fields[field]" '%b' "${fields[field]}"; done
        printf -v a '%b' "$a"
        record_event "$event" "$a" "$b" "${fields[@]}"
        continue
      fi
      if [[ $a$c$d$e == *\\* ]]; then
        for field in a c d e; do printf -v "$field" '%b' "${!field}"; done
      fi
      record_event "$event" "$a" "$b" "$c" "$d" "$e" "$f" "$g"
    done
  } <"$JOURNAL"
}
