/** A database with 200,000 rows, and a run that is killed in the dump, in the migration and in the restore. `BELAY_ROWS` says how many rows. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planOf } from '../../packages/compiler/src/plan/plan.test-helpers.ts';
import { isAlive, Program, until, type Outcome } from '../shell/program.ts';
import { type Engine, HAS, type Server, startServer } from './server.ts';

const ROWS = Number(process.env['BELAY_ROWS'] ?? 200_000);

const FILL: Readonly<Record<Engine, readonly string[]>> = {
  mariadb: [
    'CREATE TABLE instances (id INT PRIMARY KEY, uuid CHAR(36), host VARCHAR(30), metadata TEXT, KEY (host))',
    `INSERT INTO instances SELECT seq, MD5(seq), CONCAT('cmp', seq % 40), REPEAT(CONCAT('flavor=', seq % 7, ';'), 6) FROM seq_1_to_${ROWS}`,
    'CREATE TABLE version (number INT)', 'INSERT INTO version VALUES (1)',
  ],
  postgresql: [
    'CREATE TABLE instances (id INT PRIMARY KEY, uuid CHAR(36), host VARCHAR(30), metadata TEXT)', 'CREATE INDEX ON instances (host)',
    `INSERT INTO instances SELECT seq, md5(seq::text), 'cmp' || seq % 40, repeat('flavor=' || seq % 7 || ';', 6) FROM generate_series(1, ${ROWS}) AS seq`,
    'CREATE TABLE version (number INT)', 'INSERT INTO version VALUES (1)',
  ],
};

/** Moves the flavors into a column of their own, in portions, as online migrations do; begun again, it goes on. */
const MIGRATION: Readonly<Record<Engine, string>> = {
  mariadb: `mysql nova -e 'ALTER TABLE instances ADD COLUMN IF NOT EXISTS flavor INT'
for ((from = 0; from < ${ROWS}; from += ${ROWS / 20})); do
  mysql nova -e "UPDATE instances SET flavor = SUBSTRING(metadata, 8, 1) WHERE flavor IS NULL AND id > $from AND id <= $from + ${ROWS / 20}"
done
mysql nova -e 'UPDATE version SET number = 2'`,
  postgresql: `psql -q nova -c 'ALTER TABLE instances ADD COLUMN IF NOT EXISTS flavor INT'
for ((from = 0; from < ${ROWS}; from += ${ROWS / 20})); do
  psql -q nova -c "UPDATE instances SET flavor = substring(metadata, 8, 1)::int WHERE flavor IS NULL AND id > $from AND id <= $from + ${ROWS / 20}"
done
psql -q nova -c 'UPDATE version SET number = 2'`,
};

/** All children of a process, and theirs. */
function descendants(root: number): number[] {
  const parents = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      parents.set(parent, [...(parents.get(parent) ?? []), Number(name)]);
    } catch {
      // It has ended.
    }
  }
  const found = [root];
  for (const pid of found) found.push(...(parents.get(pid) ?? []));
  return found;
}

