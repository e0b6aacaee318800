import { begin, FORGET, recordOnce, UNLESS_RECORDED, words } from './bash.ts';
import type { Deed, DeployCommand, PackageDeployment, Records } from './deployment.ts';

const QUIET = { DEBIAN_FRONTEND: 'noninteractive' };

/** Nobody is asked, and configuration that was changed stays as it is. */
const APT_INSTALL = 'apt-get -y -q -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold --allow-downgrades --allow-change-held-packages install';

/** `NAME VERSION SELECTION` for each package, `-` for the version of one that is not installed. */
const APT_RECORD = String.raw`for name in "$@"; do
  state=$(dpkg-query -W -f='${'${db:Status-Status} ${Version} ${db:Status-Want}'}' -- "$name" 2>/dev/null) || state=''
  read -r status version selection <<<"$state" || true
  [[ $status == installed ]] || version=- selection=-
  printf '%s %s %s\n' "$name" "$version" "$selection"
done >"$record.new"`;

const APT_BACK = `wanted=() held=() free=()
while read -r name version selection; do
  if [[ $version == - ]]; then
    wanted+=("$name-")
    continue
  fi
  wanted+=("$name=$version")
  if [[ $selection == hold ]]; then held+=("$name"); else free+=("$name"); fi
done <"$record"
${APT_INSTALL} "\${wanted[@]}"
`;

const APT_UNHOLD = '((${#free[@]} == 0)) || apt-mark unhold "${free[@]}"\n';

/** To install a package that is held takes the hold away. */
const APT_HOLD_AGAIN = '((${#held[@]} == 0)) || apt-mark hold "${held[@]}"\n';

const APT_HELD = `held=()
while read -r name version selection; do
  if [[ $selection == hold ]]; then held+=("$name"); fi
done <"$record"
${APT_HOLD_AGAIN}`;

/** `NAME PACKAGE LOCK` for each package; dnf finds a package again by its name, epoch, version, release and architecture. */
const dnfRecord = (hold: boolean): string => String.raw`locks=${hold ? '$(dnf -q versionlock list)' : "''"}
for name in "$@"; do
  exact=$(rpm -q --qf '%{NAME}-%{EPOCHNUM}:%{VERSION}-%{RELEASE}.%{ARCH} ' -- "$name") || exact=-
  lock=-
  while read -r line; do
    [[ $line == "$name-"[0-9]* ]] && lock=locked
  done <<<"$locks"
  printf '%s %s %s\n' "$name" "${'${exact%% *}'}" "$lock"
done >"$record.new"`;

const dnfBack = (hold: boolean): string => `wanted=() gone=() names=() locked=()
while read -r name exact lock; do
  names+=("$name")
  if [[ $exact == - ]]; then gone+=("$name"); else wanted+=("$exact"); fi
  [[ $lock == locked ]] && locked+=("$name")
done <"$record"
${hold ? 'dnf -q versionlock delete "${names[@]}" || true\n' : ''}((\${#wanted[@]} == 0)) || dnf -y install "\${wanted[@]}"
((\${#gone[@]} == 0)) || dnf -y remove "\${gone[@]}"
${hold ? '((${#locked[@]} == 0)) || dnf -y versionlock add "${locked[@]}"\n' : ''}`;

/** What is done with packages. The installation itself stands alone, since Ansible has modules for it. */
export function packageCommands(deployment: PackageDeployment, deed: Deed, { before }: Records): DeployCommand[] {
  const { manager, names, version, hold } = deployment;
  const isApt = manager === 'apt';
  const start = begin({ record: before });
  if (deed === 'take back') {
    const text = isApt ? APT_BACK + (hold ? APT_UNHOLD : '') + APT_HOLD_AGAIN : dnfBack(hold);
    return [{ shell: start + UNLESS_RECORDED + text + FORGET, ...(isApt ? { environment: QUIET } : {}) }];
  }
  if (deed !== 'install') return [];
  return [
    { shell: `${start}set -- ${words(names)}\n${recordOnce(isApt ? APT_RECORD : dnfRecord(hold))}`, about: 'write down what is installed' },
    ...(hold && !isApt ? [{ shell: `dnf -q versionlock delete ${words(names)} || true`, about: 'let go of the packages' }] : []),
    isApt
      ? { shell: `${APT_INSTALL} ${words(names.map((name) => `${name}=${version}`))}`, environment: QUIET }
      : { shell: `dnf -y install ${words(names.map((name) => `${name}-${version}`))}` },
    ...(hold ? [{ shell: `${isApt ? 'apt-mark hold' : 'dnf -y versionlock add'} ${words(names)}`, about: 'hold the packages' }]
      : isApt ? [{ shell: start + APT_HELD, about: 'hold again what was held' }] : []),
  ];
}
