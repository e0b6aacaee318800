import { describe, expect, test } from 'vitest';
import { Source } from '../text/source.ts';
import { formatSource } from './format.ts';
import { parse } from './parse.ts';
import { printTree } from './tree.test-helpers.ts';

/** Formats, and checks on the way that formatting again changes nothing, and that the meaning is the same. */
function format(text: string): string | undefined {
  const formatted = formatSource(new Source('test.belay', text));
  if (formatted === undefined) return undefined;
  expect(formatSource(new Source('test.belay', formatted))).toBe(formatted);
  expect(printTree(parse(new Source('test.belay', formatted)).statements)).toBe(printTree(parse(new Source('test.belay', text)).statements));
  return formatted;
}

/** Lines of a text, without the line break at its start and the indentation that the test file gives them. */
function text(lines: string): string {
  const [, first = ''] = /^\n( *)/.exec(lines) ?? [];
  return lines.slice(1).replaceAll(new RegExp(`^ {${first.length}}`, 'gm'), '').replace(/ *$/, '');
}

describe('blocks and lines', () => {
  test('blocks are indented by two spaces, words are one space apart', () => {
    expect(format('cloud   zurich\t"x"{\n\t\tgroup a{\nhosts   "b" ,"c"\n   }\n}')).toBe(text(`
      cloud zurich "x" {
        group a {
          hosts "b", "c"
        }
      }
      `));
  });

  test('a block on one line stays on one line, with two spaces between its statements', () => {
    expect(format('group x\ncloud c {group a {hosts "b" spare 10% zone z "b"}  keep x.y available}')).toBe(
      'group x\ncloud c { group a { hosts "b"  spare 10%  zone z "b" }  keep x.y available }\n',
    );
  });

  test('a block on one line that is too long is broken up, the outermost first', () => {
    const hosts = `hosts "${'h'.repeat(60)}"`;
    expect(format(`cloud c { group a { ${hosts}  spare 10% }  group b { ${hosts}  zone z "${'z'.repeat(40)}" } }`)).toBe(text(`
      cloud c {
        group a { ${hosts}  spare 10% }
        group b {
          ${hosts}
          zone z "${'z'.repeat(40)}"
        }
      }
      `));
  });

  test('a line of 110 columns fits, one of 111 does not', () => {
    const line = (length: number): string => `train t { release ${'r'.repeat(length - 'train t { release  }'.length)} }`;
    expect(format(line(110))).toBe(`${line(110)}\n`);
    expect(format(line(111))).toBe(`train t {\n  release ${'r'.repeat(91)}\n}\n`);
    // Astral characters take one column.
    const astral = (length: number): string => `cloud c { inventory "${'😀'.repeat(length - 'cloud c { inventory "" }'.length)}" }`;
    expect(format(astral(110))).toBe(`${astral(110)}\n`);
    expect(format(astral(111))?.split('\n')).toHaveLength(4);
  });

  test('a long line that holds no block stays', () => {
    const line = `use ${'a'.repeat(200)}, b`;
    expect(format(line)).toBe(`${line}\n`);
  });

  test('a block that spans lines has a line for each statement', () => {
    expect(format('train t { release a\nrelease b  release c }')).toBe(text(`
      train t {
        release a
        release b
        release c
      }
      `));
  });

  test('statements that share a line at the top of a file get lines of their own', () => {
    expect(format('use a use b')).toBe('use a\nuse b\n');
    expect(format('train a {} train b {\n}')).toBe('train a {}\ntrain b {}\n');
  });

  test('empty blocks', () => {
    expect(format('train t {\n\n}\ntrain u { }\ntrain v {\n# none yet\n}\ntrain w { # none\n}')).toBe(text(`
      train t {}
      train u {}
      train v {
        # none yet
      }
      train w {  # none
      }
      `));
  });

  test('one empty line stays, none at the edges of blocks', () => {
    expect(format('\n\nuse a\n\n\n\nuse b\ntrain t {\n\n\n  release a\n\n\n\n  release b\n\n}\n\n\n')).toBe(text(`
      use a

      use b
      train t {
        release a

        release b
      }
      `));
  });

  test.each([
    ['', ''],
    ['\n\n  \n', ''],
    ['use a', 'use a\n'],
    ['\ufeffuse a\r\n\r\n# b\r\nuse c\r\n', 'use a\n\n# b\nuse c\n'],
    ['#!/usr/bin/env belay\nuse a', '#!/usr/bin/env belay\nuse a\n'],
    ['\n\n# only a comment  \n\n', '# only a comment\n'],
  ])('%j becomes %j', (from, to) => {
    expect(format(from)).toBe(to);
  });
});

