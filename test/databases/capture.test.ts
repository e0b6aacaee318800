/** How databases are captured where nothing else is said, with real servers. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { planOf } from '../../packages/compiler/src/plan/plan.test-helpers.ts';
import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { usePrograms, type Outcome, type Program } from '../shell/program.ts';
import { type Engine, HAS, type Server, startServer } from './server.ts';

const made = usePrograms();

/** A plan that captures a database `shop`, migrates it, and fails unless there is a file `go`. */
function plan(engine: Engine, folder: string, verify = ''): Promise<Plan> {
  return planOf(`cloud lab {
  group servers { hosts "db1" }
  connection command "./enter", "\${host}"
  captures "${folder}"
  engine ${engine}
  service sql { component server on servers { unit "sql" } }
  service shop {
    component api on servers { unit "shop" }
    database main in sql { name "shop"  migrate run "./migrate" }
  }
}
plan p {
  on lab
  rollback point before { capture shop.main { ${verify} } }
  step change { on local  run "./change"  rewrites shop.main }
  step last { on local  run "test -e go"  undo nothing "it only looks" }
}
`);
}

const QUIRKS = {
  // Names that need quotes, texts that look like what is filtered, an event that would run, a routine, a trigger, a view.
  mariadb: [
    'CREATE TABLE orders (id INT PRIMARY KEY, note TEXT)', "INSERT INTO orders VALUES (1, 'first\\nUSE `mysql`;\\nDROP DATABASE shop;'), (2, '-- Dumping events for database ''shop''')",
    'CREATE TABLE `odd ``name` (id INT)', 'INSERT INTO `odd ``name` VALUES (1), (2), (3)', 'CREATE TABLE log (id INT)', 'CREATE VIEW latest AS SELECT max(id) AS id FROM orders',
    'CREATE TRIGGER logs AFTER INSERT ON orders FOR EACH ROW INSERT INTO log VALUES (NEW.id)', 'CREATE PROCEDURE clear() DELETE FROM orders', 'CREATE EVENT grow ON SCHEDULE EVERY 1 SECOND DO INSERT INTO log VALUES (0)',
  ],
  postgresql: [
    'CREATE TABLE orders (id INT PRIMARY KEY, note TEXT)', "INSERT INTO orders VALUES (1, E'first\\nsecond'), (2, '\\connect postgres')", 'CREATE SCHEMA "odd schema"', 'CREATE TABLE "odd schema"."odd ""name" (id INT)',
    'INSERT INTO "odd schema"."odd ""name" VALUES (1), (2), (3)', 'CREATE VIEW latest AS SELECT max(id) AS id FROM orders',
  ],
} as const;

