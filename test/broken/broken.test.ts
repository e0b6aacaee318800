import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, test } from 'vitest';
import { belay } from '../cli/run-belay.test-helpers.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EXAMPLES = path.join(ROOT, 'examples/broken');
const GOLDEN = path.join(import.meta.dirname, 'messages');
const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.belay') && !name.endsWith('.fixed.belay')).map((name) => name.slice(0, -'.belay'.length)).sort();

/** What `examples/README.md` lists: the first comment of each broken plan, and what Belay says to it. */
function listed(name: string): string {
  const why = /^# (.*)$/m.exec(readFileSync(path.join(EXAMPLES, `${name}.belay`), 'utf8'))?.[1] ?? '';
  const codes = [...new Set([...readFileSync(path.join(GOLDEN, `${name}.txt`), 'utf8').matchAll(/\[(B\d{4})\] ([a-z-]+)/g)].map(([, code, rule]) => `${code} ${rule}`))];
  return `| [${name}](broken/${name}.belay) | ${why} | ${codes.join(', ')} |`;
}

describe.each(names)('%s', (name) => {
  test('is refused, with the message that was reviewed', () => {
    const { code, stdout, stderr } = belay(['check', `examples/broken/${name}.belay`], { cwd: ROOT });
    const golden = path.join(GOLDEN, `${name}.txt`);
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(GOLDEN, { recursive: true });
      writeFileSync(golden, stdout);
    }
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: readFileSync(golden, 'utf8'), stderr: '' });
  });

  test('passes when it is mended', () => {
    const { code, stdout } = belay(['check', `examples/broken/${name}.fixed.belay`], { cwd: ROOT });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'No findings in 1 file.\n' });
  });
});

test('examples/README.md lists every one of them', () => {
  const readme = path.join(ROOT, 'examples/README.md');
  const text = readFileSync(readme, 'utf8');
  const table = ['| plan | what is wrong | what Belay says |', '|---|---|---|', ...names.map(listed)].join('\n');
  const expected = text.replace(/(<!-- broken -->\n)[^]*?(\n<!-- \/broken -->)/, (_, before: string, after: string) => `${before}${table}${after}`);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(readme, expected);
  expect(readFileSync(readme, 'utf8')).toBe(expected);
});
