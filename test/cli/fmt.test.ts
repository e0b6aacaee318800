import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { belay, CLOUD, workspace } from './run-belay.test-helpers.ts';

const UNTIDY = CLOUD.replace('  group web', '      group   web');

describe('belay fmt', () => {
  test('formats files in place and names those that it changed', () => {
    const cwd = workspace({ 'a.belay': UNTIDY, 'b/c.belay': UNTIDY, 'tidy.belay': CLOUD });
    chmodSync(path.join(cwd, 'a.belay'), 0o640);
    expect(belay(['fmt'], { cwd })).toEqual({ code: 0, stdout: 'a.belay\nb/c.belay\n', stderr: '' });
    expect(readFileSync(path.join(cwd, 'a.belay'), 'utf8')).toBe(CLOUD);
    expect(statSync(path.join(cwd, 'a.belay')).mode & 0o777).toBe(0o640);
    expect(belay(['fmt', '.'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('--check changes nothing', () => {
    const cwd = workspace({ 'a.belay': UNTIDY, 'tidy.belay': CLOUD });
    expect(belay(['fmt', '--check', 'a.belay', 'tidy.belay'], { cwd })).toEqual({
      code: 1,
      stdout: 'a.belay\n',
      stderr: '',
    });
    expect(readFileSync(path.join(cwd, 'a.belay'), 'utf8')).toBe(UNTIDY);
    expect(belay(['fmt', '--check', 'tidy.belay'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('formats standard input', () => {
    const cwd = workspace();
    expect(belay(['fmt', '-'], { cwd, input: UNTIDY })).toEqual({ code: 0, stdout: CLOUD, stderr: '' });
    expect(belay(['fmt', '-', '--check'], { cwd, input: UNTIDY })).toEqual({ code: 1, stdout: '', stderr: '' });
    expect(belay(['fmt', '-', '--check'], { cwd, input: CLOUD })).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('leaves a broken file alone, and goes on', () => {
    const broken = `${UNTIDY}cloud x {\n`;
    const cwd = workspace({ 'a.belay': broken, 'b.belay': UNTIDY });
    const { code, stdout, stderr } = belay(['fmt', 'a.belay', 'b.belay'], { cwd });
    expect([code, stdout]).toEqual([1, 'b.belay\n']);
    expect(stderr).toContain('--> a.belay:11:9\n');
    expect(readFileSync(path.join(cwd, 'a.belay'), 'utf8')).toBe(broken);
    const input = belay(['fmt', '-'], { cwd, input: broken });
    expect([input.code, input.stdout]).toEqual([1, '']);
    expect(input.stderr).toContain('--> <stdin>:11:9\n');
  });

  test('formats the target of a link', () => {
    const cwd = workspace({ 'real/a.belay': UNTIDY });
    symlinkSync('real/a.belay', path.join(cwd, 'link.belay'));
    expect(belay(['fmt', 'link.belay'], { cwd })).toEqual({ code: 0, stdout: 'link.belay\n', stderr: '' });
    expect(lstatSync(path.join(cwd, 'link.belay')).isSymbolicLink()).toBe(true);
    expect(readFileSync(path.join(cwd, 'real/a.belay'), 'utf8')).toBe(CLOUD);
  });

  test('does not touch what is no text', () => {
    const bytes = new Uint8Array([0x23, 0xff, 0xfe, 0x0a]);
    const cwd = workspace({ 'a.belay': bytes });
    expect(belay(['fmt', 'a.belay'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'belay: "a.belay" is not UTF-8 text\n',
    });
    expect([...readFileSync(path.join(cwd, 'a.belay'))]).toEqual([...bytes]);
    expect(belay(['fmt', '-'], { cwd, input: bytes })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'belay: standard input is not UTF-8 text\n',
    });
    expect(belay(['fmt', '/dev/zero', 'missing.belay'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'belay: cannot read "missing.belay": no such file or folder\nbelay: cannot format "/dev/zero": it is no regular file\n',
    });
  });
});
