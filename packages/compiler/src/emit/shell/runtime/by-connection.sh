
# ------------------------------------------------------------------------------------------------------------
# A command through a connection, with its secrets
# ------------------------------------------------------------------------------------------------------------

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
  local -a command=(bash -c "$(declare -f on_host)"$'\non_host "$@"' belay)
  command+=("$text" "$limit" "$bytes" "$encoding" "${names[@]}")
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
