import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { Program } from '../shell/program.ts';

/** What goes wrong at the nth command that reaches a host. `fail` and `crash` come before it takes effect. */
export interface Fault {
  readonly at: number;
  /** `kill`: the program alone is killed, `crash`: together with what it had started. */
  readonly kind: 'fail' | 'fail-after' | 'kill' | 'crash' | 'crash-after';
}

export const FAULT_KINDS: readonly Fault['kind'][] = ['fail', 'kill', 'crash-after', 'fail-after', 'crash'];

/** What stands in the folders of the hosts, by path. */
export type World = Readonly<Record<string, string>>;

/** `enter HOST WORD…`: runs the words in the folder of the host, with its files under `/belay/`, and makes what goes wrong go wrong. */
const ENTER = `#!/bin/bash
root=$PWD
export ROOT=$root PATH=$root/bin:$PATH
cd "hosts/$1" || exit 255
shift
here=$PWD
set -- "\${@//\\/belay\\//"$here"/belay/}"
set -- "\${@//\\/proc\\/sys\\/kernel\\/random\\/boot_id/"$here"/boot_id}"
# One more than those before, whoever comes at the same time.
set -C
n=0
until : >"$root/claims/$((++n))"; do :; done 2>/dev/null
set +C
at='' kind=''
[[ -e $root/fault ]] && read -r at kind <"$root/fault"
[[ $at == "$n" ]] || exec "$@"
rm -f "$root/fault"
read -r _ main _ <"$root/.belay/random/lock"
# A question that fails has no answer: one that lies is no fault of the plan.
failed=9
[[ "$*" != *'test -e'* ]] || failed=255
case $kind in
  fail) exit "$failed" ;;
  fail-after)
    "$@"
    # Who says that it did not take a lock has none; only the connection may be lost behind it.
    [[ "$*" == *'host lock'* ]] && exit 255
    exit "$failed"
    ;;
  kill)
    kill -9 "$main"
    exec "$@"
    ;;
  crash) kill -9 "$main" ;;
  crash-after)
    "$@"
    kill -9 "$main"
    ;;
esac
kill -9 0
`;

/** `unit VERB NAME`: a service manager that refuses what one would refuse. What runs has loaded its code and its configuration. */
const UNIT = `#!/bin/bash
fresh() {
  local lines conf='' file
  shopt -s globstar nullglob
  for file in belay/etc/**/*.conf "tuned.$1"*; do
    mapfile -t lines <"$file"
    conf+="\${lines[*]} "
  done
  mapfile -t lines <"installed.$1"
  printf '%s %s\\n' "\${lines[*]}" "$conf"
}
case $1 in
  start) [[ -e running.$2 ]] || fresh "$2" >"running.$2" ;;
  stop) rm -f "running.$2" ;;
  restart) fresh "$2" >"running.$2" ;;
  reload)
    [[ -e running.$2 ]] || exit 7
    read -r code _ <"running.$2"
    all=$(fresh "$2")
    printf '%s %s\\n' "$code" "\${all#* }" >"running.$2"
    ;;
  install) printf '%s\\n' "$3" >"installed.$2" ;;
  fresh) fresh "$2" ;;
esac
`;

/** `base VERB DATABASE`: a database server on d1; nothing can be done with it while it is down, except to lose everything. */
const BASE = `#!/bin/bash
data=$ROOT/hosts/d1/data
if [[ $1 == wipe ]]; then
  shift
  for name; do rm -f "$data/$name"; done
  exit 0
fi
[[ -e $ROOT/hosts/d1/running.server ]] || { echo 'the server is down' >&2; exit 6; }
case $1 in
  save) mkdir -p "\${3%/*}" && cp "$data/$2" "$3" ;;
  load) [[ -e $3 ]] && cp "$3" "$data/$2" ;;
  *) printf '%s\\n' "$*" >>"$data/$2" ;;
esac
`;

