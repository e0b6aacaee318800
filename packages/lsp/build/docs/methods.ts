import * as protocol from 'vscode-languageserver-protocol';
import { FEATURES } from '../../src/features/index.ts';
import { LIFECYCLE, SENT } from '../../src/server/messages.ts';
import { HEARD } from '../../src/server/notifications.ts';

/** A method of the protocol and how the server answers it. */
export interface Method {
  readonly method: string;
  readonly sender: 'client' | 'server';
  /** Absent where it is not answered, or not sent. */
  readonly summary?: string;
  /** Why it is not answered. */
  readonly reason?: string;
}

/** Methods that are part of the protocol's foundation, which the library does not list. */
const FOUNDATION: Readonly<Record<string, 'client' | 'server'>> = { '$/cancelRequest': 'client', '$/progress': 'server', '$/setTrace': 'client', '$/logTrace': 'server' };

/** Why what is not answered is not. */
export const REASONS: Readonly<Record<string, string>> = {
  'textDocument/declaration': 'A declaration is its definition: `textDocument/definition` goes there.',
  'textDocument/prepareTypeHierarchy': 'What takes over another declaration: `textDocument/typeDefinition` goes there.',
  'typeHierarchy/subtypes': 'As `textDocument/prepareTypeHierarchy`.',
  'typeHierarchy/supertypes': 'As `textDocument/prepareTypeHierarchy`.',
  'textDocument/documentColor': 'Plans hold no colors.',
  'textDocument/colorPresentation': 'Plans hold no colors.',
  'textDocument/inlineValue': 'There is no debugger.',
  'textDocument/inlineCompletion': 'What a plan does next, nobody can know; completion lists what may stand there.',
  'textDocument/moniker': 'Names are not shared between projects.',
  'textDocument/rangesFormatting': 'Ranges are formatted one by one.',
  'textDocument/willSave': 'Nothing has to be done before a file is saved.',
  'textDocument/willSaveWaitUntil': 'Editors format with `textDocument/formatting` before they save.',
  'documentLink/resolve': 'Links are complete when they are listed.',
  'inlayHint/resolve': 'Hints are complete when they are listed.',
  'workspaceSymbol/resolve': 'Symbols are complete when they are listed.',
  'workspace/didCreateFiles': 'Watched files say so.',
  'workspace/didDeleteFiles': 'Watched files say so.',
  'workspace/willCreateFiles': 'No file names one that does not exist yet.',
  'workspace/willDeleteFiles': 'What names a file that is deleted is a finding, for a person to mend.',
  'workspace/textDocumentContent': 'There are no documents that only the server has.',
  'notebookDocument/didOpen': 'Plans do not stand in notebooks.',
  'notebookDocument/didChange': 'Plans do not stand in notebooks.',
  'notebookDocument/didClose': 'Plans do not stand in notebooks.',
  'notebookDocument/didSave': 'Plans do not stand in notebooks.',
};

/** Every method of the protocol, by name, with how it is answered. */
export function methods(): Method[] {
  const known = new Map<string, 'client' | 'server'>(Object.entries(FOUNDATION));
  for (const one of Object.values(protocol as Readonly<Record<string, unknown>>)) {
    if (typeof one !== 'object' && typeof one !== 'function') continue;
    const { method, messageDirection, type } = (one ?? {}) as { readonly method?: unknown; readonly messageDirection?: unknown; readonly type?: { readonly numberOfParams?: unknown } };
    // Types of registrations have methods that are never sent.
    if (typeof method === 'string' && typeof messageDirection === 'string' && typeof type?.numberOfParams === 'number') known.set(method, messageDirection === 'serverToClient' ? 'server' : 'client');
  }
  const answered = new Map([...FEATURES, ...HEARD, ...LIFECYCLE, ...SENT].map(({ method, summary }) => [method, summary]));
  const unknown = [...answered.keys()].filter((method) => !known.has(method));
  if (unknown.length > 0) throw new Error(`the protocol has no ${unknown.join(', ')}`);
  return [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(([method, sender]) => {
    const [summary, reason] = [answered.get(method), REASONS[method]];
    return { method, sender, ...(summary === undefined ? {} : { summary }), ...(summary !== undefined || reason === undefined ? {} : { reason }) };
  });
}
