
# ------------------------------------------------------------------------------------------------------------
# What has to be loaded again on the way back
# ------------------------------------------------------------------------------------------------------------

# By component and host. LOADED: `restart` or `reload`, what was done to it behind where the way back has come to;
# LOADED_BACK: it has loaded something that a way back then went past, or on a way back. IS_DOWN: it does not run there. BACK_ON: the last time that a file came
# back on a host, as TIME INDEX STEP BATCH; SEEN: the time up to which it is known what that means for a component.
declare -A LOADED=() IS_DOWN=() BACK_ON=() SEEN=()

BACK_TIME=0

# go_past ACTION HOST: the way back passes what it did to components there; to take back a stop is to start.
go_past() {
  local change key name
  for change in ${A_CHANGES[$1]:-}; do
    key="=${CHANGE_NAME[change]} $2"
    case ${CHANGE_KIND[change]}:${CHANGE_BECOMES[change]} in
      component:started | component:restarted)
        look_back "$key"
        LOADED[$key]=restart
        stops_again "$1" && IS_DOWN[$key]=1
        ;;
      component:stopped)
        look_back "$key"
        LOADED[$key]=restart IS_DOWN[$key]=''
        ;;
      component:reloaded)
        look_back "$key"
        [[ -n ${LOADED[$key]:-} ]] || LOADED[$key]=reload
        ;;
      host:rebooted)
        for name in ${REFRESHED_ON[$2]:-}; do
          look_back "=$name $2"
          LOADED["=$name $2"]=restart
        done
        # An install has a way of its own to make it run.
        LOADED["* $2"]=restart
        ;;
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

# refresh_all HOST STEP BATCH: for the components of a host; many files come back, so the last is all that is noted.
refresh_all() { BACK_ON[$1]="$((++BACK_TIME)) ${#U_KIND[@]} $2 $3"; }

# refresh_one COMPONENT HOST STEP BATCH: it loads again what is back below it, if it has loaded anything else and runs;
# the last time counts.
refresh_one() {
  look_back "=$1 $2"
  is_due "=$1 $2" && set_due "=$1 $2" "${#U_KIND[@]}" "$3 $4"
  return 0
}

