# A file that a process on the host has locked. Before this stand `key`, its path, and `ttl`. Exit 1: it is another's, 3: it is lost.
# Beside the file are KEY.holder, the run that has it, which is touched by each renewal, and KEY.kept behind a failure.

# Holds the lock with descriptor 9, until nobody has renewed it for a while, or it was given back.
hold() { # KEY RUN TTL
  local run now last
  cd /
  printf '%s\n' "$2" "$$" >"$1.holder" || exit
  while sleep 1 9>&-; do
    run=''
    IFS= read -r run 2>/dev/null <"$1.holder"
    [[ $run == "$2" ]] || exit
    [[ -e $1.kept ]] && continue
    printf -v now '%(%s)T' -1
    last=$(stat -c %Y -- "$1.holder" 2>/dev/null) || exit
    ((now - last <= $3)) || exit
  done
}

# Who holds it, or has kept it; and whether it is this run, by a process that lives.
look() {
  local process='' words=()
  holder='' mine=''
  { IFS= read -r holder && IFS= read -r process; } 2>/dev/null <"$key.holder"
  [[ -n $process ]] && mapfile -d '' words 2>/dev/null <"/proc/$process/cmdline"
  if [[ " ${words[*]} " == *" belay-lock $key $holder "* ]]; then
    [[ $holder == "$BELAY_RUN" ]] && mine=1
  else
    holder=''
    [[ -e $key.kept ]] && IFS= read -r holder <"$key.kept"
  fi
  return 0
}

lost() {
  printf 'the lock is not held any more%s\n' "${holder:+, but by: $holder}" >&2
  exit 3
}

wait_for_holder() {
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    look
    [[ -n $mine ]] && return
    sleep 0.1
  done
  exit 75
}

acquire() {
  local tries
  exec 9>>"$key" || exit 75
  for ((tries = 0; tries < 5; tries++)); do
    if flock -n 9; then
      look
      [[ -z $holder || $holder == "$BELAY_RUN" ]] || break
      rm -f -- "$key.kept"
      setsid bash -c "$(declare -f hold)"$'\nhold "$@"' belay-lock "$key" "$BELAY_RUN" "$ttl" </dev/null >/dev/null 2>&1 &
      wait_for_holder
      return
    fi
    look
    if [[ -n $mine ]] && touch -c -- "$key.holder"; then
      rm -f -- "$key.kept"
      return
    fi
    # Somebody may just look whether it is held.
    [[ -z $holder ]] || break
    sleep 0.2
  done
  printf 'the lock is held by: %s\n' "${holder:-a process that does not say who it is}" >&2
  exit 1
}

renew() {
  look
  [[ -n $mine ]] || lost
  touch -c -- "$key.holder"
}

keep() {
  look
  [[ -n $mine ]] || lost
  printf '%s\n' "$BELAY_RUN" >"$key.kept"
}

release() {
  look
  [[ $holder == "$BELAY_RUN" ]] || return 0
  rm -f -- "$key.kept" "$key.holder"
  flock -w 10 "$key" true || exit 75
}
