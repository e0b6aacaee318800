import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interpolateShell, quoteShell, type ShellPart } from './shell-quote.ts';

const HOSTILE = [
  '',
  ' ',
  'plain',
  "it's",
  '"',
  '\\',
  '\\\\',
  '`id`',
  '$(touch CANARY)',
  '${HOME}',
  '$HOME',
  '!',
  '#',
  '*',
  '~',
  '-n',
  '--',
  'a b',
  'a\nb',
  '\n',
  '\t',
  '\r\n',
  "'\n'",
  "'; touch CANARY; '",
  '"; touch CANARY; "',
  '$(touch CANARY)\'"`',
  ') touch CANARY (',
  '}; touch CANARY; {',
  'EOF\ntouch CANARY\n',
  '\\\n',
  "\\'",
  '"\\"',
  'ünïcödé ☁',
  '\u{1F680}',
  '[a-z]',
  '{a,b}',
  'a[$(touch CANARY)]',
  '0x1 + 1',
  '&& touch CANARY',
  '| touch CANARY',
  '> CANARY',
  '%s%n',
  '\u0001\u007f',
  "$'\\x41'",
  '${x@P}',
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'belay-quote-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a text as bash reads a script from `bash -c`. Returns what it printed. */
function bash(text: string, environment: Record<string, string> = {}): string {
  const { stdout } = spawnSync('bash', ['-c', text], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, LC_ALL: 'C.UTF-8', ...environment },
    encoding: 'utf8',
    timeout: 10_000,
  });
  return stdout;
}

/** `<>` stands for the value. */
function parts(template: string, value: Exclude<ShellPart, string>): ShellPart[] {
  const pieces = template.split('<>');
  return pieces.flatMap((piece, index) => (index === 0 ? [piece] : [value, piece]));
}

function interpolated(template: string, value: Exclude<ShellPart, string>): string {
  const result = interpolateShell(parts(template, value));
  if ('error' in result) throw new Error(`${template}: ${result.error.reason}`);
  return result.text;
}

function reason(template: string): string {
  const result = interpolateShell(parts(template, { value: 'x' }));
  return 'error' in result ? result.error.reason : `accepted: ${result.text}`;
}

describe('quoteShell', () => {
  it('makes exactly one word of any value', () => {
    const words = bash(`printf '%s\\0' ${HOSTILE.map(quoteShell).join(' ')}`).split('\0');
    expect(words.slice(0, -1)).toEqual(HOSTILE);
  });

  it('survives a second shell, as behind ssh', () => {
    const inner = `printf '%s\\0' ${HOSTILE.map(quoteShell).join(' ')}`;
    expect(
      bash(`sh -c ${quoteShell(`bash -c ${quoteShell(inner)}`)}`)
        .split('\0')
        .slice(0, -1),
    ).toEqual(HOSTILE);
  });

  it('leaves NUL out', () => {
    expect(quoteShell('a\0b')).toBe("'ab'");
  });
});

