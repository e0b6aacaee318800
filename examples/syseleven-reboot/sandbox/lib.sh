# shellcheck shell=bash
# What the sandbox's commands share: where the cloud lies, its lock, injected faults, and hosts that boot.
# Needs bash 4.4, coreutils and util-linux. Every change of state is one rename, so that a command which is
# killed in the middle leaves a cloud that could exist. SANDBOX_CLOUD names another folder for the cloud.
set -u
LC_ALL=C
shopt -s nullglob

sandbox=${BASH_SOURCE[0]%/*}
[[ $sandbox == /* ]] || sandbox=$PWD/$sandbox
CLOUD=${SANDBOX_CLOUD:-$sandbox/cloud}
CLUSTER=$CLOUD/cluster
# The host on which a stand-in runs.
HOST=${HOST:-}

# How many of the storage nodes have to be up for the disks of the guests to work.
STORAGE_QUORUM=2

fail() { # fail CODE MESSAGE
  printf '%s\n' "$2" >&2
  exit "$1"
}

# Waits for the cloud's lock and keeps it until the command ends.
lock_cloud() {
  [[ -n ${cloud_lock:-} ]] && return
  exec {cloud_lock}>>"$CLUSTER/lock"
  flock "$cloud_lock"
}

write_file() { # write_file PATH TEXT
  printf '%s\n' "$2" >"$1.new" && mv -f "$1.new" "$1"
}

# Appends to the log of what happened, for people and tests.
log_event() {
  printf '%s\n' "$*" >>"$CLUSTER/events"
}

# Sets `now` to milliseconds since 1970.
read_clock() {
  local micros=${EPOCHREALTIME:-}
  [[ -n $micros ]] || micros=$(date +%s.%6N)
  now=$((${micros/./} / 1000))
}

# Fails, or does something else first, if a line of `cluster/faults` matches: see `sandbox/fault`.
meet_faults() { # meet_faults COMMAND ARGUMENT...
  [[ -s $CLUSTER/faults ]] || return 0
  lock_cloud
  local line="$HOST:$*" times pattern effect hit='' kept='' tab=$'\t'
  while IFS=$tab read -r times pattern effect; do
    # shellcheck disable=SC2053 # the right side is a pattern
    if [[ -z $hit && $line == $pattern ]]; then
      hit=$effect
      [[ $times == once ]] && continue
    fi
    kept+=$times$tab$pattern$tab$effect$'\n'
  done <"$CLUSTER/faults"
  [[ -n $hit ]] || return 0
  printf '%s' "$kept" >"$CLUSTER/faults.new" && mv -f "$CLUSTER/faults.new" "$CLUSTER/faults"
  log_event "fault $HOST: $*"
  [[ $hit == fail ]] && fail 1 "$1: injected fault on $HOST"
  (cd "$CLOUD" && eval "$hit")
}

# Brings hosts up to date whose boot has ended, and records the guests that a reboot has killed.
settle_boots() {
  local file host until boots guest unit
  for file in "$CLOUD"/*/rebooting; do
    lock_cloud
    [[ -e $file ]] || continue
    host=${file%/rebooting}
    read -r until boots <"$file"
    for guest in "$host"/guests/*; do
      mv -f "$guest" "$CLUSTER/damage/lost/${guest##*/}"
      log_event "lost ${guest##*/} on ${host##*/}"
    done
    read_clock
    ((now >= until)) || continue
    write_file "$host/boots" "$boots"
    write_boot_id "$host" "$boots"
    rm -f "$host"/run/reboot-required*
    for unit in "$host"/units/*; do write_file "$unit" active; done
    rm -f "$file"
    log_event "up ${host##*/}"
  done
}

write_boot_id() { # write_boot_id HOST-FOLDER BOOTS
  local sum=0 i code id name=${1##*/}
  for ((i = 0; i < ${#name}; i++)); do
    printf -v code %d "'${name:i:1}"
    sum=$(((sum * 33 + code) % 65536))
  done
  mkdir -p "$1/proc/sys/kernel/random"
  printf -v id '%08x-%04x-4000-8000-%012x' "$sum" "$sum" "$2"
  write_file "$1/proc/sys/kernel/random/boot_id" "$id"
}

is_up() { # is_up HOST
  [[ -d $CLOUD/$1 && ! -e $CLOUD/$1/rebooting ]]
}

has_active() { # has_active HOST UNIT
  local state=''
  is_up "$1" && [[ -e $CLOUD/$1/units/$2 ]] && read -r state <"$CLOUD/$1/units/$2" && [[ $state == active ]]
}

# Sets `count` to the storage nodes that serve.
count_storage() {
  local unit host
  count=0
  for unit in "$CLOUD"/*/units/quobyte-data; do
    host=${unit%/units/*}
    has_active "${host##*/}" quobyte-data && count=$((count + 1))
  done
  return 0
}

# Records the guests whose disks freeze if too few storage nodes are left.
meet_storage_loss() {
  local guest
  count_storage
  ((count >= STORAGE_QUORUM)) && return
  for guest in "$CLOUD"/*/guests/*; do : >"$CLUSTER/damage/frozen/${guest##*/}"; done
  log_event "storage down: $count nodes left"
}
