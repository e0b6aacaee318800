import { describe, expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { parse } from './parse.ts';
import { inBlock, problemsIn, treeOf } from './tree.test-helpers.ts';

describe('trees', () => {
  test('statements, blocks, and statements that share a line', () => {
    expect(treeOf(`
use openstack
cloud zurich "Production" from base {   # comment
  group computes { hosts "cmp[01:40].zrh", "x"  spare 10%  zone a "cmp[01:20].zrh" }
  service nova {
    needs keystone, mariadb
    component api on controllers { unit "nova-api"  healthy http "http://\${host}/" status 200, 300  package "nova-api" }
    database main in mariadb { name "nova"  migrate run "sync"  save { run "dump" } }
  }
}`)).toBe(`
use catalogue=openstack
cloud name=zurich title="Production" base=base +from {
  group name=computes {
    hosts hosts=["cmp[01:40].zrh", "x"]
    spare amount=10%
    zone name=a hosts=["cmp[01:20].zrh"]
  }
  service name=nova {
    needs services=[keystone, mariadb]
    component name=api group=controllers +on {
      unit unit="nova-api"
      healthy > http url="http://\${host}/" status=[200, 300] +status
      package package="nova-api"
    }
    database name=main server=mariadb +in {
      name name="nova"
      database.migrate > run command="sync"
      database.save {
        run command="dump"
      }
    }
  }
}`.trim());
  });

  test.each([
    ['let x = [a, "b", [1, 2]]', 'let name=x value=[a, "b", [1, 2]] +='],
    ['let x =\t10%', 'let name=x value=10% +='],
    ['param p: percent = 10%', 'param name=p type=percent value=10% +: +='],
    ['param p : count', 'param name=p type=count +:'],
    ['recipe r(a: component, b: duration = 5m) {}', 'recipe name=r parameters=(a: component, b: duration = 5m) {}'],
    ['recipe r() {}', 'recipe name=r parameters=() {}'],
    ['recipe r {}', 'recipe name=r {}'],
    ['secret s from env "S"', 'secret name=s how=env source="S" +from'],
    ['window w { every tue, wed at 22:00 for 8h zone "Europe/Zurich" }', 'window name=w {\n  every days=[tue, wed] at=22:00 length=8h zone="Europe/Zurich" +at +for +zone\n}'],
    ['train t { release 2025.1 slurp  release v2 }', 'train name=t {\n  train.release name=2025.1 +slurp\n  train.release name=v2\n}'],
  ])('%s', (text, tree) => {
    expect(treeOf(text)).toBe(tree);
  });

  test.each([
    ['apply r', 'apply recipe=r'],
    ['apply r(nova.api, wait: 5m, c: [1])', 'apply recipe=r arguments=(nova.api, wait: 5m, c: [1])'],
    ['release juno -> liberty skipping kilo', 'plan.release from=juno to=liberty skipping=[kilo] +-> +skipping'],
    ['release juno->liberty', 'plan.release from=juno to=liberty +->'],
    ['stop nova.*, glance.api on any ctl, "x" except "y", z', 'stop components=[nova.*, glance.api] target=(any ctl, "x" except "y", z) +on'],
    ['stop nova.api "Title"', 'stop components=[nova.api] title="Title"'],
    ['drain', 'drain'],
    ['reboot on each computes "Title"', 'reboot target=(each computes) title="Title" +on'],
    ['wait 30s', 'wait pause=30s'],
    ['wait until run "x"', 'wait-until > run command="x"'],
    ['wait until { run "x" }', 'wait-until {\n  run command="x"\n}'],
    ['gate healthy nova.*', 'gate-healthy components=[nova.*]'],
    ['gate space', 'gate checks=[space]'],
    ['run "x" under kilo on local { timeout 5s }', 'run command="x" release=kilo target=(all local) +under +on {\n  timeout limit=5s\n}'],
    ['wave gra1 soak 7d', 'wave clouds=[gra1] soak=7d +soak'],
    ['put "a" at "/b" mode 0644 owner "nova" on ctl', 'put file="a" path="/b" mode=0644 owner="nova" target=(all ctl) +at +mode +owner +on'],
  ])('%s, in a plan', (text, tree) => {
    expect(treeOf(inBlock('plan', text))).toBe(`plan name=p {\n${tree.replaceAll(/^/gm, '  ')}\n}`);
  });

  test('a statement without braces may be followed by others of the block around it', () => {
    expect(treeOf('plan p { step s { verify run "a"  unless run "b"  undo run "c"  repeatable } }')).toBe(`plan name=p {
  step name=s {
    step.verify > run command="a"
    unless > run command="b"
    undo > run command="c"
    repeatable
  }
}`);
  });

  test('keywords are words elsewhere', () => {
    expect(treeOf('plan plan { step step { run "x" on on }  stop stop.start }')).toBe(`plan name=plan {
  step name=step {
    run command="x" target=(all on) +on
  }
  stop components=[stop.start]
}`);
  });

  test('lines are continued after a comma and inside brackets, where they are indented deeper', () => {
    expect(treeOf(`cloud c {
  service s {
    needs a,   # one

      # two
      b,
        c
    needs d
  }
}
let l = [
  a,
  b
]
let m = [a
  , b]`)).toBe(`cloud name=c {
  service name=s {
    needs services=[a, b, c]
    needs services=[d]
  }
}
let name=l value=[a, b] +=
let name=m value=[a, b] +=`);
  });

  test('line breaks of any system', () => {
    expect(treeOf('use a\r\nuse b\r\nplan p {\r\n  jump x\r\n}\r\n')).toBe('use catalogue=a\nuse catalogue=b\nplan name=p {\n  jump service=x\n}');
  });

  test('spans are exact', () => {
    const text = 'cloud c {\n  keep nova.api available except 10m  # why\n}\n';
    const { statements, comments } = parse(new Source('a.belay', text));
    const at = (span: { start: number; end: number } | undefined): string => text.slice(span?.start, span?.end);
    const [cloud] = statements;
    const [keep] = cloud?.block?.statements ?? [];
    expect(at(cloud)).toBe('cloud c {\n  keep nova.api available except 10m  # why\n}');
    expect(at(cloud?.keyword)).toBe('cloud');
    expect(at(cloud?.block)).toBe('{\n  keep nova.api available except 10m  # why\n}');
    expect(at(keep)).toBe('keep nova.api available except 10m');
    expect(at(keep?.arguments['component'])).toBe('nova.api');
    expect(at(keep?.arguments['budget'])).toBe('10m');
    expect(comments.map(at)).toEqual(['# why']);
  });

  test('spans of composed values', () => {
    const text = 'plan p { stop a.b, c.d on any x, "y" except z }\nrecipe r(a: count = [1, 2]) {}\nlet v = "a${b}"';
    const { statements } = parse(new Source('a.belay', text));
    const at = (span: { start: number; end: number } | undefined): string => text.slice(span?.start, span?.end);
    const stop = statements[0]?.block?.statements[0];
    expect(at(stop?.arguments['components'])).toBe('a.b, c.d');
    expect(at(stop?.arguments['target'])).toBe('any x, "y" except z');
    const parameters = statements[1]?.arguments['parameters'];
    expect(at(parameters)).toBe('(a: count = [1, 2])');
    expect(at(parameters?.node === 'parameters' ? parameters.items[0] : undefined)).toBe('a: count = [1, 2]');
    expect(at(statements[2]?.arguments['value'])).toBe('"a${b}"');
  });
});

describe('what is wrong with a statement', () => {
  test.each([
    ['retry 3', ['3:11-12 B0006 Expected `every` after `3`, but the statement ends there.']],
    ['retry', ['3:5-10 B0006 Expected a number such as `3` after `retry`, but the statement ends there.']],
    ['retry 3 evry 3s', ['3:13-17 B0006 Expected `every` after `3`, found `evry`.']],
    ['retry 3 every {', ['3:13-18 B0006 Expected a duration such as `30s`, `10m`, `8h` or `14d` after `every`, found a block.', '3:19-20 B0003 This block is never closed: a `}` is missing.']],
    ['retry 3 every 3s now', ['3:22-25 B0006 Expected the end of the line after `3s`, found `now`.']],
    ['retry 3 every 3s timeout 5s', ['3:22-29 B0006 A new statement starts at `timeout`. Put it on a line of its own; only a block that fits one line may hold several.']],
    ['timeout 1h timeot 2h', ['3:16-22 B0006 Expected the end of the line after `1h`, found `timeot`. Did you mean `timeout`?']],
    ['run', ['3:5-8 B0006 Expected a command in quotes after `run`, but the statement ends there.']],
    ['run ls', ['3:9-11 B0006 Expected a command in quotes after `run`, found `ls`.']],
    ["run 'ls'", ["3:9-10 B0006 Expected a command in quotes after `run`, found `'`."]],
    ['run "ls', ['3:9-12 B0002 This text is never closed: expected `"` before the end of the line. For a text of several lines use `"""`.']],
    ['run "a\\qb ${c d}"', [
      '3:11-13 B0007 `\\q` is no escape. Write `\\\\` for a backslash; `\\n \\t \\" \\\\ \\$ \\u{…}` are the others. Between """ a backslash is an ordinary character.',
      '3:15-17 B0007 Expected `${name}` or `${raw name}`. For a variable of the shell write `$NAME`, or `$${…}` where it needs its braces.',
    ]],
    ['run "a" on', ['3:13-15 B0006 Expected a group, a host in quotes, or `local` after `on`, but the statement ends there.']],
    ['run "a" on any', ['3:16-19 B0006 Expected a group, a host in quotes, or `local` after `any`, but the statement ends there.']],
    ['run "a";', ['3:12-13 B0001 Expected `under`, `on`, a block or the end of the line after `"a"`, found `;`.']],
    ['env A: "b"', ['3:10-11 B0006 Expected `=` after `A`, found `:`.']],
    ['accept exit 0,', ['3:18-19 B0006 Expected a number such as `3` after `,`, but the statement ends there.']],
    ['timeout 5s { run "x" }', ['3:16-27 B0008 `timeout` has no block. Remove it.']],
    ['unless', ['3:5-11 B0008 Expected `run`, `script`, `http` or a block after `unless`, but the statement ends there.']],
    ['unless jump x', ['3:12-16 B0006 Expected a block or the end of the line after `unless`, found `jump`.']],
    ['wait until', ['3:5-15 B0008 Expected `run`, `script`, `http` or a block after `wait until`, but the statement ends there.']],
    ['foo bar', ['3:5-8 B0005 `foo` is no statement in a step.']],
    ['timeuot 5s', ['3:5-12 B0005 `timeuot` is no statement in a step. Did you mean `timeout`?']],
    ['needs x', ['3:5-10 B0005 `needs` can not stand in a step. It stands in a service.']],
    ['"x"', ['3:5-8 B0006 Expected a statement in a step, which starts with a word such as `allow`, `after`, `stop` or `start`. Found `"x"`.']],
    ['= 3', ['3:5-6 B0001 Expected a statement in a step, which starts with a word such as `allow`, `after`, `stop` or `start`. Found `=`.']],
    ['\u00a0run "x"', ['3:5-6 B0001 Expected a statement in a step, which starts with a word such as `allow`, `after`, `stop` or `start`. Found the white space U+00A0.']],
    ['run "a\u200bb"', ['3:11-12 B0010 The character U+200B can not be seen, or changes how the text around it looks. Remove it, or write it as `\\u{200B}` inside a text.']],
    ['run "a\ufffd"', ['3:11-12 B0010 The character U+FFFD stands for bytes that are not UTF-8. Save the file as UTF-8, or remove the character.']],
    ['timeout 5s\ntimeout 6s', ['4:5-12 B0009 `timeout` stands in this block already. Keep one of the two.']],
    ['undo '.repeat(9) + 'run "x"', ['3:45-49 B0011 More than 8 statements hold each other on one line.']],
  ])('%j, in a step', (text, expected) => {
    expect(problemsIn(inBlock('step', text))).toEqual(expected);
  });
});

describe('what is wrong at the top of a file', () => {
  test.each([
    ['let x = [a, b c]', ['1:15-16 B0006 Expected `,` or `]` after `b`, found `c`.']],
    ['let x = [a, ]', ['1:13-14 B0006 Expected a value after `,`, found `]`.']],
    ['let x = []', ['1:10-11 B0006 Expected a value, found `]`.']],
    ['let x = [a, [b, ->]]', ['1:17-19 B0006 Expected a value after `,`, found `->`.']],
    ['let x', ['1:5-6 B0006 Expected `=` after `x`, but the statement ends there.']],
    ['let 1x = 2', ['1:5-7 B0006 Expected a name: letters, digits, `_` and `-` after `let`, found `1x`.']],
    ['recipe r(a) {}', ['1:11-12 B0006 Expected `:` and a type after `a`, found `)`.']],
    ['recipe r(a: count b: count) {}', ['1:19-20 B0006 Expected `,` or `)` after `count`, found `b`.']],
    ['recipe r(a: count = ) {}', ['1:21-22 B0006 Expected a value after `=`, found `)`.']],
    ['recipe r(1: count) {}', ['1:10-11 B0006 Expected a name: letters, digits, `_` and `-`, found `1`.']],
    ['secret s from file', ['1:15-19 B0006 Expected a text in quotes after `file`, but the statement ends there.']],
    ['secret s from vault "x"', ['1:15-20 B0006 Expected `env` or `file` or `command` after `from`, found `vault`.']],
    ['cloud c { keep }', ['1:11-15 B0006 Expected a component such as `nova.api`, or a number such as `2` or a share such as `10%` after `keep`, but the statement ends there.']],
    ['cloud c { keep nova.api }', ['1:16-24 B0006 Expected `available` after `nova.api`, but the statement ends there.']],
    ['cloud "c" {}', ['1:7-10 B0006 Expected a name: letters, digits, `_` and `-` after `cloud`, found `"c"`.']],
    ['cloud c', ['1:1-6 B0008 `cloud` needs a block in braces.']],
    ['cloud c {} {}', ['1:12-14 B0006 Expected a statement at the top of a file, which starts with a word such as `use`, `import`, `let` or `param`. Found a block.']],
    ['stop nova.api', ['1:1-5 B0005 `stop` can not stand at the top of a file. It stands in a plan and the blocks inside it, in a cloud, in a service, in a component and in a step.']],
    ['use a use b', ['1:7-10 B0006 A new statement starts at `use`. Put it on a line of its own; only a block that fits one line may hold several.']],
    ['use a\u2003b', ['1:6-7 B0001 Expected the end of the line after `a`, found the white space U+2003.']],
    [`use ${'a'.repeat(50)}/`, [`1:5-56 B0006 Expected the name of a catalogue after \`use\`, found \`${'a'.repeat(40)}…\`.`]],
  ])('%s', (text, expected) => {
    expect(problemsIn(text)).toEqual(expected);
  });

  test('what was meant is proposed as an edit', () => {
    const [first, second] = parse(new Source('a.belay', 'clod c {}\nuse a use b\n')).diagnostics;
    expect(first?.fixes).toEqual([
      { title: 'Write `cloud`', applicability: 'likely', edits: [{ location: { file: 'a.belay', start: 0, end: 4 }, newText: 'cloud' }] },
    ]);
    expect(second?.fixes).toEqual([
      { title: 'Start a new line', applicability: 'certain', edits: [{ location: { file: 'a.belay', start: 15, end: 16 }, newText: '\n' }] },
    ]);
  });

  test.each([
    ["import 'x'", 'Texts stand in double quotes: `"…"`.'],
    ['import “x”', 'Texts stand in straight quotes: `"…"`.'],
    ['import "x";', 'The end of the line ends a statement; there is no `;`.'],
    ['import: "x"', 'Arguments follow their keyword after a space; there is no `:`.'],
    ['import = "x"', 'Arguments follow their keyword after a space; only `let`, `param` and `env` have a `=`.'],
    ['// comment', 'Comments start with `#`.'],
  ])('%s: habits of other languages', (text, note) => {
    const [diagnostic] = parse(new Source('a.belay', text)).diagnostics;
    expect(diagnostic?.notes[0]).toBe(note);
  });

  test('a mistyped keyword is reported once and keeps its block, however deep', () => {
    const depth = 40;
    const text = `plan p {\n${'stge s {\n'.repeat(depth)}${'}\n'.repeat(depth)}}`;
    expect(problemsIn(text)).toEqual(Array.from({ length: depth }, (_, index) => `${index + 2}:1-5 B0005 \`stge\` is no statement in a plan. Did you mean \`stage\`?`.replace('in a plan', index === 0 ? 'in a plan' : 'in a stage')));
  });

  test('nothing is reported inside a block whose statement is unknown', () => {
    expect(problemsIn('nonsense x {\n  foo\n  bar {\n  }\n}\nuse a')).toEqual(['1:1-9 B0005 `nonsense` is no statement at the top of a file.']);
  });

  test('diagnostics come in the order of the text', () => {
    const { diagnostics } = parse(new Source('a.belay', 'foo\nlet x = "a\u200b\nplan p {\n  bar\n'));
    expect(diagnostics.map((one) => one.code)).toEqual(['B0005', 'B0002', 'B0010', 'B0003', 'B0005']);
  });
});
