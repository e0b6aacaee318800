
# ------------------------------------------------------------------------------------------------------------
# Whether what a rollback has touched works
# ------------------------------------------------------------------------------------------------------------

# By component and host: a way back has done something to it since the last run or resume.
declare -A TOUCHED=()

# The components that did not answer as they should, and where; WELL is how many were asked.
declare -A UNWELL=()

WELL=0

# touch_components STEP LABEL ACTION HOST: what a way back changes, and what the action changed that it takes back.
touch_components() {
  local a label=${2#b}
  touch_changed "$3" "$4"
  case $2 in
    b*)
      find_action "$1" "${label%%.*}"
      touch_changed "$REPLY" "$4"
      ;;
    u*) for a in ${STEP_ACTIONS[$1]:-}; do touch_changed "$a" "$4"; done ;;
    r*) touch_one "${A_TITLE[$3]#restore }" "$4" ;;
  esac
}

# touch_changed ACTION HOST
touch_changed() {
  local change
  for change in ${A_CHANGES[$1]:-}; do
    [[ ${CHANGE_KIND[change]} == component ]] && touch_one "${CHANGE_NAME[change]}" "$2"
  done
}

touch_one() { [[ -z ${COMPONENT_INDEX["=$1"]:-} ]] || TOUCHED["=$1 $2"]=1; }

# list_questions: what has to be asked now, in HEALTH_QUESTIONS: QUESTION LABEL HOST…; no host for a question that is
# about a component as a whole. It is asked only of what is up: on each host by itself, or, as a whole, if it is down
# nowhere.
list_questions() {
  local key name h a c q count down list whole
  declare -A members=() where=()
  HEALTH_QUESTIONS=()
  for key in "${!TOUCHED[@]}"; do where[${key% *}]+=" ${key##* }"; done
  for ((c = 1; c <= A; c++)); do
    [[ -n ${HEALTHY[c]:-} ]] || continue
    key="=${A_TITLE[c]}"
    [[ -n ${where[$key]:-} ]] || continue
    members=() down=0 whole=0 count=0
    for h in ${A_HOSTS[c]}; do
      members[$h]=up
      if [[ -n ${DOWN["$key"$'\t'"$h"]:-} ]]; then down=1 members[$h]=down; fi
    done
    # What was done elsewhere may be about any of its hosts.
    for h in ${where[$key]}; do [[ -n ${members[$h]:-} ]] || whole=1; done
    for q in ${HEALTHY[c]}; do
      ((++count))
      list=''
      if [[ ${A_MODE[q]} == all || ${A_MODE[q]} == each ]]; then
        for h in ${A_HOSTS[q]}; do
          case ${members[$h]:-} in
            up) if ((whole)) || [[ -n ${TOUCHED["$key $h"]:-} ]]; then list+=" $h"; fi ;;
            down) ;;
            *)
              list=other
              break
              ;;
          esac
        done
        if [[ $list != other ]]; then
          [[ -n $list ]] && HEALTH_QUESTIONS+=("$q h$count$list")
          continue
        fi
      fi
      ((down)) || HEALTH_QUESTIONS+=("$q h$count")
    done
  done
}

declare -a HEALTH_QUESTIONS=()

# check_health: begins to ask.
check_health() {
  local line q label list
  declare -A asked=()
  UNWELL=()
  list_questions
  ((${#HEALTH_QUESTIONS[@]} > 0)) || return 0
  STEP_ID[0]=healthy
  step_directory 0
  mkdir -p -- "$REPLY"
  for line in "${HEALTH_QUESTIONS[@]}"; do
    read -r q label list <<<"$line"
    asked["=${A_VERB[q]}"]=1
    progress check "$BOLD" 0 0 "${A_TITLE[q]}"
    execute arrival 0 0 '' '' "$label:$q"
    X_ONLY[REPLY]=${list:+ $list }
    advance "$REPLY"
  done
  WELL=${#asked[@]}
}

# note_unwell EXECUTION: it was asked, and the answer is no.
note_unwell() {
  local h key="=${A_VERB[X_ACTION[$1]]}"
  UNWELL[$key]=${UNWELL[$key]:- }
  for h in ${X_LOST[$1]}; do [[ ${UNWELL[$key]} == *" $h "* ]] || UNWELL[$key]+="$h "; done
}

complain_unwell() {
  local key
  for key in "${!UNWELL[@]}"; do
    hosts_text all "${UNWELL[$key]}"
    complain "Everything is taken back, but ${key#=} does not work now: see what it says on $REPLY."
  done
}
