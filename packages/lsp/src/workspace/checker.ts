import { analyzeProject, type Analysis, type Diagnostic, type Project, type Source } from '@belay/compiler/analysis';
import { movedDiagnostic } from './moved-diagnostic.ts';
import { keyOf } from './roots.ts';
import { sharedPart } from './shared-part.ts';
import type { Checks, Snapshot } from './snapshot.ts';
import type { WorkspaceFile } from './workspace-file.ts';

/** How far a file has been checked: bound and judged by the rules, or proven as well. */
export type Phase = 'judged' | 'proven';

/** What checking one file found, in all files of its project. */
interface Result {
  readonly entry: WorkspaceFile;
  readonly project: Project;
  /** Let go of when a closed file is proven. */
  analysis: Analysis | undefined;
  phase: Phase;
  diagnostics: readonly Diagnostic[];
  /** What an earlier check proved; it counts until the proofs were run again. */
  late: Late | undefined;
  proving: ReturnType<Analysis['prove']> | undefined;
}

/** Findings of proofs, with the texts that they were made for. */
interface Late {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, Source>;
}

/**
 * Checks files, and keeps what was found as long as it holds. A check of a file is used again until the file, or what it sees of others, has
 * changed.
 */
export class Checker implements Checks {
  readonly #results = new Map<string, Result>();

  /**
   * What checking a file finds without its proofs, at once.
   *
   * @returns undefined as long as files that it names were not read
   */
  judge(file: WorkspaceFile, snapshot: Snapshot): Analysis | undefined {
    const known = this.#current(file, snapshot);
    if (known?.analysis !== undefined) return known.analysis;
    const { project, wanted } = snapshot.project(file);
    if (wanted.length > 0) return undefined;
    const before = this.#results.get(file.key);
    const analysis = analyzeProject(project);
    const isKnown = known !== undefined;
    this.#results.set(file.key, {
      entry: file, project, analysis, phase: isKnown ? known.phase : 'judged', diagnostics: isKnown ? known.diagnostics : analysis.diagnostics,
      late: isKnown ? known.late : before?.late, proving: undefined,
    });
    return analysis;
  }

  /** The check of a file as far as it has come, if it still holds. */
  analysis(file: WorkspaceFile, snapshot: Snapshot): Analysis | undefined {
    return this.#current(file, snapshot)?.analysis;
  }

  /** How far a file has been checked; undefined where that does not hold any more. */
  phase(file: WorkspaceFile, snapshot: Snapshot): Phase | undefined {
    return this.#current(file, snapshot)?.phase;
  }

  /**
   * Goes on with the proofs of a file, by one.
   *
   * @returns whether they are done
   */
  prove(file: WorkspaceFile, snapshot: Snapshot): boolean {
    const analysis = this.judge(file, snapshot);
    const result = this.#results.get(file.key);
    if (analysis === undefined || result === undefined || result.phase === 'proven') return true;
    result.proving ??= analysis.prove();
    const step = result.proving.next();
    if (step.done !== true) return false;
    const early = new Set(analysis.diagnostics.map(identity));
    result.late = { diagnostics: step.value.filter((one) => !early.has(identity(one))), sources: result.project.sources };
    result.diagnostics = step.value;
    result.phase = 'proven';
    result.proving = undefined;
    if (!file.isOpen) result.analysis = undefined;
    return true;
  }

  /** The files, by path, into which the findings of a file point. */
  affected(file: WorkspaceFile): readonly string[] {
    const result = this.#results.get(file.key);
    return result === undefined ? [] : [...new Set([...result.diagnostics, ...(result.late?.diagnostics ?? [])].map(({ primary }) => primary.file))];
  }

  /**
   * Everything that is known to be wrong with a file of the language or an inventory: what checking it found, and what checking the files that
   * use it found in it. Places are those of the snapshot; what was found in an older text moved with it.
   */
  findings(path: string, entries: readonly WorkspaceFile[], snapshot: Snapshot): Diagnostic[] {
    const found = new Map<string, Diagnostic>();
    for (const entry of entries) {
      const own = entry.path === path;
      const result = this.#results.get(entry.key);
      if (own && (result === undefined || result.entry !== entry)) for (const one of entry.tree.diagnostics) found.set(identity(one), one);
      if (result === undefined) continue;
      const isOld = result.entry !== entry;
      const add = (diagnostics: readonly Diagnostic[], sources: ReadonlyMap<string, Source>): void => {
        for (const one of diagnostics) {
          if (one.primary.file !== path) continue;
          const moved = movedDiagnostic(one, sources, (name) => snapshot.source(entry.root, name));
          if (moved !== undefined) found.set(identity(moved), moved);
        }
      };
      // The text itself was read again; what else was found of an older one counts until that was checked.
      const syntax = isOld ? new Set(result.project.trees.get(entry.path)?.diagnostics.map(identity)) : undefined;
      add(syntax === undefined ? result.diagnostics : result.diagnostics.filter((one) => !syntax.has(identity(one))), result.project.sources);
      if (result.phase === 'judged' && result.late !== undefined) add(result.late.diagnostics, result.late.sources);
    }
    return [...found.values()];
  }

  /** Lets go of what is known of files that are not there any more. */
  retain(snapshot: Snapshot): void {
    for (const key of this.#results.keys()) if (!snapshot.parts.files.has(key)) this.#results.delete(key);
  }

  #current(file: WorkspaceFile, snapshot: Snapshot): Result | undefined {
    const result = this.#results.get(file.key);
    if (result === undefined || result.entry.source !== file.source) return undefined;
    const { project, wanted } = snapshot.project(file);
    return wanted.length === 0 && (result.project === project || isSame(result.project, project)) ? result : undefined;
  }
}

/** Whether checks of two projects with the same entry find the same. */
function isSame(before: Project, now: Project): boolean {
  if (before.trees.size !== now.trees.size || before.inventories.size !== now.inventories.size || before.files.size !== now.files.size) return false;
  for (const [path, tree] of now.trees) {
    const old = before.trees.get(path);
    if (old === tree) continue;
    if (old === undefined || path === now.entry || sharedPart(old) !== sharedPart(tree)) return false;
  }
  for (const [path, inventory] of now.inventories) if (before.inventories.get(path) !== inventory) return false;
  for (const [path, file] of now.files) {
    const old = before.files.get(path);
    if (old === undefined || old.found !== file.found || (!old.found && !file.found && old.reason !== file.reason)) return false;
  }
  return true;
}

/** What makes two findings the same. */
export function identity({ code, primary, message }: Diagnostic): string {
  return `${code} ${primary.start}-${primary.end} ${message}`;
}

/** The files of which a project names an inventory. */
export function entriesForInventory(key: string, snapshot: Snapshot): WorkspaceFile[] {
  return [...snapshot.files()].filter((file) => [...snapshot.project(file).project.inventories.keys()].some((path) => keyOf({ root: file.root, path }) === key));
}
