import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { PROOFS } from '../../packages/compiler/src/proofs/index.ts';
import { RULES } from '../../packages/compiler/src/rules/index.ts';
import { belay } from '../cli/run-belay.test-helpers.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLES = path.join(ROOT, 'examples/broken');
const GOLDEN = path.join(import.meta.dirname, 'messages');
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';
const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.belay') && !name.endsWith('.fixed.belay')).map((name) => name.slice(0, -'.belay'.length)).sort();

/** What Belay proves, by the marks in `examples/README.md`, and how a message of a plan that breaks it is known. */
const PROVEN: readonly (readonly [id: string, said: RegExp])[] = [
  ['names', /\[B0[0-3]\d\d\]|\[B041[23]\]/],
  ['release-path', /\[B040[123]\]/],
  ['order', /\[B041[145]\]|\[B0642\]/],
  ['skew', /\[B0611\]/],
  ['schema', /\[B0621\]/],
  ['availability', /\[B0601\]/],
  ['downtime', /\[B0603\]|\[B0604\] unknown-duration: [^:]*may\s+be\s+down\./],
  ['capacity', /\[B0602\]/],
  ['way-down', /\[B050\d\]/],
  ['obligations', /\[B0641\]|\[B0416\]/],
  ['commands', /\[B0631\]/],
  ['time', /\[B060[56]\]|\[B0604\] unknown-duration: [^:]*fits\./],
];

function messageOf(name: string): string {
  return readFileSync(path.join(GOLDEN, `${name}.txt`), 'utf8');
}

/** A row of a table in `examples/README.md`: the first comment of each broken plan, and what Belay says to it. */
function row(name: string): string {
  const why = /^# (.*)$/m.exec(readFileSync(path.join(EXAMPLES, `${name}.belay`), 'utf8'))?.[1] ?? '';
  const codes = [...new Set([...messageOf(name).matchAll(/\[(B\d{4})\] ([a-z-]+)/g)].map(([, code, rule]) => `${code} ${rule}`))];
  return `| [${name}](broken/${name}.belay) | ${why} | ${codes.join(', ')} |`;
}

describe.each(names)('%s', (name) => {
  test('is refused, with the message that was reviewed', () => {
    const { code, stdout, stderr } = belay(['check', `examples/broken/${name}.belay`], { cwd: ROOT });
    const golden = path.join(GOLDEN, `${name}.txt`);
    if (isUpdate) {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(golden, stdout);
    }
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: readFileSync(golden, 'utf8'), stderr: '' });
  });

  test('passes when it is mended', () => {
    const { code, stdout } = belay(['check', `examples/broken/${name}.fixed.belay`], { cwd: ROOT });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No findings in 1 file.\n' });
  });

  test('breaks something that is proven', () => {
    expect(PROVEN.filter(([, said]) => said.test(messageOf(name)))).not.toEqual([]);
  });
});

test.each(PROVEN)('at least two plans show what breaks: %s', (_, said) => {
  expect(names.filter((name) => said.test(messageOf(name))).length).toBeGreaterThanOrEqual(2);
});

test('every rule and every proof refuses one of the plans', () => {
  const said = names.map(messageOf).join('\n');
  expect([...RULES, ...PROOFS].filter(({ code }) => !said.includes(`[${code}]`)).map(({ name }) => name)).toEqual([]);
});

test('no message is kept of a plan that is gone', () => {
  expect(readdirSync(GOLDEN).sort()).toEqual(names.map((name) => `${name}.txt`));
});

test('examples/README.md lists them by what they break', () => {
  const readme = path.join(ROOT, 'examples/README.md');
  const head = '| plan | what is wrong | what Belay says |\n|---|---|---|';
  const expected = PROVEN.reduce((text, [id, said]) => {
    const table = [head, ...names.filter((name) => said.test(messageOf(name))).map(row)].join('\n');
    return text.replace(new RegExp(`(<!-- breaks: ${id} -->\n)[^]*?(<!-- /breaks -->)`), (_, before: string, after: string) => `${before}${table}\n${after}`);
  }, readFileSync(readme, 'utf8'));
  if (isUpdate) writeFileSync(readme, expected);
  expect(readFileSync(readme, 'utf8')).toBe(expected);
  expect([...expected.matchAll(/<!-- breaks: ([a-z-]+) -->/g)].map(([, id]) => id)).toEqual(PROVEN.map(([id]) => id));
});
