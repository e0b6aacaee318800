import fc from 'fast-check';

/** A statement of a random plan, as text with its block. `#` stands for the number of the statement, `%` for one of the place. */
type Lines = readonly string[];

/** One of two services: `top` needs `low`. */
type Service = 'low' | 'top';

const COMPONENT: Readonly<Record<Service, string>> = { low: 'low.server', top: 'top.api' };
const GROUP: Readonly<Record<Service, string>> = { low: 'backs', top: 'fronts' };

const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>): { weight: number; arbitrary: fc.Arbitrary<T> } => ({ weight, arbitrary });
const service = fc.constantFrom<Service>('low', 'top');
const release = fc.constantFrom('', '', '', ' to r1');

/** What is done to a component, on all of its hosts or on the first. */
function componentLines(of: fc.Arbitrary<Service>): fc.Arbitrary<Lines> {
  return fc.tuple(fc.constantFrom('install', 'restart', 'stop', 'start'), of, release, fc.integer({ min: 0, max: 4 }))
    .map(([verb, name, to, on]) => [`${verb} ${COMPONENT[name]}${verb === 'install' ? to : ''}${on === 0 ? ` on first ${GROUP[name]}` : ''}`]);
}

/** Opaque commands: what they change, and how that is taken back. */
const opaque: fc.Arbitrary<Lines> = fc.tuple(
  fc.constantFrom('rewrites low.main', 'rewrites low.main', 'rewrites "/etc/top/api.conf"', 'rewrites "/etc/top"', 'rewrites top.api', 'changes nothing'),
  fc.constantFrom('', '', '', '  undo { run "back" }', '  undo nothing "it does no harm"', '  irreversible "it is gone"'), fc.constantFrom('fronts', 'first fronts', 'any fronts'),
).map(([effect, back, on]) => [`step change% { on ${on}  run "change"  ${effect}${back} }`]);

const point: fc.Arbitrary<Lines> = fc.tuple(fc.subarray(['low.main on first backs', '"/etc/top" on fronts'], { minLength: 0 }), fc.constantFrom('"/etc/top/api.conf" on first fronts', '"/etc/top/api.conf" on fronts', 'low.main on first backs'))
  .map(([captures, more]) => [...new Set([...captures, more])])
  .map((captures) => ['rollback point saved% {', ...captures.map((capture) => `  capture ${capture}`), '}']);

const migrate: fc.Arbitrary<Lines> = release.map((to) => [`migrate low.main${to}`]);
const approval: fc.Arbitrary<Lines> = fc.constant(['approve "go on?"']);
const noReturn: fc.Arbitrary<Lines> = fc.constant(['point of no return "the old data goes"']);
const mode: fc.Arbitrary<Lines> = fc.constantFrom(['enter quiet'], ['leave quiet']);
const host: fc.Arbitrary<Lines> = fc.constantFrom(['drain on fronts'], ['return on fronts'], ['reboot on backs'], ['drain on first fronts']);

function block(head: string, inner: readonly Lines[]): Lines {
  return [`${head} {`, ...inner.flat().map((line) => `  ${line}`), '}'];
}

const leaving = (name: Service): fc.Arbitrary<string> => fc.constantFrom('', '', '', ` leaving ${COMPONENT[name]}`, ` leaving ${COMPONENT[name]} stopped`);

/** What a service needs to arrive, maybe with something left out or in another order. */
function jumpLines(name: Service, extra: fc.Arbitrary<Lines>): fc.Arbitrary<Lines> {
  const whole: Lines[] = [...(name === 'low' ? [['migrate low.main']] : []), [`install ${COMPONENT[name]}`], [`restart ${COMPONENT[name]}`]];
  return fc.tuple(leaving(name), fc.oneof(often(3, fc.constant(whole)), often(1, fc.shuffledSubarray(whole))), fc.array(extra, { maxLength: 1 }), fc.boolean())
    .filter(([, parts, more]) => parts.length + more.length > 0)
    .map(([left, parts, more, last]) => block(`jump ${name}${left}`, last ? [...parts, ...more] : [...more, ...parts]));
}

