import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyOf, example, freshCloud, temporaryFolder, type SandboxCloud } from './suse-skip-kilo-cloud.ts';

const everyHost = 'ctl1 ctl2 db1 cmp1 cmp2';
const controllers = 'ctl1 ctl2';
const computes = 'cmp1 cmp2';
const units = {
  keystone: ['openstack-keystone'],
  glance: ['openstack-glance-registry', 'openstack-glance-api'],
  cinder: ['openstack-cinder-volume', 'openstack-cinder-scheduler', 'openstack-cinder-api'],
  nova: ['openstack-nova-conductor', 'openstack-nova-scheduler', 'openstack-nova-api'],
};
const all = Object.values(units).flat().join(' ');

/** The steps of the upgrade, as an operator would type them. */
const steps = {
  holdChef: (cloud) => cloud.must(everyHost, 'systemctl disable chef-client; systemctl stop chef-client'),
  stopOpenStack: (cloud) => {
    cloud.must(controllers, `systemctl disable ${all} && systemctl stop ${all}`);
    cloud.must(computes, 'systemctl disable openstack-nova-compute && systemctl stop openstack-nova-compute');
  },
  saveImages: (cloud) => cloud.must(everyHost, 'system-image save old'),
  dump: (cloud) => cloud.must('db1', 'for d in keystone glance cinder nova; do mysqldump $d > /srv/backup/$d.sql; done'),
  stopServers: (cloud) => cloud.must('db1', 'systemctl disable rabbitmq-server mariadb && systemctl stop rabbitmq-server mariadb'),
  reinstall: (cloud) => cloud.must(everyHost, 'autoinstall sles12sp1'),
  installServers: (cloud) => cloud.must('db1', 'zypper -n install mariadb rabbitmq-server && systemctl start mariadb rabbitmq-server'),
  restore: (cloud) =>
    cloud.must(
      'db1',
      'for d in keystone glance cinder nova; do mysql -e "DROP DATABASE IF EXISTS $d; CREATE DATABASE $d" && mysql $d < /srv/backup/$d.sql; done',
    ),
  configure: (cloud) => {
    for (const file of ['keystone/keystone', 'glance/glance-registry', 'glance/glance-api', 'cinder/cinder', 'nova/nova']) {
      const text = readFileSync(path.join(example, 'files', 'liberty', `${path.basename(file)}.conf`), 'utf8');
      for (const host of [...controllers.split(' '), ...(file === 'nova/nova' ? computes.split(' ') : [])]) {
        mkdirSync(path.join(cloud.folder, 'hosts', host, 'etc', path.dirname(file)), { recursive: true });
        writeFileSync(path.join(cloud.folder, 'hosts', host, 'etc', `${file}.conf`), text);
      }
    }
  },
  installKilo: (cloud) => cloud.must('ctl1', 'zypper -n install --from cloud-kilo openstack-nova-conductor'),
  syncToKilo: (cloud) => cloud.must('ctl1', 'nova-manage db sync --version 290'),
  moveFlavors: (cloud) => cloud.must('ctl1', 'nova-manage db migrate_flavor_data'),
  installLiberty: (cloud) => {
    cloud.must(controllers, `zypper -n install --from cloud-liberty ${all}`);
    cloud.must(computes, 'zypper -n install --from cloud-liberty openstack-nova-compute');
  },
  sync: (cloud) => cloud.must('ctl1', 'keystone-manage db_sync && glance-manage db sync && cinder-manage db sync'),
  syncNova: (cloud) => cloud.must('ctl1', 'nova-manage db sync'),
  startOpenStack: (cloud) => {
    cloud.must(controllers, `systemctl enable ${all} && systemctl start ${all}`);
    cloud.must(computes, 'systemctl enable openstack-nova-compute && systemctl start openstack-nova-compute');
  },
} satisfies Record<string, (cloud: SandboxCloud) => void>;

type StepName = keyof typeof steps;
const order = Object.keys(steps) as StepName[];

const clouds = new Map<string, SandboxCloud>();

/** A cloud after these steps; each state is made once, and copied. */
function cloudWith(names: readonly StepName[]): SandboxCloud {
  const key = names.join();
  let cloud = clouds.get(key);
  if (cloud === undefined) {
    const last = names.at(-1);
    cloud = last === undefined ? freshCloud() : cloudWith(names.slice(0, -1));
    if (last !== undefined) steps[last](cloud);
    clouds.set(key, cloud);
  }
  return copyOf(cloud);
}