describe.each(['mariadb', 'postgresql'] as const)(`%s with ${ROWS} rows (skipped without its server)`, (engine) => {
  describe.skipIf(!HAS[engine])('killed', () => {
    let server: Server;
    let upgrade: Program;
    let before: string;
    const isMaria = engine === 'mariadb';

    /** The number of rows and a checksum of each table. */
    const contents = (): string => (isMaria
      ? ['instances', 'version'].map((table) => `${server.sql(`SELECT COUNT(*) FROM ${table}`, 'nova')} ${server.sql(`CHECKSUM TABLE ${table}`, 'nova')}`)
      : ['instances', 'version'].map((table) => server.sql(`SELECT count(*), sum(('x' || substr(md5(t::text), 1, 12))::bit(48)::bigint) FROM ${table} AS t`, 'nova'))).join('\n');
    const flavors = (): string => server.sql('SELECT flavor, COUNT(*) FROM instances GROUP BY flavor ORDER BY flavor', 'nova');
    const run = (command: string): Outcome => upgrade.run(command, { environment: server.environment, timeout: 300_000 });

    /** Starts a command of the program, and kills all of its processes as soon as something holds. */
    async function killWhen(command: string, holds: () => boolean, what: string): Promise<void> {
      const started = upgrade.start(command, { environment: server.environment });
      const deadline = Date.now() + 120_000;
      while (!holds()) {
        if (Date.now() > deadline) throw new Error(`It did not come to this: ${what}`);
        if (started.child.exitCode !== null) throw new Error(`It ended before this: ${what}\n${(await started.ended).out}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const pids = descendants(started.child.pid ?? 0);
      for (const pid of pids) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It has ended.
        }
      }
      const { code } = await started.ended;
      expect({ what, code }).toEqual({ what, code: null });
      await until(() => !pids.some(isAlive), 'all processes of the program have ended');
    }

    const folder = (): string => path.join(server.folder, 'captures');
    const sizeOf = (name: string): number => {
      try {
        return readFileSync(path.join(folder(), 'jump/before', name)).length;
      } catch {
        return 0;
      }
    };
    const rowsNow = (): number => {
      try {
        return Number(server.sql('SELECT COUNT(*) FROM instances', 'nova'));
      } catch {
        return -1;
      }
    };
    /** Whether rows are being loaded. A dump of MariaDB locks its tables, so nobody can count them meanwhile. */
    const isLoading = (): boolean => server.sql(isMaria
      ? "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'INSERT INTO `instances`%'"
      : "SELECT COUNT(*) FROM pg_stat_activity WHERE query LIKE 'COPY public.instances%' AND state = 'active'") !== '0';

    beforeAll(async () => {
      server = await startServer(engine);
      mkdirSync(folder());
      server.sql('CREATE DATABASE nova');
      for (const statement of FILL[engine]) server.sql(statement, 'nova');
      upgrade = new Program(await planOf(`cloud lab {
  group servers { hosts "db1" }
  connection command "./enter", "\${host}"
  captures "${folder()}"
  engine ${engine}
  service sql { component server on servers { unit "sql" } }
  service nova {
    component api on servers { unit "nova" }
    database main in sql { name "nova"  migrate run "$HOME/migrate" }
  }
}
plan jump {
  on lab
  rollback point before { capture nova.main { verify full } }
  step flavors { on first servers  run "$HOME/migrate"  rewrites nova.main  repeatable }
  step last { on local  run "test -e go"  undo nothing "it only looks" }
}
`));
      upgrade.write('migrate', `#!/bin/bash\nset -e\n${MIGRATION[engine]}\n`, 0o755);
      before = contents();
    }, 180_000);

    afterAll(() => {
      upgrade.dispose();
      server.stop();
    });

    it('in the dump: what is half written is not taken for a dump', async () => {
      await killWhen('run', () => sizeOf('nova.main.partial') > 0, 'a dump that is half written');
      expect(sizeOf('nova.main')).toBe(0);
      expect(contents()).toBe(before);
      expect(before).toMatch(new RegExp(`^${ROWS}[ |]`));
    }, 240_000);

    it('in the migration: some rows have moved, and others not', async () => {
      const moved = (): number => Number(server.sql(`SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 'instances' AND column_name = 'flavor'`, 'nova')) === 0
        ? 0 : Number(server.sql('SELECT COUNT(*) FROM instances WHERE flavor IS NOT NULL', 'nova'));
      await killWhen('resume', () => moved() > 0, 'a migration that is half done');
      expect(moved()).toBeLessThan(ROWS);
      expect(sizeOf('nova.main')).toBeGreaterThan(0);
    }, 240_000);

    it('resumed, it ends as if nothing had happened', () => {
      expect(run('resume').code).toBe(1);
      const share = (index: number): number => Math.floor(ROWS / 7) + (index >= 1 && index <= ROWS % 7 ? 1 : 0);
      expect(flavors()).toBe([0, 1, 2, 3, 4, 5, 6].map((flavor) => `${flavor}|${share(flavor)}`).join('\n'));
      expect(server.sql('SELECT number FROM version', 'nova')).toBe('2');
    }, 240_000);

    it('in the restore: not all rows are back', async () => {
      await killWhen('rollback --yes', isLoading, 'a restore that is half done');
      await until(() => !isLoading(), 'the server has noticed that its client is gone');
      expect(rowsNow()).toBeLessThan(ROWS);
    }, 240_000);

    it('rolled back again, it has every row and every checksum of the beginning', () => {
      const { code, out } = run('rollback --yes');
      expect({ code, out: code === 0 ? '' : out }).toEqual({ code: 0, out: '' });
      expect(contents()).toBe(before);
    }, 240_000);
  });
});
