#!/usr/bin/env bash
# live-migrate.sh COMPUTE: moves every guest of a compute elsewhere. Ends with 0 only if none is left.
set -euo pipefail

list_guests() {
  openstack server list --all-projects --host "$1" -f value -c ID
}

guests=$(list_guests "$1")
for guest in $guests; do
  printf 'moving %s: ' "$guest"
  openstack server migrate --live-migration --wait "$guest"
done
[[ -z $(list_guests "$1") ]]
