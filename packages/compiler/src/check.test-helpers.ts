import { checkProject, type CheckOptions } from './check.ts';
import type { Diagnostic, Fix } from './diagnostics/diagnostic.ts';
import { loadProject } from './project/load.ts';
import type { FileHost, Project } from './project/project.ts';

/** Texts by path; the first is the one that is checked. */
export type Files = Readonly<Record<string, string>>;

/** A workspace in memory. Texts that start with a line break are dedented: see {@link dedent}. */
export function memoryHost(files: Files): FileHost {
  return {
    read: async (path) => (Object.hasOwn(files, path)
      ? { found: true, bytes: new TextEncoder().encode(dedent(files[path] ?? '')) }
      : { found: false, reason: 'missing' }),
  };
}

/** Loads texts as a project. A text alone is the file `plan.belay`. */
export async function loadText(files: Files | string): Promise<Project> {
  const all: Files = typeof files === 'string' ? { 'plan.belay': files } : files;
  return loadProject(Object.keys(all)[0] ?? '', memoryHost(all));
}

/**
 * What is found in texts, as `line:column code message`, with the file in front where it is not the first one. Notes, places and fixes are
 * left out.
 *
 * @param options.only findings of this code alone
 */
export async function checkText(files: Files | string, options: CheckOptions & { readonly only?: string } = {}): Promise<string[]> {
  const project = await loadText(files);
  return checkProject(project, options).diagnostics
    .filter(({ code }) => options.only === undefined || code === options.only)
    .map((one) => summarize(one, project));
}

/** As {@link checkText}, with everything that belongs to a finding. */
export async function diagnose(files: Files | string, options: CheckOptions = {}): Promise<readonly Diagnostic[]> {
  return checkProject(await loadText(files), options).diagnostics;
}

function summarize({ code, message, primary }: Diagnostic, project: Project): string {
  const place = project.sources.get(primary.file)?.position(primary.start);
  return `${primary.file === project.entry ? '' : `${primary.file}:`}${place?.line ?? 0}:${place?.column ?? 0} ${code} ${message}`;
}

/** The texts after a fix. */
export function applyFix(files: Files, fix: Fix): Files {
  const fixed = new Map(Object.entries(files).map(([file, text]) => [file, dedent(text)]));
  for (const { location, newText } of fix.edits.toSorted((a, b) => b.location.start - a.location.start)) {
    const text = fixed.get(location.file) ?? '';
    fixed.set(location.file, text.slice(0, location.start) + newText + text.slice(location.end));
  }
  return Object.fromEntries(fixed);
}

/** Takes the first line break and the indentation that all lines share off a text that starts with a line break. */
export function dedent(text: string): string {
  if (!text.startsWith('\n')) return text;
  const lines = text.slice(1).split('\n');
  const indentation = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length));
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(indentation))).join('\n');
}
