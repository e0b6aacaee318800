import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Operation, Plan, PlanFile, Targets } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, host, LOCAL, on, plan, step } from './plan-builder.ts';
import { enter, usePrograms } from './program.ts';

const made = usePrograms();

const hosts = ['h1', 'h2', 'h3'].map((name) =>
  host(name, enter(name), { variables: { rack: `rack of ${name}` } }),
);
const one = (
  operation: string | Operation,
  targets: Targets = LOCAL,
  files: readonly PlanFile[] = [],
): Plan => plan([step('a', [action(operation, { targets })])], { hosts, files });

const effect = (text: string): string => `echo "${text}" >>"$HOME/effects"`;

describe('files', () => {
  const file = (content: string, encoding: 'utf8' | 'base64' = 'utf8'): PlanFile => ({
    id: 'f',
    path: 'files/f',
    encoding,
    content,
  });
  const put = (path: string, content: PlanFile, extra: object = {}): Plan =>
    plan(
      [
        step('a', [
          action(
            { type: 'put', file: 'f', path, ...extra },
            {
              targets: on('first', 'h1'),
              back: backBy({ type: 'put', file: 'f', path, takeBack: true }, { targets: on('first', 'h1') }),
            },
          ),
        ]),
        step('b', ['test -e go'], { after: ['a'] }),
      ],
      { hosts, files: [content] },
    );

  it.each([
    ['text', 'it\'s $(id) `x` \\ "q"\n\ttab ünïcode ☁\nno line break at the end'],
    ['nothing', ''],
    ['more than a pipe holds', 'x'.repeat(300_000)],
  ])('put: writes %s', (_, content) => {
    const upgrade = made(put('/tmp/unused', file(content)));
    const path = `${upgrade.folder}/etc file`;
    const real = made(put(path.replace(upgrade.folder, '/tmp/belay-put-test'), file(content)));
    real.write('mk', '');
    spawnSync('mkdir', ['-p', '/tmp/belay-put-test']);
    expect(real.run('run --until a').code).toBe(3);
    expect(
      spawnSync('cat', ['/tmp/belay-put-test/etc file'], { encoding: 'utf8', maxBuffer: 1 << 20 }).stdout,
    ).toBe(content);
    spawnSync('rm', ['-rf', '/tmp/belay-put-test']);
  });

  it('put: writes bytes that are no text', () => {
    spawnSync('mkdir', ['-p', '/tmp/belay-put-bytes']);
    const bytes = Buffer.from([0, 255, 10, 0, 128]);
    const upgrade = made(
      put('/tmp/belay-put-bytes/f', file(bytes.toString('base64'), 'base64'), { mode: '0640' }),
    );
    upgrade.run('run');
    expect(spawnSync('cat', ['/tmp/belay-put-bytes/f']).stdout).toEqual(bytes);
    expect(spawnSync('stat', ['-c', '%a', '/tmp/belay-put-bytes/f'], { encoding: 'utf8' }).stdout).toBe(
      '640\n',
    );
    spawnSync('rm', ['-rf', '/tmp/belay-put-bytes']);
  });

  it.each([
    ['there was one', 'old\n'],
    ['there was none', undefined],
  ])('put: is taken back to what was there: %s', (_, before) => {
    const path = '/tmp/belay-put-back/f';
    spawnSync('rm', ['-rf', '/tmp/belay-put-back']);
    spawnSync('mkdir', ['-p', '/tmp/belay-put-back']);
    if (before !== undefined) spawnSync('bash', ['-c', `printf '${before}' >${path}; chmod 604 ${path}`]);
    const upgrade = made(put(path, file('new')));
    upgrade.run('run');
    expect(spawnSync('cat', [path], { encoding: 'utf8' }).stdout).toBe('new');
    expect(spawnSync('ls', ['/tmp/belay-put-back'], { encoding: 'utf8' }).stdout).toBe(
      before === undefined ? 'f\nf.before-test_plan.absent\n' : 'f\nf.before-test_plan\n',
    );
    if (before !== undefined)
      expect(spawnSync('stat', ['-c', '%a', path], { encoding: 'utf8' }).stdout).toBe('604\n');
    // A second put keeps what was there before the first.
    upgrade.write('go', '');
    expect(upgrade.run('resume').code).toBe(0);
    expect(upgrade.run('rollback').code).toBe(0);
    expect(
      spawnSync('bash', ['-c', `cat ${path} 2>/dev/null; ls /tmp/belay-put-back`], { encoding: 'utf8' })
        .stdout,
    ).toBe(before === undefined ? '' : 'old\nf\n');
    spawnSync('rm', ['-rf', '/tmp/belay-put-back']);
  });

  it('put: never leaves half a file, and says that it did not arrive', () => {
    spawnSync('mkdir', ['-p', '/tmp/belay-put-half']);
    const upgrade = made(put('/tmp/belay-put-half/f', file('x'.repeat(100_000))));
    upgrade.write('enter', '#!/bin/bash\nshift; head -c 5000 | "$@"\n', 0o755);
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain('The file did not arrive whole.');
    expect(spawnSync('ls', ['/tmp/belay-put-half'], { encoding: 'utf8' }).stdout).toBe('');
    spawnSync('rm', ['-rf', '/tmp/belay-put-half']);
  });

  it('says so if a connection does not pass input on', () => {
    const upgrade = made(put('/tmp/belay-never', file('x')));
    upgrade.write('enter', '#!/bin/bash\nshift; exec "$@" </dev/null\n', 0o755);
    const { code, out } = upgrade.run('run');
    expect(code).toBe(1);
    expect(out).toContain(
      'The connection does not pass standard input to the host, which secrets, scripts and files need.',
    );
  });

  it('runs a command through a connection that does not pass input on', () => {
    const upgrade = made(one(effect('$BELAY_HOST'), on('first', 'h1')));
    upgrade.write('enter', '#!/bin/bash\nshift; exec "$@" </dev/null\n', 0o755);
    expect(upgrade.run('run').code).toBe(0);
    expect(upgrade.lines('effects')).toEqual(['h1']);
  });

  it.each([
    ['bash', 'echo "$# $1 [$2] $BELAY_HOST ${BASH_VERSION:+bash}"'],
    [
      'the interpreter of its first line',
      '#!/usr/bin/env bash\necho "$# $1 [$2] $BELAY_HOST ${BASH_VERSION:+bash}"',
    ],
    [
      'an interpreter with an argument',
      '#! /bin/bash -e\necho "$# $1 [$2] $BELAY_HOST ${BASH_VERSION:+bash}"\nfalse\necho not here',
    ],
  ])('script: is run by %s', (_, content) => {
    const upgrade = made(
      one(
        { type: 'script', file: 'f', arguments: `'a b' "$BELAY_VAR_rack" '*'`, variables: ['rack'] },
        on('first', 'h1'),
        [file(content)],
      ),
    );
    upgrade.run('run');
    expect(upgrade.read('.belay/test_plan/logs/a/01-run.h1.log').split('\n')[1]).toBe(
      '3 a b [rack of h1] h1 bash',
    );
  });
});
