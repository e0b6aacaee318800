import { describe, expect, test } from 'vitest';
import { RebootCloud } from './syseleven-reboot-cloud.ts';

let cloud: RebootCloud;

describe('hosts', () => {
  test('a fresh cloud', () => {
    cloud = new RebootCloud('cmp2.ber sto1.ber');
    expect(cloud.state()).toEqual([
      'cmp1.ber: up, booted 1, enabled, guests: db-1 web-1 web-2',
      'cmp2.ber: up, booted 1, reboot required, enabled, guests: mail-1 web-3 web-4',
      'cmp3.ber: up, booted 1, enabled, guests: db-2 git-1',
      'cmp4.ber: up, booted 1, enabled, guests: db-3 web-5 web-6',
      'cmp5.ber: up, booted 1, enabled, guests: db-4 web-7',
      'cmp6.ber: up, booted 1, enabled, guests: git-2 mail-2 web-8',
      'ctl1.ber: up, booted 1',
      'ctl2.ber: up, booted 1',
      'ctl3.ber: up, booted 1',
      'sto1.ber: up, booted 1, reboot required',
      'sto2.ber: up, booted 1',
      'sto3.ber: up, booted 1',
    ]);
  });

  test('a command of a host sees that host, and not the environment of the caller', () => {
    cloud = new RebootCloud('cmp2.ber');
    expect(cloud.on('cmp2.ber', 'cat', '/var/run/reboot-required')).toEqual({ code: 0, output: '*** System restart required ***' });
    expect(cloud.on('cmp3.ber', 'cat', '/var/run/reboot-required').code).toBe(1);
    expect(cloud.bash('SECRET=x sandbox/enter cmp1.ber bash -c \'echo "$HOST ${SECRET-unset}"; exit 7\'')).toEqual({
      code: 7,
      output: 'cmp1.ber unset',
    });
    expect(cloud.on('cmp9.ber', 'true')).toEqual({
      code: 255,
      output: 'ssh: Could not resolve hostname cmp9.ber: Name or service not known',
    });
  });

  test('a reboot closes the connection, takes its time, clears the need and changes the boot id', () => {
    cloud = new RebootCloud('sto1.ber', 1500);
    const bootId = () => cloud.on('sto1.ber', 'cat', '/proc/sys/kernel/random/boot_id');
    const before = bootId();
    expect(before.output).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(cloud.on('sto1.ber', 'systemctl', 'reboot')).toEqual({
      code: 255,
      output: 'Connection to sto1.ber closed by remote host.',
    });
    expect(cloud.on('sto1.ber', 'true')).toEqual({
      code: 255,
      output: 'ssh: connect to host sto1.ber port 22: Connection refused',
    });
    expect(cloud.host('sto1.ber')).toBe('down, booted 1, reboot required');
    cloud.bash('sleep 1.5');
    expect(bootId().code).toBe(0);
    expect(bootId().output).not.toBe(before.output);
    expect(cloud.host('sto1.ber')).toBe('up, booted 2');
  });

  test('a reboot under guests loses them', () => {
    cloud = new RebootCloud();
    cloud.on('cmp3.ber', 'systemctl', 'reboot');
    cloud.bash('sleep 0.03');
    expect(cloud.host('cmp3.ber')).toBe('up, booted 2, enabled, guests:');
    expect(cloud.state().slice(-2)).toEqual(['lost guest: db-2', 'lost guest: git-1']);
  });

  test('units that were stopped run again after a reboot; an unknown unit is refused', () => {
    cloud = new RebootCloud();
    expect(cloud.on('ctl1.ber', 'systemctl', 'is-active', 'consul')).toEqual({ code: 0, output: 'active' });
    expect(cloud.on('ctl1.ber', 'systemctl', 'stop', 'consul').code).toBe(0);
    expect(cloud.on('ctl1.ber', 'systemctl', 'is-active', 'consul')).toEqual({ code: 3, output: 'inactive' });
    cloud.on('ctl1.ber', 'systemctl', 'reboot');
    cloud.bash('sleep 0.03');
    expect(cloud.on('ctl1.ber', 'systemctl', 'is-active', 'consul').code).toBe(0);
    expect(cloud.on('ctl1.ber', 'systemctl', 'start', 'nova-api')).toEqual({
      code: 5,
      output: 'Failed to change nova-api.service: Unit nova-api.service not found.',
    });
  });
});