describe('interpolateShell', () => {
  it.each([
    ['echo <>', "echo 'a'\\''b'"],
    ['echo "x <> y"', `echo "x "'a'\\''b'" y"`],
    ["echo 'x <> y'", `echo 'x a'\\''b y'`],
    ["echo $'x <> y'", `echo $'x ''a'\\''b'$' y'`],
  ])('quotes a constant in %s', (template, expected) => {
    expect(interpolated(template, { value: "a'b" })).toBe(expected);
  });

  it.each([
    ['echo <>', 'echo "$BELAY_HOST"'],
    ['echo "x <>y"', 'echo "x ${BELAY_HOST}y"'],
    ["echo 'x <> y'", `echo 'x '"$BELAY_HOST"' y'`],
    ["echo $'x <> y'", `echo $'x '"$BELAY_HOST"$' y'`],
  ])('quotes a variable in %s', (template, expected) => {
    expect(interpolated(template, { variable: 'BELAY_HOST' })).toBe(expected);
  });

  it('leaves a text without values alone, even one that bash would not read', () => {
    expect(interpolateShell(['echo "', { raw: "'" }])).toEqual({ text: `echo "'` });
  });

  /** Each prints `[`, the value and `]`, as often as the second column says. */
  const CONTEXTS: readonly (readonly [string, number])[] = [
    ["printf '[%s]' <>", 1],
    ['printf \'[%s]\' "<>"', 1],
    ["printf '[%s]' '<>'", 1],
    ["printf '[%s]' $'<>'", 1],
    ['printf \'[%s]\' $"<>"', 1],
    ["printf '[%s]' <>;printf '[%s]' <>", 2],
    ['x=<> && printf \'[%s]\' "$x"', 1],
    ['x=<> y=<> bash -c \'printf "[%s]" "$x" "$y"\'', 2],
    ['export X=<>; printf \'[%s]\' "$X"', 1],
    ['declare -x X=<>; printf \'[%s]\' "$X"', 1],
    ['a=(<> "<>"); printf \'[%s]\' "${a[@]}"', 2],
    ["a=(); a+=(<>\n# it's\n); printf '[%s]' \"${a[@]}\"", 1],
    ["printf '[%s]' \"$(printf %s <>; printf .)\" | sed 's/\\.]$/]/'", 1],
    ['printf \'[%s]\' "$(printf \'%s.\' "$(printf %s "<>"; printf .)")" | sed \'s/\\.\\.]$/]/\'', 1],
    ["# it's\nprintf '[%s]' <> # <not a value>", 1],
    ["if [ -n x ]; then printf '[%s]' <>; fi", 1],
    ['for x in <> <>; do printf \'[%s]\' "$x"; done', 2],
    ["case <> in\n  (<>) printf '[%s]' <>;;\n  *) echo no;;\nesac", 1],
    ["case x in a|b) : ')' ;; *) printf '[%s]' $(case x in x) echo hidden;; esac >/dev/null) <>\nesac", 1],
    ['f() { printf \'[%s]\' "$1"; }; f <>', 1],
    ['function f {\n printf \'[%s]\' "$1"\n}\nf <>', 1],
    ["(printf '[%s]' <>)", 1],
    ["{ printf '[%s]' <>; } 2>&1", 1],
    ["printf '[%s]' <>>&1", 1],
    ['x=<>; printf \'[%s]\' "${x-"other"}" | cat', 1],
    ["cat <<< '' >/dev/null; printf '[%s]' <>", 1],
    ["cat >/dev/null <<EOF\n\"'`(\n\\\nEOF\nEOF\nprintf '[%s]' <>", 1],
    ["cat >/dev/null <<'A' <<-B\n$( \\\nA\n\tit's\n\tB\nprintf '[%s]' <>", 1],
    ["[[ <> == <> ]] && printf '[%s]' <>", 1],
    ["[[ ( -n x || -z <> ) && ! -e CANARY ]] && printf '[%s]' <>", 1],
    ["(( 1 + (2) > 0 )) && printf '[%s]' <>", 1],
    ["for ((i = 0; i < 2; i++)); do printf '[%s]' <>; done", 2],
    ["x=$((1 + ${#HOME})) ; printf '[%s]' <>", 1],
    ["x=`echo \\`echo a\\``; printf '[%s]' <>", 1],
    ['bash -c \'printf "[%s]" "$1"\' _ <>', 1],
    ["cat <(printf '[%s]' <>)", 1],
    ["printf '[%s]' <>\\\n <>", 2],
    ["x='#'; printf '[%s]' a#<> | sed 's/^\\[a#/[/'", 1],
    ["time -p printf '[%s]' <> 2>/dev/null", 1],
    ["sudo=1 command printf '[%s]' <>", 1],
    ["[ <> -gt 3 ] 2>/dev/null; printf '[%s]' <>", 1],
    ["select x in <>; do break; done </dev/null >/dev/null 2>&1; printf '[%s]' <>", 1],
    ["printf '[%s]' <> 2>&1 &>printed; cat printed", 1],
    ["! printf '[%s]' <>", 1],
    ['printf \'[%s]\' "$HOME<>" | sed "s,^.$HOME,[,"', 1],
    ['printf \'[%s]\' $$<> | sed "s,^.$$,[,"', 1],
  ];

  it.each(CONTEXTS)('%j holds every hostile value', (template, times) => {
    const script = HOSTILE.map((value) => `${interpolated(template, { value })}\nprintf '\\0'\n`).join('');
    const expected = HOSTILE.map((value) => `[${value}]`.repeat(times));
    expect(bash(script).split('\0').slice(0, -1)).toEqual(expected);
    expect(existsSync(join(folder, 'CANARY'))).toBe(false);
  });

  it.each(CONTEXTS)('%j holds every hostile value of a variable', (template, times) => {
    const text = interpolated(template, { variable: 'V' });
    const script = `for V; do\n${text}\nprintf '\\0'\ndone`;
    const run = bash(`set -- ${HOSTILE.map(quoteShell).join(' ')}; ${script}`);
    expect(run.split('\0').slice(0, -1)).toEqual(HOSTILE.map((value) => `[${value}]`.repeat(times)));
    expect(existsSync(join(folder, 'CANARY'))).toBe(false);
  });

  it.each([
    ['echo # <>', /comment/],
    ['cat <<EOF\n<>\nEOF', /here-document/],
    ['cat <<<>\nEOF', /here-document|accepted: cat <<</],
    ['cat <<EOF<>', /here-document/],
    ['cat << <>', /here-document/],
    ['cat <<A;cat <<B\nA\n<>\nB', /here-document/],
    ['echo $(cat <<A\n<>\nA\n)', /here-document/],
    ['echo $(( <> + 1 ))', /arithmetic/],
    ['(( <> ))', /arithmetic/],
    ['for (( i = <>; ; )); do :; done', /arithmetic/],
    ['echo $[<>]', /arithmetic/],
    ['echo ${x:-<>}', /inside \$\{…\}/],
    ['echo "${x:-"<>"}"', /inside \$\{…\}/],
    ['echo "${x:-$(echo <>)}"', /inside \$\{…\}/],
    ['echo "${x#\'}" <>', /single quote/],
    ['echo `echo <>`', /backticks/],
    ['echo "`echo <>`"', /backticks/],
    ['[[ $x =~ <> ]]', /evaluates/],
    ['[[ <> =~ x ]]', /evaluates/],
    ['[[ <> -gt 3 ]]', /evaluates/],
    ['[[ -v <> ]]', /evaluates/],
    ['echo \\<>', /backslash/],
    ['echo "\\<>"', /backslash/],
    ['echo $<>', /\$ stands right before/],
    ['echo "$<>"', /\$ stands right before/],
    ['a[<>]=1', /subscript/],
    ['a=([<>]=1)', /subscript/],
    ['a=(["x<>"]=1)', /subscript/],
    ['eval <>', /eval evaluates/],
    ['command eval "<>"', /eval evaluates/],
    ['let x=<>', /let evaluates/],
    ['declare <>', /declare evaluates/],
    ['export <>=1', /export evaluates/],
    ['declare -i x=<>', /assignments evaluate/],
    ['declare -i x; x=<>', /assignments evaluate/],
    ['unset <>', /unset evaluates/],
    ['printf -v <> x', /printf -v/],
    ['[ -v <> ]', /-v evaluates/],
    ['trap <> EXIT', /trap evaluates/],
    ['bash -c <>', /second shell/],
    ['sudo -u nova bash -ec "echo <>"', /second shell/],
    ['su - nova -c "echo <>"', /second shell/],
    ['ssh -p 22 host "echo <>"', /far shell/],
    ['ssh host echo <>', /far shell/],
    ['echo "<>', /double quote is never closed/],
    ["echo '<>", /single quote is never closed/],
    ['echo $(<>', /parenthesis/],
    ['case <> in x) echo', /esac/],
    ['echo <>)', /accepted: echo 'x'\)/],
    ['echo ) <>', /parenthesis is closed/],
    ['echo >&<>', /expands .* twice/],
    ['echo 3<& "<>"', /expands .* twice/],
    ['coproc <>', /coproc/],
    ['shopt -s extglob; echo <>', /extglob/],
    ['echo @(# <>', /follows a word/],
  ])('%j refuses a value', (template, expected) => {
    expect(reason(template)).toMatch(expected);
  });

  it('takes the host of ssh, and shell text that is not the next word', () => {
    expect(reason('ssh -p <> -l <> <> uptime')).toBe("accepted: ssh -p 'x' -l 'x' 'x' uptime");
  });

  it('refuses NUL and names that are not variables', () => {
    expect(interpolateShell(['echo ', { value: 'a\0' }])).toEqual({
      error: { part: 1, reason: 'a command cannot hold the character NUL' },
    });
    expect(interpolateShell(['echo ', { variable: 'x; id' }])).toEqual({
      error: { part: 1, reason: 'the name of the variable is not one of bash' },
    });
  });

  it('reads a hundred thousand values in a moment, and deep nesting without recursion', () => {
    const many: ShellPart[] = ['echo'];
    for (let index = 0; index < 100_000; index += 1) many.push(' ', { value: 'x' });
    expect(interpolateShell(many)).toHaveProperty('text');
    expect(reason(`${'$('.repeat(100_000)}<>`)).toMatch(/nested too deeply/);
  });

  it('never lets a value out, whatever text surrounds it', () => {
    const piece = fc.constantFrom(
      '<>',
      '<>',
      '<>',
      ' ',
      ' ',
      '\n',
      "'",
      '"',
      '\\',
      '$',
      '`',
      '(',
      ')',
      '((',
      '))',
      '$(',
      '${',
      '}',
      '{ ',
      '; ',
      '#',
      ' #',
      '<<E',
      '<<-E\n',
      'E\n',
      "<<'E'\n",
      '\nE\n',
      'echo ',
      ': ',
      'case x in ',
      'x) ',
      ' ;; ',
      ' esac',
      ' in ',
      '[[ ',
      ' ]]',
      ' -eq ',
      ' == ',
      '=~ ',
      "$'",
      '$"',
      'a=',
      'a=(',
      'a[',
      ']',
      '&',
      '&&',
      '|',
      '<',
      '>',
      '2>',
      '<(',
      'if ',
      ' then ',
      ' fi',
      'x',
      '=',
      '!',
      '@(',
      '$((',
      '${x:-',
      '1',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { minLength: 2, maxLength: 14 }),
        fc.constantFrom(...HOSTILE.filter((value) => value.includes('CANARY'))),
        (pieces, value) => {
          const result = interpolateShell(parts(pieces.join(''), { value }));
          if ('error' in result) return;
          rmSync(join(folder, 'CANARY'), { force: true });
          bash(result.text);
          expect(existsSync(join(folder, 'CANARY'))).toBe(false);
        },
      ),
      { numRuns: Number(process.env['BELAY_FUZZ'] ?? 300), seed: Number(process.env['BELAY_SEED'] ?? 20) },
    );
  });
});
