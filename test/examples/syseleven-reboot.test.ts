import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import type { Diagnostic } from '../../packages/compiler/src/index.ts';
import { compileReboot, RebootCloud, temporaryFolder } from './syseleven-reboot-cloud.ts';

// A reboot takes the program a second at least, and the tests share two cores.
vi.setConfig({ testTimeout: 60_000 });

let program: string;
let diagnostics: readonly Diagnostic[];
beforeAll(async () => {
  ({ program, diagnostics } = await compileReboot());
});

const LOCK = 'service/reboot/lock';

test('the plan has no findings', () => {
  expect(diagnostics).toEqual([]);
});

test.concurrent('a whole run reboots every host in need once, loses no guest, and leaves nothing behind', async () => {
  const cloud = new RebootCloud('cmp1.ber cmp2.ber cmp5.ber sto1.ber sto3.ber');
  const before = cloud.state();
  const { code, output } = await cloud.call(program, ['run']);
  expect([code, output]).toEqual([0, expect.stringContaining('All 2 steps are done')]);
  expect(cloud.rebooted()).toEqual(['cmp1.ber', 'cmp2.ber', 'cmp5.ber', 'sto1.ber', 'sto3.ber']);
  expect(cloud.state()).toEqual([
    'cmp1.ber: up, booted 2, enabled, guests: mail-1 web-1 web-3 web-4',
    'cmp2.ber: up, booted 2, enabled, guests:',
    'cmp3.ber: up, booted 1, enabled, guests: db-1 db-2 git-1 web-2',
    'cmp4.ber: up, booted 1, enabled, guests: db-3 db-4 web-5 web-6',
    'cmp5.ber: up, booted 2, enabled, guests:',
    'cmp6.ber: up, booted 1, enabled, guests: git-2 mail-2 web-7 web-8',
    'ctl1.ber: up, booted 1',
    'ctl2.ber: up, booted 1',
    'ctl3.ber: up, booted 1',
    'sto1.ber: up, booted 2',
    'sto2.ber: up, booted 1',
    'sto3.ber: up, booted 2',
  ]);
  // Hosts that asked for nothing were not so much as put into maintenance.
  const touched = cloud.events().flatMap((event) => /^(?:maintenance on on|compute service of) (\S+)/.exec(event)?.[1] ?? []);
  expect([...new Set(touched)]).toEqual(['cmp1.ber', 'cmp2.ber', 'cmp5.ber', 'sto1.ber', 'sto3.ber']);

  expect((await cloud.call(program, ['status'])).output).toContain('DONE: all 2 steps are done.');
  expect(await cloud.call(program, ['resume'])).toMatchObject({ code: 0 });
  expect(cloud.rebooted()).toHaveLength(5);
  expect(before.filter((line) => line.includes('reboot required'))).toHaveLength(5);
});

test.concurrent('the eleven steps happen in their order', async () => {
  const cloud = new RebootCloud('cmp3.ber');
  expect((await cloud.call(program, ['run'])).code).toBe(0);
  expect(cloud.events()).toEqual([
    `consul key ${LOCK} set by ctl1.ber`,
    'compute service of cmp3.ber disabled',
    'moved db-2 from cmp3.ber to cmp1.ber',
    'moved git-1 from cmp3.ber to cmp2.ber',
    'maintenance on on cmp3.ber',
    'reboot cmp3.ber',
    'up cmp3.ber',
    'maintenance off on cmp3.ber',
    'compute service of cmp3.ber enabled',
    `consul key ${LOCK} deleted by ctl1.ber`,
  ]);
});

test.concurrent('nobody needs a reboot: not even the lock is taken', async () => {
  const cloud = new RebootCloud('cmp1.ber');
  cloud.bash('rm "$SANDBOX_CLOUD/cmp1.ber/run/reboot-required"');
  const before = cloud.state();
  expect((await cloud.call(program, ['run'])).code).toBe(0);
  expect([cloud.events(), cloud.state()]).toEqual([[], before]);
});

test.concurrent('a need that vanishes between the check and the lock: the host is skipped', async () => {
  const cloud = new RebootCloud('cmp1.ber cmp4.ber');
  cloud.fault('once', '*:consul kv put*', 'rm cmp1.ber/run/reboot-required');
  expect((await cloud.call(program, ['run'])).code).toBe(0);
  expect(cloud.rebooted()).toEqual(['cmp4.ber']);
  expect(cloud.host('cmp1.ber')).toBe('up, booted 1, enabled, guests: db-1 web-1 web-2');
  expect(cloud.events().slice(0, 4).map((event) => event.replace(/ \S+-\d+$/, ' RUN'))).toEqual([
    `fault ctl1.ber: consul kv put -cas -modify-index=0 ${LOCK} RUN`,
    `consul key ${LOCK} set by ctl1.ber`,
    `consul key ${LOCK} deleted by ctl1.ber`,
    `consul key ${LOCK} set by ctl1.ber`,
  ]);
  expect(cloud.state().filter((line) => line.startsWith('consul'))).toEqual([]);
});

test.concurrent('somebody else holds the lock: nothing is changed; when it is free, resume does the work', async () => {
  const cloud = new RebootCloud('cmp1.ber sto2.ber');
  cloud.on('ctl2.ber', 'consul', 'kv', 'put', LOCK, 'somebody');
  const before = cloud.state();
  const { code, output } = await cloud.call(program, ['run']);
  expect([code, output]).toEqual([1, expect.stringContaining(`Error! Did not write to ${LOCK}: CAS failed`)]);
  expect(cloud.state()).toEqual(before);
  expect(before.at(-1)).toBe(`consul key ${LOCK}: somebody`);

  cloud.on('ctl2.ber', 'consul', 'kv', 'delete', LOCK);
  expect((await cloud.call(program, ['resume'])).code).toBe(0);
  expect(cloud.rebooted()).toEqual(['cmp1.ber', 'sto2.ber']);
});

