import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { planOf, printOperation } from '../plan/plan.test-helpers.ts';

const CLOUD = `
  cloud c {
    group a { hosts "a[1:2]" }
    group d { hosts "d[1:3]"  captures "/srv/share" }
    service sql { component server on d { unit "sql" } }
    service s {
      component x on a { unit "x" }
      database m in sql { name "the m's" }
      database n in sql { save { on any a  run "dump \${database} > \${capture}" }  restore run "load \${database} \${capture}" on first a  verify run "test -s \${capture}" }
      database o { }
    }
  }
`;

const files = (body: string): Record<string, string> => ({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n${body}\n}`, 'cloud.belay': CLOUD });

/** `verb | where | command` of what a point does, then of how it brings each resource back. */
async function point(body: string): Promise<string[]> {
  const plan = await planOf(files(body));
  const where = ({ mode, hosts }: { readonly mode: string; readonly hosts: readonly string[] }): string => [mode, ...hosts].join(' ');
  return [
    ...plan.steps.flatMap((step) => step.actions).map(({ title, targets, operation }) => `${title} | ${where(targets)} | ${printOperation(operation)}`),
    ...plan.points.flatMap(({ captures }) => captures).map(({ resource, targets, restore }) => `restore ${resource} | ${where(targets)} | ${printOperation(restore)}`),
  ];
}

/** What refuses to save something that does not fit. */
const room = (what: string): string => String.raw`room=$(df --output=avail --block-size=1 -- "${'${file%/*}'}" | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf 'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or name another folder with "captures".\n' '${what}' "${'${file%/*}'}" $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi`;

describe('what a rollback point saves', () => {
  test('databases: as their server, or as they say themselves; dumps are whole before they have their name', async () => {
    expect(await point('rollback point q { capture s.m, s.n }')).toEqual([
      String.raw`save s.m | first d1 d2 d3 | set -euo pipefail
file='/srv/share/p/q/s.m'
mkdir -p -- "${'${file%/*}'}"
need=$(mysql --batch --skip-column-names --database='the m'\''s' --execute 'SELECT COALESCE(SUM(data_length + index_length), 0) FROM information_schema.tables WHERE table_schema = DATABASE()')
${room('s.m')}
trap 'rm -rf -- "$file.partial"' EXIT
mysqldump --single-transaction --routines --triggers --events --add-drop-database --databases 'the m'\''s' >"$file.partial"
mv -fT -- "$file.partial" "$file"`,
      `verify s.m | first d1 d2 d3 | tail -n 1 '/srv/share/p/q/s.m' | grep -q '^-- Dump completed'`,
      `save s.n | any a1 a2 | dump 'n' > '/var/lib/belay/p/q/s.n'`,
      `verify s.n | any a1 a2 | test -s '/var/lib/belay/p/q/s.n'`,
      `restore s.m | first d1 d2 d3 | mysql < '/srv/share/p/q/s.m'`,
      `restore s.n | first a1 a2 | load 'n' '/var/lib/belay/p/q/s.n'`,
    ]);
  });

  test('files: by host, since hosts may share the folder; nothing is removed before the archive is known to be whole', async () => {
    const archive = `'/srv/share/p/q/'"$BELAY_HOST"'/etc+it'\\''s 100%25'`;
    expect(await point(`rollback point q { capture "/etc/it's 100%/" on d }`)).toEqual([
      String.raw`save /etc/it's 100% | all d1 d2 d3 | set -euo pipefail
file=${archive}.tar
absent=${archive}.absent
mkdir -p -- "${'${file%/*}'}"
rm -f -- "$file" "$absent"
if [[ ! -e '/etc/it'\''s 100%' && ! -L '/etc/it'\''s 100%' ]]; then
  : >"$absent"
  exit 0
fi
need=$(du --summarize --bytes -- '/etc/it'\''s 100%')
need=${'${need%%[[:blank:]]*}'}
${room("/etc/it'\\''s 100%")}
trap 'rm -rf -- "$file.partial"' EXIT
tar -C / -cpf "$file.partial" './etc/it'\''s 100%'
mv -fT -- "$file.partial" "$file"`,
      `verify /etc/it's 100% | all d1 d2 d3 | [ -e ${archive}.absent ] || tar -tf ${archive}.tar > /dev/null`,
      `restore /etc/it's 100% | all d1 d2 d3 | if [ -e ${archive}.absent ]; then rm -rf '/etc/it'\\''s 100%'; else tar -tf ${archive}.tar > /dev/null && rm -rf '/etc/it'\\''s 100%' && tar -C / -xpf ${archive}.tar; fi`,
    ]);
  });

  test('what the block says, wherever it says that it runs', async () => {
    expect(await point('rollback point q { capture s.x on first a { save run "snap ${capture} ${path}"  restore { as "root"  run "back ${capture}" } } }')).toEqual([
      `save s.x | first a1 a2 | snap '/var/lib/belay/p/q/'"$BELAY_HOST"'/s.x' 's.x'`,
      `restore s.x | first a1 a2 | back '/var/lib/belay/p/q/'"$BELAY_HOST"'/s.x' {as: "root"}`,
    ]);
  });

  test('what can not be saved', async () => {
    expect(await checkText(files(`
      rollback point q {
        capture s.o
        capture s.x
        capture a
        capture "/etc/x"
        capture "etc/x" on a
        capture "/etc/y" on a
        capture "/etc//y/" on d
        capture s.m { save { run "1"  run "2" }  restore run "3" }
      }
    `))).toEqual([
      '6:9 B0105 Nothing says where `s.o` is saved: declare it `in` the service that serves it, or add `on first GROUP`.',
      '7:9 B0206 Nothing says how `s.x` is saved and restored. Write `save`, `verify` and `restore` in the block of the capture.',
      '8:17 B0201 A group of hosts can not be captured. Databases, components, and files by their path can.',
      '9:9 B0105 Nothing says on which hosts `/etc/x` is saved: add `on GROUP`.',
      '10:17 B0201 `etc/x` is no absolute path of a file or folder, without `.` and `..`.',
      '12:9 B0102 `/etc/y` is captured by this point already. Name all of its hosts in one `capture`: `on GROUP, GROUP`.',
      '13:39 B0201 `save` is one command. Join them with `&&`, or write them as lines of one `run """…"""`.',
    ]);
  });

  test('names of points', async () => {
    expect(await checkText(files(`
      rollback point start { }
      step taken { on a  run "x"  changes nothing }
      rollback point taken { }
      rollback point twice { }
      stage inner { rollback point twice { } }
      parallel { stage two { rollback point beside { } } }
    `))).toEqual([
      '5:22 B0102 `start` is what `rollback --to` calls the start of the plan. Give the point another name.',
      '7:22 B0102 There is a step named `taken` already. Give one of them another name.',
      '9:36 B0102 There is a rollback point named `twice` already. Give one of them another name.',
      '10:45 B0008 A rollback point can not stand inside `parallel`: what runs beside it would be half in it. Put it before or after.',
    ]);
  });
});

describe('restoring on the way forward', () => {
  test('runs where the point restores', async () => {
    expect((await point('rollback point q { capture s.m, s.n  capture "/etc/x" on first a }\nrestore s.m, s.n, "/etc/x" from q')).filter((line) => line.startsWith('restore') && line.includes(' from '))).toEqual([
      `restore s.m from q | first d1 d2 d3 | mysql < '/srv/share/p/q/s.m'`,
      `restore s.n from q | first a1 a2 | load 'n' '/var/lib/belay/p/q/s.n'`,
      expect.stringMatching(/^restore \/etc\/x from q \| first a1 a2 \| if /),
    ]);
  });

  test('what is not there', async () => {
    expect(await checkText(files('rollback point q { capture s.m }\nrestore s.n from q\nrestore s.m from r'))).toEqual([
      '5:9 B0101 There is no capture in `q` named `s.n`. Did you mean `s.m`?',
      '6:18 B0101 There is no rollback point before this named `r`. Did you mean `q`?',
    ]);
  });
});
