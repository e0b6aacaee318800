
# ------------------------------------------------------------------------------------------------------------
# One action on one host, in a process of its own
# ------------------------------------------------------------------------------------------------------------

CHILD='' LIFE='' FRESH=0 TERMINATED=0 RESULT='' CODE=0 ANSWER=''
declare -a WORDS=()

# work SLOT ACTION HOST NUMBER LOG BOOT-ID: reports to the main process by a line on descriptor 8, and keeps the outcome
# in a file, so that it is known even if the main process is killed meanwhile.
work() {
  local slot=$1 a=$2 h=$3 number=$4 log=$5 boot=$6
  trap 'end_work' TERM
  [[ $number != 0 ]] && printf '%s %s\n' "$number" "$BASHPID" >"$STATE/running/$slot"
  CODE=125 RESULT=failed
  { operate "$a" "$h" "$boot"; } >>"$log" 2>&1 </dev/null
  ((TERMINATED)) && [[ $RESULT != ok ]] && RESULT=stopped
  clock
  [[ $number != 0 ]] && printf '%s %s %s\n' "$number" "$RESULT" "$CODE" >>"$STATE/running/$slot"
  printf 'done %s %s %s %s %s\n' "$slot" "$RESULT" "$CODE" "$NOW" "$ANSWER" >&8
}

end_work() {
  TERMINATED=1
  [[ -n $LIFE ]] && exec {LIFE}>&- && LIFE=''
  [[ -n $CHILD ]] && kill -TERM "$CHILD" 2>/dev/null
}

operate() {
  local a=$1 h=$2 boot=$3
  case ${A_TYPE[a]} in
    reboot) reboot_host "$a" "$h" "$boot" ;;
    wait)
      nap "${A_TEXT[a]}"
      ((TERMINATED)) || RESULT=ok CODE=0
      ;;
    *) run_until_done "$a" "$h" ;;
  esac
}

# Runs an operation as often as `again` and `poll` ask for.
run_until_done() {
  local a=$1 h=$2 runs=0 began limit=${A_LIMIT[$1]:-0} left started
  clock
  began=$NOW
  while :; do
    if [[ -n ${A_EVERY[a]:-} ]]; then
      left=$((A_WITHIN[a] - (NOW - began) / 1000000))
      ((left < 1)) && left=1
      ((limit == 0 || left < limit)) && limit=$left
    fi
    ((++runs))
    started=$NOW
    once "$a" "$h" "$limit"
    ((TERMINATED)) && return
    clock
    if [[ " ${A_AGAIN[a]:-} " == *" $CODE "* ]]; then
      ((runs < A_AGAIN_LIMIT[a])) && continue
      printf 'There is still more to do after %s runs, the most that the plan allows.\n' "$runs"
      return
    fi
    if accepted "$a"; then
      RESULT=ok
      return
    fi
    if [[ -n ${A_EVERY[a]:-} ]]; then
      if (((NOW - began) / 1000000 + A_EVERY[a] <= A_WITHIN[a])); then
        nap "${A_EVERY[a]}"
        ((TERMINATED)) && return
        clock
        continue
      fi
      printf 'It did not succeed within %s seconds.\n' "${A_WITHIN[a]}"
      RESULT=timeout
      return
    fi
    # What `timeout` says.
    if ((limit > 0 && (CODE == 124 || CODE == 137) && NOW - started >= limit * 1000000)); then
      printf 'It took longer than %s seconds and was ended.\n' "$limit"
      RESULT=timeout
    fi
    return
  done
}

accepted() {
  [[ ${A_TYPE[$1]} == http ]] && return "$CODE"
  [[ " ${A_ACCEPT[$1]:-0} " == *" $CODE "* ]]
}

