
# ------------------------------------------------------------------------------------------------------------
# What has to be loaded again on the way back
# ------------------------------------------------------------------------------------------------------------

# By component and host, * for all of a host. LOADED: `restart` or `reload`, what was done to it behind where the way
# back has come to; LOADED_BACK: a way back had it load something. IS_DOWN: it does not run there. STALE: what is below
# it was brought back, and it has not loaded that yet.
declare -A LOADED=() LOADED_BACK=() IS_DOWN=() STALE=()

# go_past ACTION HOST: the way back passes what it did to components there; to take back a stop is to start.
go_past() {
  local change key
  for change in ${A_CHANGES[$1]:-}; do
    key="=${CHANGE_NAME[change]} $2"
    case ${CHANGE_KIND[change]}:${CHANGE_BECOMES[change]} in
      component:started | component:restarted)
        LOADED[$key]=restart
        stops_again "$1" && IS_DOWN[$key]=1
        ;;
      component:stopped) LOADED[$key]=restart IS_DOWN[$key]='' ;;
      component:reloaded) [[ -n ${LOADED[$key]:-} ]] || LOADED[$key]=reload ;;
      host:rebooted) LOADED["* $2"]=restart ;;
    esac
  done
}

# Whether what an action started was down before it.
stops_again() {
  local inverse change
  for inverse in ${A_INVERSES[$1]:-}; do
    for change in ${A_CHANGES[inverse]:-}; do [[ ${CHANGE_BECOMES[change]} == stopped ]] && return 0; done
  done
  return 1
}

# refresh_below ACTION HOST STEP BATCH: what it had replaced below components is back.
refresh_below() {
  local change
  for change in ${A_CHANGES[$1]:-}; do
    case ${CHANGE_KIND[change]}:${CHANGE_BECOMES[change]} in
      file:rewritten) refresh_all "$2" "$3" "$4" ;;
      component:rewritten) refresh_one "${CHANGE_NAME[change]}" "$2" "$3" "$4" ;;
    esac
  done
}

# refresh_all HOST STEP BATCH
refresh_all() {
  local name
  for name in ${REFRESHED_ON[$1]:-}; do refresh_one "$name" "$1" "$2" "$3"; done
}

# refresh_one COMPONENT HOST STEP BATCH: it loads again what is back below it, if it has loaded anything else; the last
# time counts. While the journal is read nothing is listed: what was brought back may be stale.
refresh_one() {
  local key="=$1 $2" by item
  has_loaded "$1" "$2" || return 0
  by=$REPLY
  [[ -n ${REFRESH_OF["$key restart"]:-}${REFRESH_OF["$key reload"]:-} ]] || return 0
  if ((LISTING)); then
    [[ -z ${IS_DOWN[$key]:-} ]] || return 0
    DUE[$key]=${#U_KIND[@]} DUE_PLACE[$key]="$3 $4" DUE_BY[$key]=$by
    return
  fi
  [[ -z ${DOWN["=$1"$'\t'"$2"]:-} ]] || return 0
  for item in ${UNDONE_KEYS[$3.$4]:-}; do
    [[ $item == f*."$2" && ${UNDONE[$3.$4.$item]:-} == ok ]] || continue
    find_action "$3" "${item%.*}"
    [[ ${A_REFRESH[REPLY]:-} == "$1" ]] && return
  done
  STALE[$key]="$3 $4"
}

LISTING=0

# has_loaded COMPONENT HOST: by what, in REPLY.
has_loaded() {
  REPLY="${LOADED["* $2"]:-}${LOADED["=$1 $2"]:-}${LOADED_BACK["=$1 $2"]:-}"
  [[ $REPLY == *restart* ]] && REPLY=restart
  REPLY=${REPLY:0:7}
  [[ -n $REPLY ]]
}

# loaded_hosts ACTION RAN: of the hosts where something ran, those on which its component has loaded anything, in REPLY.
loaded_hosts() {
  local h list='' name=${A_REFRESH[$1]}
  for h in ${A_HOSTS[$1]}; do [[ $2 == *" $h "* ]] && has_loaded "$name" "$h" && list+=" $h"; done
  REPLY=${list:+$list }
  [[ -n $list ]]
}

# Before a way back is listed: what is down now, and what an interrupted rollback has brought back.
begin_refreshes() {
  local key name n b
  index_refreshes
  DUE=() IS_DOWN=() LISTING=1
  for key in "${!DOWN[@]}"; do
    [[ ${DOWN[$key]} == stop* ]] && IS_DOWN["${key/$'\t'/ }"]=1
  done
  for key in "${!STALE[@]}"; do
    [[ -n ${STALE[$key]} ]] || continue
    read -r n b <<<"${STALE[$key]}"
    name=${key#=}
    refresh_one "${name% *}" "${key##* }" "$n" "$b"
  done
}

# Puts what is due between the entries of the way back.
add_refreshes() {
  local key r index n b
  local -a due at=() kinds=("${U_KIND[@]}") steps=("${U_STEP[@]}") batches=("${U_BATCH[@]}") hosts=("${U_HOSTS[@]}")
  local -a only=("${U_ONLY[@]}") items=("${U_ITEM[@]}")
  ((${#DUE[@]} > 0)) || return 0
  declare -A due_hosts=() places=()
  for key in "${!DUE[@]}"; do
    r=${REFRESH_OF["$key ${DUE_BY[$key]}"]:-${REFRESH_OF["$key restart"]:-${REFRESH_OF["$key reload"]:-}}}
    index=${DUE[$key]}
    [[ " ${at[index]:-} " == *" $r "* ]] || at[index]+=" $r"
    due_hosts[$index.$r]+=" ${key##* }" places[$index.$r]=${DUE_PLACE[$key]}
  done
  U_KIND=() U_STEP=() U_BATCH=() U_HOSTS=() U_ONLY=() U_ITEM=()
  for ((index = 0; index <= ${#kinds[@]}; index++)); do
    if [[ -n ${at[index]:-} ]]; then
      read -r -a due <<<"${at[index]}"
      mapfile -t due < <(printf '%s\n' "${due[@]}" | sort -n)
      for r in "${due[@]}"; do
        read -r n b <<<"${places[$index.$r]}"
        refresh_entries "$r" "${due_hosts[$index.$r]}" "$n" "$b"
      done
    fi
    ((index < ${#kinds[@]})) || break
    undo_entry "${kinds[index]}" "${steps[index]}" "${batches[index]}" "${hosts[index]}" "${only[index]}" "${items[index]}"
  done
}

# refresh_entries REFRESH HOSTS STEP BATCH
refresh_entries() {
  local a h list='' count
  for a in ${REFRESH_LOADS[$1]}; do
    list=''
    for h in ${A_HOSTS[a]}; do [[ " $2 " == *" $h "* ]] && list+=" $h"; done
    count=0
    for h in $REFRESH_ACTIONS; do
      ((++count))
      [[ $h == "$a" ]] && break
    done
    undo_entry back "$3" "$4" "$list " "$list " "f$count:$a"
  done
}
