import { beforeAll, describe, expect, test } from 'vitest';
import type { IGrammar } from 'vscode-textmate';
import { VOCABULARY } from '@belay/compiler/analysis';
import { inBlock } from '../../../compiler/src/syntax/tree.test-helpers.ts';
import { loadGrammar, tokensOf } from './tokens.test-helpers.ts';

let grammar: IGrammar;
beforeAll(async () => {
  grammar = await loadGrammar();
});

/** The tokens of a text, a line each. */
function tokens(text: string): string {
  return tokensOf(grammar, text).join('\n');
}

/** The tokens of a text in a block, without those of the block. */
function tokensIn(block: 'plan' | 'step', text: string): string {
  return tokensOf(grammar, `plan p {\n${block === 'step' ? 'step s {' : ''}\n${text}`).slice(block === 'step' ? 6 : 3).join('\n');
}

describe('statements', () => {
  test('a declaration', () => {
    expect(tokens('cloud zurich "Production" {  # the big one')).toMatchInlineSnapshot(`
      "cloud  keyword.control
      zurich  entity.name.type
      "  punctuation.definition.string.begin
      Production  string.quoted.double
      "  punctuation.definition.string.end
      {  punctuation.section.block.begin
      # the big one  comment.line.number-sign"
    `);
  });

  test('several statements on one line', () => {
    expect(tokens('group computes { hosts "cmp[01:40].zrh"  spare 10%  zone a "cmp[01:20].zrh" }')).toMatchInlineSnapshot(`
      "group  keyword.control
      computes  entity.name.type
      {  punctuation.section.block.begin
      hosts  keyword.control
      "  punctuation.definition.string.begin
      cmp[01:40].zrh  string.quoted.double
      "  punctuation.definition.string.end
      spare  keyword.control
      10%  constant.numeric.share
      zone  keyword.control
      a  entity.name.type
      "  punctuation.definition.string.begin
      cmp[01:20].zrh  string.quoted.double
      "  punctuation.definition.string.end
      }  punctuation.section.block.end"
    `);
  });

  test('statements without braces hold each other on one line', () => {
    expect(tokens('component api { healthy http "http://${host}:1/" status 200, 300  lags nova.conductor by 1 release }')).toMatchInlineSnapshot(`
      "component  keyword.control
      api  entity.name.type
      {  punctuation.section.block.begin
      healthy  keyword.control
      http  keyword.control
      "  punctuation.definition.string.begin
      http://  string.quoted.double
      \${  punctuation.section.interpolation.begin
      host  variable.other
      }  punctuation.section.interpolation.end
      :1/  string.quoted.double
      "  punctuation.definition.string.end
      status  keyword.control
      200  constant.numeric
      ,  punctuation.separator
      300  constant.numeric
      lags  keyword.control
      nova.conductor  variable.other
      by  keyword.control
      1  constant.numeric
      release  keyword.control
      }  punctuation.section.block.end"
    `);
  });

  test('the words of a signature', () => {
    expect(tokensIn('plan', 'release juno -> 2025.1 skipping kilo, liberty')).toMatchInlineSnapshot(`
      "release  keyword.control
      juno  constant.language.release
      ->  keyword.operator
      2025.1  constant.language.release
      skipping  keyword.control
      kilo  constant.language.release
      ,  punctuation.separator
      liberty  constant.language.release"
    `);
  });

  test('targets', () => {
    expect(tokensIn('step', 'on any controllers except "ctl1", edge')).toMatchInlineSnapshot(`
      "on  keyword.control
      any  keyword.control
      controllers  variable.other
      except  keyword.control
      "  punctuation.definition.string.begin
      ctl1  string.quoted.double
      "  punctuation.definition.string.end
      ,  punctuation.separator
      edge  variable.other"
    `);
  });

  test('parameters, types and values', () => {
    expect(tokens('param batch: percent = 10%\nrecipe bounce(what: component, pause: duration = 5s) { stop what }\napply bounce(nova.api, pause: 1m)')).toMatchInlineSnapshot(`
      "param  keyword.control
      batch  variable.other.constant
      :  keyword.operator
      percent  support.type
      =  keyword.operator
      10%  constant.numeric.share
      recipe  keyword.control
      bounce  entity.name.type
      (  punctuation.section.parens.begin
      what  variable.parameter
      :  punctuation.separator
      component  variable.other
      ,  punctuation.separator
      pause  variable.parameter
      :  punctuation.separator
      duration  variable.other
      =  keyword.operator
      5s  constant.numeric.duration
      )  punctuation.section.parens.end
      {  punctuation.section.block.begin
      stop  keyword.control
      what  variable.other
      }  punctuation.section.block.end
      apply  keyword.control
      bounce  variable.other
      (  punctuation.section.parens.begin
      nova.api  variable.other
      ,  punctuation.separator
      pause  variable.parameter
      :  punctuation.separator
      1m  constant.numeric.duration
      )  punctuation.section.parens.end"
    `);
  });

  test('days and times', () => {
    expect(tokens('window night { every tue, wed at 22:00 for 8h zone "Europe/Zurich" }')).toMatchInlineSnapshot(`
      "window  keyword.control
      night  entity.name.type
      {  punctuation.section.block.begin
      every  keyword.control
      tue  constant.language.day
      ,  punctuation.separator
      wed  constant.language.day
      at  keyword.control
      22:00  constant.numeric.clock
      for  keyword.control
      8h  constant.numeric.duration
      zone  keyword.control
      "  punctuation.definition.string.begin
      Europe/Zurich  string.quoted.double
      "  punctuation.definition.string.end
      }  punctuation.section.block.end"
    `);
  });

  test('no word is reserved: names may be those of statements', () => {
    expect(tokens('plan p {\n  step stop "run" { on start }\n  stop nova.stop, run on zone\n}')).toMatchInlineSnapshot(`
      "plan  keyword.control
      p  entity.name.type
      {  punctuation.section.block.begin
      step  keyword.control
      stop  entity.name.type
      "  punctuation.definition.string.begin
      run  string.quoted.double
      "  punctuation.definition.string.end
      {  punctuation.section.block.begin
      on  keyword.control
      start  variable.other
      }  punctuation.section.block.end
      stop  keyword.control
      nova.stop  variable.other
      ,  punctuation.separator
      run  variable.other
      on  keyword.control
      zone  variable.other
      }  punctuation.section.block.end"
    `);
  });

  test('a list goes on behind a comma', () => {
    expect(tokensIn('plan', 'stop nova.api,  # first\n  stop,\n  glance.*\nreboot')).toMatchInlineSnapshot(`
      "stop  keyword.control
      nova.api  variable.other
      ,  punctuation.separator
      # first  comment.line.number-sign
      stop  variable.other
      ,  punctuation.separator
      glance.*  variable.other
      reboot  keyword.control"
    `);
  });

  test('what no statement starts with has no color, and does not spoil the next line', () => {
    expect(tokens('plan p {\n  bogus stop x\n  reboot\n}')).toMatchInlineSnapshot(`
      "plan  keyword.control
      p  entity.name.type
      {  punctuation.section.block.begin
      reboot  keyword.control
      }  punctuation.section.block.end"
    `);
  });

  test('a brace that is missing costs nothing', () => {
    expect(tokens('cloud z {\n  service nova {\n\nplan p {\n  reboot\n}')).toMatchInlineSnapshot(`
      "cloud  keyword.control
      z  entity.name.type
      {  punctuation.section.block.begin
      service  keyword.control
      nova  entity.name.type
      {  punctuation.section.block.begin
      plan  keyword.control
      p  entity.name.type
      {  punctuation.section.block.begin
      reboot  keyword.control
      }  punctuation.section.block.end"
    `);
  });
});

