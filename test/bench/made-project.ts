import type { FileHost } from '../../packages/compiler/src/index.ts';

/** What a service of a cloud and its part of a plan look like, 42 lines; `@` stands for its number. */
const SERVICE = `
  service svc@ "Service @" {
    needs mariadb, rabbitmq
    component conductor on controllers { unit "svc@-conductor"  package "svc@-conductor" }
    component api       on controllers { unit "svc@-api"  package "svc@-api"  healthy http "http://\${host}:8774/" status 200, 300 }
    component agent     on computes@ {
      unit "svc@-agent"
      package "svc@-agent"
      lags svc@.conductor by 1 release
    }
    database main in mariadb {
      name "svc@"
      migrate run "svc@-manage db sync"
    }
  }
`;

const PART = `
    stage upgrade@ "Service @" {
      gate services_healthy
      stop svc@.api, svc@.conductor
      rollback point before@ "Databases and configuration of service @ are saved" {
        capture svc@.main
        capture "/etc/svc@" on controllers
      }
      jump svc@ leaving svc@.agent {
        install svc@.conductor, svc@.api
        put "files/service.conf" at "/etc/svc@/service.conf" mode 0640 on controllers
        step flavors "Move the flavors of service @" {
          on any controllers
          run "svc@-manage db migrate_flavor_data --max \${rows}" under kilo
          rewrites svc@.main
          retry 3 every 30s
          takes 10m
        }
        migrate svc@.main { takes 5m }
        start svc@.conductor, svc@.api
      }
      parallel {
        step look@ { on controllers  run "svc@-status upgrade check"  changes nothing }
        gate healthy svc@.api { poll every 5s for 2m }
      }
    }
`;

/** A later round over a service that is upgraded already; `%` stands for the number of the round. */
const ROUND = `
    stage round@_% "Configuration of service @, round %" {
      rollback point saved@_% { capture "/etc/svc@" on controllers }
      put "files/service.conf" at "/etc/svc@/service.conf" mode 0640 on controllers
      step tidy "Archive deleted rows" {
        on any controllers
        run "svc@-manage db archive_deleted_rows --max \${rows}"
        rewrites "/etc/svc@"
        again on exit 1 at most 100
      }
      restart svc@.api on each controllers
      gate healthy svc@.api { poll every 5s for 2m }
      parallel {
        step look { on controllers  run "svc@-status upgrade check"  changes nothing }
        gate services_healthy
      }
    }
`;

const HEAD = `use openstack

let rows = "1000"
`;

/** A cloud without its services; `#` stands for its number. */
const CLOUD = `
cloud site# "Site #" {
  group controllers { hosts "ctl[1:3].site#" }
  group databases   { hosts "db[1:3].site#" }
  install run "zypper --non-interactive install \${package}-\${release}"

  service mariadb {
    component server on databases { unit "mariadb"  package "mariadb"  healthy run "mysqladmin ping" }
  }
  service rabbitmq {
    component server on databases { unit "rabbitmq-server"  package "rabbitmq-server" }
  }

  check services_healthy "No critical check" {
    on any controllers
    run "consul watch -type=checks -state=critical | grep --quiet --line-regexp --fixed-strings '[]'"
  }
`;

const COMPUTES = `  group computes@ { hosts "cmp@-[01:20].site"  spare 10% }
`;

const PLAN = `}

plan upgrade# "Juno to Kilo at site #" {
  on site#
  release juno -> kilo
`;

/** A workspace in memory, and the plans that it holds. */
export interface MadeProject {
  readonly entry: string;
  readonly host: FileHost;
  readonly plans: readonly string[];
}

const SERVICES_OF_A_SITE = 12;

/** Sites with a cloud and a plan each, about 550 lines, as many as fit so many lines. */
export function madeSites(lines: number): MadeProject {
  const site = siteOf(1, SERVICES_OF_A_SITE, '');
  const sites = Math.max(1, Math.round(lines / height(site)));
  return inMemory(HEAD + upTo(sites).map((number) => siteOf(number, SERVICES_OF_A_SITE, '')).join(''), sites);
}

/** One site, whose plan goes over its services round after round until it has about so many lines. */
export function madeLongPlan(lines: number): MadeProject {
  const services = Math.min(SERVICES_OF_A_SITE, Math.max(1, Math.round(lines / 100)));
  const left = lines - height(siteOf(1, services, ''));
  const rounds = Math.max(0, Math.round(left / (height(ROUND) * services)));
  const later = upTo(rounds).map((round) => upTo(services).map((service) => fill(ROUND, service).replaceAll('%', String(round))).join('')).join('');
  return inMemory(HEAD + siteOf(1, services, later), 1);
}

function siteOf(site: number, services: number, later: string): string {
  const each = (text: string): string => upTo(services).map((service) => fill(text, service)).join('');
  return `${CLOUD}${each(COMPUTES)}${each(SERVICE)}${PLAN}${each(PART)}${later}}\n`.replaceAll('#', String(site));
}

function fill(text: string, number: number): string {
  return text.replaceAll('@', String(number));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function height(text: string): number {
  return text.split('\n').length - 1;
}

function inMemory(text: string, plans: number): MadeProject {
  const files = new Map([['plan.belay', text], ['files/service.conf', '[DEFAULT]\n']]);
  return {
    entry: 'plan.belay',
    plans: upTo(plans).map((number) => `upgrade${number}`),
    host: {
      read: async (path) => {
        const content = files.get(path);
        return content === undefined ? { found: false, reason: 'missing' } : { found: true, bytes: new TextEncoder().encode(content) };
      },
    },
  };
}
