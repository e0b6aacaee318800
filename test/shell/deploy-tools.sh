#!/bin/bash
# Stands in for systemctl, docker, podman, kubectl, helm, rpm and dnf: writes down how it is called, and keeps what the real
# ones would know in files under $WORLD/state. At call number $KILL_AT it kills its caller, and the program that runs the plan.
name=${0##*/}
printf '%s' "$name" >>"$WORLD/calls"
printf ' [%s]' "$@" >>"$WORLD/calls"
printf '\n' >>"$WORLD/calls"

file() { REPLY=$WORLD/state/$1.${2//\//+}; }
get() { file "$@" && [[ -e $REPLY ]] && cat "$REPLY"; }
put() { file "$1" "$2" && printf '%s\n' "$3" >"$REPLY"; }
drop() { file "$@" && rm "$REPLY"; }
has() { file "$@" && [[ -e $REPLY ]]; }

systemctl_() { case $1 in stop) put unit "$2" down ;; start | restart) put unit "$2" up ;; esac; }

docker_() {
  case "$1 $2" in
    'image ls') get image "${@: -1}" || true ;;
    'image inspect') get image "${@: -1}" ;;
    'image exists') has image "$3" ;;
    'container ls') REPLY=${*: -1} && get container "${REPLY:6:-1}" | cut -d' ' -f2 ;;
    'container inspect') get container "${@: -1}" ;;
    pull*) put image "$2" "sha256:$2" ;;
    tag*) if has image "$2"; then put image "$3" "$(get image "$2")"; else put image "$3" "$2"; fi ;;
    rmi*) drop image "$2" ;;
    stop*) has container "$2" && put container "$2" "false $(get container "$2" | cut -d' ' -f2)" ;;
    rm*) drop container "$2" ;;
    run*) put container "$4" "true $(get image "${@: -1}")" ;;
  esac
}

kubectl_() {
  [[ $1 == --context ]] && shift 2
  shift 2
  case "$1 $2 ${*: -1}" in
    'get pods '*) ;;
    *'.spec.replicas}') get replicas "$2" ;;
    *'.image}') get image "$2" ;;
    *'go-template='*) printf 'app=nova,' ;;
    'set image '*) put image "$3" "${4#*=}" ;;
    scale*) put replicas "$2" "${3#*=}" ;;
    patch*) put selector "$2" "${@: -1}" ;;
  esac
}

helm_() {
  case $1 in
    history) printf '[{"revision":1,"status":"superseded","description":"\\"revision\\":9,\\"status\\":\\"deployed\\""},{"revision":%s,"updated":"now","status":"deployed","chart":"nova-1"}]\n' "$(get helm revision)" ;;
    upgrade) put helm chart "$5" && put helm revision "$(($(get helm revision) + 1))" ;;
    rollback) put helm chart "chart of revision $3" && put helm revision "$3" ;;
  esac
}

rpm_() { get rpm "${@: -1}" || { echo "package ${*: -1} is not installed"; return 1; }; }

dnf_() {
  case "$*" in
    '-q versionlock list') get lock nova-api || true ;;
    '-q versionlock delete'*) drop lock nova-api ;;
    '-y versionlock add'*) put lock nova-api "nova-api-0:1-1.*" ;;
    '-y install nova-api-0:'*) put rpm nova-api "${*: -1} " ;;
    '-y install nova-api-'*) put rpm nova-api "nova-api-0:${3#nova-api-}-1.x86_64 " ;;
  esac
}

case $name in podman) docker_ "$@" ;; *) "${name}_" "$@" ;; esac
code=$?
if [[ $(wc -l <"$WORLD/calls") == "${KILL_AT:-0}" ]]; then
  read -r _ program _ <"$HOME/.belay/p/lock"
  kill -KILL "$program" "$PPID"
fi
exit "$code"
