import { quoteShell } from '../text/shell-quote.ts';
import type { Evaluated } from './scope.ts';

export type CaptureVerb = 'save' | 'verify' | 'restore';

/** How something is captured where nothing else is said. `verifyFull` reads back all of it. */
export type CaptureCommands = Record<CaptureVerb | 'verifyFull', string>;

export type DatabaseEngine = 'mariadb' | 'postgresql';

/** A path as one word of bash. */
function pathWord(path: Evaluated): string {
  return path.map((part) => (typeof part === 'string' ? quoteShell(part) : 'variable' in part ? `"$${part.variable}"` : '')).join('');
}

/**
 * Refuses to write what would not fit, before anything is written. A tenth and 16 MiB stay free: what is saved grows while it is saved.
 *
 * @param need commands that set `need` to a number of bytes
 * @param folder where it would be written, as one word of bash
 * @param instead what else can be done than to make room
 */
const checkRoom = (what: string, need: string, folder = '"${file%/*}"', instead = 'name another folder with "captures"'): string => `${need}
room=$(df --output=avail --block-size=1 -- ${folder} | tail -n 1)
need=$((need + need / 10 + 16777216))
if ((room < need)); then
  printf 'There is not enough room for %s in %s: %s MiB are needed, and %s MiB are free. Make room, or ${instead}.\\n' ${quoteShell(what)} ${folder} $(((need + 1048575) / 1048576)) $((room / 1048576)) >&2
  exit 1
fi
`;

/**
 * Checks the room for a copy of a database, which its server will write.
 *
 * @param find commands that set `folder` to the server's own folder, or to nothing where it is not on this machine or may not be known
 */
const checkServerRoom = (what: string, find: string, need: string): string => `folder=
${find}
if [[ -d $folder ]]; then
${checkRoom(`a copy of ${what}`, need, '"$folder"', 'verify it without "full"').trimEnd().replaceAll(/^/gm, '  ')}
else
  printf 'Whether there is room for a copy of %s is not known: the folder of its server is not on this machine, or may not be asked for.\\n' ${quoteShell(what)} >&2
fi
`;

/** What is half written has another name, and is removed where it stays so. */
const WRITE = `trap 'rm -rf -- "$file.partial"' EXIT\n`;

const KEEP = 'mv -fT -- "$file.partial" "$file"\n';

const start = (file: string): string => `set -euo pipefail\nfile=${file}\n`;

const SAVE_START = 'mkdir -p -- "${file%/*}"\n';

/**
 * Compares the rows of each table of a database with those of its copy.
 *
 * @param tables a command that prints the tables of the database `$1`, a line each
 * @param rows one that prints the number of rows of its `$table`
 */
const compareCounts = (database: string, tables: string, rows: string): string => `count() {
  local table rows
  ${tables} |
    while IFS= read -r table; do
      rows=$(${rows} </dev/null)
      printf '%s %s\\n' "$rows" "$table"
    done
}
there=$(count ${quoteShell(database)})
saved=$(count "$copy")
if [[ $there != "$saved" ]]; then
  printf 'What was saved is not what is in the database. Rows and tables, < in the database, > in the dump:\\n' >&2
  diff <(printf '%s\\n' "$there") <(printf '%s\\n' "$saved") >&2 || true
  exit 1
fi
`;

/** A database beside the one that is verified. */
const copyOf = (database: string): string => `belay_verify_${database.replaceAll(/[^A-Za-z0-9_]/g, '_').slice(0, 40)}`;

/**
 * How a database is saved where nothing else is said.
 *
 * @param what its name for people
 */
export function databaseCommands(engine: DatabaseEngine, what: string, database: string, path: Evaluated): CaptureCommands {
  return engine === 'mariadb' ? mariadbCommands(what, database, pathWord(path)) : postgresqlCommands(what, database, pathWord(path));
}