/** A cloud after the steps up to and with `last`, but for those of `without`. */
function cloudAfter(last: StepName, ...without: readonly StepName[]): SandboxCloud {
  return cloudWith(order.slice(0, order.indexOf(last) + 1).filter((name) => !without.includes(name)));
}

function held(): SandboxCloud {
  return cloudAfter('holdChef');
}

describe('the right order', () => {
  test('ends on Liberty with every guest, volume and image', () => {
    const cloud = cloudAfter('startOpenStack');
    expect(cloud.on('ctl2', 'openstack server list; openstack volume list; openstack image list; openstack hypervisor list')).toEqual({
      status: 0,
      output: `00000000-0000-4000-8000-000000000001 shop-db cmp1 active m1.large
00000000-0000-4000-8000-000000000002 shop-web-1 cmp1 active m1.small
00000000-0000-4000-8000-000000000003 shop-web-2 cmp2 active m1.small
00000000-0000-4000-8000-000000000004 shop-cache cmp2 active m1.medium
00000000-0000-4000-8000-000000000006 build cmp1 active m1.medium
20000000-0000-4000-8000-000000000001 shop-db in-use
20000000-0000-4000-8000-000000000002 shop-logs in-use
20000000-0000-4000-8000-000000000003 scratch available
30000000-0000-4000-8000-000000000001 sles-12 active
30000000-0000-4000-8000-000000000002 cirros active
cmp1 up
cmp2 up`,
    });
    expect(cloud.state().filter((line) => line.includes(' level ') || line.includes(' os ') || line.includes('unit openstack-nova-api'))).toEqual([
      'cmp1 os sles12sp1',
      'cmp2 os sles12sp1',
      'ctl1 os sles12sp1',
      'ctl1 unit openstack-nova-api enabled running liberty',
      'ctl2 os sles12sp1',
      'ctl2 unit openstack-nova-api enabled running liberty',
      'db1 database cinder level 60',
      'db1 database glance level 42',
      'db1 database keystone level 80',
      'db1 database nova level 312',
      'db1 os sles12sp1',
    ]);
  });

  test('and back: images, servers, dumps end in the very state of the dump', () => {
    const cloud = cloudAfter('dump');
    const point = cloud.state();
    for (const name of order.slice(order.indexOf('dump') + 1, order.indexOf('startOpenStack'))) steps[name](cloud);
    expect(cloud.state()).not.toEqual(point);
    cloud.must(everyHost, 'system-image restore old');
    steps.restore(cloud);
    expect(cloud.state()).toEqual(point);
  });
});

