import type { FileHost } from '../../../packages/compiler/src/index.ts';

/** How the steps of a made plan stand to each other. */
export type Shape = 'chain' | 'wide' | 'layered' | 'broad' | 'rolls';

export const SHAPES: readonly Shape[] = ['chain', 'wide', 'layered', 'broad', 'rolls'];

/** So many services with two components each, and one more on all hosts: 61 components. */
const SERVICES = 30;

/** Racks of the pod of a service. */
const RACKS = 34;

/** Hosts of a rack; with rolls it is a cloud of 10,200 hosts. */
const RACK: Readonly<Record<Shape, number>> = { chain: 1, wide: 1, layered: 1, broad: 1, rolls: 10 };

const SERVICE = `  service s@ {
    component api on controllers { unit "s@-api" }
    component agent on pod@ {
      unit "s@-agent"
      lags s@.api by 1 release
    }
    database main {
      used by s@.api
      serves code 1 release behind
      expand run "s@-manage expand"
      migrate run "s@-manage migrate"
      contract run "s@-manage contract"
      save run "s@-manage dump"
      restore run "s@-manage load"
    }
    keep s@.api available except 999d
    keep s@.agent available
  }
`;

/** The upgrade of a service, in ten steps. */
const UPGRADE = [
  'run "s@-manage ready" on controllers { changes nothing  takes 1s }', 'expand s@.main { takes 1s }', 'stop s@.api { takes 1s }', 'install s@.api { takes 1s }', 'migrate s@.main { takes 1s }',
  'run "s@-manage online" under r2 on any controllers { changes nothing  takes 1s }', 'start s@.api { takes 1s }', 'contract s@.main { takes 1s }',
  'install s@.agent { takes 1s }', 'restart s@.agent on each pod@ { takes 1s }',
];

/** A later round over a service, in ten steps. */
const ROUND = [
  'enter quiet@ { takes 1s }', 'stop s@.api { takes 1s }', 'run "s@-manage tidy" under r2 on first controllers { changes nothing  takes 1s }', 'start s@.api { takes 1s }',
  'restart s@.agent on each pod@ { takes 1s }', 'run "s@-manage look" on controllers { changes nothing  takes 1s }', 'reload s@.api { takes 1s }',
  'stop s@.agent on first pod@ { takes 1s }', 'start s@.agent on first pod@ { takes 1s }', 'leave quiet@ { takes 1s }',
];

/** A round over the hosts of a rack (`#` is its number), in nine steps. */
const RACK_ROLL = [
  'roll rack@_# {', '  batch 10%', '  pause 1m', '  drain { takes 1s }', '  run "s@-manage move-guests" { changes nothing  takes 1s }', '  reboot { takes 1s }',
  '  restart s@.agent { takes 1s }', '  run "s@-manage look" { changes nothing  takes 1s }', '  return { takes 1s }', '}', 'stop s@.api { takes 1s }', 'start s@.api { takes 1s }',
];

/** A roll over all 10,200 hosts at once. */
const EVERYTHING = ['roll computes {', '  batch 2%', '  run "refresh-cache" { changes nothing  takes 1s }', '  restart net.agent { takes 1s }', '}'];

/** A plan in memory that keeps every promise. */
export interface MadePlan {
  readonly entry: string;
  readonly plan: string;
  readonly host: FileHost;
}

/** Makes a plan of about so many steps, on a cloud of 61 components. */
export function madePlan(shape: Shape, steps: number): MadePlan {
  const captures = upTo(SERVICES).map((service) => `    capture s${service}.main on first controllers\n`).join('');
  const text = `${cloudOf(RACK[shape])}\nplan made {\n  on made\n  release r1 -> r2\n  rollback point saved {\n${captures}    takes 1m\n  }\n${BODIES[shape](steps).map((line) => `  ${line}\n`).join('')}}\n`;
  const bytes = new TextEncoder().encode(text);
  return { entry: 'made.belay', plan: 'made', host: { read: () => Promise.resolve({ found: true, bytes }) } };
}