/** A consistent dump that drops the database before it loads, since a dump loaded over a newer schema leaves tables of both behind. */
function mariadbCommands(what: string, database: string, file: string): CaptureCommands {
  const ask = 'mysql --batch --skip-column-names';
  const size = (times: string): string =>
    `need=$(${ask} --database=${quoteShell(database)} --execute 'SELECT COALESCE(SUM(data_length + index_length), 0)${times} FROM information_schema.tables WHERE table_schema = DATABASE()')`;
  // What is loaded is written into the binary log, too.
  const copied = size(' * (1 + @@log_bin)');
  const isWhole = `tail -n 1 -- "$file" | grep -q '^-- Dump completed'\n`;
  return {
    save: `${start(file)}${SAVE_START}${checkRoom(what, size(''))}${WRITE}mysqldump --single-transaction --routines --triggers --events --add-drop-database --databases ${quoteShell(database)} >"$file.partial"\n${KEEP}`,
    verify: `tail -n 1 ${file} | grep -q '^-- Dump completed'`,
    restore: `mysql < ${file}`,
    // Only tables are loaded, and never where they came from. Events stay out: they would run.
    verifyFull: `${start(file)}copy=${copyOf(database)}
${isWhole}trap 'mysql --execute "DROP DATABASE IF EXISTS $copy"' EXIT
mysql --execute "DROP DATABASE IF EXISTS $copy"
${checkServerRoom(what, `IFS=$'\\t' read -r machine folder < <(${ask} --execute 'SELECT @@hostname, @@datadir') && [[ $machine == "$(uname -n)" ]] || folder=`, copied)}mysql --execute "CREATE DATABASE $copy"
sed -e '/^-- Dumping \\(events\\|routines\\) for database /,$d' -e '/^\\(\\/\\*![0-9]* *\\)\\{0,1\\}\\(ALTER\\|CREATE\\|DROP\\) DATABASE /d' -e '/^USE /d' -- "$file" | mysql --database="$copy"
${compareCounts(
      database,
      `${ask} --database="$1" --execute "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name"`,
      `${ask} --database="$1" --execute "SELECT COUNT(*) FROM \\\`\${table//\\\`/\\\`\\\`}\\\`"`,
    )}`,
  };
}

/** An archive of pg_dump. It is loaded into a database made anew, after sessions of the old one have been ended. */
function postgresqlCommands(what: string, database: string, file: string): CaptureCommands {
  const name = quoteShell(database);
  const ask = 'psql --no-psqlrc --no-align --tuples-only --set ON_ERROR_STOP=1';
  const read = 'pg_restore --file=/dev/null "$file"\n';
  return {
    save: `${start(file)}${SAVE_START}${checkRoom(what, `need=$(${ask} --dbname=${name} --command 'SELECT pg_database_size(current_database())')`)}${WRITE}pg_dump --format=custom --file="$file.partial" --dbname=${name}\n${KEEP}`,
    verify: `pg_restore --file=/dev/null ${file}`,
    restore: `${start(file)}${read}dropdb --if-exists --force -- ${name}\npg_restore --create --exit-on-error --dbname=postgres "$file"\n`,
    verifyFull: `${start(file)}copy=${copyOf(database)}
trap 'dropdb --if-exists --force -- "$copy"' EXIT
dropdb --if-exists --force -- "$copy"
${checkServerRoom(
      what,
      `folder=$(${ask} --dbname=${name} --command "SELECT current_setting('data_directory') WHERE inet_server_addr() IS NULL OR inet_server_addr() = inet_client_addr()" 2>/dev/null) || folder=`,
      // What is loaded is written into the log that comes before the tables, which grows up to a limit.
      `need=$(${ask} --dbname=${name} --command "SELECT size + LEAST(size, pg_size_bytes(current_setting('max_wal_size'))) FROM (SELECT pg_database_size(current_database()) AS size) AS own")`,
    )}createdb --template=template0 -- "$copy"
pg_restore --exit-on-error --no-owner --no-privileges --dbname="$copy" "$file"
${compareCounts(
      database,
      `${ask} --dbname="$1" --command "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"`,
      `${ask} --dbname="$1" --command "SELECT count(*) FROM $table"`,
    )}`,
  };
}

/** How files and folders are saved: a tar archive, or a note that there was nothing. Nothing is removed before the archive is known to be whole. */
export function fileCommands(name: string, path: Evaluated): CaptureCommands {
  const archive = `${pathWord(path)}.tar`;
  const absent = `${pathWord(path)}.absent`;
  const inside = quoteShell(`.${name}`);
  const original = quoteShell(name);
  return {
    save: `${start(archive)}absent=${absent}
${SAVE_START}rm -f -- "$file" "$absent"
if [[ ! -e ${original} && ! -L ${original} ]]; then
  : >"$absent"
  exit 0
fi
${checkRoom(name, `need=$(du --summarize --bytes -- ${original})\nneed=\${need%%[[:blank:]]*}`)}${WRITE}tar -C / -cpf "$file.partial" ${inside}
${KEEP}`,
    verify: `[ -e ${absent} ] || tar -tf ${archive} > /dev/null`,
    restore: `if [ -e ${absent} ]; then rm -rf ${original}; else tar -tf ${archive} > /dev/null && rm -rf ${original} && tar -C / -xpf ${archive}; fi`,
    verifyFull: `if [ -e ${absent} ]; then [ ! -e ${original} ]; else tar -C / -df ${archive}; fi`,
  };
}
