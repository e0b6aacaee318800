import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** A database server of a test: its own data in a folder of its own, reached through a socket there. */
export interface Server {
  readonly folder: string;
  /** With these variables the server's own tools find it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What SQL prints, a line a row, columns separated by `|`. */
  sql(text: string, database?: string): string;
  stop(): void;
}

export type Engine = 'mariadb' | 'postgresql';

/** The folder of PostgreSQL's programs: Debian keeps them off the PATH. */
const POSTGRESQL = ['17', '16', '15', '14', '13'].map((version) => `/usr/lib/postgresql/${version}/bin`).find((folder) => existsSync(`${folder}/initdb`));

const found = (command: string): boolean => spawnSync('bash', ['-c', `PATH=$PATH:/usr/sbin; type -P ${command}`]).status === 0;

/** Whether the server and its tools are there; tests that need one are skipped without it. */
export const HAS: Readonly<Record<Engine, boolean>> = {
  mariadb: found('mariadbd') && found('mysqldump'),
  postgresql: POSTGRESQL !== undefined && found('pg_dump') && (process.getuid?.() !== 0 || idOf('postgres') !== undefined),
};

/** Starts a server with no data. */
export async function startServer(engine: Engine): Promise<Server> {
  const folder = mkdtempSync(path.join(tmpdir(), `belay-${engine}-`));
  chmodSync(folder, 0o755);
  return engine === 'mariadb' ? startMariadb(folder) : startPostgresql(folder);
}

async function startMariadb(folder: string): Promise<Server> {
  const socket = path.join(folder, 'socket');
  const own = [`--datadir=${folder}/data`, ...(process.getuid?.() === 0 ? ['--user=root'] : [])];
  must('mariadb-install-db', ['--no-defaults', ...own, '--auth-root-authentication-method=normal', '--skip-test-db']);
  const child = spawn('mariadbd', [
    '--no-defaults', ...own, `--socket=${socket}`, `--pid-file=${folder}/pid`, '--skip-networking', '--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-buffer-pool-size=256M',
  ], { stdio: 'ignore', env: pathOfServers() });
  // An option file of the machine may name another socket, so a variable alone would not do.
  writeFileSync(path.join(folder, 'my.cnf'), `[client]\nsocket=${socket}\nuser=root\n`);
  const environment = { MYSQL_HOME: folder };
  const sql = (text: string, database = 'mysql'): string =>
    must('mysql', ['--batch', '--skip-column-names', `--database=${database}`, '--execute', text], environment).trimEnd().replaceAll('\t', '|');
  await reached(() => sql('SELECT 1') === '1');
  return { folder, environment, sql, stop: () => stop(child, folder) };
}

/** PostgreSQL refuses to run as root. */
async function startPostgresql(folder: string): Promise<Server> {
  const user = process.getuid?.() === 0 ? idOf('postgres') : undefined;
  const data = path.join(folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user !== undefined) for (const one of [folder, data]) chownSync(one, user.uid, user.gid);
  must(`${POSTGRESQL}/initdb`, ['--pgdata', data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'], {}, user);
  const child = spawn(`${POSTGRESQL}/postgres`, ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'max_wal_size=2GB'], { stdio: 'ignore', cwd: folder, ...user });
  const environment = { PGHOST: folder, PGUSER: 'postgres' };
  const sql = (text: string, database = 'postgres'): string => must('psql', ['--no-psqlrc', '--no-align', '--tuples-only', '--set', 'ON_ERROR_STOP=1', `--dbname=${database}`, '--command', text], environment).trimEnd();
  await reached(() => sql('SELECT 1') === '1');
  return { folder, environment, sql, stop: () => stop(child, folder) };
}

function stop(child: ChildProcess, folder: string): void {
  child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
}

async function reached(answers: () => boolean): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      if (answers()) return;
    } catch (error) {
      if (tries > 300) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function must(command: string, words: readonly string[], environment: Readonly<Record<string, string>> = {}, user?: { uid: number; gid: number }): string {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8', env: { ...pathOfServers(), ...environment }, cwd: '/', maxBuffer: 1 << 28, ...user });
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? stderr}`);
  return stdout;
}

function pathOfServers(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` };
}

function idOf(user: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((option) => Number(spawnSync('id', [option, user], { encoding: 'utf8' }).stdout));
  return uid === undefined || gid === undefined || uid === 0 || Number.isNaN(uid) ? undefined : { uid, gid };
}