describe('storage', () => {
  test('one node down is borne, the second freezes every disk', () => {
    cloud = new RebootCloud('', 60_000);
    cloud.on('sto1.ber', 'systemctl', 'reboot');
    expect(cloud.state().filter((line) => line.startsWith('frozen'))).toEqual([]);
    expect(cloud.on('cmp1.ber', 'openstack', 'server', 'migrate', '--live-migration', 'web-1').code).toBe(0);
    cloud.on('sto2.ber', 'systemctl', 'reboot');
    expect(cloud.state().filter((line) => line.startsWith('frozen'))).toHaveLength(16);
    expect(cloud.on('cmp1.ber', 'openstack', 'server', 'migrate', '--live-migration', 'web-2')).toEqual({
      code: 1,
      output: 'Live migration of web-2 failed: its disk does not answer.',
    });
  });
});

describe('openstack', () => {
  const migrate = (guest: string, ...options: string[]) =>
    cloud.on('cmp1.ber', 'openstack', 'server', 'migrate', '--live-migration', ...options, guest);
  const setService = (host: string, ...options: string[]) =>
    cloud.on('cmp1.ber', 'openstack', 'compute', 'service', 'set', ...options, host, 'nova-compute');

  test('guests move to the compute of the zone with the most room', () => {
    cloud = new RebootCloud('sto1.ber');
    expect(migrate('web-1', '--wait')).toEqual({ code: 0, output: 'Complete' });
    expect(migrate('web-2')).toEqual({ code: 0, output: 'Complete' });
    expect(migrate('db-1')).toEqual({ code: 0, output: 'Complete' });
    expect(cloud.state().slice(0, 3)).toEqual([
      'cmp1.ber: up, booted 1, enabled, guests:',
      'cmp2.ber: up, booted 1, enabled, guests: mail-1 web-2 web-3 web-4',
      'cmp3.ber: up, booted 1, enabled, guests: db-1 db-2 git-1 web-1',
    ]);
    expect(cloud.on('cmp1.ber', 'openstack', 'server', 'list', '--all-projects', '--host', 'cmp3', '-f', 'value', '-c', 'ID').output).toBe(
      'db-1\ndb-2\ngit-1\nweb-1',
    );
  });

  test('a second empty compute does not fit its zone', () => {
    cloud = new RebootCloud();
    setService('cmp1', '--disable');
    setService('cmp2', '--disable');
    for (const guest of ['db-1', 'web-1']) expect(migrate(guest).code).toBe(0);
    expect(migrate('web-2')).toEqual({ code: 1, output: 'No valid host was found. There are not enough hosts available. (HTTP 400)' });
    expect(cloud.state().slice(0, 3).map((line) => line.split('guests: ')[1])).toEqual([
      'web-2', 'mail-1 web-3 web-4', 'db-1 db-2 git-1 web-1',
    ]);
  });

  test('a disabled, full, or rebooting compute takes no guest', () => {
    cloud = new RebootCloud('', 60_000);
    setService('cmp4', '--disable', '--disable-reason', 'kernel');
    expect(migrate('web-1', '--host', 'cmp4')).toEqual({ code: 1, output: 'No valid host was found. Host cmp4 takes no guest. (HTTP 400)' });
    expect(migrate('web-1', '--host', 'cmp2').code).toBe(0);
    expect(migrate('web-2', '--host', 'cmp2')).toEqual({ code: 1, output: 'No valid host was found. Host cmp2 takes no guest. (HTTP 400)' });
    cloud.on('cmp6.ber', 'systemctl', 'reboot');
    expect(migrate('web-2', '--host', 'cmp6')).toEqual({ code: 1, output: 'No valid host was found. Host cmp6 takes no guest. (HTTP 400)' });
    setService('cmp4', '--enable');
    expect(cloud.host('cmp4.ber')).toBe('up, booted 1, enabled, guests: db-3 web-5 web-6');
  });

  test('what the client refuses', () => {
    cloud = new RebootCloud();
    expect(setService('cmp1.ber', '--disable')).toEqual({ code: 1, output: 'Compute host cmp1.ber could not be found. (HTTP 404)' });
    expect(setService('cmp1', '--enable', '--disable-reason', 'x').code).toBe(1);
    expect(migrate('web-99')).toEqual({ code: 1, output: 'No Server found for web-99' });
    expect(cloud.on('cmp1.ber', 'openstack', 'server', 'evacuate', 'web-1').code).toBe(2);
  });
});

