import { begin, FORGET, recordOnce, UNLESS_RECORDED, word } from './bash.ts';
import type { Deed, DeployCommand, Records, VenvDeployment } from './deployment.ts';

/** What the link leads to; an empty line where there is none. */
const RECORD = `{ [[ ! -L $link ]] || readlink -- "$link"; } >"$record.new"`;

/** A link is replaced in one move: there is no moment without one. */
const SWITCH = `ln -sfnT -- "$wanted" "$link.new"
mv -fT -- "$link.new" "$link"
`;

const INSTALL = `if [[ ! -d $wanted ]]; then
  printf 'There is no environment at %s: build it before it is installed.\\n' "$wanted" >&2
  exit 1
fi
if [[ -e $link && ! -L $link ]]; then
  printf '%s is no symbolic link: move it away, or name another path.\\n' "$link" >&2
  exit 1
fi
`;

/** What is done with virtual environments: a symbolic link leads to the one of the release. */
export function venvCommands({ link, environment }: VenvDeployment, deed: Deed, { before }: Records): DeployCommand[] {
  const start = begin({ link: word(link), record: before });
  if (deed === 'install') return [{ shell: `${start}wanted=${word(environment)}\n${INSTALL}${recordOnce(RECORD)}${SWITCH}` }];
  if (deed !== 'take back') return [];
  return [{
    shell: `${start}${UNLESS_RECORDED}wanted=$(<"$record")
if [[ -n $wanted ]]; then
${SWITCH.replaceAll(/^(?=.)/gm, '  ')}elif [[ -L $link ]]; then
  rm -f -- "$link"
fi
${FORGET}`,
  }];
}
