import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { bundle } from '../cli/run-belay.test-helpers.ts';

interface Fence {
  readonly language: string;
  readonly file?: string;
  readonly append: boolean;
  readonly exit: number;
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
function fences(markdown: string): Fence[] {
  return [...markdown.matchAll(/^```(\w+)([^\n]*)\n([^]*?)^```$/gm)].map(([, language = '', info = '', text = '']) => {
    const file = /file=(\S+)/.exec(info)?.[1];
    return { language, append: /\bappend\b/.test(info), exit: Number(/exit=(\d+)/.exec(info)?.[1] ?? 0), text, ...(file === undefined ? {} : { file }) };
  });
}

function run(script: string, folder: string): Promise<{ exit: number; output: string }> {
  const belay = `belay() { "${process.execPath}" "${bundle}" "$@"; }\nset -e\n`;
  return new Promise((resolve) => {
    execFile('bash', ['-c', belay + script], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } }, (error, stdout, stderr) => {
      resolve({ exit: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, output: stdout + stderr });
    });
  });
}

/**
 * Does in an empty folder what a page of `docs/` says: a block of `belay` with `file=NAME` is written (or with `append` added) to the file, a
 * block of `sh` is run and has to end with `exit=CODE` (0), and a block of `text` is what the block of `sh` before it prints. Blocks of `json` are
 * left to the test.
 *
 * @returns what the blocks of `sh` printed, the languages of all blocks, and the blocks of `json`
 */
export async function runPage(name: string): Promise<{ readonly outputs: readonly string[]; readonly languages: readonly string[]; readonly json: readonly string[] }> {
  const blocks = fences(readFileSync(path.resolve(import.meta.dirname, '../../docs', name), 'utf8'));
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-docs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const outputs: string[] = [];
  for (const block of blocks) {
    if (block.language === 'belay') (block.append ? appendFileSync : writeFileSync)(path.join(folder, block.file ?? ''), block.text);
    else if (block.language === 'text') expect(outputs.at(-1)).toBe(block.text);
    else if (block.language !== 'json') {
      const { exit, output } = await run(block.text, folder);
      expect({ script: block.text, exit, output: exit === block.exit ? '' : output }).toEqual({ script: block.text, exit: block.exit, output: '' });
      outputs.push(output);
    }
  }
  return { outputs, languages: blocks.map((block) => block.language), json: blocks.flatMap((block) => (block.language === 'json' ? [block.text] : [])) };
}
