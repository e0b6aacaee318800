import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { describe, expect, onTestFinished, test } from 'vitest';
import { bundle, compiler } from './cli/run-belay.test-helpers.ts';
import { NODES } from './nodes.ts';

const root = path.resolve(compiler, '../..');
const { version } = JSON.parse(readFileSync(path.join(compiler, 'package.json'), 'utf8')) as { version: string };

describe('the bundle', () => {
  test.each(NODES)('starts under %s', (node) => {
    expect(execFileSync(node, [bundle, '--version'], { encoding: 'utf8' })).toContain(version);
  });

  test.each(NODES)('checks both examples under %s', (node) => {
    for (const example of ['suse-skip-kilo/skip-kilo.belay', 'syseleven-reboot/reboot.belay']) {
      expect(execFileSync(node, [bundle, 'check', `examples/${example}`], { cwd: root, encoding: 'utf8' })).toBe('No findings in 2 files.\n');
    }
  });

  test('is one executable file that loads nothing but modules of Node', () => {
    const text = readFileSync(bundle, 'utf8');
    expect(text.startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect(statSync(bundle).mode & 0o111).toBe(0o111);
    // The program is a text in quotes, so the quotes in it are escaped.
    const loaded = [...text.matchAll(/\b(?:require|import)\(\\?["'`]([^"'`\\]+)\\?["'`]\)/g)].map(([, name]) => name!);
    expect(loaded).toContain('node:fs');
    expect(loaded.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))).toEqual([]);
  });

  test('takes one byte for a character', () => {
    // oxlint-disable-next-line no-control-regex
    expect(readFileSync(bundle, 'utf8').match(/[^\u0000-\u007f]/g)).toBe(null);
  });
});

describe('a build that fails', () => {
  /** Builds a copy of the package in which a file has another text. */
  function buildWith(file: string, change: (text: string) => string): { status: number | null; stdout: string; stderr: string } {
    const copy = mkdtempSync(path.join(tmpdir(), 'belay-build-'));
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
    const folder = path.join(copy, 'packages', 'compiler');
    cpSync(path.join(root, 'scripts', 'bundling.mjs'), path.join(copy, 'scripts', 'bundling.mjs'));
    for (const name of ['build', 'src', 'package.json']) cpSync(path.join(compiler, name), path.join(folder, name), { recursive: true });
    const modules = path.join(compiler, 'node_modules');
    mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
    for (const from of [path.join(root, 'node_modules', 'esbuild'), ...readdirSync(modules).map((name) => path.join(modules, name))]) {
      symlinkSync(from, path.join(folder, 'node_modules', path.basename(from)));
    }
    const changed = path.join(folder, file);
    writeFileSync(changed, change(readFileSync(changed, 'utf8')));
    return spawnSync(process.execPath, [path.join(folder, 'build', 'bundle.mjs')], { encoding: 'utf8' });
  }

  test('says once what is wrong, and where', () => {
    const { status, stdout, stderr } = buildWith('src/cli/exit-codes.ts', (text) => `${text}export const = 4;\n`);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^✘ \[ERROR\] Expected identifier but found "="\n\n {4}src\/cli\/exit-codes\.ts:9:13:\n/);
    expect(stderr.match(/Expected identifier/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  test('says that a library has changed where a patch is applied', () => {
    const { status, stderr } = buildWith('build/library-patches.mjs', (text) => text.replace("'(p.stdout || {}).isTTY'", "'(p.screen || {}).isTTY'"));
    expect(status).toBe(1);
    expect(stderr).toContain('"(p.screen || {}).isTTY" does not stand in ');
    expect(stderr).not.toMatch(/\n {4}at /);
  });
});
