
main() {
  if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
    die "bash 4.4 or newer is needed; this is $BASH_VERSION"
  fi
  set -u
  set_colors
  load_head
  parse_arguments "$@"
  case $COMMAND in
    help)
      show_help
      return 0
      ;;
    version)
      printf '%s %s\n' "$PLAN" "$DIGEST"
      return 0
      ;;
  esac
  load_plan
  find_state
  clock
  case $COMMAND in
    run | resume) command_run ;;
    rollback) command_rollback ;;
    status | list)
      look_at_lock
      read_journal
      settle_joins
      if [[ $COMMAND == status ]]; then show_status; else show_list; fi
      ;;
  esac
}
