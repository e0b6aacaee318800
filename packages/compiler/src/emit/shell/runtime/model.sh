
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
    hosts_text all "${MODE_HOSTS[$key]}"
    [[ ${MODE_HOSTS[$key]// /} == 0 ]] && REPLY='this machine'
    row "${key#=}" "${MODE_TITLE[$key]:+${MODE_TITLE[$key]}, }on $REPLY"
  done
  COLLECTED=()
  for key in "${!LOCK_BATCH[@]}"; do
    ((${#COLLECTED[@]} == 0)) && heading 'Locks held'
    COLLECTED["=$key"]=1
    row "${STEP_ID[key]}" "${ROLL_KEY[key]}, taken for batch ${LOCK_BATCH[key]}"
  done
  COLLECTED=()
}

# Whether the plan may rest here: everything up to a safe stop is done, and nothing behind it has begun.
show_rest() {
  local n last=0 gap=0 begun=0
  ((${#STEP_SAFE[@]} > 0)) && [[ $RUN_STATE != none && -z $HELD_BY ]] || return 0
  for ((n = 1; n <= S; n++)); do
    [[ -n ${STEP_ROLL[n]:-} ]] && continue
    case ${STEP_STATE[$n.0]:-} in
      ok | skipped)
        if ((gap == 0)); then
          last=$n
        elif [[ ${STEP_KIND[n]} != join ]]; then
          begun=1
        fi
        ;;
      '') gap=1 ;;
      *) begun=1 ;;
    esac
  done
  ((gap && last > 0)) || ((begun)) || return 0
  heading 'Safe stop'
  if ((begun == 0)) && [[ -z $ROLLBACK_TO && -n ${STEP_SAFE[last]:-} ]]; then
    row yes 'every keep holds, and nothing is open'
    return
  fi
  for ((n = last + 1; n <= S; n++)); do
    if [[ -n ${STEP_SAFE[n]:-} ]]; then
      row no "the next one is behind ${STEP_ID[n]}"
      return
    fi
  done
  row no 'there is none before the end'
}