const HOST = `#!/bin/bash
case $1 in
  drain) : >drained ;;
  return) rm -f drained ;;
  reboot)
    printf '%s%s%s\\n' "$RANDOM" "$RANDOM" "$RANDOM" >boot_id
    # What runs comes up with what is there.
    for unit in running.*; do
      [[ ! -e $unit ]] || unit fresh "\${unit#running.}" >"$unit"
    done
    ;;
  enter) : >quiet ;;
  leave) rm -f quiet ;;
  tune) printf 'tuned%s\\n' "$2" >tuned.front ;;
  untune) rm -f tuned.front ;;
  keep)
    mkdir -p "\${2%/*}" && rm -rf "$2" && mkdir "$2"
    [[ ! -e tuned.front ]] || cp tuned.front "$2"
    ;;
  bring)
    rm -f tuned.front
    [[ ! -e $2/tuned.front ]] || cp "$2/tuned.front" .
    ;;
  lock)
    [[ ! -e locked || $(<locked) == "$BELAY_RUN" ]] || exit 8
    printf '%s\\n' "$BELAY_RUN" >locked
    ;;
  unlock) [[ ! -e locked || $(<locked) != "$BELAY_RUN" ]] || rm -f locked ;;
  same)
    # The state is what it was when this was asked first. What has been started anew meanwhile may have loaded more.
    cd "$ROOT/hosts" || exit
    now=$(find . -path '*/captures' -prune -o -type f ! -name boot_id ! -name locked -print | sort | while read -r file; do
      printf '%s\\n' "$file"
      [[ $file == */running.* ]] || cat "$file"
    done)
    mkdir -p "$ROOT/seen"
    if [[ -e $ROOT/seen/$2 ]]; then
      diff "$ROOT/seen/$2" <(printf '%s\\n' "$now")
    else
      printf '%s\\n' "$now" >"$ROOT/seen/$2"
    fi
    ;;
esac
`;

const UNITS: Readonly<Record<string, readonly string[]>> = { f1: ['front'], f2: ['front'], f3: ['front'], d1: ['back', 'server'] };

/** A cloud of folders as it is before the plan, and the program of the plan. */
export function cloudFolder(plan: Plan): Program {
  const program = new Program(plan);
  program.write('enter', ENTER, 0o755);
  program.write('bin/unit', UNIT, 0o755);
  program.write('bin/base', BASE, 0o755);
  program.write('bin/host', HOST, 0o755);
  program.write('claims/.keep', '');
  program.write('quick/sleep', '#!/bin/sh\nexec /bin/sleep 0.01\n', 0o755);
  program.variables['PATH'] = `${join(program.folder, 'quick')}:${process.env['PATH'] ?? ''}`;
  for (const [host, units] of Object.entries(UNITS)) {
    for (const unit of units) {
      program.write(`hosts/${host}/installed.${unit}`, 'r1\n');
      program.write(`hosts/${host}/running.${unit}`, 'r1 app deep \n');
    }
    program.write(`hosts/${host}/belay/etc/app.conf`, 'app\n');
    program.write(`hosts/${host}/belay/etc/deep/more.conf`, 'deep\n');
    program.write(`hosts/${host}/boot_id`, 'first\n');
  }
  program.write('hosts/d1/data/main', 'main r1\n');
  program.write('hosts/d1/data/side', 'side r1\n');
  return program;
}

/** Sets what goes wrong from now on. */
export function inject(program: Program, fault: Fault | undefined): void {
  program.remove('claims');
  program.write('claims/.keep', '');
  if (fault === undefined) program.remove('fault');
  else program.write('fault', `${fault.at} ${fault.kind}\n`);
}

/** How many commands have reached hosts since the last {@link inject}. */
export function commandsSoFar(program: Program): number {
  return program.list('claims').length - 1;
}

/** Everything on the hosts that belongs to the state of the cloud; captures and boot ids do not. */
export function worldOf(program: { readonly folder: string }): World {
  const world: Record<string, string> = {};
  const root = join(program.folder, 'hosts');
  const left = Object.keys(UNITS);
  for (const path of left) {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!inner.endsWith('/captures')) left.push(inner);
      } else if (entry.name !== 'boot_id') world[inner] = readFileSync(join(root, inner), 'utf8');
    }
  }
  return Object.fromEntries(Object.entries(world).sort(([first], [second]) => (first < second ? -1 : 1)));
}

/**
 * Where a process still runs what was replaced on the disk below it, a rollback to that moment can only start it anew: what is on the disk is then as good as
 * what ran.
 */
export function withFresh(world: World): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(world).map(([path, content]) => {
    const [host = '', file = ''] = path.split('/');
    if (!file.startsWith('running.')) return [path, [content]];
    const code = (world[`${host}/${file.replace('running.', 'installed.')}`] ?? '').trim();
    const files = [`${host}/belay/etc/app.conf`, `${host}/belay/etc/deep/more.conf`, `${host}/${file.replace('running.', 'tuned.')}`].map((one) => (world[one] ?? '').trim()).filter((one) => one !== '');
    const loaded = `${files.join(' ')} `;
    const fresh = `${code} ${loaded}\n`;
    // After a reload the code is that of before, and the configuration that of now.
    const reloaded = `${content.split(' ')[0] ?? ''} ${loaded}\n`;
    return [path, [...new Set([content, reloaded, fresh])]];
  }));
}
