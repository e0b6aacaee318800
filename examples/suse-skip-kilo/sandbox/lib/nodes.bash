# Operating systems of nodes, and changing all of a node at once.

# Writes a fresh system into a folder: fresh_system FOLDER HOST OS REPOSITORY...
fresh_system() {
  local root=$1 repository title=12
  [[ $3 != sles12sp1 ]] || title='12 SP1'
  mkdir -p "$root/etc/systemd/system/multi-user.target.wants" "$root/etc/zypp/repos.d" "$root/var/lib/rpm" "$root/run/units" \
    "$root/srv" "$root/root"
  printf 'NAME="SLES"\nPRETTY_NAME="SUSE Linux Enterprise Server %s"\nVARIANT_ID=%s\n' "$title" "$3" >"$root/etc/os-release"
  echo "$2" >"$root/etc/hostname"
  for repository in "${@:4}"; do
    printf '[%s]\nenabled=1\nbaseurl=http://admin/repos/%s\n' "$repository" "$repository" >"$root/etc/zypp/repos.d/$repository.repo"
  done
  echo base >"$root/var/lib/rpm/chef-client"
  mount_shares "$root" "$2"
}

# The network shares of a node, which outlive its system: backups for all, guests' disks for the computes.
mount_shares() {
  ln -sfn ../../../share/backup "$1/srv/backup"
  case $2 in
    cmp*)
      mkdir -p "$1/var/lib/nova"
      ln -sfn ../../../../../share/instances "$1/var/lib/nova/instances"
      ;;
  esac
}

# Puts a prepared folder in the place of a host's root, in one move, and drops the old one: replace_root FOLDER HOST
replace_root() {
  local old
  old=$(readlink "$SANDBOX_CLOUD/hosts/$2" 2>/dev/null)
  ln -sfn "../roots/${1##*/}" "$SANDBOX_CLOUD/hosts/.$2.next"
  mv -T "$SANDBOX_CLOUD/hosts/.$2.next" "$SANDBOX_CLOUD/hosts/$2"
  [[ -z $old ]] || rm -rf "${SANDBOX_CLOUD:?}/roots/${old##*/}"
}