test.concurrent('an unhealthy service stops the first host before anything is changed on it', async () => {
  const cloud = new RebootCloud('cmp1.ber');
  cloud.on('sto3.ber', 'systemctl', 'stop', 'quobyte-data');
  const { code, output } = await cloud.call(program, ['run']);
  expect([code, output]).toEqual([1, expect.stringContaining('"CheckID": "service:quobyte-data"')]);
  expect(cloud.rebooted()).toEqual([]);
  expect(cloud.host('cmp1.ber')).toBe('up, booted 1, reboot required, enabled, guests: db-1 web-1 web-2');
});

test.concurrent('a post-task that fails: the host keeps the lock, later hosts are not touched, status says so, resume goes on', async () => {
  const cloud = new RebootCloud('cmp1.ber cmp2.ber cmp5.ber sto1.ber');
  cloud.fault('once', 'cmp2.ber:openstack compute service set --enable*');
  expect((await cloud.call(program, ['run'])).code).toBe(1);
  const run = /"run":"([^"]*)"/.exec(readFileSync(path.join(cloud.stateFolder, 'journal'), 'utf8'))?.[1];
  expect(cloud.rebooted()).toEqual(['cmp1.ber', 'cmp2.ber']);
  expect(cloud.host('cmp2.ber')).toBe('up, booted 2, disabled, guests:');
  expect(cloud.host('cmp5.ber')).toBe('up, booted 1, reboot required, enabled, guests: db-4 web-7');
  expect(cloud.host('sto1.ber')).toBe('up, booted 1, reboot required');
  expect(cloud.state().at(-1)).toBe(`consul key ${LOCK}: ${run}`);

  const { output } = await cloud.call(program, ['status']);
  expect(output).toContain('FAILED: 0 of 2 steps are done, 1 failed, 1 left.');
  expect(output).toMatch(/roll_computes\/return .*\n +cmp2\.ber: return computes: exit 1/);
  expect(output).toMatch(/drained +cmp2\.ber/);
  expect(output).toContain(`consul ${LOCK}, taken for batch 2`);
  expect(output).toContain(`${program} resume --state ${cloud.stateFolder}`);

  // Another run of the same night meets the lock and changes nothing.
  expect((await cloud.call(program, ['run', '--state', temporaryFolder()])).code).toBe(1);
  expect(cloud.rebooted()).toEqual(['cmp1.ber', 'cmp2.ber']);

  expect((await cloud.call(program, ['resume'])).code).toBe(0);
  expect(cloud.rebooted()).toEqual(['cmp1.ber', 'cmp2.ber', 'cmp5.ber', 'sto1.ber']);
  expect(cloud.state().filter((line) => / down|required|maintenance|disabled|^(?:consul|lost|frozen)/.test(line))).toEqual([]);
});

test.concurrent('a reboot that does not begin: the downtime stays entered, and status names it', async () => {
  const cloud = new RebootCloud('sto2.ber sto3.ber');
  cloud.fault('once', 'sto2.ber:systemctl reboot');
  expect((await cloud.call(program, ['run'])).code).toBe(1);
  expect(cloud.host('sto2.ber')).toBe('up, booted 1, reboot required, maintenance (belay: reboot)');
  expect((await cloud.call(program, ['status'])).output).toMatch(/Modes still entered\n +downtime /);
  expect((await cloud.call(program, ['resume'])).code).toBe(0);
  expect(cloud.rebooted()).toEqual(['sto2.ber', 'sto3.ber']);
  expect(cloud.host('sto2.ber')).toBe('up, booted 2');
});

test.concurrent('services that are not there yet after the reboot: the gate asks again', async () => {
  const cloud = new RebootCloud('sto1.ber');
  cloud.fault('once', 'sto1.ber:consul maint -disable', "printf 'once\\t*:consul watch*\\tfail\\n' >>cluster/faults");
  const { code, output } = await cloud.call(program, ['run']);
  expect([code, output]).toEqual([0, expect.stringContaining('All 2 steps are done')]);
  expect(cloud.events().filter((event) => event.startsWith('fault'))).toEqual([
    'fault sto1.ber: consul maint -disable',
    'fault ctl1.ber: consul watch -type=checks -state=critical',
  ]);
});

test.concurrent('the same plan without its drain loses guests', async () => {
  const wrong = await compileReboot((text) => text.replace(/^ +drain .*\n/m, ''));
  const cloud = new RebootCloud('cmp3.ber');
  expect((await cloud.call(wrong.program, ['run'])).code).toBe(0);
  expect(cloud.state().slice(-2)).toEqual(['lost guest: db-2', 'lost guest: git-1']);
});

test.concurrent('two runs at once: the second is refused', async () => {
  const cloud = new RebootCloud('cmp1.ber', 6000);
  const first = cloud.call(program, ['run']);
  await expect.poll(() => cloud.rebooted(), { timeout: 20_000 }).toEqual(['cmp1.ber']);
  const others = await Promise.all(['run', 'resume', 'rollback'].map((command) => cloud.call(program, [command])));
  for (const { code, output } of others) expect([code, output]).toEqual([2, expect.stringContaining('Another run holds ')]);
  expect((await first).code).toBe(0);
  expect(cloud.rebooted()).toEqual(['cmp1.ber']);
});
