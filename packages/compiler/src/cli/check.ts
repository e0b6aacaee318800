import process from 'node:process';
import { checkProject } from '../check.ts';
import { loadEntries, loadText } from './entries.ts';
import { FAILURE, FINDINGS, FINE } from './exit-codes.ts';
import { findFiles } from './find-files.ts';
import { Findings } from './findings.ts';
import { complain, printOut, type ColorChoice } from './output.ts';
import { isStandardInput, readStandardInput } from './standard-input.ts';

export interface CheckOptions {
  readonly format: 'text' | 'json' | 'gnu';
  readonly color: ColorChoice;
  readonly root?: string;
  readonly set: Readonly<Record<string, string>>;
  /** The file that standard input stands for. */
  readonly stdinPath: string;
}

/** `belay check`: what is wrong with files, on standard output. */
export async function check(paths: readonly string[], options: CheckOptions): Promise<void> {
  let failed = false;
  const fail = (message: string): void => {
    failed = true;
    complain(message);
  };
  const entryOptions = { fail, ...(options.root === undefined ? {} : { root: options.root }) };
  const entries = isStandardInput(paths)
    ? await loadText(readStandardInput(), options.stdinPath, entryOptions)
    : await loadEntries(findFiles(paths, fail), entryOptions);

  const findings = new Findings();
  const files = new Set<string>();
  for (const entry of entries) {
    const { diagnostics } = checkProject(entry.project, { set: options.set });
    findings.add(diagnostics, entry);
    for (const file of entry.project.trees.keys()) files.add(`${entry.root}\0${file}`);
  }
  const concerned = findings.diagnostics.some(({ level }) => level !== 'note');
  process.exitCode = failed ? FAILURE : concerned ? FINDINGS : FINE;
  if (options.format === 'json') printOut(findings.json());
  else if (options.format === 'gnu') printOut(findings.lines());
  else if (findings.diagnostics.length > 0) printOut(findings.text(options.color));
  else if (files.size > 0) printOut(`No findings in ${files.size} file${files.size === 1 ? '' : 's'}.\n`);
}
