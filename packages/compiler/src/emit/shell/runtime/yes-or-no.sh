
# ------------------------------------------------------------------------------------------------------------
# Questions that are answered by yes or no: `needed`, and `unless`
# ------------------------------------------------------------------------------------------------------------

# X_UNKNOWN: the hosts of an execution that could not be asked. Nobody knows their answer, so it counts as none: a host
# is neither left out of a roll for it, nor is a step run again. X_GONE: those of a batch that left for that.
declare -a X_UNKNOWN=() X_GONE=()

is_yes_or_no() { [[ ${X_KIND[$1]} == need || ${X_KIND[$1]} == unless || ${X_KIND[$1]} == settled ]]; }

# says_no EXECUTION HOST RESULT CODE: the question was asked, and the answer is no: exit 1, or 0 where the plan accepts
# only others. Of a question that polls it is the last answer.
says_no() {
  local a=${X_ACTION[$1]}
  [[ $3 == failed || ($3 == timeout && -n ${A_EVERY[a]:-}) ]] && (($4 <= 1)) || return 1
  ! was_not_allowed "$a"
}

# was_not_allowed ACTION: sudo did not run it, and ended with 1.
was_not_allowed() { [[ -n ${A_AS[$1]:-} && $(tail -n 1 -- "${SLOT_LOG[LAST_SLOT]}") == 'sudo: '* ]]; }

# note_answer EXECUTION HOST RESULT CODE: of a question that was not answered by yes.
note_answer() {
  is_yes_or_no "$1" || return 0
  says_no "$@" || X_UNKNOWN[$1]+=" $2"
}

# is_unknown EXECUTION: none has said no to its question, and some could not be asked.
is_unknown() {
  local h
  [[ -n ${X_UNKNOWN[$1]:-} ]] || return 1
  for h in ${X_LOST[$1]}; do [[ " ${X_UNKNOWN[$1]} " == *" $h "* ]] || return 1; done
}

# asks_the_others EXECUTION: one answer does not decide for all.
asks_the_others() {
  ((X_BAD[$1] == 0)) || [[ ${X_KIND[$1]} == need ]] || { [[ ${X_KIND[$1]} == unless ]] && is_unknown "$1"; }
}

# may_lose_hosts EXECUTION: hosts of a roll leave it, and the others go on.
may_lose_hosts() { [[ ${X_KIND[$1]} == step ]] || { [[ ${X_KIND[$1]} == unless ]] && is_unknown "$1"; }; }

# unknown_text EXECUTION: what it means that nobody knows the answer, and what to do, in REPLY.
unknown_text() {
  local a=${X_ACTION[$1]} about expected no=1
  about='whether the step is done there, so it fails unless another host says that it is not'
  [[ ${X_KIND[$1]} != settled ]] || about='whether the step is done there'
  [[ ${X_KIND[$1]} != need ]] || about='whether it is needed, so this counts as a failure'
  [[ " ${A_ACCEPT[a]:-0} " != *' 1 '* ]] || no=0
  expected=${A_ACCEPT[a]:-0}
  expected="${expected// / or } is yes and $no is no"
  [[ ${A_TYPE[a]} != http ]] || expected='an answer of any status would do'
  REPLY="$expected; nobody knows $about. Mend the host, or the question, and resume"
}
