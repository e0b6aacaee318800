
# ------------------------------------------------------------------------------------------------------------
# The plan: its rolls, and its components
# ------------------------------------------------------------------------------------------------------------

# roll GROUP PAUSE MAX-FAILURES; the steps up to `end_roll` are its body.
roll() {
  ROLL=$S
  ROLL_GROUP[S]=$1 ROLL_PAUSE[S]=$2 ROLL_MAX[S]=$3 ROLL_BATCHES[S]=0 ROLL_STEPS[S]=''
}

batch() {
  numbers "$@"
  BATCH_MEMBERS["$ROLL.$((++ROLL_BATCHES[ROLL]))"]=$REPLY
}

end_roll() { ROLL=0; }

needed() {
  record needed "$1"
  ROLL_NEEDED[ROLL]=$A
}

# lock TITLE DRIVER KEY
lock() {
  record lock "$1"
  ROLL_LOCK[ROLL]=$A ROLL_KEY[ROLL]="$2 $3"
}

unlock() {
  record unlock "$1"
  ROLL_UNLOCK[ROLL]=$A
}

# renew TITLE TTL: the lock lapses so many seconds after it was renewed.
renew() {
  record renew "$1"
  ROLL_RENEW[ROLL]=$A ROLL_TTL[ROLL]=$2
}

keep() {
  record keep "$1"
  ROLL_KEEP[ROLL]=$A
}

# load_again COMPONENT restart|reload, by the actions below it.
load_again() {
  REFRESH_LOADS[${#REFRESH_NAME[@]}]=''
  REFRESH_NAME+=("$1")
  REFRESH_BY+=("$2")
}

load_by() {
  record "$@"
  REFRESH_LOADS[${#REFRESH_NAME[@]} - 1]+=" $A"
  REFRESH_ACTIONS+=" $A"
  A_REFRESH[A]=${REFRESH_NAME[-1]}
}

# component NAME, which runs on the hosts below it; `healthy` asks whether it works.
component() {
  record component "$1"
  COMPONENT=$A COMPONENT_INDEX["=$1"]=$A
}

healthy() {
  record "${A_TITLE[COMPONENT]}" "${A_TITLE[COMPONENT]}: $1"
  HEALTHY[COMPONENT]+=" $A"
}

# index_refreshes: REFRESH_OF, by component, host and verb, and REFRESHED_ON, the components of each host.
index_refreshes() {
  local r h name
  local -a loads
  ((${#REFRESH_OF[@]} == 0)) || return 0
  for r in "${!REFRESH_NAME[@]}"; do
    name=${REFRESH_NAME[r]}
    read -r -a loads <<<"${REFRESH_LOADS[r]}"
    for h in ${A_HOSTS[loads[0]]}; do
      REFRESH_OF["=$name $h ${REFRESH_BY[r]}"]=$r
      [[ " ${REFRESHED_ON[$h]:-} " == *" $name "* ]] || REFRESHED_ON[$h]+=" $name"
    done
  done
}
