# Injected faults: the lines of cloud/faults are "ID HOW HOST PATTERN" (see sandbox/fault).

# Looks for a fault that is meant for this call, by its whole command line. One that is to fail at once ends the program;
# another is left in $fault: `after`, or `half`.
meet_fault() {
  local id how host pattern
  fault=
  while read -r id how host pattern; do
    [[ $host == '*' || $host == "$SANDBOX_HOST" ]] || continue
    # shellcheck disable=SC2053 # the pattern is one
    [[ $1 == $pattern ]] || continue
    # `half` is for the tools that can die in the middle of something, `after` for the connection to the host.
    case $how:${0##*/} in
      half:enter) continue ;;
      after:enter | half:*) ;;
      after:*) continue ;;
    esac
    [[ $how == always ]] || mkdir "$SANDBOX_CLOUD/faults-met/$id" 2>/dev/null || continue
    case $how in
      once | always)
        echo "${0##*/}: $SANDBOX_HOST: injected fault: $pattern" >&2
        exit 1
        ;;
    esac
    fault=$how
    return
  done <"$SANDBOX_CLOUD/faults"
}