describe('signs', () => {
  test.each([
    ['let  x=10%', 'let x = 10%'],
    ['let x=[a ,"b",[ 1,2 ]]', 'let x = [a, "b", [1, 2]]'],
    ['param  p :percent=10%', 'param p: percent = 10%'],
    ['recipe r ( a:component,b : duration=5m ) {}', 'recipe r(a: component, b: duration = 5m) {}'],
    ['recipe r ( ) {}', 'recipe r() {}'],
    ['plan p { apply r (nova.api,wait:5m) }', 'plan p { apply r(nova.api, wait: 5m) }'],
    ['plan p { release juno->liberty   skipping kilo }', 'plan p { release juno -> liberty skipping kilo }'],
    ['window w { every tue,wed at 22:00 for 8h zone "Z" }', 'window w { every tue, wed at 22:00 for 8h zone "Z" }'],
    ['plan p { step s { unless   run "x"  on   any a,b except "c" } }', 'plan p { step s { unless run "x" on any a, b except "c" } }'],
    ['plan p { stop a.b{ timeout 5s } }', 'plan p { stop a.b { timeout 5s } }'],
  ])('%s becomes %s', (from, to) => {
    expect(format(from)).toBe(`${to}\n`);
  });
});

describe('lines that continue a statement', () => {
  test('are indented by four, where they were broken', () => {
    expect(format('cloud c {\n service s {\n  needs a, b,\n   c,   d,\n\n           e\n  needs f\n }\n}')).toBe(text(`
      cloud c {
        service s {
          needs a, b,
              c, d,
              e
          needs f
        }
      }
      `));
  });

  test('inside brackets, by their depth', () => {
    expect(format('let x = [\n  a, [\n  b,\n    c ],\n  d\n]\nlet y = [a,\n  b]\nlet z = [ a\n  , b ]')).toBe(text(`
      let x = [
          a, [
              b,
              c],
          d
      ]
      let y = [a,
          b]
      let z = [a, b]
      `));
  });

  test('keep a block behind them', () => {
    expect(format('plan p {\nholding a,\n  b { jump c }\nholding a,\n  b {\njump c\n}\n}')).toBe(text(`
      plan p {
        holding a,
            b { jump c }
        holding a,
            b {
          jump c
        }
      }
      `));
  });
});

