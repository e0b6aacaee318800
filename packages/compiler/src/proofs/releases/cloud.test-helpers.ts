/** A cloud for tests of the proofs about releases: nova's computes may be one release behind its conductors. */
export const RELEASES_CLOUD = `
train letters {
  release juno
  release kilo
  release liberty
  release mitaka
}

cloud zurich {
  connection local
  group controllers { hosts "ctl[1:2]" }
  group databases { hosts "db1" }
  group computes { hosts "cmp[1:4]" }
  drain run "true"
  return run "true"
  install run "true"

  service mariadb {
    component server on databases { unit "mariadb" }
  }
  service keystone {
    component server on controllers { unit "keystone" }
    database main in mariadb {
      name "keystone"
      serves code 1 release behind
      expand run "true"
      migrate run "true"
      contract run "true"
    }
  }
  service nova {
    component conductor on controllers { unit "nova-conductor" }
    component compute on computes {
      unit "nova-compute"
      lags nova.conductor by 1 release
    }
    database main in mariadb { name "nova"  migrate run "true" }
  }

  mode noout {
    enter on first controllers { run "true" }
    leave on first controllers { run "true" }
  }
}
`;