once() {
  local a=$1 h=$2 limit=$3 text=${A_TEXT[$1]}
  case ${A_TYPE[a]} in
    http)
      local url method=${A_EXTRA[a]}
      address "$h" "$text"
      url=$REPLY
      local -a expected
      IFS=, read -r -a expected <<<"${A_ACCEPT[a]}"
      ((limit == 0)) && limit=30
      WORDS=(bash -c "$(declare -f ask_http)"$'\nask_http "$@"' belay "$method" "$url" "${expected[@]}")
      await "$limit" </dev/null
      ;;
    script)
      on_target "$a" "$h" "$(declare -f run_script)"$'\nrun_script '"$text" "$limit" "${A_FILE[a]}"
      ;;
    put | put_back)
      local kept mode owner
      quote "$text"
      text=$REPLY
      quote "${A_TEXT[a]}.before-$PLAN"
      kept=$REPLY
      quote "${A_PERMISSIONS[a]:-}"
      mode=$REPLY
      quote "${A_OWNER[a]:-}"
      owner=$REPLY
      if [[ ${A_TYPE[a]} == put ]]; then
        on_target "$a" "$h" "$(declare -f put_file)"$'\n'"put_file $text $kept $mode $owner" "$limit" "${A_FILE[a]}"
      else
        on_target "$a" "$h" "$(declare -f take_file_back)"$'\n'"take_file_back $text $kept" "$limit" ''
      fi
      ;;
    *) on_target "$a" "$h" "$text" "$limit" '' ;;
  esac
}

# on_target ACTION HOST TEXT LIMIT FILE: runs a bash text where the action runs.
on_target() {
  local a=$1 h=$2 text=$3 limit=$4 file=$5 item
  local -a names=(BELAY_HOST BELAY_PLAN BELAY_RUN) values=("${HOST_NAME[h]}" "$PLAN" "$RUN")
  for item in ${A_VARIABLES[a]:-}; do
    names+=("${PAIR_NAME[item]}")
    values+=("${HOST_VARIABLE["$h ${PAIR_VALUE[item]}"]:-}")
  done
  for item in ${A_ENVIRONMENT[a]:-}; do
    names+=("${PAIR_NAME[item]}")
    values+=("${PAIR_VALUE[item]}")
  done
  if [[ ${HOST_TYPE[h]} == local && -z ${A_AS[a]:-} && -z ${A_SECRETS[a]:-} && -z $file ]]; then
    for item in "${!names[@]}"; do export "${names[item]}=${values[item]}"; done
    WORDS=(bash -c "$text")
    if [[ -n ${A_DIRECTORY[a]:-} ]]; then
      WORDS=(env -C "${A_DIRECTORY[a]}" "${WORDS[@]}")
    fi
    await "$limit" </dev/null
    return
  fi
  local prefix=''
  for item in "${!names[@]}"; do
    quote "${names[item]}=${values[item]}"
    prefix+="export $REPLY"$'\n'
  done
  if [[ -n ${A_DIRECTORY[a]:-} ]]; then
    quote "${A_DIRECTORY[a]}"
    prefix+="cd -- $REPLY || exit 125"$'\n'
  fi
  by_connection "$a" "$h" "$prefix$text" "$limit" "$file"
}

