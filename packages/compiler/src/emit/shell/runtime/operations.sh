
# ------------------------------------------------------------------------------------------------------------
# Files, scripts, addresses, reboots
# ------------------------------------------------------------------------------------------------------------

# address HOST TEMPLATE: the address of an `http` operation.
address() {
  local h=$1 rest=$2 text='' name
  while [[ $rest == *%* ]]; do
    text+=${rest%%"%"*}
    rest=${rest#*%}
    case $rest in
      h*) text+=${HOST_NAME[h]} rest=${rest#h} ;;
      '{'*)
        name=${rest#'{'}
        name=${name%%'}'*}
        text+=${HOST_VARIABLE["$h $name"]:-}
        rest=${rest#*'}'}
        ;;
      *) text+=% rest=${rest#%} ;;
    esac
  done
  REPLY=$text$rest
}

# Runs on the host: a script with the interpreter that its first line names, or bash.
run_script() {
  local first interpreter argument
  IFS= read -r first <"$BELAY_FILE"
  if [[ $first =~ ^#![[:blank:]]*([^[:blank:]]+)[[:blank:]]*(.*[^[:blank:]])?[[:blank:]]*$ ]]; then
    interpreter=${BASH_REMATCH[1]} argument=${BASH_REMATCH[2]}
    if [[ -n $argument ]]; then
      "$interpreter" "$argument" "$BELAY_FILE" "$@"
    else
      "$interpreter" "$BELAY_FILE" "$@"
    fi
  else
    bash "$BELAY_FILE" "$@"
  fi
}

# Runs on the host: writes a file beside its path and renames it; keeps what was there, once.
put_file() { # PATH KEPT MODE OWNER
  local path=$1 kept=$2 mode=$3 owner=$4
  set -e
  if [[ -d $path ]]; then
    printf '%s is a directory.\n' "$path" >&2
    exit 1
  fi
  if [[ ! -e $kept && ! -L $kept && ! -e $kept.absent ]]; then
    if [[ -e $path || -L $path ]]; then
      rm -rf -- "$kept.new"
      cp -a -- "$path" "$kept.new"
      mv -T -- "$kept.new" "$kept"
    else
      : >"$kept.absent"
    fi
  fi
  new=$(mktemp -- "$path.XXXXXX")
  trap 'rm -f -- "$new"' EXIT
  cat -- "$BELAY_FILE" >"$new"
  if [[ -n $mode ]]; then
    chmod -- "$mode" "$new"
  elif [[ -e $path ]]; then
    chmod --reference="$path" -- "$new"
  else
    chmod -- "$(printf '%o' $((0666 & ~0$(umask))))" "$new"
  fi
  if [[ -n $owner ]]; then
    chown -- "$owner" "$new"
  elif [[ -e $path && $EUID -eq 0 ]]; then
    chown --reference="$path" -- "$new"
  fi
  sync -d -- "$new"
  mv -fT -- "$new" "$path"
  trap - EXIT
}

# Runs on the host. Nothing was kept: the file was never put, and there is nothing to take back.
take_file_back() { # PATH KEPT
  set -e
  if [[ -e $2 || -L $2 ]]; then
    mv -fT -- "$2" "$1"
  elif [[ -e $2.absent ]]; then
    rm -f -- "$1"
    rm -f -- "$2.absent"
  fi
}

# A reboot is done when the boot id is another than before. The id is in the journal before the reboot begins.
reboot_host() {
  local a=$1 h=$2 before=$3 now='' start every=1 begun=0
  clock
  start=$NOW
  boot_id "$a" "$h" 15
  if [[ -z $before ]]; then
    if [[ -z $REPLY ]]; then
      printf 'The boot id cannot be read (exit %s).\n' "$CODE"
      return
    fi
    ANSWER=$REPLY RESULT=boot-id
    return
  fi
  now=$REPLY
  while [[ -z $now || $now == "$before" ]]; do
    # It may be on its way down already, if it does not answer: the program may have been killed meanwhile.
    if [[ -n $now ]] && ((begun == 0)); then
      on_target "$a" "$h" "${A_TEXT[a]}" "${A_LIMIT[a]:-0}" ''
      ((TERMINATED)) && return
      # The connection may be lost (255) or the shell ended by a signal; anything else means that no reboot began.
      if ((CODE != 255 && CODE < 128)) && ! accepted "$a"; then
        return
      fi
      begun=1
    fi
    FRESH=1
    clock
    if (((NOW - start) / 1000000 >= A_WITHIN[a])); then
      printf 'The host was not back within %s seconds.\n' "${A_WITHIN[a]}"
      RESULT=timeout
      return
    fi
    nap "$every"
    ((every < 5)) && ((++every))
    ((TERMINATED)) && return
    boot_id "$a" "$h" 15
    now=$REPLY
  done
  FRESH=0
  [[ ${HOST_TYPE[h]} == ssh ]] && close_connection "$h"
  RESULT=ok CODE=0
}

# boot_id ACTION HOST LIMIT: one line, in REPLY; empty if the host does not answer.
boot_id() {
  local answer=$STATE/running/boot.$BASHPID text=''
  on_target "$1" "$2" "${A_EXTRA[$1]}" "$3" '' >"$answer"
  IFS= read -r text <"$answer"
  rm -f -- "$answer"
  ((CODE != 0)) && text=''
  text=${text:0:200}
  REPLY=${text//[[:cntrl:]]/ }
}
