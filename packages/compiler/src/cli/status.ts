import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { neutralize } from '../diagnostics/display-text.ts';
import { printJson } from '../diagnostics/render-json.ts';
import { readJournal } from '../journal/read-journal.ts';
import { summarizeJournal, type JournalSummary, type RunState } from '../journal/summary.ts';
import type { Plan } from '../plan/plan.ts';
import { parsePlan } from '../plan/serialize.ts';
import { CommandError } from './command-error.ts';
import { FINDINGS, FINE } from './exit-codes.ts';
import { reasonOf } from './find-files.ts';
import { printOut } from './output.ts';

export interface StatusOptions {
  readonly plan?: string;
  readonly format: 'text' | 'json';
}

/** `belay status`: what a journal says, whichever executor wrote it. Only reads. */
export function status(file: string, options: StatusOptions): void {
  const journal = readJournal(read(journalFile(file)));
  if ('message' in journal) throw new CommandError(`"${file}" is not a journal: line ${journal.line}: ${journal.message}`);
  const plan = options.plan === undefined ? undefined : planOf(options.plan);
  if (plan !== undefined && plan.digest !== journal.digest) {
    throw new CommandError(`"${options.plan}" is not the plan of this journal`, `the journal belongs to ${journal.plan}, ${journal.digest}`);
  }
  const summary = summarizeJournal(journal, plan);
  printOut(options.format === 'json' ? printJson(summary) : statusText(summary));
  process.exitCode = summary.state === 'failed' || summary.state === 'unverified' ? FINDINGS : FINE;
}

/** A folder stands for the journal in it. */
function journalFile(file: string): string {
  try {
    readFileSync(path.join(file, 'journal'));
    return path.join(file, 'journal');
  } catch {
    return file;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read "${file}": ${reasonOf(error)}`);
  }
}

function planOf(file: string): Plan {
  const result = parsePlan(read(file));
  if ('fault' in result) throw new CommandError(`cannot read the plan "${file}": ${result.fault}`);
  return result.plan;
}

const HEADLINES: Readonly<Record<RunState, string>> = {
  done: 'DONE', failed: 'FAILED', stopped: 'STOPPED', open: 'RUNNING, OR KILLED', 'rolling-back': 'ROLLBACK INCOMPLETE', 'rolled-back': 'ROLLED BACK',
  unverified: 'ROLLED BACK, BUT A CHECK FAILS', 'not-started': 'NOT STARTED',
};

function statusText({ plan, run, state, last, done, failed, begun, left, open, lost, locks }: JournalSummary): string {
  const counts = [`${done.length} done`, `${failed.length} failed`, `${begun.length} begun`, ...(left === undefined ? [] : [`${left.length} left`])];
  const ended = last?.ended === undefined ? 'has not ended' : `ended ${last.ended} with exit code ${last.code} (${last.reason})`;
  const lines = [
    plan, `run ${run}`, '', `${HEADLINES[state]}: steps: ${counts.join(', ')}.`,
    ...(last === undefined ? [] : [`The last ${last.command} began ${last.began} and ${ended}.`]),
    ...section('Failed', failed), ...section('Begun', begun),
    ...section('Did not end well', open.map((one) => `${one.step} on ${one.host}: ${one.title}: ${one.result}`)),
    ...section('Hosts that failed in a roll', lost.map((one) => `${one.host}: ${one.step === one.roll ? `could not be asked whether it needs ${one.roll}` : one.step}`)),
    ...section('Locks held', locks.map((one) => `${one.roll}: ${one.lock}`)),
    ...section('Left', left ?? []),
  ];
  return lines.map((line) => `${neutralize(line)}\n`).join('');
}

const section = (title: string, rows: readonly string[]): string[] => (rows.length === 0 ? [] : ['', title, ...rows.map((row) => `  ${row}`)]);
