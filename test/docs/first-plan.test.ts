import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundle } from '../cli/run-belay.test-helpers.ts';

interface Fence {
  readonly language: string;
  readonly file?: string;
  readonly append: boolean;
  readonly exit: number;
  readonly text: string;
}

const PAGE = path.resolve(import.meta.dirname, '../../docs/first-plan.md');

/** The fenced blocks of a page, in order. */
function fences(markdown: string): Fence[] {
  return [...markdown.matchAll(/^```(\w+)([^\n]*)\n([^]*?)^```$/gm)].map(([, language = '', info = '', text = '']) => {
    const file = /file=(\S+)/.exec(info)?.[1];
    return { language, append: /\bappend\b/.test(info), exit: Number(/exit=(\d+)/.exec(info)?.[1] ?? 0), text, ...(file === undefined ? {} : { file }) };
  });
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'first-plan-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(script: string): Promise<{ exit: number; output: string }> {
  const belay = `belay() { "${process.execPath}" "${bundle}" "$@"; }\nset -e\n`;
  return new Promise((resolve) => {
    execFile('bash', ['-c', belay + script], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } }, (error, stdout, stderr) => {
      resolve({ exit: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, output: stdout + stderr });
    });
  });
}

test('every command of the first plan does what the page says', async () => {
  const blocks = fences(readFileSync(PAGE, 'utf8'));
  expect(blocks.map((block) => block.language)).toEqual(['belay', 'belay', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh', 'sh']);
  const outputs: string[] = [];
  for (const block of blocks) {
    if (block.language === 'belay') {
      (block.append ? appendFileSync : writeFileSync)(path.join(folder, block.file ?? ''), block.text);
      continue;
    }
    const { exit, output } = await run(block.text);
    expect({ script: block.text, exit, output: exit === block.exit ? '' : output }).toEqual({ script: block.text, exit: block.exit, output: '' });
    outputs.push(output);
  }
  expect(outputs[0]).toContain('too-many-down');
  expect(outputs[4]).toContain('web2');
}, 60_000);
