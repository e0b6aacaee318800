
# ------------------------------------------------------------------------------------------------------------
# Starting and stopping
# ------------------------------------------------------------------------------------------------------------

start_machine() {
  local slot h
  exec 8<> <(:)
  for ((slot = JOBS; slot > 0; slot--)); do FREE+=("$slot"); done
  set -m
  trap 'printf "signal INT\n" >&8' INT
  trap 'printf "signal TERM\n" >&8' TERM
  trap 'printf "signal HUP\n" >&8' HUP
  trap ':' PIPE
  for h in "${!HOST_TYPE[@]}"; do
    if [[ ${HOST_TYPE[h]} == ssh ]]; then
      open_sockets
      break
    fi
  done
  trap 'close_connections' EXIT
  make_directories
  clock
}

handle_signal() {
  local slot x name key
  if [[ $1 == HUP ]]; then
    exec >>"$STATE/logs/after-hangup.log" 2>&1
    say 'The terminal is gone. What runs is completed, and nothing new is started.'
    stop_starting hup
    return
  fi
  if ((++SIGNALS > 1)); then
    for slot in "${!SLOT_PID[@]}"; do
      [[ -n ${SLOT_PID[slot]} ]] || continue
      kill -KILL -- "-${SLOT_PID[slot]}" 2>/dev/null
      lost_worker "$slot"
    done
    return
  fi
  printf '\nStopping: running commands are ended, which may take ten seconds. Once more kills them.\n'
  stop_starting signal
  for name in "${!TIMER_AT[@]}"; do
    key=${name#*.}
    case $name in
      retry.*)
        cancel_timer "$name"
        step_stopped "${key%.*}" "${key#*.}"
        ;;
      pause.*)
        cancel_timer "$name"
        step_stopped "$key" 0
        ;;
    esac
  done
  for ((x = 1; x <= X; x++)); do
    [[ -z ${X_ENDED[x]} ]] && stop_execution "$x" stopped stopped
  done
}

# Nothing more can be written down, so nothing more may be done.
stop_at_once() {
  local slot
  for slot in "${!SLOT_PID[@]}"; do
    [[ -n ${SLOT_PID[slot]} ]] && kill -TERM -- "-${SLOT_PID[slot]}" 2>/dev/null
  done
  exit 2
}
