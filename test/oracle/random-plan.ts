import fc from 'fast-check';

/** A statement of a random plan, as text with its block. */
type Lines = readonly string[];

const RELEASES = ['r1', 'r2', 'r3'] as const;
const release = fc.constantFrom(...RELEASES);
const component = fc.constantFrom('app.front', 'app.back');

/** One action on one of two components, their database, a mode, or a command under some release's code. */
function action(name: fc.Arbitrary<string>): fc.Arbitrary<Lines> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.tuple(name, release).map(([one, to]) => [`install ${one} to ${to}`]) },
    { weight: 4, arbitrary: fc.tuple(name, fc.constantFrom('', ' on first')).map(([one, on]) => [`restart ${one}${on === '' ? '' : ` on first ${one}`}`]) },
    { weight: 2, arbitrary: name.map((one) => [`stop ${one}`]) },
    { weight: 3, arbitrary: name.map((one) => [`start ${one}`]) },
  );
}

const database: fc.Arbitrary<Lines> = fc.tuple(fc.constantFrom('expand', 'migrate', 'migrate', 'contract'), release).map(([verb, to]) => [`${verb} app.main to ${to}`]);
const command: fc.Arbitrary<Lines> = fc.tuple(release, fc.constantFrom('any fronts', 'first fronts', 'fronts', 'each fronts, backs'), fc.constantFrom('changes nothing', 'changes nothing', 'rewrites app.front  undo nothing "it is the same"'))
  .map(([under, on, effect]) => [`run "tool" under ${under} on ${on} { ${effect} }`]);
const host: fc.Arbitrary<Lines> = fc.constantFrom(['drain on fronts'], ['return on fronts'], ['drain on first fronts'], ['reboot on backs']);
const server: fc.Arbitrary<Lines> = fc.constantFrom(['stop db.server'], ['start db.server'], ['restart db.server']);
const mode: fc.Arbitrary<Lines> = fc.constantFrom(['enter quiet'], ['leave quiet']);

function block(head: string, inner: readonly Lines[]): Lines {
  return [`${head} {`, ...inner.flat().map((line) => `  ${line}`), '}'];
}

const inRoll: fc.Arbitrary<Lines> = fc.oneof(
  { weight: 5, arbitrary: action(fc.constant('app.front')) },
  { weight: 1, arbitrary: release.map((under) => [`run "tool" under ${under} { changes nothing }`]) },
  { weight: 1, arbitrary: fc.constantFrom(['drain'], ['return'], ['reboot']) },
);
const roll: fc.Arbitrary<Lines> = fc.array(inRoll, { minLength: 1, maxLength: 2 }).map((body) => block('roll fronts', body));

/** Branches that mostly leave each other alone. */
const parallel: fc.Arbitrary<Lines> = fc.tuple(
  fc.oneof({ weight: 3, arbitrary: fc.array(action(fc.constant('app.front')), { minLength: 1, maxLength: 2 }) }, { weight: 1, arbitrary: roll.map((one) => [one]) }),
  fc.oneof(
    { weight: 3, arbitrary: fc.array(action(fc.constant('app.back')), { minLength: 1, maxLength: 2 }) },
    { weight: 2, arbitrary: fc.array(database, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: command.map((one) => [one]) },
  ),
).map(([first, second]) => block('parallel', [block('stage one', first), block('stage two', second)]));

const statement = fc.oneof(
  { weight: 6, arbitrary: action(component) },
  { weight: 3, arbitrary: database },
  { weight: 2, arbitrary: command },
  { weight: 1, arbitrary: mode },
  { weight: 1, arbitrary: host },
  { weight: 1, arbitrary: server },
  { weight: 1, arbitrary: database.map((one) => ['stop db.server', ...one]) },
  { weight: 3, arbitrary: parallel },
  { weight: 1, arbitrary: roll },
);

export interface RandomPlan {
  readonly lag: number;
  readonly tolerates: number;
  readonly phased: boolean;
  readonly floor: boolean;
  readonly text: string;
}

/** Small plans over two components, one database and one mode, that keep and break each rule. */
export const randomPlan: fc.Arbitrary<RandomPlan> = fc.record({
  lag: fc.integer({ min: 0, max: 2 }),
  tolerates: fc.integer({ min: 0, max: 2 }),
  phased: fc.boolean(),
  floor: fc.boolean(),
  statements: fc.array(statement, { minLength: 1, maxLength: 5 }),
}).map(({ lag, tolerates, phased, floor, statements }) => ({
  lag, tolerates, phased, floor,
  text: `train letters {
  release r1
  release r2
  release r3
}

cloud small {
  connection local
  group fronts { hosts "f[1:2]" }
  group backs { hosts "b1" }
  group stores { hosts "d1" }
  drain run "true"
  return run "true"
  install run "true"
  service db { component server on stores { unit "db" } }
  service app {
    component front on fronts { unit "front" }
    component back on backs {
      unit "back"
      lags app.front by ${lag} releases
    }
    database main in db {
      used by app.front
      serves code ${tolerates} releases behind
${floor ? '      floor r2 for r3\n' : ''}      expand run "true"
      migrate run "true"
${phased ? '      contract run "true"\n' : ''}    }
  }
}

plan random {
  on small
  release r1 -> r3 skipping r2
  mode quiet {
    enter on local { run "true" }
    leave on local { run "true" }
  }
  rollback point start_here { capture app.main on first fronts { save run "true"  restore run "true" } }
${statements.flat().filter((line) => phased || !line.includes('contract ')).map((line, index) => `  ${line.replace(/stage \w+/, `stage part${index}`)}\n`).join('')}}
`,
}));