describe('comments', () => {
  test('stay with what they stand before or behind', () => {
    expect(format(text(`
      # about the file

      use a   # a
         # about b
      use b
      cloud c { # c
      # first in c
        group g { # g
          hosts "x" # x
        } # end of g

        # last in c
      } # end of c
      # end
      `))).toBe(text(`
      # about the file

      use a  # a
      # about b
      use b
      cloud c {  # c
        # first in c
        group g {  # g
          hosts "x"  # x
        }  # end of g

        # last in c
      }  # end of c
      # end
      `));
  });

  test('inside a statement', () => {
    expect(format(text(`
      plan p {
        wave a, # a
           # about b

           b,
           c # c
        apply r( # r
          x, # x
          # last
          ) # end
        let l = [
          a # a
          , b ]
      }
      `))).toBe(text(`
      plan p {
        wave a,  # a
            # about b
            b,
            c  # c
        apply r(  # r
            x,    # x
            # last
        )  # end
        let l = [
            a  # a
            , b]
      }
      `));
  });

  test('behind a brace stay behind the brace, whatever stands on its line', () => {
    expect(format('train t {\n  release a } # t\ntrain u { release b # b\n}')).toBe(text(`
      train t {
        release a
      }  # t
      train u {
        release b  # b
      }
      `));
  });

  test('behind neighboring statements stand below each other', () => {
    expect(format(text(`
      use a # one
      use bcd       # two
      use ef
      use g # three

      use hi # four
      train t {  # five
        release a # six
        release bcd # seven
      }
      use xyz # eight
      `))).toBe(text(`
      use a    # one
      use bcd  # two
      use ef
      use g  # three

      use hi  # four
      train t {  # five
        release a    # six
        release bcd  # seven
      }
      use xyz  # eight
      `));
  });

  test('of other lines are aligned where their author aligned them', () => {
    expect(format(text(`
      plan p {
        holding a {                 # one
          reboot { timeout 10m }    # two
        }

        return                      # three
        drain # four

        wait 5s       # five
      }
      `))).toBe(text(`
      plan p {
        holding a {               # one
          reboot { timeout 10m }  # two
        }

        return                    # three
        drain                     # four

        wait 5s  # five
      }
      `));
  });

  test('are not moved far to the right by one long statement', () => {
    const long = 'x'.repeat(77);
    expect(format(`use a # one\nuse ${long}# two\nuse b # three\nuse cde # four`)).toBe(text(`
      use a  # one
      use ${long}  # two
      use b    # three
      use cde  # four
      `));
  });

  test('lose the blanks at their end, and nothing else', () => {
    expect(format('#a\n#  b \t\n##c##')).toBe('#a\n#  b\n##c##\n');
  });
});

describe('columns', () => {
  test('are aligned where their author aligned two neighbors, in all neighbors of the same kind', () => {
    expect(format(text(`
      service nova {
        component conductor on controllers { unit "nova-conductor" }
        component api       on controllers { unit "nova-api" }
        component compute   on computes { unit "nova-compute" }
        component novncproxy on computes { unit "x" }
      }
      `))).toBe(text(`
      service nova {
        component conductor  on controllers { unit "nova-conductor" }
        component api        on controllers { unit "nova-api" }
        component compute    on computes { unit "nova-compute" }
        component novncproxy on computes { unit "x" }
      }
      `));
  });

  test('inside blocks on one line too', () => {
    expect(format(text(`
      cloud c {
        group a   { hosts "a1"    spare 1 }
        group bcd { hosts "bcd1"  spare 10% }
      }
      `))).toBe(text(`
      cloud c {
        group a   { hosts "a1"    spare 1 }
        group bcd { hosts "bcd1"  spare 10% }
      }
      `));
  });

  test('are not aligned by chance: equal columns without added spaces, or added spaces in different columns', () => {
    expect(format('let a = 1\nlet b = 22\nlet ccc  = 3\nlet d   = 4\n')).toBe('let a = 1\nlet b = 22\nlet ccc = 3\nlet d = 4\n');
  });

  test('shrink to what they need', () => {
    expect(format('let a       = 1\nlet bbb     = 2\n')).toBe('let a   = 1\nlet bbb = 2\n');
    expect(format('let a   = 1\nlet b   = 2\n')).toBe('let a = 1\nlet b = 2\n');
  });

  test('of different keywords are aligned where they were, and only there', () => {
    expect(format(text(`
      cloud c {
        stop    run "a"
        start   run "b"
        install run "c"
        reboot run "d"
      }
      `))).toBe(text(`
      cloud c {
        stop    run "a"
        start   run "b"
        install run "c"
        reboot run "d"
      }
      `));
  });

  test('end at statements of another kind, comments, empty lines, and statements of several lines', () => {
    expect(format(text(`
      let a   = 1
      let bbb = 2
      use   x
      let cc  = 3
      # comment
      let ddd  = 4

      let e   = 5
      let fff = [
        6]
      `))).toBe(text(`
      let a   = 1
      let bbb = 2
      use x
      let cc = 3
      # comment
      let ddd = 4

      let e = 5
      let fff = [
          6]
      `));
  });

  test('are not aligned if that makes a line too long', () => {
    const value = `"${'v'.repeat(99)}"`;
    expect(format(`let a   = ${value}\nlet bbb = 2\n`)).toBe(`let a = ${value}\nlet bbb = 2\n`);
    expect(format(`let a   = ${value.replace('v', '')}\nlet bbb = 2\n`)).toBe(`let a   = ${value.replace('v', '')}\nlet bbb = 2\n`);
  });

  test('with comments behind them', () => {
    expect(format('let a   = 1 # one\nlet bbb = 22 # two\n')).toBe('let a   = 1   # one\nlet bbb = 22  # two\n');
  });
});

