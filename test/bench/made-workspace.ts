/** What each of the twelve services of the cloud is; `@` stands for its number. */
const SERVICE = `  service svc@ {
    component api on controllers { unit "svc@-api" }
    component agent on computes { unit "svc@-agent"  lags svc@.api by 1 release }
    database main { migrate run "svc@ sync" }
    keep svc@.api available except 10m
  }
`;

const CLOUD = `use openstack
cloud c {
  group controllers { hosts "ctl[1:3]" }
  group computes { hosts "cmp[1:40]"  spare 10% }
  install run "zypper in \${package}"
`;

/** A part of a plan on service `@`; `%` stands for its number in the plan. */
const STAGE = `  stage s% {
    step a% "Move" {
      on any controllers
      run "svc-manage --n %"
      rewrites svc@.main
      undo nothing "x"
      takes 5m
    }
    restart svc@.api on first controllers { takes 1m }
  }
`;

const SERVICES = upTo(12);

/** 501 files with 98,000 lines: a cloud that 400 plans import, another one that 99 import, and the plans. */
export function madeWorkspace(): Record<string, string> {
  const cloud = `${CLOUD}${SERVICES.map((service) => SERVICE.replaceAll('@', String(service))).join('')}}\n`;
  const files: Record<string, string> = { 'cloud.belay': cloud, 'other.belay': cloud };
  for (const number of upTo(499)) {
    const stages = upTo(19).map((stage) => STAGE.replaceAll('@', String(1 + (stage % SERVICES.length))).replaceAll('%', String(stage))).join('');
    files[`plan${number}.belay`] = `import "${number <= 400 ? 'cloud' : 'other'}.belay"\nplan p${number} "Plan ${number}" {\n  on c\n  release juno -> kilo\n${stages}}\n`;
  }
  return files;
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
