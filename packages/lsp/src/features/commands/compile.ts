import { resolvePath, shownName, suggest, type Diagnostic, type FileHost, type WantedFile } from '@belay/compiler/analysis';
import { ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { uriOf } from '../../workspace/roots.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import type { Command, CommandContext } from './command.ts';

/** A file that was written, or the one that stands for a project. */
export interface Written {
  readonly plan: string;
  readonly cloud: string;
  readonly target: WantedTarget;
  readonly uri: string;
  readonly digest: string;
}

/** As the compiler names them; it is loaded when something is compiled. */
type WantedTarget = (typeof WANTED)[number];

const WANTED = ['shell', 'json', 'ansible'] as const;

export const compile: Command = {
  name: 'belay.compile',
  signature: 'uri, target, plan?',
  summary: 'Writes what runs the plans of a file, or one of them, into the output folder; `target` is `shell`, `json` or `ansible`. Returns `{ written: [{ plan, cloud, target, uri, digest }] }`.',
  async run(args, context): Promise<{ readonly written: readonly Written[] }> {
    const { uri, target, plan } = named(args);
    const file = fileToCompile(uri, context);
    if (!isTarget(target)) throw new ResponseError(ErrorCodes.InvalidParams, `belay.compile: the target has to be one of ${WANTED.map((one) => `\`${one}\``).join(', ')}.`);
    if (plan !== undefined && plan !== null && typeof plan !== 'string') throw new ResponseError(ErrorCodes.InvalidParams, 'belay.compile: the third argument has to be the name of a plan.');
    context.progress.begin(`Belay: compiling ${file.path}`, undefined, undefined, true);
    try {
      return { written: await written(file, target, plan ?? undefined, context) };
    } finally {
      context.progress.done();
    }
  },
};

/** In their order, or by name, as code lenses have them; a lens leaves the target to the client. */
function named([first, target, plan]: readonly unknown[]): { readonly uri?: unknown; readonly target: unknown; readonly plan?: unknown } {
  return typeof first === 'object' && first !== null ? { target: 'shell', ...first } : { uri: first, target, plan };
}

function isTarget(value: unknown): value is WantedTarget {
  return (WANTED as readonly unknown[]).includes(value);
}

function fileToCompile(uri: unknown, { workspace: { snapshot } }: CommandContext): WorkspaceFile {
  if (typeof uri !== 'string') throw new ResponseError(ErrorCodes.InvalidParams, 'belay.compile: the first argument has to be the address of a plan.');
  if (!snapshot.settings.isTrusted) throw refused('What is compiled is made to be run, so compiling waits until you trust this workspace.');
  const file = snapshot.file(uri);
  if (file === undefined) throw refused(`There is no plan at ${shownName(uri)}.`);
  if (file.root.isLoose) throw refused(`\`${file.path}\` lies outside of the workspace. Open the folder that holds it.`);
  return file;
}

async function written(file: WorkspaceFile, target: WantedTarget, chosen: string | undefined, { workspace, host, token }: CommandContext): Promise<Written[]> {
  const { outputFolder } = workspace.snapshot.settings;
  // As if a file in the top folder named it: relative, and inside.
  const folder = resolvePath('', outputFolder);
  if (folder === undefined) throw refused(`The output folder leads out of the workspace: ${shownName(outputFolder)}.`);
  const { checkProject, compilePlan, loadProject, outputsOf } = await import('@belay/compiler');
  const project = await loadProject(file.path, openFirst(file, { workspace, host }));
  const { diagnostics, plans } = checkProject(project);
  refuseErrors(file, diagnostics);
  const names = plans.map(({ name }) => name);
  if (chosen !== undefined && !names.includes(chosen)) {
    const [near] = suggest(chosen, names);
    throw refused(`There is no plan ${shownName(chosen)} in \`${file.path}\`.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`);
  }
  if (names.length === 0) throw refused(`\`${file.path}\` declares no plan.`);
  const compiled = (chosen === undefined ? names : [chosen]).flatMap((name) => {
    const result = compilePlan(project, { plan: name });
    refuseErrors(file, result.diagnostics);
    return result.plan ?? [];
  });
  const outputs = compiled.flatMap((plan) => outputsOf(plan, target).map((output) => ({ ...output, plan })));
  // Until here nothing was written.
  if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Nothing was written: compiling was cancelled.');
  const done: Written[] = [];
  for (const { plan, path, content, encoding, permissions, isProduct } of outputs) {
    const place = `${folder}/${path}`;
    try {
      await host.write(file.root, place, encoding === 'base64' ? bytesOf(content) : new TextEncoder().encode(content), permissions);
    } catch (error) {
      throw refused(`\`${place}\` can not be written: ${error instanceof Error ? error.message : String(error)}.`);
    }
    if (isProduct) done.push({ plan: plan.name, cloud: plan.cloud.name, target, uri: uriOf({ root: file.root, path: place }), digest: plan.digest });
  }
  return done;
}

/** Reads what is open in the editor from there, and everything else from the disk. */
function openFirst({ root }: WorkspaceFile, { workspace, host }: Pick<CommandContext, 'workspace' | 'host'>): FileHost {
  return {
    read: async (path: WantedFile['path']) => {
      const text = workspace.openText(root, path);
      return text === undefined ? host.read(root, path) : { found: true, bytes: new TextEncoder().encode(text) };
    },
  };
}

function refuseErrors({ path }: WorkspaceFile, diagnostics: readonly Diagnostic[]): void {
  const errors = diagnostics.filter(({ level }) => level === 'error');
  const [first] = errors;
  if (first === undefined) return;
  throw refused(`Nothing was written: \`${path}\` has ${errors.length} error${errors.length === 1 ? '' : 's'}. ${first.code}: ${first.message}`);
}

function refused(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
