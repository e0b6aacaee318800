/** Statements of a cloud and of a plan as people write them, about 40 lines; `@` stands for a number. */
const PART = `
cloud site@ "Site @" {
  group controllers@ { hosts "ctl[1:3].site@" }  # the control plane
  group databases@   { hosts "db[1:3].site@" }
  group computes@ {
    hosts "cmp[01:40].site@"
    spare 10%
    zone a "cmp[01:20].site@"
    zone b "cmp[21:40].site@"
  }

  service nova@ "Compute" {
    needs keystone@, placement@,
        mariadb@
    component conductor on controllers@ { unit "nova-conductor"  package "nova-conductor" }
    component api       on controllers@ { unit "nova-api"  package "nova-api"  healthy http "http://\${host}:8774/" }
    database main in mariadb@ { name "nova"  migrate run "nova-manage db sync" }
    keep nova@.api available except 10m
  }
}

plan upgrade@ "Juno to Liberty at site @" {
  on site@
  release juno -> liberty skipping kilo
  holding config_management@ {
    gate backup_space@
    rollback point before_schema@ "Services stopped, databases dumped" {
      capture nova@.main
      capture "/etc/nova", "/etc/glance" on controllers@
    }
    jump nova@ {
      migrate nova@.main to kilo { run "nova-manage db sync --version 290" }
      step flavors "Move flavors out of system metadata" {
        on any controllers@
        run """
          set -e
          nova-manage db migrate_flavor_data --config-file \${config}
        """ under kilo
        rewrites nova@.main
      }
      start nova@.*
    }
  }
}
`;

/** A source of the language with so many lines, made of the same statements with other names, and comments at its end. */
export function madeSource(lines: number): string {
  const height = PART.split('\n').length - 1;
  const parts = Array.from({ length: Math.floor(lines / height) }, (_, index) => PART.replaceAll('@', String(index + 1)));
  return parts.join('') + '# the end\n'.repeat(lines - parts.length * height);
}
