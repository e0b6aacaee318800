
# ------------------------------------------------------------------------------------------------------------
# Pauses, by the clock: the time in which the program did not run counts
# ------------------------------------------------------------------------------------------------------------

# epoch_of TIME: the seconds since 1970 at a time of the journal, in REPLY. The days of a year that begins in March are
# counted, so that a leap day is its last.
epoch_of() {
  local year=$((10#${1:0:4})) month=$((10#${1:5:2})) day=$((10#${1:8:2}))
  ((month > 2)) || ((--year))
  ((month = (month + 9) % 12))
  day=$((365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 719469))
  REPLY=$((((day * 24 + 10#${1:11:2}) * 60 + 10#${1:14:2}) * 60 + 10#${1:17:2}))
}

# left_of SECONDS SINCE: of so many seconds that began then, those that are left, in REPLY; all of them where the clock
# was set back.
left_of() {
  local left
  clock
  epoch_of "$2"
  left=$(($1 - (NOW / 1000000 - REPLY)))
  ((left >= 0)) || left=0
  ((left <= $1)) || left=$1
  REPLY=$left
}

# pause_roll ROLL BATCH SECONDS: the next batch begins then.
pause_roll() {
  span $(($3 * 1000000))
  progress pause "$DIM" "$1" "$2" "$REPLY until the next batch"
  timer "pause.$1" "$3" next_batch "$1"
}

# has_pause ROLL BATCH: whether there is one behind it, before another that is to be gone through.
has_pause() {
  local b
  [[ -n ${BATCH_HOSTS[$1.$2]:-} && -z $STOP ]] && ((ROLL_PAUSE[$1] > 0)) || return 1
  for ((b = $2 + 1; b <= ROLL_BATCHES[$1]; b++)); do [[ ${BATCH_STATE[$1.$b]:-} == ok ]] || return 0; done
  return 1
}

# resume_pause ROLL: whether the program ended in the pause between two batches, which then goes on.
resume_pause() {
  local b
  for ((b = ROLL_BATCHES[$1]; b > 0; b--)); do [[ -z ${BATCH_STATE[$1.$b]:-} ]] || break; done
  ((b > 0)) && [[ ${BATCH_STATE[$1.$b]} == ok ]] && has_pause "$1" "$b" || return 1
  left_of "${ROLL_PAUSE[$1]}" "${BATCH_ENDED[$1.$b]}"
  ((REPLY > 0)) && pause_roll "$1" "$b" "$REPLY"
}
