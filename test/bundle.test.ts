import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';

const compiler = fileURLToPath(new URL('../packages/compiler/', import.meta.url));
const bundle = join(compiler, 'dist', 'belay.cjs');
const { version } = JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8')) as { version: string };

/** The Node that runs the tests, and the one that the machine has by itself. */
const machineNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((file) => existsSync(file));
const nodes = [process.execPath, ...(machineNode === undefined ? [] : [machineNode])];

describe('the bundle', () => {
  beforeAll(() => {
    execFileSync(process.execPath, [join(compiler, 'build', 'bundle.mjs')]);
  });

  test.each(nodes)('starts under %s', (node) => {
    expect(execFileSync(node, [bundle, '--version'], { encoding: 'utf8' })).toContain(version);
  });

  test('is one executable file that loads nothing but modules of Node', () => {
    const text = readFileSync(bundle, 'utf8');
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(statSync(bundle).mode & 0o111).toBe(0o111);
    const loaded = [...text.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, name]) => name!);
    expect(loaded.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))).toEqual([]);
  });
});
