
# ------------------------------------------------------------------------------------------------------------
# What is down, out of service and entered
# ------------------------------------------------------------------------------------------------------------

# collect NAME HOST: gathers the hosts of a name, for `show_collected`.
declare -A COLLECTED=()
collect() { COLLECTED["=$1"]+=" $2"; }

show_collected() {
  local title=$1 name
  local -a names=() numbers=()
  ((${#COLLECTED[@]} > 0)) || return 0
  heading "$title"
  mapfile -d '' names < <(printf '%s\0' "${!COLLECTED[@]}" | LC_ALL=C sort -z)
  for name in "${names[@]}"; do
    read -r -a numbers <<<"${COLLECTED[$name]}"
    mapfile -t numbers < <(printf '%s\n' "${numbers[@]}" | sort -n)
    hosts_text all "${numbers[*]}"
    row "${name#=}" "$REPLY"
  done
  COLLECTED=()
}

show_model() {
  local key h
  for key in "${!DOWN[@]}"; do
    [[ -n ${DOWN[$key]} ]] || continue
    h=${key##*$'\t'}
    key=${key%$'\t'*}
    if [[ ${DOWN["$key"$'\t'"$h"]} == stopped ]]; then collect "${key#=}" "$h"; else
      collect "${key#=} (${DOWN["$key"$'\t'"$h"]})" "$h"
    fi
  done
  show_collected 'Down now'
  for key in "${!AWAY[@]}"; do
    [[ -n ${AWAY[$key]} ]] && collect "${AWAY[$key]}" "${key%% *}"
  done
  show_collected 'Hosts out of service'
  for key in "${!MODE_HOSTS[@]}"; do
    [[ -n ${MODE_HOSTS[$key]} ]] || continue
    ((${#COLLECTED[@]} == 0)) && heading 'Modes still entered'
    COLLECTED[$key]=1
    row "${key#=}" "${MODE_TITLE[$key]:-}"
  done
  COLLECTED=()
  for key in "${!LOCK_BATCH[@]}"; do
    ((${#COLLECTED[@]} == 0)) && heading 'Locks held'
    COLLECTED["=$key"]=1
    row "${STEP_ID[key]}" "${ROLL_KEY[key]}, taken for batch ${LOCK_BATCH[key]}"
  done
  COLLECTED=()
}