describe('nova-manage', () => {
  test('migration 291 refuses while flavors are in the system metadata', () => {
    const cloud = cloudAfter('sync', 'moveFlavors');
    expect(cloud.on('ctl1', 'nova-manage db sync')).toEqual({
      status: 1,
      output:
        'ValidationError: There are still 5 unmigrated flavor records. Migration cannot continue until all instance flavor records' +
        " have been migrated to the new format. Please run 'nova-manage db migrate_flavor_data' first.",
    });
    expect(cloud.on('ctl1', 'nova-manage db version')).toEqual({ status: 0, output: '290' });
  });

  test("Kilo's command does not exist under Juno's and Liberty's code", () => {
    expect(held().on('ctl1', 'nova-manage db migrate_flavor_data')).toEqual({
      status: 2,
      output: "nova-manage db: error: argument action: invalid choice: 'migrate_flavor_data' (choose from 'sync', 'version')",
    });
    const cloud = cloudAfter('sync', 'moveFlavors');
    expect(cloud.on('ctl1', 'nova-manage db migrate_flavor_data')).toEqual({
      status: 2,
      output:
        "nova-manage db: error: argument action: invalid choice: 'migrate_flavor_data' (choose from 'sync', 'version', 'null_instance_uuid_scan')",
    });
  });

  test('the flavors move once the schema has a place for them, as many at a time as asked', () => {
    const cloud = cloudAfter('installKilo');
    expect(cloud.on('ctl1', 'nova-manage db migrate_flavor_data')).toEqual({
      status: 1,
      output: `OperationalError: (1054, "Unknown column 'instance_extra.flavor' in 'field list'")`,
    });
    steps.syncToKilo(cloud);
    const move = 'nova-manage db migrate_flavor_data --max-number 3';
    expect(cloud.on('ctl1', `${move}; ${move}; ${move}`).output).toBe(
      '3 instances matched query, 3 completed\n2 instances matched query, 2 completed\n0 instances matched query, 0 completed',
    );
  });

  test('the code is needed where the command runs', () => {
    const cloud = cloudAfter('installKilo');
    expect(cloud.on('ctl2', 'nova-manage db version')).toEqual({ status: 127, output: 'bash: nova-manage: command not found' });
  });

  test('a level that the code does not know, a newer database, and a downgrade are refused', () => {
    const cloud = cloudAfter('installKilo');
    expect(cloud.on('ctl1', 'nova-manage db sync --version 312')).toEqual({
      status: 1,
      output: "KeyError: <VerNum(312)> (Kilo's code knows levels up to 290)",
    });
    for (const name of ['syncToKilo', 'moveFlavors', 'installLiberty', 'syncNova'] as const) steps[name](cloud);
    expect(cloud.on('ctl1', 'nova-manage db sync --version 290')).toEqual({
      status: 1,
      output: 'CRITICAL: the database is at 312; a downgrade to 290 is not supported',
    });
    cloud.must('ctl1', 'zypper -n install --oldpackage --from cloud-kilo openstack-nova-conductor');
    expect(cloud.on('ctl1', 'nova-manage db sync')).toEqual({
      status: 1,
      output: "KeyError: <VerNum(312)> (the database is at 312, Kilo's code knows levels up to 290)",
    });
  });

  test('migration 267 refuses instances without a uuid', () => {
    const cloud = held();
    steps.stopOpenStack(cloud);
    const table = path.join(cloud.folder, 'hosts/db1/var/lib/mysql/nova/instances');
    writeFileSync(table, readFileSync(table, 'utf8').replace('00000000-0000-4000-8000-000000000004', '\\N'));
    for (const name of order.slice(order.indexOf('saveImages'), order.indexOf('syncToKilo'))) steps[name](cloud);
    expect(cloud.on('db1', "mysql -N -e 'SELECT COUNT(*) FROM nova.instances WHERE uuid IS NULL'")).toEqual({ status: 0, output: '1' });
    expect(cloud.on('ctl1', 'nova-manage db sync --version 290').output).toMatch(/^ValidationError: There are 1 records in the 'instances' table/);
    expect(cloud.on('ctl1', 'nova-manage db version').output).toBe('266');
  });

  test('a schema is not altered under a running service', () => {
    expect(held().on('ctl1', 'nova-manage db sync --version 264')).toEqual({
      status: 1,
      output: "OperationalError: (1205, 'Lock wait timeout exceeded; try restarting transaction') (openstack-nova-api is running)",
    });
  });

  test('a sync that died in a level cannot simply be repeated', () => {
    const cloud = cloudAfter('installKilo');
    cloud.fault('half', 'ctl1', 'nova-manage db sync*');
    expect(cloud.on('ctl1', 'nova-manage db sync --version 290')).toEqual({
      status: 137,
      output: 'nova-manage: ctl1: injected fault: died in level 266',
    });
    expect(cloud.on('ctl1', 'nova-manage db sync --version 290')).toEqual({
      status: 1,
      output: `OperationalError: (1050, "Table 'tags' already exists")`,
    });
    steps.restore(cloud);
    expect(cloud.on('ctl1', 'nova-manage db sync --version 290').status).toBe(0);
  });
});