describe('consul', () => {
  const consul = (...args: string[]) => cloud.on('ctl1.ber', 'consul', ...args);

  test('check-and-set takes a lock once', () => {
    cloud = new RebootCloud();
    const take = (holder: string) => consul('kv', 'put', '-cas', '-modify-index=0', 'service/reboot/lock', holder);
    expect(take('first')).toEqual({ code: 0, output: 'Success! Data written to: service/reboot/lock' });
    expect(take('second')).toEqual({ code: 1, output: 'Error! Did not write to service/reboot/lock: CAS failed' });
    expect(consul('kv', 'get', 'service/reboot/lock')).toEqual({ code: 0, output: 'first' });
    expect(cloud.state().at(-1)).toBe('consul key service/reboot/lock: first');
    const index = /ModifyIndex +(\d+)/.exec(consul('kv', 'get', '-detailed', 'service/reboot/lock').output)?.[1] ?? '';
    expect(consul('kv', 'delete', '-cas', '-modify-index=999', 'service/reboot/lock')).toEqual({
      code: 1,
      output: 'Error! Did not delete key service/reboot/lock: CAS failed',
    });
    expect(consul('kv', 'delete', '-cas', `-modify-index=${index}`, 'service/reboot/lock').code).toBe(0);
    expect(consul('kv', 'get', 'service/reboot/lock')).toEqual({ code: 1, output: 'Error! No key exists at: service/reboot/lock' });
    expect(take('second').code).toBe(0);
  });

  test('twenty takers at the same time: one wins', () => {
    cloud = new RebootCloud();
    const { output } = cloud.bash(`
      for taker in {1..20}; do
        sandbox/enter ctl2.ber consul kv put -cas -modify-index=0 lock "$taker" >/dev/null 2>&1 && echo won &
      done
      wait`);
    expect(output).toBe('won');
  });

  test('maintenance is a critical check, and so are a stopped unit and a host that is away', () => {
    cloud = new RebootCloud('', 60_000);
    const critical = () =>
      (JSON.parse(consul('watch', '-type=checks', '-state=critical').output) as { Node: string; CheckID: string }[]).map(
        (check) => `${check.Node} ${check.CheckID}`,
      );
    expect(critical()).toEqual([]);
    expect(cloud.on('cmp1.ber', 'consul', 'maint', '-enable', '-reason', 'new kernel')).toEqual({
      code: 0,
      output: 'Node maintenance is now enabled',
    });
    expect(cloud.on('cmp1.ber', 'consul', 'maint').output).toBe('Node:\n  Name:   cmp1.ber\n  Reason: new kernel');
    cloud.on('cmp2.ber', 'systemctl', 'stop', 'nova-compute');
    cloud.on('sto1.ber', 'systemctl', 'reboot');
    expect(critical()).toEqual(['cmp1.ber _node_maintenance', 'cmp2.ber service:nova-compute', 'sto1.ber serfHealth']);
    cloud.on('cmp1.ber', 'consul', 'maint', '-disable');
    cloud.on('cmp2.ber', 'systemctl', 'start', 'nova-compute');
    expect(critical()).toEqual(['sto1.ber serfHealth']);
  });

  test('two of three controllers away: no leader, no writing', () => {
    cloud = new RebootCloud('', 60_000);
    cloud.on('ctl2.ber', 'systemctl', 'reboot');
    expect(consul('kv', 'put', 'a', 'b').code).toBe(0);
    cloud.on('ctl3.ber', 'systemctl', 'reboot');
    expect(consul('kv', 'put', 'a', 'c')).toEqual({
      code: 1,
      output: 'Error! Failed writing data: Unexpected response code: 500 (No cluster leader)',
    });
  });
});

describe('faults', () => {
  test('once and always, on one host, for one command', () => {
    cloud = new RebootCloud('cmp1.ber');
    cloud.fault('once', 'cmp1.ber:systemctl is-active*');
    cloud.fault('always', '*:consul maint -enable*');
    const isActive = (host: string) => cloud.on(host, 'systemctl', 'is-active', 'consul').code;
    expect([isActive('cmp2.ber'), isActive('cmp1.ber'), isActive('cmp1.ber')]).toEqual([0, 1, 0]);
    const enable = (host: string) => cloud.on(host, 'consul', 'maint', '-enable');
    expect([enable('cmp1.ber').code, enable('cmp1.ber').output]).toEqual([1, 'consul: injected fault on cmp1.ber']);
    cloud.fault('clear');
    expect(enable('cmp1.ber').code).toBe(0);
  });

  test('an effect happens in the place of the failure', () => {
    cloud = new RebootCloud('cmp1.ber');
    cloud.fault('once', '*:consul kv put*', 'rm cmp1.ber/run/reboot-required');
    expect(cloud.on('ctl1.ber', 'consul', 'kv', 'put', 'a', 'b').code).toBe(0);
    expect(cloud.host('cmp1.ber')).toBe('up, booted 1, enabled, guests: db-1 web-1 web-2');
  });
});
