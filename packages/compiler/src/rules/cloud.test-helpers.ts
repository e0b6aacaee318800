/** A small OpenStack cloud for tests; it is imported, so that the lines of a test are those of its plan. */
export const CLOUD = `
use openstack

cloud zurich {
  group controllers { hosts "ctl[1:2]" }
  group databases   { hosts "db[1:3]" }
  group computes    { hosts "cmp[1:4]" }

  install run "zypper -n install \${package}-\${release}"
  drain run "move-guests away \${host}"
  return run "move-guests back \${host}"

  service mariadb {
    component server on databases { unit "mariadb" }
  }
  service keystone {
    needs mariadb
    component server on controllers { unit "keystone"  package "keystone" }
    database main in mariadb { name "keystone"  migrate run "keystone-manage db_sync" }
  }
  service glance {
    needs keystone
    component api on controllers { unit "glance-api"  package "glance-api" }
  }
  service nova {
    needs glance
    component conductor on controllers { unit "nova-conductor"  package "nova-conductor" }
    component compute on computes { unit "nova-compute"  package "nova-compute" }
    database main in mariadb { name "nova"  migrate run "nova-manage db sync" }
  }

  mode noout {
    enter on first controllers { run "ceph osd set noout" }
    leave on first controllers { run "ceph osd unset noout" }
  }
}
`;

/** The files of a plan on that cloud. */
export function onCloud(plan: string): Readonly<Record<string, string>> {
  return { 'plan.belay': plan, 'cloud.belay': CLOUD };
}