describe('texts of several lines', () => {
  test('are indented by two more than their first line, and keep their value', () => {
    expect(format(text(`
      plan p {
      run """
              set -e
                nested
              \${host}

              end
          """ under kilo
      step s { run """
        one
      """ }
        run """first
            second
             third"""
        run """ a """
      }
      `))).toBe(text(`
      plan p {
        run """
          set -e
            nested
          \${host}

          end
        """ under kilo
        step s {
          run """
            one
          """
        }
        run """first
          second
           third"""
        run """ a """
      }
      `));
  });

  test('keep blanks at the end of lines, and lose those on empty ones', () => {
    expect(format('run """\n  a  \n     \n  b\n"""')).toBe('run """\n  a  \n\n  b\n"""\n');
    expect(format('run """  \n  a\n\t"""')).toBe('run """\n  a\n"""\n');
  });

  test('with nothing in them', () => {
    expect(format('run """\n"""\nrun """\n\n\n"""\nrun """"""')).toBe('run """\n"""\nrun """\n\n\n"""\nrun """"""\n');
  });

  test('with tabs and Windows line breaks', () => {
    expect(format('plan p {\r\n\trun """\r\n\t\ta\r\n\t\t\tb\r\n\t"""\r\n}\r\n')).toBe('plan p {\n  run """\n    a\n    \tb\n  """\n}\n');
  });

  test('inside brackets, and one after the other', () => {
    expect(format('let x = [\n  """\n    a\n  """, """\n    b\n  """,\n  """c\n    d""", """\n     e\n     """\n]')).toBe(text(`
      let x = [
          """
            a
          """, """
            b
          """,
          """c
            d""", """
              e
            """
      ]
      `));
  });
});

describe('files with something wrong', () => {
  test.each([
    ['a text that is not closed', 'use a\nimport "x\n'],
    ['a text of several lines that is not closed', 'run """\n  a\n'],
    ['a brace too few', 'cloud c {\n'],
    ['a brace too many', 'cloud c {}\n}'],
    ['a bracket too few', 'let x = [a\n'],
    ['a bracket too many', 'let x = a]\n'],
    ['a comma at the end of a statement', 'let x = a,\nlet y = b\n'],
    ['a brace on the next line', 'cloud c\n{\n}\n'],
    ['a conflict marker', '<<<<<<< HEAD\nuse a\n'],
    ['a stray character', 'use a;\n'],
    ['a hidden character', 'import "a\u202eb"\n'],
    ['a carriage return that ends no line', 'use a\ruse b\n'],
    ['bytes that are no UTF-8', '# \ufffd\n'],
    ['blocks that nest too deep', `${'plan p {'.repeat(65)}${'}'.repeat(65)}`],
  ])('%s: the file is left alone', (_, from) => {
    expect(format(from)).toBeUndefined();
  });

  test('statements that are unknown, misplaced, repeated or malformed keep their words', () => {
    expect(format(text(`
      clod   zurich   {
      foo   bar { baz   "x"   } qux
      }
      cloud c {
        group g { hosts "a"   foo bar   spare 1 }
        group h { spare 1  spare 2  hosts "a" }
        retry   3 evry 5s
        keep
        component api on   x {
      unit   "x"
      }
      }
      step   s { run "\\q"   }
      `))).toBe(text(`
      clod zurich {
        foo bar { baz "x" } qux
      }
      cloud c {
        group g { hosts "a" foo bar spare 1 }
        group h { spare 1  spare 2  hosts "a" }
        retry 3 evry 5s
        keep
        component api on x {
          unit "x"
        }
      }
      step s { run "\\q" }
      `));
  });
});
