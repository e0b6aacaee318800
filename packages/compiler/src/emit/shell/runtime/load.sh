
# ------------------------------------------------------------------------------------------------------------
# Reading the plan above: one function for each kind of line
# ------------------------------------------------------------------------------------------------------------

# Hosts and steps are numbered from 1, in the plan's order; a list of them is their numbers with blanks.
# Host 0 is this machine. Keys of associative arrays that come from the plan start with a =, so that none is empty.

declare -a HOST_NAME=(local) HOST_TYPE=(local) HOST_ADDRESS=() HOST_USER=() HOST_PORT=() HOST_FROM=() HOST_COUNT=()
declare -a HOST_WORDS=() PAIR_NAME=() PAIR_VALUE=()
declare -A HOST_INDEX=() HOST_VARIABLE=() HOST_LIST=() SECRET_FROM=() SECRET_SOURCE=() SECRET_VALUE=()
declare -A FILE_CONTENT=() FILE_BYTES=() FILE_ENCODING=() FILE_PATH=()
declare -A MODE_TITLE=() WINDOW_TITLE=() WINDOW_TEXT=() POINT_CAPTURES=() CAPTURE_ITEM=()
declare -a STEP_ID=('') STEP_KIND=() STEP_SOURCE=() STEP_TITLE=() STEP_AFTER=() STEP_NEXT=() STEP_REPEAT=()
declare -a STEP_LIMIT=() STEP_RETRIES=() STEP_EVERY=() STEP_TAKES=() STEP_WINDOW=() STEP_TEXT=() STEP_FINAL=()
declare -a STEP_ACTIONS=() STEP_UNLESS=() STEP_VERIFY=() STEP_UNDO=() STEP_UNDOES=() STEP_RESTORES=() STEP_ROLL=()
declare -a ROLL_GROUP=() ROLL_PAUSE=() ROLL_MAX=() ROLL_BATCHES=() ROLL_STEPS=() ROLL_NEEDED=() ROLL_LOCK=()
declare -a ROLL_UNLOCK=() ROLL_KEY=() ROLL_TTL=() ROLL_RENEW=() ROLL_KEEP=()
declare -A STEP_INDEX=() BATCH_MEMBERS=()
declare -a A_VERB=() A_TITLE=() A_MODE=() A_HOSTS=() A_BATCH=() A_TYPE=() A_TEXT=() A_FILE=() A_AS=() A_DIRECTORY=()
declare -a A_ENVIRONMENT=() A_SECRETS=() A_VARIABLES=() A_ACCEPT=() A_AGAIN=() A_AGAIN_LIMIT=() A_EVERY=() A_WITHIN=()
declare -a A_LIMIT=() A_CHANGES=() A_BACK=() A_WHY=() A_INVERSES=() A_EXTRA=() A_OWNER=() A_PERMISSIONS=()
declare -a A_MOVES=() STEP_SAFE=() A_REFRESH=() REFRESH_NAME=() REFRESH_BY=() REFRESH_LOADS=()
declare -A REFRESH_OF=() REFRESHED_ON=() COMPONENT_INDEX=()
declare -a HEALTHY=()
declare -a RESTORE_POINT=() RESTORE_RESOURCE=() RESTORE_TO=() CHANGE_KIND=() CHANGE_NAME=() CHANGE_BECOMES=()

S=0 A=0 ACTION=0 ROLL=0 POINT='' REFRESH_ACTIONS='' COMPONENT=0

plan() { PLAN=$1 DIGEST=$2 CLOUD=$3 PLAN_TITLE=$4 CLOUD_TITLE=$5; }

# host NAME local | host NAME ssh ADDRESS USER PORT OPTION… | host NAME command WORD…
host() {
  local index=${#HOST_NAME[@]}
  HOST_NAME+=("$1")
  HOST_TYPE[index]=$2
  HOST_INDEX["=$1"]=$index
  case $2 in
    ssh)
      HOST_ADDRESS[index]=$3 HOST_USER[index]=$4 HOST_PORT[index]=$5
      shift 5
      ;;
    *) shift 2 ;;
  esac
  HOST_FROM[index]=${#HOST_WORDS[@]} HOST_COUNT[index]=$#
  HOST_WORDS+=("$@")
}

variable() { HOST_VARIABLE["$((${#HOST_NAME[@]} - 1)) $1"]=$2; }