describe('shell', () => {
  test('on one line, with what Belay puts in, in quotes of the shell too', () => {
    expect(tokensIn('step', 'run "echo ${host} | grep -q \'it${raw x}\' $${HOME} \\"" under kilo')).toMatchInlineSnapshot(`
      "run  keyword.control
      "  punctuation.definition.string.begin
      echo  shell
      \${  shell punctuation.section.interpolation.begin
      host  shell variable.other
      }  shell punctuation.section.interpolation.end
      |  shell keyword.operator.pipe
      grep  shell entity.name.command
      -  shell constant.other.option.dash
      q  shell constant.other.option
      '  shell punctuation.definition.string.begin
      it  shell string.quoted.single
      \${  shell punctuation.section.interpolation.begin
      raw  shell keyword.control
      x  shell variable.other
      }  shell punctuation.section.interpolation.end
      '  shell punctuation.definition.string.end
      $$  shell constant.character.escape
      {HOME}  shell string.unquoted.argument
      \\"  shell constant.character.escape
      "  punctuation.definition.string.end
      under  keyword.control
      kilo  constant.language.release"
    `);
  });

  test('an open quote of the shell ends with the text', () => {
    expect(tokensIn('step', 'run "echo \'it"\nreboot')).toMatchInlineSnapshot(`
      "run  keyword.control
      "  punctuation.definition.string.begin
      echo  shell
      '  shell punctuation.definition.string.begin
      it  shell string.quoted.single
      "  punctuation.definition.string.end
      reboot  keyword.control"
    `);
  });

  test('texts of several lines', () => {
    expect(tokensIn('step', 'run """\n  echo \'open $HOME ${host}\n""" on any ctl\nreboot')).toMatchInlineSnapshot(`
      "run  keyword.control
      """  punctuation.definition.string.begin
      echo  shell support.function.builtin
      '  shell punctuation.definition.string.begin
      open $HOME  shell string.quoted.single
      \${  shell punctuation.section.interpolation.begin
      host  shell variable.other
      }  shell punctuation.section.interpolation.end
      """  punctuation.definition.string.end
      on  keyword.control
      any  keyword.control
      ctl  variable.other
      reboot  keyword.control"
    `);
  });

  test('a text of several lines on one line', () => {
    expect(tokensIn('step', 'run """ echo a """ on ctl')).toMatchInlineSnapshot(`
      "run  keyword.control
      """  punctuation.definition.string.begin
      echo a  shell
      """  punctuation.definition.string.end
      on  keyword.control
      ctl  variable.other"
    `);
  });

  test('a text that nobody closed ends with its line', () => {
    expect(tokensIn('step', 'run "unclosed\nreboot')).toMatchInlineSnapshot(`
      "run  keyword.control
      "  punctuation.definition.string.begin
      unclosed  shell
      reboot  keyword.control"
    `);
  });

  test('only commands are shell', () => {
    expect(tokens('unit "echo $HOME"')).toMatchInlineSnapshot(`
      "unit  keyword.control
      "  punctuation.definition.string.begin
      echo $HOME  string.quoted.double
      "  punctuation.definition.string.end"
    `);
  });
});

describe('the vocabulary', () => {
  test.each(VOCABULARY)('the keyword of $id is colored in each of its blocks', ({ id, keyword, in: blocks, example }) => {
    for (const block of blocks) {
      const found = tokensOf(grammar, inBlock(block, example));
      expect(found.filter((token) => token.startsWith(`${keyword}  `)).length, `${id} in ${block}`).toBeGreaterThan(0);
    }
  });

  test.each(VOCABULARY)('every word of the example of $id has a scope', ({ in: [block], example }) => {
    const text = inBlock(block ?? 'file', example);
    const colored = tokensOf(grammar, text).map((token) => token.slice(0, token.indexOf('  '))).join('');
    expect(colored.replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
  });
});