describe('databases', () => {
  test('a stopped server can neither be dumped nor loaded nor migrated', () => {
    const cloud = held();
    steps.stopOpenStack(cloud);
    steps.stopServers(cloud);
    const local = "ERROR 2002 (HY000): Can't connect to local MySQL server through socket '/run/mysql/mysql.sock' (2)";
    expect(cloud.on('db1', 'mysqldump nova')).toEqual({ status: 1, output: local });
    expect(cloud.on('db1', 'mysql nova < /dev/null')).toEqual({ status: 1, output: local });
    expect(cloud.on('db1', 'mysqladmin ping')).toEqual({ status: 1, output: local });
    expect(cloud.on('ctl1', 'cinder-manage db sync')).toEqual({
      status: 1,
      output: "ERROR 2003 (HY000): Can't connect to MySQL server on 'db1' (111)",
    });
  });

  test('a dump loaded over a newer database leaves tables of both side by side; dropping it first does not', () => {
    const cloud = cloudAfter('sync');
    const tables = (): string[] =>
      cloud.state().filter((line) => line.startsWith('db1 database cinder')).map((line) => line.split(' ')[3] ?? '');
    cloud.must('db1', 'mysql cinder < /srv/backup/cinder.sql');
    expect(tables()).toEqual(['driver_initiator_data', 'image_volume_cache_entries', 'level', 'migrate_version', 'volume_attachment', 'volume_type_projects', 'volumes']);
    expect(cloud.on('ctl1', 'cinder-manage db version; cinder-manage db sync')).toEqual({
      status: 1,
      output: `31\nOperationalError: (1050, "Table 'volume_type_projects' already exists")`,
    });
    cloud.must('db1', 'mysql -e "DROP DATABASE cinder; CREATE DATABASE cinder" && mysql cinder < /srv/backup/cinder.sql');
    expect(tables()).toEqual(['level', 'migrate_version', 'volumes']);
    expect(cloud.on('ctl1', 'cinder-manage db sync && cinder-manage db version').output).toBe('INFO migrate.versioning.api [-] 31 -> 60 done\n60');
  });

  test('a dump that died lacks its last line', () => {
    const cloud = held();
    cloud.fault('half', 'db1', 'mysqldump *');
    expect(cloud.on('db1', 'mysqldump nova > /srv/backup/nova.sql').status).toBe(137);
    expect(cloud.on('db1', 'tail -n 1 /srv/backup/nova.sql').output).toBe("INSERT INTO `instance_extra` VALUES ('6','00000000-0000-4000-8000-000000000006',NULL);");
    expect(cloud.on('db1', 'mysqldump nova | tail -n 1').output).toBe('-- Dump completed');
  });

  test('df tells what the share has left', () => {
    const cloud = held();
    writeFileSync(path.join(cloud.folder, 'share/free-bytes'), '1000\n');
    expect(cloud.on('db1', 'df --block-size=1 --output=avail /srv/backup')).toEqual({ status: 0, output: 'Avail\n1000' });
  });
});