describe.each(['mariadb', 'postgresql'] as const)('%s (skipped without its server)', (engine) => {
  describe.skipIf(!HAS[engine])('captures', () => {
    let server: Server;
    beforeAll(async () => {
      server = await startServer(engine);
    }, 120_000);
    afterAll(() => server.stop());

    const fill = (): void => {
      server.sql('DROP DATABASE IF EXISTS shop');
      server.sql('CREATE DATABASE shop');
      for (const statement of QUIRKS[engine]) server.sql(statement, 'shop');
    };
    const program = async (verify = ''): Promise<Program> => {
      const folder = path.join(server.folder, `captures-${Math.random()}`);
      mkdirSync(folder);
      const upgrade = made(await plan(engine, folder, verify));
      upgrade.write('captures', folder);
      upgrade.write('change', `#!/bin/bash\n${engine === 'mariadb' ? 'mysql shop -e' : 'psql -q shop -c'} 'CREATE TABLE added (id INT); DELETE FROM orders WHERE id = 2'\n`, 0o755);
      return upgrade;
    };
    const run = (upgrade: Program, command: string, more: Readonly<Record<string, string>> = {}): Outcome => upgrade.run(command, { environment: { ...server.environment, ...more } });
    const dump = (upgrade: Program): string => path.join(upgrade.read('captures'), 'p/before/shop.main');
    const logs = (upgrade: Program): string => upgrade.list('.belay/p/logs/before').map((name) => upgrade.read(`.belay/p/logs/before/${name}`)).join('');
    const databases = (): string => server.sql(engine === 'mariadb' ? 'SHOW DATABASES' : 'SELECT datname FROM pg_database ORDER BY 1').split('\n').filter((name) => /shop/.test(name)).join(' ');

    it('bring back what was there, and nothing of what came after', async () => {
      fill();
      const upgrade = await program();
      expect(run(upgrade, 'run').code).toBe(1);
      expect(server.sql('SELECT COUNT(*) FROM orders', 'shop')).toBe('1');
      expect(run(upgrade, 'rollback --yes').code).toBe(0);
      expect(server.sql('SELECT id, note FROM orders ORDER BY id', 'shop')).toBe(engine === 'mariadb'
        ? "1|first\\nUSE `mysql`;\\nDROP DATABASE shop;\n2|-- Dumping events for database 'shop'" : '1|first\nsecond\n2|\\connect postgres');
      expect(() => server.sql('SELECT * FROM added', 'shop')).toThrow(/added/);
    }, 60_000);

    it('in full are loaded into a database beside it, which is gone afterwards', async () => {
      fill();
      const upgrade = await program('verify full');
      const { code, out } = run(upgrade, 'run --until before');
      expect({ code, out: code === 3 ? '' : out }).toEqual({ code: 3, out: '' });
      expect(databases()).toBe('shop');
    }, 60_000);

    it('in full find rows that are missing in the dump', async () => {
      fill();
      const upgrade = await program('verify full');
      // Between the dump and its verification somebody writes.
      const tool = engine === 'mariadb' ? 'mysqldump' : 'pg_dump';
      upgrade.write(`bin/${tool}`, `#!/bin/bash\nPATH=\${PATH#*:} ${tool} "$@" || exit\nPATH=\${PATH#*:} ${engine === 'mariadb' ? 'mysql shop -e' : 'psql -q shop -c'} "INSERT INTO orders VALUES (3, 'late')"\n`, 0o755);
      const { code, out } = run(upgrade, 'run', { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` });
      expect(code).toBe(1);
      expect(out).toContain('What was saved is not what is in the database. Rows and tables, < in the database, > in the dump:');
      expect(out).toMatch(/< 3 (?:public\.)?orders/);
      expect(out).toMatch(/> 2 (?:public\.)?orders/);
      expect(databases()).toBe('shop');
    }, 60_000);

    it('of a dump that was cut off are refused by the usual verification', async () => {
      fill();
      const upgrade = await program();
      const tool = engine === 'mariadb' ? 'mysqldump' : 'pg_dump';
      upgrade.write(`bin/${tool}`, `#!/bin/bash\nPATH=\${PATH#*:} ${tool} "$@" || exit\nfile=$(ls ${upgrade.read('captures')}/p/before/*.partial)\ntruncate -s $(($(stat -c %s "$file") * 9 / 10)) "$file"\n`, 0o755);
      const { code, out } = run(upgrade, 'run', { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` });
      expect(code).toBe(1);
      expect(out).toContain('verify shop.main');
    }, 60_000);

    it('that would not fit are refused before anything is written', async () => {
      fill();
      const upgrade = await program();
      upgrade.write('bin/df', '#!/bin/bash\nprintf "Avail\\n%s\\n" $((12 * 1024 * 1024))\n', 0o755);
      const { code, out } = run(upgrade, 'run', { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` });
      expect(code).toBe(1);
      expect(out).toMatch(/There is not enough room for shop\.main in \S+\/p\/before: (?:1[6-9]|2\d|3\d) MiB are needed, and 12 MiB are free\. Make room, or name another folder with "captures"\./);
      expect(upgrade.lines('captures')).toHaveLength(1);
      expect(() => readFileSync(dump(upgrade))).toThrow(/ENOENT/);
      expect(() => readFileSync(`${dump(upgrade)}.partial`)).toThrow(/ENOENT/);
    }, 60_000);

    it('in full are not loaded where the server has no room for them, and a copy that was left behind goes first', async () => {
      fill();
      const upgrade = await program('verify full');
      server.sql('CREATE DATABASE belay_verify_shop');
      // The captures lie where the server does; only the server's own folder is full.
      upgrade.write('bin/df', '#!/bin/bash\ncase ${@: -1} in */captures-*) free=1000000 ;; *) free=12 ;; esac\nprintf "Avail\\n%s\\n" $((free * 1024 * 1024))\n', 0o755);
      const { code, out } = run(upgrade, 'run', { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` });
      expect(code).toBe(1);
      expect(out).toMatch(/There is not enough room for a copy of shop\.main in \S+\/data\/?: (?:1[6-9]|[2-4]\d) MiB are needed, and 12 MiB are free\. Make room, or verify it without "full"\./);
      expect(databases()).toBe('shop');
      upgrade.remove('bin/df');
      expect(run(upgrade, 'resume --until before').code).toBe(3);
      expect(logs(upgrade)).toContain('==> ');
      expect(logs(upgrade)).not.toContain('is not known');
    }, 60_000);

    it('in full are loaded although the room on another machine is not known', async () => {
      fill();
      const upgrade = await program('verify full');
      const more: Record<string, string> = { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` };
      if (engine === 'mariadb') upgrade.write('bin/uname', '#!/bin/bash\necho elsewhere\n', 0o755);
      else {
        // Only who is trusted with it may know where the server keeps its data.
        server.sql('DROP ROLE IF EXISTS keeper');
        server.sql('CREATE ROLE keeper LOGIN CREATEDB');
        for (const one of ['TABLES', 'SEQUENCES']) server.sql(`GRANT SELECT ON ALL ${one} IN SCHEMA public, "odd schema" TO keeper`, 'shop');
        server.sql('GRANT USAGE ON SCHEMA "odd schema" TO keeper', 'shop');
        more['PGUSER'] = 'keeper';
      }
      upgrade.write('bin/df', '#!/bin/bash\ncase ${@: -1} in */captures-*) free=1000000 ;; *) free=12 ;; esac\nprintf "Avail\\n%s\\n" $((free * 1024 * 1024))\n', 0o755);
      const { code, out } = run(upgrade, 'run --until before', more);
      expect({ code, out: code === 3 ? '' : out }).toEqual({ code: 3, out: '' });
      expect(logs(upgrade)).toContain('Whether there is room for a copy of shop.main is not known: the folder of its server is not on this machine, or may not be asked for.');
      expect(databases()).toBe('shop');
    }, 60_000);

    it('that fail half way leave nothing half written', async () => {
      fill();
      const upgrade = await program();
      const tool = engine === 'mariadb' ? 'mysqldump' : 'pg_dump';
      upgrade.write(`bin/${tool}`, `#!/bin/bash\necho half >"${upgrade.read('captures')}/p/before/shop.main.partial"\necho half\nexit 2\n`, 0o755);
      expect(run(upgrade, 'run', { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` }).code).toBe(1);
      expect(() => readFileSync(`${dump(upgrade)}.partial`)).toThrow(/ENOENT/);
      expect(() => readFileSync(dump(upgrade))).toThrow(/ENOENT/);
    }, 60_000);
  });
});

describe('files', () => {
  const filePlan = (folder: string): Promise<Plan> => planOf(`cloud lab {
  group all { hosts "h1" }
  connection command "./enter", "\${host}"
  captures "${folder}/captures"
}
plan p {
  on lab
  rollback point before { capture "${folder}/etc" on all { verify full } }
}
`);

  it('that would not fit are refused, and those that changed are found', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'belay-capture-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const upgrade = made(await filePlan(folder));
    upgrade.write('bin/df', '#!/bin/bash\nprintf "Avail\\n%s\\n" 1048576\n', 0o755);
    mkdirSync(`${folder}/etc`, { recursive: true });
    writeFileSync(`${folder}/etc/large`, '');
    truncateSync(`${folder}/etc/large`, 30 << 20);
    const { code, out } = upgrade.run('run', { environment: { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` } });
    expect(code).toBe(1);
    expect(out).toMatch(/There is not enough room for \S+\/etc in \S+: 50 MiB are needed, and 1 MiB are free\./);
    upgrade.write('bin/tar', `#!/bin/bash\nPATH=\${PATH#*:} tar "$@" || exit\n[[ $* == *-cpf* ]] && echo late >>${folder}/etc/large\nexit 0\n`, 0o755);
    upgrade.remove('bin/df');
    const changed = upgrade.run('resume', { environment: { PATH: `${upgrade.folder}/bin:${process.env['PATH'] ?? ''}` } });
    expect(changed.code).toBe(1);
    expect(changed.out).toMatch(/etc\/large: (?:Size|Mod time|Contents) differ/);
    upgrade.remove('bin/tar');
    // The point is begun again where it failed: what it saved is saved anew.
    expect(upgrade.run('rollback --yes').code).toBe(0);
  });
});
