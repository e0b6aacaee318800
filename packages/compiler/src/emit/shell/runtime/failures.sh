
# ------------------------------------------------------------------------------------------------------------
# Why something failed on a host
# ------------------------------------------------------------------------------------------------------------

# failure_text RESULT CODE HOST LOG: in words, in REPLY.
failure_text() {
  case $1.$2 in
    timeout.*) REPLY='took too long and was ended' ;;
    stopped.*) REPLY='was stopped' ;;
    lost.*) REPLY='its process was killed' ;;
    *)
      log_reason "$2" "$3" "$4"
      REPLY="exit $2${REPLY:+ ($REPLY)}"
      ;;
  esac
}

# log_reason CODE HOST LOG: what a command or the connection said at its end, as far as it is known what that means; in
# REPLY.
log_reason() {
  local said=''
  REPLY=''
  [[ -s $3 ]] && said=$(tail -n 20 -- "$3")
  said=${said##*$'\n==> '}
  case $said in
    *'No space left on device'*) REPLY='no space is left there' ;;
    *'Disk quota exceeded'*) REPLY='the disk quota there is used up' ;;
  esac
  [[ -z $REPLY ]] || return 0
  case $1 in
    125) REPLY='it could not be started; see its log' ;;
    126) REPLY='a command may not be run' ;;
    127) REPLY='a command was not found' ;;
    255)
      [[ ${HOST_TYPE[$2]} != local ]] || return 0
      case $said in
        *'ssh: connect to host '* | *'ssh: Could not resolve '* | *'kex_exchange_identification: '* | *'Permission denied ('* | \
          *'Host key verification failed'*) REPLY='it could not be reached' ;;
        *'closed by remote host'* | *'Broken pipe'* | *'Connection reset by '* | *'not responding'*)
          REPLY='the connection was lost while it ran'
          ;;
        *) REPLY='the connection failed' ;;
      esac
      ;;
  esac
}

# tally REASON…: on how many each, the most frequent first, in REPLY.
tally() {
  local reason count
  declare -A times=()
  for reason; do times["=$reason"]=$((${times["=$reason"]:-0} + 1)); done
  REPLY=''
  while read -r count reason; do
    REPLY+="${REPLY:+; }$reason on $count"
  done < <(for reason in "${!times[@]}"; do printf '%d %s\n' "${times[$reason]}" "${reason#=}"; done | sort -k1,1nr -k2)
}