describe('services', () => {
  test('do not start with an older or a newer schema', () => {
    const cloud = cloudAfter('installLiberty', 'syncToKilo', 'moveFlavors');
    expect(cloud.on('ctl1', 'systemctl start openstack-nova-api')).toEqual({
      status: 1,
      output:
        "DBMigrationError: the database of nova is at 264, Liberty's code expects 312: run its migrations first\n" +
        'Job for openstack-nova-api.service failed because the control process exited with error code.',
    });
    steps.sync(cloud);
    cloud.must('ctl1', 'zypper -n install --oldpackage --from cloud-kilo openstack-keystone');
    expect(cloud.on('ctl1', 'systemctl start openstack-keystone').output).toMatch(
      /^DBMigrationError: the database of keystone is at 80, newer than Kilo's code, which ends at 72\n/,
    );
  });

  test('do not start without their servers', () => {
    const cloud = cloudAfter('stopOpenStack');
    cloud.must('db1', 'systemctl stop rabbitmq-server');
    expect(cloud.on('ctl1', 'systemctl start openstack-keystone openstack-cinder-api').output).toBe(
      'ERROR oslo_messaging._drivers.impl_rabbit [-] AMQP server on db1:5672 is unreachable: [Errno 111] ECONNREFUSED\n' +
        'Job for openstack-cinder-api.service failed because the control process exited with error code.',
    );
    cloud.must('db1', 'systemctl stop mariadb');
    expect(cloud.on('ctl1', 'systemctl start openstack-glance-api').output).toMatch(/^ERROR 2003 \(HY000\): Can't connect to MySQL server on 'db1'/);
    expect(cloud.on('cmp1', 'systemctl start openstack-nova-compute').output).toMatch(/^MessagingTimeout: Timed out waiting for nova-conductor/);
  });

  test('do not start with the configuration that a package brings, or with that of the old system', () => {
    const cloud = cloudAfter('installLiberty', 'configure', 'installKilo', 'syncToKilo', 'moveFlavors');
    expect(cloud.on('ctl1', 'keystone-manage db_sync')).toEqual({
      status: 1,
      output: 'CantStartEngineError: No sql_connection parameter is established in /etc/keystone/keystone.conf',
    });
    cloud.must('ctl1', "printf '[database]\\nconnection = mysql://keystone@db1/keystone\\n' > /etc/keystone/keystone.conf");
    expect(cloud.on('ctl1', 'keystone-manage db_sync').output).toMatch(/^ImportError: No module named MySQLdb/);
  });

  test('that are enabled start with the system, those that are only stopped too', () => {
    const cloud = held();
    cloud.must('ctl1', 'systemctl stop openstack-keystone openstack-glance-api && systemctl disable openstack-keystone');
    cloud.must('ctl1', 'system-image save now && system-image restore now');
    expect(cloud.on('ctl1', 'systemctl is-active openstack-keystone openstack-glance-api')).toEqual({ status: 3, output: 'inactive\nactive' });
  });

  test('an unknown unit is an error, a stopped one is not', () => {
    const cloud = held();
    expect(cloud.on('ctl1', 'systemctl start openstack-swift')).toEqual({
      status: 5,
      output: 'Failed to start openstack-swift.service: Unit openstack-swift.service not found.',
    });
    expect(cloud.on('ctl1', 'systemctl stop openstack-keystone && systemctl stop openstack-keystone').status).toBe(0);
  });
});

describe('chef-client', () => {
  test('brings back behind one’s back what was stopped and disabled', () => {
    const cloud = freshCloud();
    cloud.must('ctl1', 'systemctl disable openstack-keystone && systemctl stop openstack-keystone');
    expect(cloud.on('ctl1', 'systemctl is-enabled openstack-keystone; systemctl is-active openstack-keystone').output).toBe('enabled\nactive');
  });

  test('leaves it alone once it is stopped itself', () => {
    const cloud = held();
    cloud.must('ctl1', 'systemctl disable openstack-keystone && systemctl stop openstack-keystone');
    expect(cloud.on('ctl1', 'systemctl is-enabled openstack-keystone; systemctl is-active openstack-keystone').output).toBe('disabled\ninactive');
  });
});

describe('packages and systems', () => {
  test("Juno's packages do not exist for the new system, nor newer ones for the old", () => {
    const cloud = cloudAfter('reinstall');
    expect(cloud.on('ctl1', 'zypper -n install --from cloud-juno openstack-keystone')).toEqual({
      status: 6,
      output: "Repository 'cloud-juno' not found by its alias, number, or URI.",
    });
    expect(held().on('ctl1', 'zypper -n install --from cloud-liberty openstack-keystone').status).toBe(6);
  });

  test('packages of a service move together, and only forward unless told', () => {
    const cloud = cloudAfter('reinstall');
    cloud.must('ctl1', 'zypper -n install --from cloud-kilo openstack-nova-conductor openstack-nova-scheduler && zypper -n install openstack-nova-api');
    expect(cloud.state().filter((line) => line.startsWith('ctl1 package openstack'))).toEqual([
      'ctl1 package openstack-nova-api liberty',
      'ctl1 package openstack-nova-conductor liberty',
      'ctl1 package openstack-nova-scheduler liberty',
    ]);
    expect(cloud.on('ctl1', 'zypper -n install --from cloud-kilo openstack-nova-api')).toEqual({
      status: 4,
      output: "The selected package 'openstack-nova-api' from repository 'cloud-kilo' has lower version than the installed one. Use '--oldpackage'.",
    });
  });

  test('two package managers at once are one too many', () => {
    const cloud = held();
    expect(cloud.on('ctl1', 'exec 9>/run/zypp.lock; flock 9; zypper -n install openstack-keystone').status).toBe(7);
  });

  test('a node that serves is not reinstalled', () => {
    const cloud = cloudAfter('dump');
    expect(cloud.on('db1', 'autoinstall sles12sp1')).toEqual({
      status: 1,
      output: 'autoinstall: db1: mariadb still runs; stop and disable it first',
    });
  });

  test('a reinstallation wipes the databases; the image of the old system does not hold them', () => {
    const cloud = cloudAfter('reinstall');
    expect(cloud.state().filter((line) => line.startsWith('db1 '))).toEqual(
      expect.arrayContaining(['db1 os sles12sp1', 'db1 package chef-client base', 'db1 unit chef-client disabled stopped']),
    );
    expect(cloud.state().filter((line) => line.includes(' database '))).toEqual([]);
    cloud.must('db1', 'system-image restore old');
    expect(cloud.state().filter((line) => line.includes(' unit ') && line.startsWith('db1'))).toEqual([
      'db1 unit chef-client disabled stopped',
      'db1 unit mariadb enabled running juno',
      'db1 unit rabbitmq-server enabled running juno',
    ]);
    expect(cloud.on('db1', 'mysql nova < /srv/backup/nova.sql').output).toBe("ERROR 1049 (42000): Unknown database 'nova'");
  });

  test('shares outlive it', () => {
    const cloud = cloudAfter('reinstall');
    expect(cloud.on('db1', 'tail -n 1 /srv/backup/nova.sql').output).toBe('-- Dump completed');
    expect(cloud.on('cmp1', 'mountpoint /var/lib/nova/instances').status).toBe(0);
    expect(cloud.on('ctl1', 'mountpoint /var/lib/nova').status).toBe(1);
  });
});

describe('enter and faults', () => {
  test('a host that does not exist cannot be reached', () => {
    expect(held().on('ctl9', 'true')).toEqual({ status: 255, output: "enter: can't reach ctl9: no such host. sandbox/reset makes the cloud anew." });
  });

  test("paths below /etc, /root, /run, /srv and /var are the host's, also where the folder's name needs quotes", () => {
    const cloud = freshCloud(path.join(temporaryFolder(), "it's a \"cloud\" $HOME"));
    expect(cloud.on('ctl2', "cat '/etc/hostname' \"/etc/hostname\" </etc/hostname; echo x >/srv/backup/x; cd /etc && cat hostname; test -e /dev/null").output).toBe('ctl2\nctl2\nctl2');
    expect(readFileSync(path.join(cloud.folder, 'share/backup/x'), 'utf8')).toBe('x\n');
  });

  test.each([
    ["cp /etc/a '/srv/b' \"/var/c\"", 'cp ROOT/etc/a \'ROOT/srv/b\' "ROOT/var/c"'],
    ['x=/run/a;cat </etc/b >/srv/c', 'x=ROOT/run/a;cat <ROOT/etc/b >ROOT/srv/c'],
    ['bash -c "cat \\"/etc/x\\""', 'bash -c "cat \\"ROOT/etc/x\\""'],
    ['/etc /etc/etc/x /srv/var', 'ROOT/etc ROOT/etc/etc/x ROOT/srv/var'],
    [`'/srv/'"$HOST"'/etc+nova'`, `'ROOT/srv/'"$HOST"'/etc+nova'`],
    ['"$root"/etc $root/etc ./etc /tmp/etc http://h/var/x', '"$root"/etc $root/etc ./etc /tmp/etc http://h/var/x'],
    ['/etcetera /dev/null /usr/bin/env', '/etcetera /dev/null /usr/bin/env'],
  ])('%s names these paths', (text, expected) => {
    const cloud = cloudWith([]);
    expect(cloud.enter('ctl1', 'printf', '%s', text).output.replaceAll(path.join(cloud.folder, 'hosts/ctl1'), 'ROOT')).toBe(expected);
  });

  test('a fault meets its host and command, once or always, before or after the work', () => {
    const cloud = held();
    cloud.fault('once', 'ctl1', 'systemctl stop openstack-k*');
    expect(cloud.on('ctl2', 'systemctl stop openstack-keystone').status).toBe(0);
    const stop = 'systemctl stop openstack-keystone';
    expect(cloud.on('ctl1', stop)).toEqual({ status: 1, output: 'systemctl: ctl1: injected fault: systemctl stop openstack-k*' });
    expect(cloud.on('ctl1', 'systemctl is-active openstack-keystone').output).toBe('active');
    expect(cloud.on('ctl1', stop).status).toBe(0);
    cloud.fault('always', '*', '*zypper*');
    expect(cloud.on('cmp1', 'zypper repos').status).toBe(1);
    expect(cloud.on('cmp1', 'zypper repos').status).toBe(1);
    cloud.fault('clear');
    expect(cloud.on('cmp1', 'zypper repos')).toEqual({ status: 0, output: 'cloud-juno' });
    cloud.fault('after', 'cmp1', '*stop openstack-nova-compute*');
    expect(cloud.on('cmp1', 'systemctl stop openstack-nova-compute')).toEqual({ status: 255, output: 'enter: cmp1: injected fault: the connection was lost' });
    expect(cloud.on('cmp1', 'systemctl is-active openstack-nova-compute').output).toBe('inactive');
  });
});