# Hands the text to `on_host` through the connection; secrets and files go by standard input.
by_connection() {
  local a=$1 h=$2 text=$3 limit=$4 file=$5 item bytes=- encoding=- total=0 input feeder=''
  local -a names=() values=()
  for item in ${A_SECRETS[a]:-}; do
    names+=("${PAIR_NAME[item]}")
    values+=("${SECRET_VALUE["=${PAIR_VALUE[item]}"]}")
    total=$((total + ${#values[-1]}))
  done
  if [[ -n $file ]]; then
    bytes=${FILE_BYTES["=$file"]} encoding=${FILE_ENCODING["=$file"]}
    total=$((total + bytes))
  fi
  local -a command=(bash -c "$(declare -f on_host)"$'\non_host "$@"' belay "$text" "$limit" "$bytes" "$encoding" "${names[@]}")
  [[ -n ${A_AS[a]:-} ]] && command=(sudo -n -u "${A_AS[a]}" -- "${command[@]}")
  reach "$h" "${command[@]}"
  exec {LIFE}<> <(:)
  exec {input}<"/dev/fd/$LIFE"
  # A pipe holds 64 KiB before it waits for a reader.
  if ((total < 15000)); then
    feed "$file" "${values[@]}" >&"$LIFE"
  else
    feed "$file" "${values[@]}" >&"$LIFE" {input}<&- 8>&- &
    feeder=$!
  fi
  ((limit > 0)) && limit=$((limit + 15))
  if ((${#values[@]} == 0)); then
    await "$limit" <&"$input" {input}<&-
  else
    await_masked "$limit" "${values[@]}" <&"$input" {input}<&-
  fi
  # If the host did not read everything, the feeder would wait for ever.
  if [[ -n $feeder ]]; then
    { kill "$feeder" && wait "$feeder"; } 2>/dev/null
  fi
  [[ -n $LIFE ]] && exec {LIFE}>&-
  exec {input}<&-
  LIFE=''
}

feed() {
  local file=$1
  shift
  printf 'belay\0'
  (($# > 0)) && printf '%s\0' "$@"
  [[ -n $file ]] && printf '%s' "${FILE_CONTENT["=$file"]}"
}

# Runs WORDS, and answers in CODE. Everything that it starts is in the process group of this worker, except
# what `timeout` starts, which passes a TERM on.
await() {
  local limit=$1
  if ((limit == 0)) && [[ -z $LIFE ]]; then
    "${WORDS[@]}" 5<&- 8>&-
    CODE=$?
    return
  fi
  if ((limit > 0)); then WORDS=(timeout --kill-after=10 "$limit" "${WORDS[@]}"); fi
  if [[ -n $LIFE ]]; then
    "${WORDS[@]}" <&0 5<&- 8>&- {LIFE}>&- &
  else
    "${WORDS[@]}" <&0 5<&- 8>&- &
  fi
  CHILD=$!
  ((TERMINATED)) && kill -TERM "$CHILD" 2>/dev/null
  wait "$CHILD"
  CODE=$?
  while kill -0 "$CHILD" 2>/dev/null; do
    wait "$CHILD"
    CODE=$?
  done
  ((TERMINATED)) && wait "$CHILD" 2>/dev/null
  CHILD=''
}

# As `await`, with the secrets masked in what the command prints. The filter ends at a mark, not at the end of the
# output, which a process that the command left behind could keep open.
await_masked() {
  local limit=$1 mark="$BASHPID.$RANDOM.$RANDOM" output filter
  shift
  exec {output}> >(mask "$mark" "$@")
  filter=$!
  await "$limit" >&"$output" 2>&1
  printf '\n%s\n' "$mark" >&"$output"
  exec {output}>&-
  wait "$filter"
}

mask() {
  local mark=$1 line part held='' holds=0
  local -a hidden=()
  shift
  for line; do
    [[ -n $line ]] && hidden+=("$line")
    while [[ $line == *$'\n'* ]]; do
      part=${line%%$'\n'*}
      line=${line#*$'\n'}
      ((${#part} > 3)) && hidden+=("$part")
    done
    ((${#line} > 3)) && hidden+=("$line")
  done
  while IFS= read -r line || [[ -n $line ]]; do
    if [[ $line == "$mark" ]]; then
      [[ -n $held ]] && printf '%s\n' "$held"
      return
    fi
    ((holds)) && printf '%s\n' "$held"
    for part in "${hidden[@]}"; do line=${line//"$part"/********}; done
    held=$line holds=1
  done
}

nap() {
  sleep "$1" 5<&- 8>&- &
  CHILD=$!
  wait "$CHILD"
  CHILD=''
}

# address HOST TEMPLATE: the address of an `http` operation.
address() {
  local h=$1 rest=$2 text='' name
  while [[ $rest == *%* ]]; do
    text+=${rest%%"%"*}
    rest=${rest#*%}
    case $rest in
      h*) text+=${HOST_NAME[h]} rest=${rest#h} ;;
      '{'*)
        name=${rest#'{'}
        name=${name%%'}'*}
        text+=${HOST_VARIABLE["$h $name"]:-}
        rest=${rest#*'}'}
        ;;
      *) text+=% rest=${rest#%} ;;
    esac
  done
  REPLY=$text$rest
}

# Runs on the host: a script with the interpreter that its first line names, or bash.
run_script() {
  local first interpreter argument
  IFS= read -r first <"$BELAY_FILE"
  if [[ $first =~ ^#![[:blank:]]*([^[:blank:]]+)[[:blank:]]*(.*[^[:blank:]])?[[:blank:]]*$ ]]; then
    interpreter=${BASH_REMATCH[1]} argument=${BASH_REMATCH[2]}
    if [[ -n $argument ]]; then "$interpreter" "$argument" "$BELAY_FILE" "$@"; else "$interpreter" "$BELAY_FILE" "$@"; fi
  else
    bash "$BELAY_FILE" "$@"
  fi
}

# Runs on the host: writes a file beside its path and renames it; keeps what was there, once.
put_file() { # PATH KEPT MODE OWNER
  local path=$1 kept=$2 mode=$3 owner=$4
  set -e
  if [[ -d $path ]]; then
    printf '%s is a directory.\n' "$path" >&2
    exit 1
  fi
  if [[ ! -e $kept && ! -L $kept && ! -e $kept.absent ]]; then
    if [[ -e $path || -L $path ]]; then
      rm -rf -- "$kept.new"
      cp -a -- "$path" "$kept.new"
      mv -T -- "$kept.new" "$kept"
    else
      : >"$kept.absent"
    fi
  fi
  new=$(mktemp -- "$path.XXXXXX")
  trap 'rm -f -- "$new"' EXIT
  cat -- "$BELAY_FILE" >"$new"
  if [[ -n $mode ]]; then
    chmod -- "$mode" "$new"
  elif [[ -e $path ]]; then
    chmod --reference="$path" -- "$new"
  else
    chmod -- "$(printf '%o' $((0666 & ~0$(umask))))" "$new"
  fi
  if [[ -n $owner ]]; then
    chown -- "$owner" "$new"
  elif [[ -e $path && $EUID -eq 0 ]]; then
    chown --reference="$path" -- "$new"
  fi
  sync -d -- "$new"
  mv -fT -- "$new" "$path"
  trap - EXIT
}

# Runs on the host. Nothing was kept: the file was never put, and there is nothing to take back.
take_file_back() { # PATH KEPT
  set -e
  if [[ -e $2 || -L $2 ]]; then
    mv -fT -- "$2" "$1"
  elif [[ -e $2.absent ]]; then
    rm -f -- "$1"
    rm -f -- "$2.absent"
  fi
}

# A reboot is done when the boot id is another than before. The id is in the journal before the reboot begins.
reboot_host() {
  local a=$1 h=$2 before=$3 now='' began every=1
  clock
  began=$NOW
  boot_id "$a" "$h" 15
  if [[ -z $before ]]; then
    if [[ -z $REPLY ]]; then
      printf 'The boot id cannot be read (exit %s).\n' "$CODE"
      return
    fi
    ANSWER=$REPLY RESULT=boot-id
    return
  fi
  now=$REPLY
  if [[ -n $now && $now == "$before" ]]; then
    on_target "$a" "$h" "${A_TEXT[a]}" "${A_LIMIT[a]:-0}" ''
    ((TERMINATED)) && return
    # The connection may be lost (255) or the shell ended by a signal; anything else means that no reboot began.
    if ((CODE != 255 && CODE < 128)) && ! accepted "$a"; then
      return
    fi
    now=''
  fi
  FRESH=1
  while [[ -z $now || $now == "$before" ]]; do
    clock
    if (((NOW - began) / 1000000 >= A_WITHIN[a])); then
      printf 'The host was not back within %s seconds.\n' "${A_WITHIN[a]}"
      RESULT=timeout
      return
    fi
    nap "$every"
    ((every < 5)) && ((++every))
    ((TERMINATED)) && return
    boot_id "$a" "$h" 15
    now=$REPLY
  done
  FRESH=0
  [[ ${HOST_TYPE[h]} == ssh ]] && close_connection "$h"
  RESULT=ok CODE=0
}

# boot_id ACTION HOST LIMIT: one line, in REPLY; empty if the host does not answer.
boot_id() {
  local answer=$STATE/running/boot.$BASHPID text=''
  on_target "$1" "$2" "${A_EXTRA[$1]}" "$3" '' >"$answer"
  IFS= read -r text <"$answer"
  rm -f -- "$answer"
  ((CODE != 0)) && text=''
  REPLY=${text//[[:cntrl:]]/ }
}
