import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { emitShell } from '../../packages/compiler/src/emit/shell/index.ts';
import { chain, plan, step } from '../shell/plan-builder.ts';
import type { Row } from './table.ts';

const STEPS = 200;
const LARGE = 5000;

/** Milliseconds that a command takes in `folder`; it has to succeed. */
function took(folder: string, command: string, args: readonly string[]): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(command, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return performance.now() - begin;
}

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;

const round = (value: number): number => Math.round(value * 100) / 100;

/**
 * Measures what the shell program adds to the commands of a plan: a chain of 200 steps, each of which runs `true`, against
 * bash scripts that run the same commands, and what it takes to start with a plan of 5,000 steps. Medians of `rounds`
 * rounds, in which the programs take turns. A step includes the flush of its journal to the disk; one `sync -d` is
 * measured beside it, as that is what differs most from machine to machine.
 */
export function measureShell(rounds = 5): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-bench-'));
  const write = (name: string, text: string): void => {
    writeFileSync(path.join(folder, name), text);
    chmodSync(path.join(folder, name), 0o755);
  };
  try {
    write(
      'belay.sh',
      emitShell(plan(chain(...Array.from({ length: STEPS }, (_, index) => step(`s${index}`, ['true']))))),
    );
    write(
      'large.sh',
      emitShell(plan(chain(...Array.from({ length: LARGE }, (_, index) => step(`s${index}`, ['true']))))),
    );
    write('builtin.sh', `#!/bin/bash\n${'true\n'.repeat(STEPS)}`);
    write('processes.sh', `#!/bin/bash\n${'bash -c true </dev/null >>log 2>&1\n'.repeat(STEPS)}`);
    write('flushes.sh', `#!/bin/bash\n${'echo x >>file; sync -d file\n'.repeat(STEPS)}`);
    const names = ['builtin.sh', 'processes.sh', 'flushes.sh', 'belay.sh'] as const;
    const times: Record<(typeof names)[number] | 'large.sh', number[]> = {
      'builtin.sh': [],
      'processes.sh': [],
      'flushes.sh': [],
      'belay.sh': [],
      'large.sh': [],
    };
    for (let index = 0; index < rounds; index += 1) {
      for (const name of names) {
        rmSync(path.join(folder, '.belay'), { recursive: true, force: true });
        times[name].push(took(folder, `./${name}`, name === 'belay.sh' ? ['run'] : []));
      }
      rmSync(path.join(folder, '.belay'), { recursive: true, force: true });
      times['large.sh'].push(took(folder, './large.sh', ['status']));
    }
    const base = median(times['builtin.sh']);
    const perStep = (name: (typeof names)[number]): number => round((median(times[name]) - base) / STEPS);
    return Promise.resolve([
      { name: `plain bash, ${STEPS} times true`, figures: { 'ms in all': round(base), 'ms a step more': 0 } },
      {
        name: 'plain bash, each in a bash of its own',
        figures: {
          'ms in all': round(median(times['processes.sh'])),
          'ms a step more': perStep('processes.sh'),
        },
      },
      {
        name: 'plain bash, a flush to the disk each',
        figures: { 'ms in all': round(median(times['flushes.sh'])), 'ms a step more': perStep('flushes.sh') },
      },
      {
        name: 'the shell program, journal included',
        figures: { 'ms in all': round(median(times['belay.sh'])), 'ms a step more': perStep('belay.sh') },
      },
      {
        name: `the shell program, status with ${LARGE} steps`,
        figures: { 'ms in all': round(median(times['large.sh'])) },
      },
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
