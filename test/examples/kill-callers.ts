/** In bash: kills the program that wrote $JOURNAL, and whatever runs between it and this command. */
export const KILL_CALLERS = `while IFS='"' read -r _ _ _ _ _ _ _ event _ _ _ _ _ _ pid _; do [[ $event == run-begin ]] && program=\${pid//[!0-9]/}; done <"$JOURNAL"
victims=() pid=$PPID
while ((pid > 1)); do
  victims+=("$pid")
  ((pid == program)) && break
  parent=1
  while read -r field value; do [[ $field == PPid: ]] && parent=$value; done </proc/$pid/status
  pid=$parent
done
((pid == program)) && kill -9 "\${victims[@]}"
`;
