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
  readonly patterns: readonly { readonly regexp: string; readonly file?: number; readonly line?: number; readonly column?: number; readonly severity?: number; readonly code?: number; readonly message?: number }[];
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

describe('problem matchers', () => {
  /** What VS Code makes of the lines of a task, as far as these matchers need it: each matches so many lines that follow each other. */
  function problems(output: string): string[] {
    const lines = output.split('\n');
    return lines.flatMap((_, start) => manifest.contributes.problemPatterns.flatMap(({ patterns }) => {
      const found = { severity: '', code: '', message: '', file: '', line: '', column: '' };
      for (const [index, { regexp, ...groups }] of patterns.entries()) {
        const match = new RegExp(regexp).exec(lines[start + index] ?? '');
        if (match === null) return [];
        for (const [name, group] of Object.entries(groups)) found[name as keyof typeof found] += ` ${match[group as number] ?? ''}`;
      }
      return [Object.values(found).map((one) => one.trim()).join(' | ')];
    }));
  }

  function check(text: string): string[] {
    const { stdout } = spawnSync(process.execPath, [command, 'check', '-', '--stdin-path', 'plan.belay'], { input: text, encoding: 'utf8' });
    return problems(stdout);
  }

  test('read what `belay check` prints, also messages of several lines', () => {
    expect(check('cloud cham {\n  group controllers { hosts "ctl1" }\n  group controllers { hosts "ctl2" }\n}\nplan p {\n  on cham\n  restart nova.api\n  wait 1\n}\n')).toEqual([
      'error | B0102 | There is a group named `controllers` already. Give one of them another name. | plan.belay | 3 | 9',
      'error | B0101 | There is no component named `nova.api`. | plan.belay | 7 | 11',
      'error | B0006 | Expected a duration such as `30s`, `10m`, `8h` or `14d` after `wait`, found `1`. | plan.belay | 8 | 8',
    ]);
  });

  test('there is one for each number of lines', () => {
    expect(manifest.contributes.problemMatchers.map(({ name, pattern }) => `${name} ${pattern}`)).toEqual([
      'belay $belay', 'belay-2 $belay-2', 'belay-3 $belay-3', 'belay-4 $belay-4', 'belay-5 $belay-5', 'belay-6 $belay-6',
    ]);
  });
});