# look_back KEY: what has come back on its host since the last time, while the component was as it is now.
look_back() {
  local back=${BACK_ON[${1##* }]:-} time index place
  [[ -n $back ]] || return 0
  read -r time index place <<<"$back"
  ((time > ${SEEN[$1]:-0})) || return 0
  SEEN[$1]=$BACK_TIME
  is_due "$1" && set_due "$1" "$index" "$place"
  return 0
}

# set_due KEY INDEX PLACE
set_due() {
  ((${DUE[$1]:-0} <= $2)) || return 0
  has_loaded "$1"
  DUE[$1]=$2 DUE_PLACE[$1]=$3 DUE_BY[$1]=$REPLY
}

is_due() {
  has_loaded "$1" && [[ -z ${IS_DOWN[$1]:-} && -n ${REFRESH_OF["$1 restart"]:-}${REFRESH_OF["$1 reload"]:-} ]]
}

# look_back_at_all: the same for every component that can be refreshed.
look_back_at_all() {
  local key
  for key in "${!REFRESH_OF[@]}"; do look_back "${key% *}"; done
}

# has_loaded KEY: by what, in REPLY.
has_loaded() {
  local all="* ${1##* }"
  REPLY="${LOADED[$all]:-}${LOADED[$1]:-}${LOADED_BACK[$all]:-}${LOADED_BACK[$1]:-}"
  [[ $REPLY == *restart* ]] && REPLY=restart
  REPLY=${REPLY:0:7}
  [[ -n $REPLY ]]
}

# loaded_hosts ACTION RAN: of the hosts where something ran, those on which its component has loaded anything, in REPLY.
loaded_hosts() {
  local h list='' name=${A_REFRESH[$1]}
  for h in ${A_HOSTS[$1]}; do [[ $2 == *" $h "* ]] && has_loaded "=$name $h" && list+=" $h"; done
  REPLY=${list:+$list }
  [[ -n $list ]]
}

# Before a way back is listed: what is down now, and what an interrupted rollback has brought back and not loaded
# again; what it has only stopped for that is started.
begin_refreshes() {
  local key
  index_refreshes
  DUE=() IS_DOWN=() LOADED=() BACK_ON=() SEEN=()
  go_over_way_back
  look_back_at_all
  for key in "${!DOWN[@]}"; do
    [[ ${DOWN[$key]} == stop* && -z ${RELOADING["${key/$'\t'/ }"]:-} ]] && IS_DOWN["${key/$'\t'/ }"]=1
  done
  for key in "${!RELOADING[@]}"; do
    [[ -n ${RELOADING[$key]} ]] && set_due "$key" 0 "${RELOADING[$key]}"
  done
  for key in "${!DUE[@]}"; do
    [[ -n ${IS_DOWN[$key]:-} ]] && unset "DUE[$key]"
  done
  return 0
}

# What an interrupted rollback did, from the journal: `undone STEP.BATCH TARGET ITEM…` and `loaded STEP.BATCH LABEL
# COMPONENT HOST`. What is loaded again in a step comes behind everything that is back by it.
go_over_way_back() {
  local line word key to rest item a again='' of=''
  for line in "${WAY_BACK[@]}"; do
    read -r word key to rest <<<"$line"
    if [[ $word == loaded ]]; then
      if [[ $to != f* ]]; then
        was_loaded "$rest"
        continue
      fi
      if [[ $key != "$of" ]]; then
        were_loaded "$again"
        again=''
      fi
      again+=$rest$'\n' of=$key
      continue
    fi
    if [[ $key != "$of" ]]; then
      were_loaded "$again"
      again=''
    fi
    for item in $rest; do
      find_action "${key%.*}" "${item%.*}"
      a=$REPLY
      go_past "$a" "${item##*.}"
      refresh_below "$a" "${item##*.}" "${key%.*}" "${key#*.}"
    done
    [[ $key == *.0 ]] && refresh_restored "${key%.*}" "$to"
    were_loaded "$again"
    again=''
  done
  were_loaded "$again"
  IS_DOWN=()
}

# were_loaded KEYS: one a line.
were_loaded() {
  local keys=$1
  while [[ -n $keys ]]; do
    was_loaded "${keys%%$'\n'*}"
    keys=${keys#*$'\n'}
  done
}

# was_loaded KEY: it has loaded what is back by now.
was_loaded() {
  SEEN[$1]=$BACK_TIME
  unset "DUE[$1]"
}

# Puts what is due between the entries of the way back.
add_refreshes() {
  local key r index n b before batch
  local -a due at=() old_kind=("${U_KIND[@]}") old_step=("${U_STEP[@]}") old_batch=("${U_BATCH[@]}")
  local -a old_hosts=("${U_HOSTS[@]}") old_only=("${U_ONLY[@]}") old_item=("${U_ITEM[@]}")
  look_back_at_all
  ((${#DUE[@]} > 0)) || return 0
  declare -A due_hosts=() places=()
  for key in "${!DUE[@]}"; do
    r=${REFRESH_OF["$key ${DUE_BY[$key]}"]:-${REFRESH_OF["$key restart"]:-${REFRESH_OF["$key reload"]:-}}}
    index=${DUE[$key]}
    [[ " ${at[index]:-} " == *" $r "* ]] || at[index]+=" $r"
    due_hosts[$index.$r]+=" ${key##* }"
    # What several steps had brought back before the list begins belongs to the one that was taken back last.
    read -r n b <<<"${DUE_PLACE[$key]}"
    read -r before batch <<<"${places[$index.$r]:-}"
    if [[ -z $before ]] || ((n < before || (n == before && b < batch))); then places[$index.$r]="$n $b"; fi
  done
  U_KIND=() U_STEP=() U_BATCH=() U_HOSTS=() U_ONLY=() U_ITEM=()
  for ((index = 0; index <= ${#old_kind[@]}; index++)); do
    if [[ -n ${at[index]:-} ]]; then
      read -r -a due <<<"${at[index]}"
      mapfile -t due < <(printf '%s\n' "${due[@]}" | sort -n)
      for r in "${due[@]}"; do
        read -r n b <<<"${places[$index.$r]}"
        refresh_entries "$r" "${due_hosts[$index.$r]}" "$n" "$b"
      done
    fi
    ((index < ${#old_kind[@]})) || break
    undo_entry "${old_kind[index]}" "${old_step[index]}" "${old_batch[index]}" "${old_hosts[index]}" "${old_only[index]}" \
      "${old_item[index]}"
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
