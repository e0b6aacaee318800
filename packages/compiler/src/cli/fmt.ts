import { lstatSync, realpathSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { neutralize } from '../diagnostics/display-text.ts';
import { renderDiagnostics } from '../diagnostics/render-text.ts';
import { formatSource } from '../syntax/format.ts';
import { parse } from '../syntax/parse.ts';
import { decodeUtf8 } from '../text/decode.ts';
import { Source } from '../text/source.ts';
import { FAILURE, FINDINGS, FINE } from './exit-codes.ts';
import { findFiles, reasonOf } from './find-files.ts';
import { complain, lineWidth, printError, printOut, STANDARD_ERROR, useColor, type ColorChoice } from './output.ts';
import { isStandardInput, readStandardInput } from './standard-input.ts';
import { WorkspaceFiles } from './workspace-files.ts';
import { writeFileWhole } from './write-file.ts';

export interface FmtOptions {
  readonly check: boolean;
  readonly color: ColorChoice;
}

/** `belay fmt`: formats files in place, or standard input to standard output. */
export async function fmt(paths: readonly string[], options: FmtOptions): Promise<void> {
  if (isStandardInput(paths)) formatInput(options);
  else await formatFiles(paths, options);
}

function formatInput({ check, color }: FmtOptions): void {
  const formatted = format(readStandardInput(), 'standard input');
  if (typeof formatted === 'string') {
    process.exitCode = FAILURE;
    complain(formatted);
  } else if (formatted.after === undefined) {
    process.exitCode = FINDINGS;
    showFindings(formatted.diagnostics, '<stdin>', formatted.before, color);
  } else if (check) {
    process.exitCode = formatted.after === formatted.before ? FINE : FINDINGS;
  } else {
    process.exitCode = FINE;
    printOut(formatted.after);
  }
}

async function formatFiles(paths: readonly string[], { check, color }: FmtOptions): Promise<void> {
  let code = FINE;
  const fail = (message: string): void => {
    code = FAILURE;
    complain(message);
  };
  const different: string[] = [];
  for (const file of findFiles(paths, fail)) {
    const target = await readTarget(file, fail);
    if (target === undefined) continue;
    const formatted = format(target.bytes, `"${file}"`);
    if (typeof formatted === 'string') {
      fail(formatted);
    } else if (formatted.after === undefined) {
      code = Math.max(code, FINDINGS);
      showFindings(formatted.diagnostics, file, formatted.before, color);
    } else if (formatted.after !== formatted.before) {
      different.push(file);
      if (!check) writeFileWhole(target.real, formatted.after, target.stats);
    }
  }
  if (check && different.length > 0) code = Math.max(code, FINDINGS);
  process.exitCode = code;
  printOut(different.map((file) => `${neutralize(file)}\n`).join(''));
}

type Formatted =
  | { readonly before: string; readonly after: string }
  | { readonly before: string; readonly after: undefined; readonly diagnostics: readonly Diagnostic[] };

function format(bytes: Uint8Array, shown: string): Formatted | string {
  const before = decodeUtf8(bytes);
  if (before === undefined) return `${shown} is not UTF-8 text`;
  const source = new Source(shown, before);
  const after = formatSource(source);
  return after === undefined ? { before, after, diagnostics: parse(source).diagnostics } : { before, after };
}

/** Reads a file to be formatted; links are followed, so that the link stays and its target is formatted. */
async function readTarget(
  file: string,
  fail: (message: string) => void,
): Promise<{ real: string; stats: Stats; bytes: Uint8Array } | undefined> {
  try {
    const real = realpathSync.native(file);
    const stats = statSync(real);
    if (!lstatSync(real).isFile()) {
      fail(`cannot format "${file}": it is no regular file`);
      return undefined;
    }
    const result = await new WorkspaceFiles(path.dirname(real)).read(path.basename(real));
    if (result.found) return { real, stats, bytes: result.bytes };
    fail(`cannot read "${file}": ${result.reason === 'too-large' ? 'it is larger than 16 MiB' : 'permission denied'}`);
  } catch (error) {
    fail(`cannot read "${file}": ${reasonOf(error)}`);
  }
  return undefined;
}

function showFindings(diagnostics: readonly Diagnostic[], file: string, text: string, color: ColorChoice): void {
  const renamed = diagnostics.map((diagnostic) => ({ ...diagnostic, primary: { ...diagnostic.primary, file } }));
  const options = { color: useColor(color, STANDARD_ERROR), width: lineWidth(STANDARD_ERROR) };
  printError(renderDiagnostics(renamed, new Map([[file, new Source(file, text)]]), options));
}
