# What every stand-in starts with: the host that it runs on, and faults that are meant for it.
set -u
if [[ -z ${HOST_ROOT-} ]]; then
  echo "${0##*/}: this is a stand-in of the sandbox; run it through sandbox/enter" >&2
  exit 2
fi
units=$HOST_ROOT/run/units
wanted=$HOST_ROOT/etc/systemd/system/multi-user.target.wants
packages=$HOST_ROOT/var/lib/rpm

fail() {
  printf '%s\n' "$1" >&2
  exit "${2-1}"
}

# The release of a package of this host, in $REPLY.
installed_release() {
  [[ -e $packages/$1 ]] && read -r REPLY <"$packages/$1"
}

# The operating system of this host, in $REPLY: sles12 or sles12sp1.
operating_system() {
  local line
  REPLY=
  while read -r line; do
    [[ $line != VARIANT_ID=* ]] || REPLY=${line#VARIANT_ID=}
  done <"$HOST_ROOT/etc/os-release"
}

# Whether a unit runs on any host of the cloud.
runs_somewhere() {
  local -a found
  found=("$SANDBOX_CLOUD"/hosts/*/run/units/"$1")
  [[ -e ${found[0]} ]]
}

fault=
if [[ -s $SANDBOX_CLOUD/faults ]]; then
  . "$SANDBOX/lib/faults.bash"
  meet_fault "${0##*/} $*"
fi