function cloudOf(rack: number): string {
  const groups = upTo(SERVICES).map((service) => `  group pod${service} { hosts "cmp${service}-[1:${rack * RACKS}]" }\n${racksOf(service, rack)}`).join('');
  const modes = upTo(SERVICES).map((service) => `  mode quiet${service} {\n    enter on local { run "true" }\n    leave on local { run "true" }\n  }\n`).join('');
  return `train made {\n  release r1\n  release r2\n}\n\ncloud made {\n  group controllers { hosts "ctl[1:3]" }\n${groups}  group computes { hosts ${upTo(SERVICES).map((service) => `"cmp${service}-[1:${rack * RACKS}]"`).join(', ')} }\n  install run "true"\n  drain run "true"\n  return run "true"\n`
    + `  window night { every tue at 22:00 for 8h zone "Europe/Zurich" }\n${upTo(SERVICES).map((service) => fill(SERVICE, service)).join('')}  service net {\n    component agent on computes { unit "net-agent" }\n    keep 90% of net.agent\n  }\n${modes}}\n`;
}

/** The racks of a pod, each with room for a tenth of its hosts. */
function racksOf(service: number, hosts: number): string {
  return upTo(RACKS).map((rack) => `  group rack${service}_${rack} { hosts "cmp${service}-[${(rack - 1) * hosts + 1}:${rack * hosts}]"  spare 10% }\n`).join('');
}

const BODIES: Readonly<Record<Shape, (steps: number) => string[]>> = {
  /** One step after the other; each round within a window. */
  chain: (steps) => rounds(steps).flatMap(({ service, lines }) => block('within night', lines, service)),
  /** A branch for each service: 30 steps at the same time. */
  wide(steps) {
    const branches = upTo(SERVICES).map((): string[] => []);
    for (const { service, lines } of rounds(steps)) branches[service - 1]?.push(...lines.map((line) => fill(line, service)));
    return block('parallel', branches.flatMap((lines, index) => (lines.length === 0 ? [] : block(`stage branch${index}`, lines))));
  },
  /** Layers of up to 30 steps without an order; each layer waits for the one before, and its later half for its earlier one. */
  layered(steps) {
    const all = rounds(steps);
    return upTo(Math.ceil(all.length / SERVICES)).flatMap((layer) => {
      const members = all.slice((layer - 1) * SERVICES, layer * SERVICES);
      return upTo(10).flatMap((part) => block('parallel', members.flatMap(({ service, lines }, index) => {
        const nameOf = (member: number): string => `a${((layer - 1) * 10 + part - 1) * SERVICES + member}`;
        const earlier = index >= members.length / 2 ? `after ${nameOf(index - Math.ceil(members.length / 2))}  ` : '';
        return [`stage ${nameOf(index)} { ${earlier}${fill(lines[part - 1] ?? '', service)} }`];
      })));
    });
  },
  /** As many branches as there are steps, but for the upgrades and a round of each service. */
  broad(steps) {
    const work = rounds(Math.min(steps, SERVICES * 20));
    const branches = upTo(SERVICES).flatMap((service) => {
      const lines = work.flatMap((one) => (one.service === service ? one.lines.map((line) => fill(line, service)) : []));
      return lines.length === 0 ? [] : block(`stage branch${service}`, lines);
    });
    return block('parallel', [...branches, ...upTo(Math.max(0, steps - work.length * 10)).map((look) => `run "look ${look}" on local { changes nothing  takes 1s }`)]);
  },
  /** Rolls over the pods, again and again, among upgrades; the pods hold 10,020 hosts. */
  rolls(steps) {
    const upgrades = Math.min(SERVICES, Math.ceil(steps / 20));
    const rolls = Math.max(1, Math.round((steps - upgrades * 10) / 9));
    return [
      ...upTo(upgrades).flatMap((service) => UPGRADE.map((line) => fill(line, service))),
      ...EVERYTHING,
      ...upTo(rolls).flatMap((roll) => RACK_ROLL.map((line) => fill(line, ((roll - 1) % SERVICES) + 1).replace('#', String((Math.floor((roll - 1) / SERVICES) % RACKS) + 1)))),
    ];
  },
};

/** Ten steps each: the upgrades first, then rounds over what is upgraded. */
function rounds(steps: number): { readonly service: number; readonly lines: readonly string[] }[] {
  return upTo(Math.max(1, Math.round(steps / 10))).map((round) => ({ service: ((round - 1) % SERVICES) + 1, lines: round <= SERVICES ? UPGRADE : ROUND }));
}

function block(head: string, lines: readonly string[], service?: number): string[] {
  return [`${head} {`, ...lines.map((line) => `  ${service === undefined ? line : fill(line, service)}`), '}'];
}

function fill(text: string, service: number): string {
  return text.replaceAll('@', String(service));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
