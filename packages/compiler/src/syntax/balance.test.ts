import { describe, expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { parse } from './parse.ts';
import { printTree, problemsIn, treeOf } from './tree.test-helpers.ts';

const CLOUD = `cloud zurich {
  group ctl { hosts "a" }
  service nova {
    needs keystone
    component api on ctl { unit "api" }
    component conductor on ctl {
      unit "conductor"
    }
  }
  keep nova.api available
}
use openstack
`;

const TREE = treeOf(CLOUD);

function read(text: string): { tree: string; problems: string[] } {
  return { tree: printTree(parse(new Source('a.belay', text)).statements), problems: problemsIn(text) };
}

describe('a brace too many or too few costs nothing but its line', () => {
  test.each([
    ['the `{` of a block', 'service nova {', 'service nova', '3:11-15 B0003 The lines below are indented as a block, but no `{` opens one here.'],
    ['the `{` of the outermost block', 'cloud zurich {', 'cloud zurich', '1:7-13 B0003 The lines below are indented as a block, but no `{` opens one here.'],
    ['the `}` of a block', '    }\n  }\n', '    }\n', '3:16-17 B0003 This block is never closed: a `}` is missing.'],
    ['the `}` of an inner block', '"conductor"\n    }', '"conductor"', '6:32-33 B0003 This block is never closed: a `}` is missing.'],
    ['the `}` of a block on one line', '{ hosts "a" }', '{ hosts "a"', '2:13-14 B0003 This block is never closed: a `}` is missing.'],
  ])('%s is missing', (_, from, to, problem) => {
    expect(CLOUD).toContain(from);
    expect(read(CLOUD.replace(from, to))).toEqual({ tree: TREE, problems: [problem] });
  });

  test.each([
    ['at the end of a statement', 'needs keystone', 'needs keystone }', '4:20-21 B0003 This `}` closes no block. Remove it, or look for a `{` that is missing before it.'],
    ['on a line of its own', 'needs keystone', 'needs keystone\n    }', '5:5-6 B0003 This `}` closes no block. Remove it, or look for a `{` that is missing before it.'],
    ['before a statement', '    needs', '    } needs', '4:5-6 B0003 This `}` closes no block. Remove it, or look for a `{` that is missing before it.'],
    ['at the end of a block on one line', '{ unit "api" }', '{ unit "api" } }', '5:41-42 B0003 This `}` closes no block. Remove it, or look for a `{` that is missing before it.'],
    ['behind a `{`', 'service nova {', 'service nova { }', '3:18-19 B0003 This `}` closes no block. Remove it, or look for a `{` that is missing before it.'],
    ['at the end of the file', 'use openstack', 'use openstack\n}', '13:1-2 B0003 This `}` closes no block. Remove it, or look for a `{` that is missing before it.'],
  ])('a `}` %s', (_, from, to, problem) => {
    expect(read(CLOUD.replace(from, to))).toEqual({ tree: TREE, problems: [problem] });
  });

  test.each([
    ['twice', 'service nova {', 'service nova {{', '3:17-18 B0003 This `{` follows no statement. Remove it.'],
    ['at the start of a line', '    needs', '    { needs', '4:5-6 B0003 This `{` follows no statement. Remove it.'],
    ['at the end of a line', 'unit "conductor"', 'unit "conductor" {', '7:24-25 B0003 This block is never closed: a `}` is missing.'],
  ])('a `{` %s', (_, from, to, problem) => {
    expect(read(CLOUD.replace(from, to))).toEqual({ tree: TREE, problems: [problem] });
  });

  test('the `{` of a block on one line is missing', () => {
    expect(read(CLOUD.replace('{ unit "api" }', 'unit "api" }'))).toEqual({
      tree: TREE.replace(' {\n      unit unit="api"\n    }', ''),
      problems: [
        '5:26-30 B0006 Expected a block or the end of the line after `ctl`, found `unit`.',
        '5:37-38 B0003 This `}` closes no block. Remove it, or look for a `{` that is missing before it.',
      ],
    });
  });

  test('a `{` on the next line belongs to the statement above', () => {
    expect(read(CLOUD.replace('service nova {', 'service nova\n  {'))).toEqual({
      tree: TREE, problems: ['4:3-4 B0008 A block opens on the line of its statement. Move this `{` to the end of the line above.'],
    });
  });

  test('braces that match are taken as they are, whatever the indentation', () => {
    expect(treeOf(CLOUD.replaceAll(/^ +/gm, ''))).toBe(TREE);
  });

  test('a file that is indented as a whole', () => {
    expect(read(`${CLOUD}plan p {`.replaceAll(/^/gm, '    '))).toEqual({
      tree: `${TREE}\nplan name=p {}`, problems: ['13:12-13 B0003 The file ends inside this block: a `}` is missing.'],
    });
  });
});

describe('a file that ends in the middle', () => {
  test('of blocks', () => {
    const cut = CLOUD.slice(0, CLOUD.indexOf('    }\n'));
    expect(problemsIn(cut)).toEqual(['6:32-33 B0003 The file ends inside this block and 2 around it: each needs its `}`.']);
    expect(`${read(cut).tree}\n`.startsWith(TREE.slice(0, TREE.indexOf('  keep')))).toBe(true);
  });

  test('of a statement', () => {
    expect(read('cloud a {\n  keep 2 o')).toEqual({
      tree: 'cloud name=a {\n  keep amount=2\n}',
      problems: ['1:9-10 B0003 The file ends inside this block: a `}` is missing.', '2:10-11 B0006 Expected `of` after `2`, found `o`.'],
    });
  });

  test('of a text', () => {
    expect(read('cloud a {\n  inventory "hosts')).toEqual({
      tree: 'cloud name=a {\n  inventory path="hosts"\n}',
      problems: [
        '1:9-10 B0003 The file ends inside this block: a `}` is missing.',
        '2:13-19 B0002 This text is never closed: expected `"` before the end of the line. For a text of several lines use `"""`.',
      ],
    });
  });

  test('of a text that hides the braces behind it', () => {
    expect(read(CLOUD.replace('"api" }', '"api }'))).toEqual({
      tree: TREE.replace('unit="api"', 'unit="api }"'),
      problems: ['5:33-39 B0002 This text is never closed: expected `"` before the end of the line. For a text of several lines use `"""`.'],
    });
    expect(read(CLOUD.replace('service nova {', 'service nova "Nova {'))).toEqual({
      tree: TREE.replace('service name=nova {', 'service name=nova title="Nova {" {'),
      problems: ['3:16-23 B0002 This text is never closed: expected `"` before the end of the line. For a text of several lines use `"""`.'],
    });
  });

  test('of a text of several lines', () => {
    expect(read('plan p {\n  run """\n    a\n\n    b\n  stop x.y\n}')).toEqual({
      tree: 'plan name=p {\n  run command="a\\n\\nb"\n  stop components=[x.y]\n}',
      problems: ['2:7-10 B0002 This text is never closed: expected `"""` at its end. Its lines are those indented deeper than this one.'],
    });
  });
});

describe('brackets', () => {
  test.each([
    ['apply r(a\nuse b', 'plan name=p {\n  apply recipe=r arguments=(a)\n}\nuse catalogue=b', ['2:10-11 B0003 This `(` is never closed: expected `)`. Close it on this line, or indent the lines that continue it.']],
    ['apply r(a))\nuse b', 'plan name=p {\n  apply recipe=r arguments=(a)\n}\nuse catalogue=b', ['2:13-14 B0003 This `)` closes nothing. Remove it.']],
    ['apply r(a]\nuse b', 'plan name=p {\n  apply recipe=r arguments=(a)\n}\nuse catalogue=b', ['2:12-13 B0003 Expected `)`, found `]`.']],
    ['apply r(a, [b)\nuse b', 'plan name=p {\n  apply recipe=r arguments=(a, [b])\n}\nuse catalogue=b', ['2:14-15 B0003 This `[` is never closed: expected `]`. Close it on this line, or indent the lines that continue it.']],
    ['apply r(\nuse b', 'plan name=p {\n  apply recipe=r arguments=()\n}\nuse catalogue=b', ['2:10-11 B0003 This `(` is never closed: expected `)`. Close it on this line, or indent the lines that continue it.']],
    ['apply r(a,\nuse b', 'plan name=p {\n  apply recipe=r arguments=(a)\n}\nuse catalogue=b', ['2:10-11 B0003 This `(` is never closed: expected `)`. Close it on this line, or indent the lines that continue it.']],
    ['apply r("a)\nuse b', 'plan name=p {\n  apply recipe=r arguments=("a)")\n}\nuse catalogue=b', ['2:11-14 B0002 This text is never closed: expected `"` before the end of the line. For a text of several lines use `"""`.']],
    ['let x = [\nuse b', 'plan name=p {\n  let name=x +=\n}\nuse catalogue=b', ['2:11-12 B0003 This `[` is never closed: expected `]`. Close it on this line, or indent the lines that continue it.']],
    ['( apply r\nuse b', 'plan name=p {}\nuse catalogue=b', [
      '2:3-4 B0003 This `(` is never closed: expected `)`. Close it on this line, or indent the lines that continue it.',
      '2:3-12 B0006 Expected a statement in a plan, which starts with a word such as `let`, `param`, `secret` or `recipe`. Found `(…)`.',
    ]],
  ])('%j', (lines, tree, problems) => {
    const [first, ...rest] = lines.split('\n');
    expect(read(`plan p {\n  ${first}\n}\n${rest.join('\n')}`)).toEqual({ tree, problems });
  });

  test('nested deeper than 16 levels', () => {
    const text = `let x = ${'['.repeat(17)}1${']'.repeat(17)}`;
    expect(read(text)).toEqual({ tree: `let name=x value=${'['.repeat(16)}1${']'.repeat(16)} +=`, problems: ['1:25-26 B0011 Brackets are nested deeper than 16 levels.'] });
  });
});

describe('commas', () => {
  test.each([
    ['before a line that is not deeper', '  needs a,\n  needs b', ['needs services=[a]', 'needs services=[b]'], ['3:10-11 B0006 The line ends in a comma, but the next line is not indented deeper. Indent what continues the line, or remove the comma.']],
    ['before the end of the block', '  needs a,\n', ['needs services=[a]'].slice(1), ['3:10-11 B0006 Expected the name of a service after `,`, but the statement ends there.']],
    ['behind nothing', '  needs a\n  ,\n    needs b', ['needs services=[a]', 'needs services=[b]'], ['4:3-4 B0006 This comma follows nothing. Remove it.']],
    ['missing between lines', '  needs a\n      b', ['needs services=[a]'], ['4:7-8 B0005 `b` is no statement in a service.']],
  ])('%s', (_, lines, found, problems) => {
    const { tree, problems: reported } = read(`cloud c {\nservice s {\n${lines}\n}\n}`);
    expect(reported).toEqual(problems);
    expect(tree.split('\n').map((line) => line.trim()).filter((line) => line.startsWith('needs services'))).toEqual(found);
  });
});

describe('conflict markers', () => {
  const conflict = 'This line is a conflict marker that Git left. Keep one side of the conflict, or both, and remove the marker.';

  test('both sides of a conflict are read', () => {
    expect(read('cloud c {\n<<<<<<< HEAD\n  group a { hosts "a" }\n||||||| base\n=======\n  group b { hosts "b" }\n>>>>>>> other\n}')).toEqual({
      tree: 'cloud name=c {\n  group name=a {\n    hosts hosts=["a"]\n  }\n  group name=b {\n    hosts hosts=["b"]\n  }\n}',
      problems: [`2:1-13 B0004 ${conflict}`, `4:1-13 B0004 ${conflict}`, `5:1-8 B0004 ${conflict}`, `7:1-14 B0004 ${conflict}`],
    });
  });

  test('two versions of the line that opens a block', () => {
    expect(read('cloud c {\n<<<<<<< HEAD\n  group a {\n=======\n  group b {\n>>>>>>> other\n    hosts "b"\n  }\n  keep x.y available\n}')).toEqual({
      tree: 'cloud name=c {\n  group name=a {}\n  group name=b {\n    hosts hosts=["b"]\n  }\n  keep component=x.y +available\n}',
      problems: [`2:1-13 B0004 ${conflict}`, `4:1-8 B0004 ${conflict}`, `6:1-14 B0004 ${conflict}`],
    });
  });

  test('inside a list that spans lines', () => {
    expect(read('wave x\nplan p {\n  wave a,\n<<<<<<< HEAD\n      b\n=======\n      c\n>>>>>>> other\n}').tree).toBe('plan name=p {\n  wave clouds=[a, b]\n}');
  });

  test('inside a text of several lines', () => {
    expect(read('plan p {\n  run """\n    a\n<<<<<<< HEAD\n    b\n=======\n    c\n>>>>>>> x\n  """\n}')).toEqual({
      tree: 'plan name=p {\n  run command="    a\\n<<<<<<< HEAD\\n    b\\n=======\\n    c\\n>>>>>>> x"\n}',
      problems: [`4:1-13 B0004 ${conflict}`, `6:1-8 B0004 ${conflict}`, `8:1-10 B0004 ${conflict}`],
    });
  });
});

describe('limits', () => {
  test('blocks nest 64 deep', () => {
    const open = 'plan p {\n' + 'stage s {\n'.repeat(63);
    expect(problemsIn(`${open}${'}\n'.repeat(64)}`)).toEqual([]);
    const { tree, problems } = read(`${open}stage deep {\nfoo\n}\nstage t {}\n${'}\n'.repeat(64)}use a`);
    expect(problems).toEqual([
      '65:12-13 B0011 Blocks are nested deeper than 64 levels. What stands in this one is not read.',
      '68:9-10 B0011 Blocks are nested deeper than 64 levels. What stands in this one is not read.',
    ]);
    expect(tree.split('\n').slice(63, 67).map((line) => line.trim())).toEqual(['stage name=s {', 'stage name=deep {}', 'stage name=t {}', '}']);
    expect(tree.endsWith('\nuse catalogue=a')).toBe(true);
  });

  test('the first 500 findings are listed, the others counted', () => {
    const problems = problemsIn('foo\n'.repeat(600));
    expect(problems).toHaveLength(501);
    expect(problems[499]).toBe('500:1-4 B0005 `foo` is no statement at the top of a file.');
    expect(problems[500]).toBe('1:1-1 B0011 100 more findings of this file are not shown. Mend the first ones, and check again.');
  });

  test('a file that is too long is not read', () => {
    expect(read('use a\n'.repeat(1_400_000))).toEqual({ tree: '', problems: ['1:1-1 B0011 The file has more than 8388608 characters and is not read. Split it, and join the parts with `import`.'] });
    expect(read('a,'.repeat(1_000_001))).toEqual({ tree: '', problems: ['1:1-1 B0011 The file has more than 2000000 words and signs and is not read. Split it, and join the parts with `import`.'] });
  });
});