# numbers HOST…: their numbers, in REPLY.
numbers() {
  local name list=''
  for name; do list+=" ${HOST_INDEX["=$name"]}"; done
  REPLY=${list# }
}

hosts() {
  local list=$1
  shift
  numbers "$@"
  HOST_LIST["=$list"]=$REPLY
}

secret() { SECRET_FROM["=$1"]=$2 SECRET_SOURCE["=$1"]=$3; }

# file ID PATH ENCODING BYTES CONTENT
file() { FILE_PATH["=$1"]=$2 FILE_ENCODING["=$1"]=$3 FILE_BYTES["=$1"]=$4 FILE_CONTENT["=$1"]=$5; }

mode() { MODE_TITLE["=$1"]=$2; }

window() { WINDOW_TITLE["=$1"]=$2 WINDOW_TEXT["=$1"]=$3; }

# step ID KIND SOURCE TITLE
step() {
  ((++S))
  STEP_ID[S]=$1 STEP_KIND[S]=$2 STEP_SOURCE[S]=$3 STEP_TITLE[S]=$4 STEP_REPEAT[S]=safe
  STEP_INDEX["=$1"]=$S
  if ((ROLL)); then
    STEP_ROLL[S]=$ROLL
    ROLL_STEPS[ROLL]+=" $S"
  fi
}

after() {
  local id before list=''
  for id; do
    before=${STEP_INDEX["=$id"]}
    list+=" $before"
    STEP_NEXT[before]+=" $S"
  done
  STEP_AFTER[S]=$list
}

again_is() { STEP_REPEAT[S]=$1; }
within() { STEP_LIMIT[S]=$1; }
retry() { STEP_RETRIES[S]=$1 STEP_EVERY[S]=$2; }
takes() { STEP_TAKES[S]=$1; }
in_window() { STEP_WINDOW[S]=$1; }
text() { STEP_TEXT[S]=$1; }
final() { STEP_FINAL[S]=$1; }

# restore_from POINT RESOURCE ROLLBACK-TARGET…
restore_from() {
  local index=${#RESTORE_POINT[@]}
  RESTORE_POINT+=("$1")
  RESTORE_RESOURCE+=("$2")
  shift 2
  local target list=''
  for target; do list+="=$target"$'\n'; done
  RESTORE_TO[index]=$'\n'$list
  STEP_RESTORES[S]+=" $index"
}

safe_stop() { STEP_SAFE[S]=1; }

point() { POINT=$1 POINT_CAPTURES["=$1"]=''; }

record() {
  ((++A))
  A_VERB[A]=$1 A_TITLE[A]=$2 A_MODE[A]=local A_HOSTS[A]='' A_BACK[A]=nothing A_CHANGES[A]=''
}

action() {
  record "$@"
  ACTION=$A
  STEP_ACTIONS[S]+=" $A"
}

unless() {
  record unless "$1"
  STEP_UNLESS[S]+=" $A"
}

verify() {
  record verify "$1"
  STEP_VERIFY[S]+=" $A"
}

# undo, with neither verb nor title: nothing is to be done.
undo() {
  STEP_UNDOES[S]=1
  (($# == 0)) && return
  record "$@"
  STEP_UNDO[S]+=" $A"
}

inverse() {
  record "$@"
  A_INVERSES[ACTION]+=" $A"
}

capture() {
  local -a known
  record restore "restore $1"
  read -r -a known <<<"${POINT_CAPTURES["=$POINT"]}"
  POINT_CAPTURES["=$POINT"]+=" $A"
  CAPTURE_ITEM["=$POINT"$'\n'"$1"]="r$((${#known[@]} + 1)):$A"
}

# on MODE HOST…, on_list MODE LIST
on() {
  A_MODE[A]=$1
  shift
  numbers "$@"
  A_HOSTS[A]=$REPLY
}

on_list() { A_MODE[A]=$1 A_HOSTS[A]=${HOST_LIST["=$2"]}; }
of_batch() { A_BATCH[A]=1; }
shell() { A_TYPE[A]=shell A_TEXT[A]=$1; }
script() { A_TYPE[A]=script A_FILE[A]=$1 A_TEXT[A]=$2; }
pause() { A_TYPE[A]=wait A_TEXT[A]=$1; }

# put FILE PATH MODE OWNER, put_back FILE PATH
put() { A_TYPE[A]=put A_FILE[A]=$1 A_TEXT[A]=$2 A_PERMISSIONS[A]=$3 A_OWNER[A]=$4; }
put_back() { A_TYPE[A]=put_back A_FILE[A]=$1 A_TEXT[A]=$2; }

# reboot SHELL BOOT-ID LIMIT
reboot_by() { A_TYPE[A]=reboot A_TEXT[A]=$1 A_EXTRA[A]=$2 A_WITHIN[A]=$3; }

# http METHOD STATUS,STATUS URL: in the URL, %h is the host, %{NAME} a variable of the host, %% a percent sign.
http() { A_TYPE[A]=http A_EXTRA[A]=$1 A_ACCEPT[A]=$2 A_TEXT[A]=$3; }

as() { A_AS[A]=$1; }
directory() { A_DIRECTORY[A]=$1; }
accept() { A_ACCEPT[A]=$*; }
limit() { A_LIMIT[A]=$1; }

repeat_on() {
  A_AGAIN_LIMIT[A]=$1
  shift
  A_AGAIN[A]=$*
}

poll() { A_EVERY[A]=$1 A_WITHIN[A]=$2; }

pair() {
  [[ $1 =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]] || die "the plan sets a variable with the name '$1', which no shell can have"
  REPLY=${#PAIR_NAME[@]}
  PAIR_NAME+=("$1")
  PAIR_VALUE+=("$2")
}

environment() {
  pair "$1" "$2"
  A_ENVIRONMENT[A]+=" $REPLY"
}

secret_in() {
  pair "$1" "$2"
  A_SECRETS[A]+=" $REPLY"
}

# uses ENVIRONMENT-VARIABLE HOST-VARIABLE
uses() {
  pair "$1" "$2"
  A_VARIABLES[A]+=" $REPLY"
}

# changes KIND NAME BECOMES
changes() {
  A_CHANGES[A]+=" ${#CHANGE_KIND[@]}"
  case $1:$3 in component:installed | component:rewritten | component:reloaded | database:* | file:*) ;; *) A_MOVES[A]=1 ;; esac
  CHANGE_KIND+=("$1")
  CHANGE_NAME+=("$2")
  CHANGE_BECOMES+=("$3")
}

# refresh COMPONENT: it loads again what is back below it.
refresh() { A_REFRESH[A]=$1; }

back() { A_BACK[A]=$1 A_WHY[A]=${2:-}; }