const inRoll = fc.oneof(often(4, componentLines(fc.constant('top'))), often(1, migrate), often(1, fc.constantFrom(['drain'], ['return'])), often(1, opaque), often(1, componentLines(fc.constant('low'))));
const roll: fc.Arbitrary<Lines> = fc.array(inRoll, { minLength: 1, maxLength: 2 }).map((body) => block('roll fronts', body));

const simple = fc.oneof(often(4, componentLines(service)), often(2, opaque), often(1, migrate), often(1, mode), often(1, host));
const low = jumpLines('low', componentLines(fc.constant('low')));
const top = jumpLines('top', fc.oneof(opaque, componentLines(fc.constant('top')), roll));
const nested = fc.tuple(low, top, fc.boolean(), fc.array(simple, { maxLength: 1 })).map(([outer, inner, first, more]) => {
  const [head = '', ...rest] = outer;
  const body = rest.slice(0, -1);
  return [head, ...(first ? [...indent([...inner, ...more.flat()]), ...body] : [...body, ...indent([...more.flat(), ...inner])]), '}'];
});

/** Two parts without an order, or with one by `after`. */
const parallel: fc.Arbitrary<Lines> = fc.tuple(
  fc.oneof(often(2, fc.array(componentLines(fc.constant('top')), { minLength: 1, maxLength: 2 })), often(1, opaque.map((one) => [one])), often(2, top.map((one) => [one])), often(1, roll.map((one) => [one]))),
  fc.oneof(often(2, fc.array(componentLines(fc.constant('low')), { minLength: 1, maxLength: 2 })), often(1, migrate.map((one) => [one])), often(2, low.map((one) => [one])), often(1, approval.map((one) => [one])), often(1, simple.map((one) => [one]))),
  fc.constantFrom('', '', '', 'first', 'second'), fc.boolean(),
).map(([first, second, waits, swapped]) => {
  const one = block('stage one#', waits === 'first' ? [['after two#'], ...first] : first);
  const two = block('stage two#', waits === 'second' ? [['after one#'], ...second] : second);
  return block('parallel', swapped ? [two, one] : [one, two]);
});

const inJump = fc.tuple(low, parallel, fc.boolean()).map(([outer, part, first]) => {
  const [head = '', ...rest] = outer;
  return [head, ...(first ? [...indent(part), ...rest.slice(0, -1)] : [...rest.slice(0, -1), ...indent(part)]), '}'];
});

const statement = fc.oneof(
  often(3, simple), often(2, low), often(2, top), often(1, nested), often(1, inJump), often(3, parallel), often(1, roll), often(2, point), often(1, approval), often(1, noReturn),
);

function indent(lines: Lines): Lines {
  return lines.map((line) => `  ${line}`);
}

/** Small plans of two services with jumps, rollback points, approvals and points of no return, that keep and break each rule about them. */
export const randomJumps: fc.Arbitrary<string> = fc.tuple(fc.boolean(), fc.array(statement, { minLength: 1, maxLength: 4 })).map(([phased, statements]) => numbered(`train letters {
  release r1
  release r2
}

cloud small {
  connection local
  group fronts { hosts "f[1:2]" }
  group backs { hosts "b1" }
  install run "true"
  drain run "true"
  return run "true"
  service low {
    component server on backs { unit "low" }
    database main {
      migrate run "true"
${phased ? '      expand run "true"\n      contract run "true"\n' : ''}      save run "true"
      restore run "true"
    }
  }
  service top {
    needs low
    component api on fronts { unit "top" }
  }
}

plan random {
  on small
  release r1 -> r2
  mode quiet {
    enter on local { run "true" }
    leave on local { run "true" }
  }
${statements.flatMap((lines, index) => lines.map((line) => `  ${line.replaceAll('#', String(index))}\n`)).join('')}}
`));

function numbered(text: string): string {
  let count = 0;
  return text.replaceAll('%', () => String((count += 1)));
}
