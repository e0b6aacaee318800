import { analyzeProject, type Analysis, type Diagnostic } from '@belay/compiler/analysis';
import type { CancellationToken } from 'vscode-languageserver';
import { grouped } from '../../workspace/grouped.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import { WorkspaceFile } from '../../workspace/workspace-file.ts';
import type { FileEdit } from './offer.ts';

/** What checking and proving a file says. */
interface Verdict {
  readonly diagnostics: readonly Diagnostic[];
  /** What its plans do: each step with what runs where, and the steps right before it. */
  readonly steps: string;
}

/** How a file is judged before and after edits. */
export interface Comparison {
  /** What is found after the edits and was not before. */
  readonly added: readonly Diagnostic[];
  /** What is not found any more. */
  readonly removed: readonly Diagnostic[];
  /** Whether the plans of the file do the same in the same order. */
  readonly doesSame: boolean;
}

/** More files that use the edited one are not proven for one action. */
const MOST_ENTRIES = 50;

/**
 * Judges and proves a file, and those that import it, as they are and as they would be, between other work.
 *
 * @param file the file in which somebody edits; edits may be in others, too
 * @returns undefined if that was cancelled, if too many files import the edited one, or if files that they name were not read
 */
export async function compareEdited(file: WorkspaceFile, edits: readonly FileEdit[], snapshot: Snapshot, token: CancellationToken): Promise<Comparison | undefined> {
  const changed = editedSnapshot(edits, snapshot);
  const entries = [...new Set([file, ...edits.map((edit) => edit.file)].flatMap((one) => [one, ...snapshot.importers(one)]))];
  if (entries.length > MOST_ENTRIES) return undefined;
  const all = { added: [] as Diagnostic[], removed: [] as Diagnostic[], doesSame: true };
  for (const entry of entries) {
    const before = await verdictOf(entry, snapshot, token);
    const after = before === undefined ? undefined : await verdictOf(changed.file(entry.uri) ?? entry, changed, token);
    if (before === undefined || after === undefined) return undefined;
    all.added.push(...without(after.diagnostics, before.diagnostics));
    all.removed.push(...without(before.diagnostics, after.diagnostics));
    all.doesSame &&= before.steps === after.steps;
  }
  return all;
}

/** Why edits are not to be made, if what they lead to has findings that were not there. */
export function newFindings({ added }: Comparison): string | undefined {
  const [first, ...more] = added;
  return first === undefined ? undefined : `${first.code}: ${first.message}${more.length === 0 ? '' : ` (and ${more.length} more)`}`;
}

/** A snapshot in which files have other texts. */
function editedSnapshot(edits: readonly FileEdit[], snapshot: Snapshot): Snapshot {
  return snapshot.withFiles([...grouped(edits, ({ file }) => file)].map(([file, own]) => (
    new WorkspaceFile(file, file.uri, applyEdits(file.text, own), file.version, file.encoding)
  )));
}

/** A text after edits that do not overlap. */
export function applyEdits(text: string, edits: readonly FileEdit[]): string {
  return edits.toSorted((a, b) => b.start - a.start || b.end - a.end).reduce((result, { start, end, newText }) => result.slice(0, start) + newText + result.slice(end), text);
}

const known = new WeakMap<Snapshot, Map<string, Verdict>>();

async function verdictOf(entry: WorkspaceFile, snapshot: Snapshot, token: CancellationToken): Promise<Verdict | undefined> {
  let verdicts = known.get(snapshot);
  if (verdicts === undefined) known.set(snapshot, (verdicts = new Map()));
  const kept = verdicts.get(entry.key);
  if (kept !== undefined) return kept;
  const { project, wanted } = snapshot.project(entry);
  if (wanted.length > 0) return undefined;
  const analysis = analyzeProject(project);
  const proving = analysis.prove();
  for (;;) {
    const step = proving.next();
    if (step.done === true) {
      const verdict = { diagnostics: step.value, steps: stepsIn(analysis) };
      verdicts.set(entry.key, verdict);
      return verdict;
    }
    // Messages of the client are looked at between the proofs: it may not want to know any more.
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 0);
    });
    if (token.isCancellationRequested) return undefined;
  }
}

function stepsIn({ plans }: Analysis): string {
  return JSON.stringify(plans.map(({ plan, graph }) => [plan.name, plan.cloud.name, ...graph.steps.map(({ step, after, body }) => [
    after, step?.kind, step?.window, step === undefined ? [] : whatRuns(step), body?.steps.map((one) => [one.after, one.step === undefined ? [] : whatRuns(one.step)]),
  ])]), (key, value: unknown) => (key === 'location' ? undefined : value));
}

/** Everything that a step says but its name. */
function whatRuns({ id: _, roll, ...rest }: PlanStep): object {
  return { ...rest, ...(roll === undefined ? {} : { roll: { ...roll, body: undefined } }) };
}

type PlanStep = NonNullable<Analysis['plans'][number]['graph']['steps'][number]['step']>;

/** Findings that are not among others; where they stand does not matter, since edits move text. */
function without(diagnostics: readonly Diagnostic[], others: readonly Diagnostic[]): Diagnostic[] {
  const left = new Map<string, number>();
  for (const one of others) left.set(sameness(one), (left.get(sameness(one)) ?? 0) + 1);
  return diagnostics.filter((one) => {
    const count = left.get(sameness(one)) ?? 0;
    left.set(sameness(one), count - 1);
    return count <= 0;
  });
}

function sameness({ code, message, primary }: Diagnostic): string {
  return `${code} ${primary.file} ${message}`;
}
