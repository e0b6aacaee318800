#!/bin/bash
# Makes, in the folder $1, a root of its own for dpkg and apt: two versions of a package in a repository, the first of them installed.
set -e
world=$1 root=$1/root
mkdir -p "$world/repository" "$root"/var/lib/dpkg/{info,updates,triggers} "$root"/var/lib/apt/lists/partial "$root"/var/cache/apt/archives/partial \
  "$root"/etc/apt/{apt.conf.d,preferences.d,sources.list.d,trusted.gpg.d} "$root/var/log/apt"
: >"$root/var/lib/dpkg/status"
for version in 1:1.0-1 1:2.0-1; do
  build=$world/build-$version
  mkdir -p "$build/DEBIAN" "$build/usr/share/belay-probe" "$build/etc"
  printf 'Package: belay-probe\nVersion: %s\nArchitecture: all\nMaintainer: Test <test@example.org>\nDescription: nothing but a version\n' "$version" >"$build/DEBIAN/control"
  echo /etc/belay-probe.conf >"$build/DEBIAN/conffiles"
  echo "$version" >"$build/usr/share/belay-probe/version"
  echo "default of $version" >"$build/etc/belay-probe.conf"
  dpkg-deb --root-owner-group --build "$build" "$world/repository/belay-probe_${version#1:}_all.deb"
done
cd "$world/repository"
for file in *.deb; do
  dpkg-deb --field "$file"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d' ' -f1)"
done >Packages
echo "deb [trusted=yes] file:$world/repository ./" >"$root/etc/apt/sources.list"
cat >"$world/apt.conf" <<END
Dir "$root";
Dir::State::status "$root/var/lib/dpkg/status";
DPkg::Options { "--root=$root"; "--force-not-root"; "--log=$world/dpkg.log"; };
APT::Sandbox::User "root";
END
export APT_CONFIG=$world/apt.conf DPKG_ROOT=$root DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -y -q install belay-probe=1:1.0-1
echo 'edited by hand' >"$root/etc/belay-probe.conf"
