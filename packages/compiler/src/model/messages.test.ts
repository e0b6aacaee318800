import { describe, expect, test } from 'vitest';
import { checkText, diagnose, memoryHost, type Files } from '../check.test-helpers.ts';
import { checkProject } from '../check.ts';
import { loadProject } from '../project/load.ts';

const CLOUD = `
cloud c {
  group controllers { hosts "ctl[1:3]" }
  group databases { hosts "db[1:3]" }
  service mariadb { component server on databases { unit "mariadb" } }
  service nova {
    component api on controllers { unit "nova-api" }
    component conductor on controllers { unit "nova-conductor" }
    database main in mariadb { name "nova" }
  }
}
`;

/** Statements of a plan on that cloud; they start at line 4. */
const plan = (statements: string): Files => ({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n  ${statements}\n}\n`, 'cloud.belay': CLOUD });

/** Statements of a cloud; they start at line 3. */
const cloud = (statements: string): string => `cloud c {\n  group g { hosts "a[1:3]" }\n  ${statements}\n}\n`;

describe('names', () => {
  test.each([
    ['a service in the place of components', 'stop nova', '4:8 B0101 `nova` is a service, no component. For every component of it write `nova.*`.'],
    ['a service in the place of databases', 'migrate nova', '4:11 B0101 `nova` is a service, no database. For every database of it write `nova.*`.'],
    ['all of a service that has none', 'migrate mariadb.*', '4:11 B0101 Service `mariadb` has no database.'],
    ['all of a service that is mistyped', 'stop nva.*', '4:8 B0101 There is no service named `nva`. Did you mean `nova`?'],
    ['a component that is mistyped', 'restart nova.apii', '4:11 B0101 There is no component named `nova.apii`. Did you mean `nova.api`?'],
    ['a host', 'run "true" on "ctl4" { changes nothing }', '4:17 B0101 There is no host named `ctl4`. Did you mean `ctl1` or `ctl2` or `ctl3`?'],
    ['a group', 'run "true" on contollers { changes nothing }', '4:17 B0101 There is no group named `contollers`. Did you mean `controllers`?'],
    ['a check', 'gate backup', '4:8 B0101 There is no check named `backup`.'],
    ['a recipe', 'apply bounce', '4:9 B0101 There is no recipe named `bounce`.'],
    ['a value', 'wait patience', '4:8 B0101 Nothing named `patience` can be used here.'],
    ['a type', 'param n: percentage = 10%', '4:12 B0201 There is no type named `percentage`. Did you mean `percent`?'],
  ])('%s', async (_, statements, found) => {
    expect(await checkText(plan(statements))).toEqual([found]);
  });

  test('what is known is listed where nothing is near', async () => {
    const [found] = await diagnose(plan('stop quobyte.data'));
    expect(found?.notes).toEqual(['Known here: `mariadb.server`, `nova.api`, `nova.conductor`.']);
  });

  test('of many names the first are listed', async () => {
    const [found] = await diagnose(`cloud c {\n  group g { hosts "a" }\n${Array.from({ length: 20 }, (_, index) => `  group group_${index} { hosts "a" }`).join('\n')}\n  group last { groups zzz }\n}\n`);
    expect(found?.notes).toEqual(['Known here: `g`, `group_0`, `group_1`, `group_2`, `group_3`, `group_4`, `group_5`, `group_6`, `group_7`, `group_8`, `group_9`, `group_10` and 10 more.']);
  });

  test('what a name stands for is told', async () => {
    const files = plan('apply bounce(nova.apii)');
    const [unknown] = await diagnose({ ...files, 'cloud.belay': `${CLOUD}\nrecipe bounce(what: component) { restart what }\n` });
    expect([unknown?.message, unknown?.notes, unknown?.fixes]).toEqual(['There is no component named `nova.apii`. Did you mean `nova.api`?', ['`what` stands for `nova.apii` here.'], []]);
  });

  test('a text in quotes is no name, and hides none', async () => {
    expect(await checkText(plan('let controllers = "/srv/controllers"\n  run "ls ${controllers}" on controllers { changes nothing }'))).toEqual([]);
    expect(await checkText(plan('let where = controllers\n  run "true" on where { changes nothing }'))).toEqual([]);
  });

  test('what is mistyped is offered right, in its quotes', async () => {
    const fixOf = async (statements: string): Promise<unknown> => (await diagnose(plan(statements)))[0]?.fixes.map(({ title, edits }) => [title, ...edits.map(({ newText }) => newText)]);
    expect(await fixOf('run "true" on "ctl11" { changes nothing }')).toEqual([['Write `ctl1`', '"ctl1"']]);
    expect(await fixOf('stop nva.*')).toEqual([['Write `nova`', 'nova']]);
    expect(await fixOf('stop nova')).toEqual([['Write `nova.*`', '.*']]);
    expect(await fixOf('param n: percentage = 10%')).toEqual([['Write `percent`', 'percent']]);
    // A host of a range is no text of its own.
    expect(await fixOf('run "true" on "ctl[3:4]" { changes nothing }')).toEqual([]);
  });

  test('a component and a database can not share a name', async () => {
    expect(await checkText(cloud('service nova {\n    component main on g { unit "a" }\n    database main\n  }'))).toEqual([
      '5:14 B0102 There is a component named `nova.main` already. Give one of them another name.',
    ]);
  });
});

describe('circles', () => {
  test.each([
    ['a group that holds itself', cloud('group h { groups h }'), '3:20 B0106 Group `h` holds itself. Remove it here.'],
    ['groups that hold each other', cloud('group h { groups i }\n  group i { groups h }'), '4:20 B0106 These groups hold each other in a circle. Remove one of them from the group that holds it.'],
    ['a cloud that takes over itself', 'cloud c from c { }', '1:14 B0106 Cloud `c` takes over itself. Remove its `from`.'],
    ['clouds that take over each other', 'cloud b from c { }\ncloud c from a { }\ncloud a from b { }', '3:14 B0106 These clouds take over each other in a circle. Remove one of their `from`.'],
    ['a recipe that applies itself', `${cloud('')}recipe r { apply r }\nplan p {\n  on c\n  apply r\n}`, '5:18 B0106 Recipe `r` applies itself: it would never end.'],
    ['recipes that apply each other', `${cloud('')}recipe r { apply s }\nrecipe s { apply r }\nplan p {\n  on c\n  apply r\n}`, '6:18 B0106 These recipes apply each other in a circle: they would never end.'],
    ['a file that imports itself', 'import "plan.belay"', '1:8 B0104 This file imports itself. Remove the import.'],
  ])('%s', async (_, text, found) => {
    expect(await checkText(text)).toEqual([found]);
  });

  test('are drawn', async () => {
    const drawing = async (text: string): Promise<readonly string[] | undefined> => (await diagnose(text))[0]?.notes;
    expect(await drawing(cloud('group h { groups i }\n  group i { groups h }'))).toEqual(['┌────┐\n│  h\n│    ↓\n│  i\n└────┘']);
    expect(await drawing('cloud b from c { }\ncloud c from a { }\ncloud a from b { }')).toEqual(['┌────┐\n│  a\n│    ↓\n│  b\n│    ↓\n│  c\n└────┘']);
    expect(await drawing(`${cloud('')}recipe r { apply s }\nrecipe s { apply r }\nplan p {\n  on c\n  apply r\n}`)).toEqual(['┌────┐\n│  r\n│    ↓\n│  s\n└────┘']);
  });
});

describe('values', () => {
  test.each([
    ['a mode of a file', plan('put "plan.belay" at "/etc/x" mode rw on controllers'), '4:37 B0201 Expected a mode such as `0640`, found `rw`.'],
    ['more instances than there are', cloud('service s { component a on g { unit "a" } }\n  keep 4 of s.a'), '4:8 B0201 Expected at most `3`, found `4`: `s.a` has no more instances.'],
    ['a folder for captures', cloud('captures "srv/backup"'), '3:12 B0201 Expected the absolute path of a folder on the hosts, without `..`, found `srv/backup`.'],
    ['a parameter of another type, told once', plan('param patience: duration = 10\n  wait patience'), '4:30 B0201 Expected a duration such as `30s`, found `10`.'],
    ['a cloud in two waves', { 'plan.belay': 'import "cloud.belay"\nplan p {\n  wave c\n  wave c\n  wait 1s\n}\n', 'cloud.belay': CLOUD }, '4:8 B0102 Cloud `c` is in a wave already, and takes the plan once. Remove it here.'],
    ['a host in two zones', 'cloud c {\n  group g {\n    hosts "a[1:3]"\n    zone x "a[1:2]"\n    zone y "a[2:3]"\n  }\n}', '5:10 B0301 `a2` is in zone `x` already, and a host stands in one zone only. Remove it from one of the two.'],
    ['a server that holds no database', cloud('service s { }\n  service t { database d in s }'), '4:29 B0105 Service `s` has no component that could hold a database. Give it one, or name another service.'],
    ['a file that is not there', plan('script "check.sh" on controllers { changes nothing }'), '4:10 B0103 `check.sh` does not exist.'],
    ['an empty value is a word all the same', plan('let none = ""\n  run "test -z ${none}" on controllers { changes nothing }'), undefined],
  ])('%s', async (_, files, found) => {
    expect(await checkText(files)).toEqual(found === undefined ? [] : [found]);
  });

  test('a raw value is constant only where all of it is', async () => {
    const raw = (value: string): Promise<string[]> => checkText(plan(`param given: text = "a"\n  let value = ${value}\n  run "echo \${raw value}" on controllers { changes nothing }`));
    expect(await raw('"b"')).toEqual([]);
    expect(await raw('"b ${given}"')).toEqual([
      '6:13 B0204 `value` is not constant, and is spliced into the command as it is: whatever it holds becomes part of the program. Write `${value}` to have it quoted.',
    ]);
  });

  test('a file that is asked for and is not there', async () => {
    const { diagnostics } = checkProject(await loadProject('nosuch.belay', memoryHost({})));
    expect(diagnostics.map(({ code, message, primary }) => ({ code, message, primary }))).toEqual([
      { code: 'B0103', message: '`nosuch.belay` does not exist.', primary: { file: 'nosuch.belay', start: 0, end: 0 } },
    ]);
  });
});

describe('exceptions', () => {
  test.each([
    ['that accepts nothing', 'allow needs-order "x"\n  wait 1s', '4:3 B0107 Nothing in this block is found by `needs-order`: this line accepts nothing. Remove it.'],
    ['that names no finding', 'allow need-order "x"\n  wait 1s', '4:3 B0107 There is no finding named `need-order`. Did you mean `needs-order`?'],
  ])('one %s', async (_, statements, found) => {
    expect(await checkText(plan(statements))).toEqual([found]);
  });

  test('one that would accept an error', async () => {
    expect(await checkText(plan('stage a {\n    allow unknown-name "x"\n    gate nothing\n  }'))).toEqual([
      '5:5 B0107 `unknown-name` is an error here, and errors can not be allowed. Mend what it reports, and remove this line.',
      '6:10 B0101 There is no check named `nothing`.',
    ]);
  });
});

describe('consequences are not reported', () => {
  const rolled = `use openstack
cloud c {
  group g { hosts "a" }
  install run "x"
  service s { component a on g { unit "u"  package "p" } }
}
`;

  test.each([
    ['of a mistyped component', `${rolled}plan p {\n  on c\n  release kilo -> liberty\n  jump s {\n    install s.b\n    restart s.a\n  }\n}`, ['11:13 B0101 There is no component named `s.b`. Did you mean `s.a`?']],
    ['of a mistyped statement', `${rolled}plan p {\n  on c\n  release kilo -> liberty\n  jump s {\n    instal s.a\n    restart s.a\n  }\n}`, ['11:5 B0005 `instal` is no statement in a jump. Did you mean `install`?']],
    ['of a missing command', `${rolled.replace('  install run "x"\n', '')}plan p {\n  on c\n  release kilo -> liberty\n  jump s\n}`, ['9:3 B0206 Nothing says how `s.a` is installed.']],
    ['of a file that is not there', 'import "cloud.belay"\nplan p {\n  on c\n  apply r\n  gate x\n  wait patience\n}', ['1:8 B0103 `cloud.belay` does not exist.']],
    ['of an inventory that is not there', 'cloud c {\n  inventory "hosts.ini"\n  service s { component a on g { unit "u" } }\n}\nplan p {\n  on c\n  restart s.a on "ctl1"\n}', ['2:13 B0103 `hosts.ini` does not exist.']],
    ['of a capture on a group that is not there', `${rolled}plan p {\n  on c\n  rollback point b { capture "/etc/x" on h }\n  restart s.a\n}`, ['9:42 B0101 There is no group named `h`. Did you mean `g`?']],
    ['of a component on a group that is not there', `${rolled.replace('on g', 'on h').replace('package "p"', 'healthy run "x"')}plan p {\n  on c\n  restart s.a\n  gate healthy s.a\n}`, ['5:30 B0101 There is no group named `h`. Did you mean `g`?']],
    ['of a service, a component, a group without a name', `${rolled.replace('service s', 'service').replace('group g', 'group')}plan p {\n  on c\n  rollback point b { capture "/etc/x" on g }\n  restart s.a\n  gate healthy s.*\n}`, [
      '3:3 B0006 Expected a name: letters, digits, `_` and `-` after `group`, found a block.', '5:3 B0006 Expected a name: letters, digits, `_` and `-` after `service`, found a block.']],
    ['of a check without a name, in its plan', `${rolled}plan p {\n  on c\n  check { on g  run "x" }\n  gate one\n}\nplan q {\n  on c\n  gate two\n}`, [
      '9:3 B0006 Expected a name: letters, digits, `_` and `-` after `check`, found a block.', '14:8 B0101 There is no check named `two`.']],
    ['of a rule that is allowed, in a plan that was not judged', `${rolled}plan p {\n  on c\n  allow needs-order "x"\n  restart s.b\n}`, ['10:11 B0101 There is no component named `s.b`. Did you mean `s.a`?']],
  ])('%s', async (_, text, found) => {
    expect(await checkText(text)).toEqual(found);
  });

  test('a mistake in one plan leaves the others judged', async () => {
    const text = `${rolled}plan p {\n  on c\n  restart s.b\n}\nplan q {\n  on c\n  release kilo -> liberty\n  jump s { restart s.a }\n}`;
    expect(await checkText(text)).toEqual([
      '9:11 B0101 There is no component named `s.b`. Did you mean `s.a`?',
      '14:3 B0402 `s` does not arrive at `liberty`: `s.a` is not installed.',
    ]);
  });

  test('exceptions outside of plans may accept what other checks find', async () => {
    expect(await checkText({ 'plan.belay': 'import "other.belay"\n', 'other.belay': `${rolled}plan p {\n  on c\n  allow needs-order "x"\n  wait 1s\n}` })).toEqual([]);
    expect(await checkText(`cloud c {\n  group g { hosts "a" }\n  allow raw-splice "the image is ours"\n}`)).toEqual([]);
  });
});
