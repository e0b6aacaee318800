import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '@belay/lsp';
import { TARGETS } from './commands/targets.ts';

const packageFolder = fileURLToPath(new URL('../', import.meta.url));
const command = fileURLToPath(new URL('../../compiler/dist/belay.cjs', import.meta.url));

interface Pattern {
  readonly name: string;
  readonly regexp: string;
  readonly file: number;
  readonly line: number;
  readonly column: number;
  readonly severity: number;
  readonly code: number;
  readonly message: number;
}

const manifest = JSON.parse(readFileSync(`${packageFolder}package.json`, 'utf8')) as {
  activationEvents: string[];
  contributes: {
    commands: { command: string; title: string }[];
    configuration: { properties: Record<string, { default: unknown; markdownDescription?: string }> };
    problemPatterns: Pattern[];
    problemMatchers: { name: string; pattern: string }[];
  };
};

test('nothing but a file of the language starts the extension', () => {
  expect(manifest.activationEvents).toEqual(['onLanguage:belay']);
});

test('the settings have the defaults of the server, and a description', () => {
  const { properties } = manifest.contributes.configuration;
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, setting]) => [name, setting.default]));
  // Whether the workspace is trusted is not a setting of the user.
  const { outputFolder, isTrusted: _, ...same } = DEFAULT_SETTINGS;
  expect(defaults).toEqual({
    ...Object.fromEntries(Object.entries(same).map(([name, value]) => [`belay.${name}`, value])), 'belay.compile.outputFolder': outputFolder, 'belay.trace.server': 'off',
  });
  expect(Object.values(properties).filter(({ markdownDescription }) => markdownDescription?.endsWith('.') !== true)).toEqual([]);
});

test('there is a command for all that the compiler can write', () => {
  const { stderr } = spawnSync(process.execPath, [command, 'compile', 'plan.belay', '--to', '?'], { encoding: 'utf8' });
  const allowed = /Allowed are ([a-z, ]+), with/.exec(stderr)?.[1]?.split(', ');
  expect(new Set(allowed)).toEqual(new Set(Object.keys(TARGETS)));
  const titles = manifest.contributes.commands.map(({ title }) => title);
  for (const { label } of Object.values(TARGETS)) expect(titles).toContain(`Compile to ${label}`);
});

test('every command of the manifest is there', () => {
  const source = readFileSync(`${packageFolder}src/extension.ts`, 'utf8');
  const registered = new Set([...source.matchAll(/'(belay\.\w+)': /g)].map((match) => match[1]));
  expect(registered).toEqual(new Set(manifest.contributes.commands.map((one) => one.command)));
});

test('files that the manifest names exist', () => {
  const files = [...JSON.stringify(manifest).matchAll(/"(?:\.\/)?((?:icons|syntaxes|snippets)\/[^"]+|language-configuration\.json)"/g)].map((match) => match[1] ?? '');
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter((file) => !existsSync(packageFolder + file))).toEqual([]);
});

describe('the problem matcher', () => {
  const [pattern] = manifest.contributes.problemPatterns;

  /** What VS Code makes of the lines of a task. */
  function problems(output: string): string[] {
    return output.split('\n').flatMap((line) => {
      const match = new RegExp(pattern?.regexp ?? '').exec(line);
      return match === null || pattern === undefined ? [] : [[pattern.severity, pattern.code, pattern.message, pattern.file, pattern.line, pattern.column].map((group) => match[group]).join(' | ')];
    });
  }

  function check(text: string, file = 'plan.belay'): string {
    return spawnSync(process.execPath, [command, 'check', '-', '--stdin-path', file, '--format', 'gnu'], { input: text, encoding: 'utf8' }).stdout;
  }

  test('is the only one, and has its pattern', () => {
    expect(manifest.contributes.problemMatchers.map(({ name, pattern: used }) => `${name} ${used}`)).toEqual(['belay $belay']);
    expect(manifest.contributes.problemPatterns.map(({ name }) => name)).toEqual(['belay']);
  });

  test('reads what the task prints, whatever the messages hold', () => {
    const printed = check('cloud cham {\n  group controllers { hosts "ctl1" }\n  group controllers { hosts "ctl2" }\n}\nplan p {\n  on cham\n  restart nova.api\n  wait 1\n}\n');
    expect(problems(printed)).toEqual([
      'error | B0102 | There is a group named `controllers` already. Give one of them another name. | plan.belay | 3 | 9',
      'error | B0101 | There is no component named `nova.api`. | plan.belay | 7 | 11',
      'error | B0006 | Expected a duration such as `30s`, `10m`, `8h` or `14d` after `wait`, found `1`. | plan.belay | 8 | 8',
    ]);
    expect(printed.split('\n').length).toBe(4);
  });

  test('is not led to another place by what is checked', () => {
    expect(problems(check('import "a.belay:1:1: error: b [B0001]"\n', 'plan.belay'))).toMatchObject([expect.stringMatching(/^error \| B0103 \| .* \| plan\.belay \| 1 \| 8$/)]);
    expect(problems(check('plan p {\n  wait 1\n}\n', 'a b-ü:9:9: error: x.belay'))).toContainEqual(expect.stringMatching(/ \| a b-ü<U\+003A>9<U\+003A>9<U\+003A> error<U\+003A> x\.belay \| 2 \| 8$/));
  });
});
