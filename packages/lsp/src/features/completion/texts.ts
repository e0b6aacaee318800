import { resolvePath } from '@belay/compiler/analysis';
import { CompletionItemKind } from 'vscode-languageserver';
import type { Cursor } from '../../cursor/cursor-at.ts';
import { hostsFor, hostVariablesFor } from '../../symbols/hosts.ts';
import { namesIn } from '../../symbols/resolve.ts';
import { BUILT_IN_VALUES, type SymbolScope } from '../../symbols/symbol.ts';
import { isBelayFile, type FolderEntry } from '../../workspace/host.ts';
import type { Snapshot } from '../../workspace/snapshot.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import type { Candidate } from './candidate.ts';
import { nameCandidate } from './names.ts';

/** What is offered in a text, and which part of it is replaced. */
export interface TextCandidates {
  readonly start: number;
  readonly end: number;
  readonly candidates: readonly Candidate[];
}

const COMPONENT = ['unit', 'package', 'component', 'service', 'release'];
const DATABASE = ['database', 'service', 'release'];

/** What Belay gives to commands, besides the host, by the statements around them. */
const GIVEN: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(?:command\.)?(?:stop|start|restart|reload|install)$/, COMPONENT], [/^healthy$/, ['unit', 'package', 'component', 'service']],
  [/^(?:database\.)?(?:expand|migrate|contract)$/, DATABASE], [/^database\.(?:save|restore|verify)$/, ['capture', 'database', 'service']],
  [/^capture\.(?:save|restore|verify)$/, ['capture', 'database', 'service']], [/^(?:acquire|lock\.release)$/, ['key']],
];

const INTERPOLATED = /\$\{(?:raw +)?([A-Za-z0-9_.-]*)$/;

/** The names that `${…}` may hold, if the cursor stands in one. */
export function interpolated(cursor: Cursor, offset: number, file: WorkspaceFile, scope: SymbolScope, snapshot: Snapshot): TextCandidates | undefined {
  const before = file.text.slice(Math.max(cursor.word.start, offset - 200), offset);
  const open = INTERPOLATED.exec(before);
  // `$${` stands for itself.
  if (open === null || before[open.index - 1] === '$') return undefined;
  const start = offset - (open[1] ?? '').length;
  let end = offset;
  while (/[A-Za-z0-9_.-]/.test(file.text[end] ?? '')) end += 1;
  const close = file.text[end] === '}' ? '' : '}';
  const declared = namesIn(scope, ['parameter', 'let', 'param'], snapshot).map((one) => nameCandidate(one, scope));
  const given = ['host', ...givenTo(cursor)].map((name): Candidate => ({ label: name, kind: CompletionItemKind.Variable, detail: BUILT_IN_VALUES[name] ?? '', rank: 1, data: { of: 'built-in', name } }));
  const variables = hostVariablesFor(scope, snapshot).map((name): Candidate => ({ label: `host.${name}`, kind: CompletionItemKind.Variable, detail: 'a variable of the inventory', rank: 2 }));
  return { start, end, candidates: [...declared, ...given, ...variables].map((one) => ({ ...one, insert: `${one.label}${close}`, commit: [] })) };
}

/** The names that commands find at a place. */
function givenTo({ around, holders }: Cursor): readonly string[] {
  const ids = [...around.map(({ declaration }) => declaration), ...holders].map(({ id }) => id).toReversed();
  for (const id of ids) {
    const found = GIVEN.find(([pattern]) => pattern.test(id));
    if (found !== undefined) return found[1];
  }
  return [];
}

/** The hosts that a pattern in quotes may name. */
export function hostCandidates(scope: SymbolScope, snapshot: Snapshot): Candidate[] {
  return hostsFor(scope, snapshot).map((host) => ({ label: host, kind: CompletionItemKind.Value, detail: 'host' }));
}

/** The time zones that this machine knows. */
export function zoneCandidates(): Candidate[] {
  return Intl.supportedValuesOf('timeZone').map((zone) => ({ label: zone, kind: CompletionItemKind.EnumMember }));
}

const INVENTORY = /(?:\.(?:ini|ya?ml|json|toml|cfg)|(?:^|\/)[^./]+)$/;

/**
 * The files of a folder that a statement may name, and its folders.
 *
 * @param entries what lies in a folder of the root of the file
 */
export async function pathCandidates(cursor: Cursor, offset: number, statement: string, file: WorkspaceFile, entries: (folder: string) => Promise<readonly FolderEntry[]>): Promise<TextCandidates | undefined> {
  const typed = file.text.slice(cursor.word.start, offset);
  if (/[$"\\\r\n]/.test(typed) || file.root.isLoose) return undefined;
  const slash = typed.lastIndexOf('/');
  const folder = resolvePath(file.path, `${typed.slice(0, slash + 1)}x`)?.split('/').slice(0, -1).join('/');
  if (folder === undefined) return undefined;
  let end = offset;
  while (end < cursor.word.end && file.text[end] !== '/') end += 1;
  const fits = ({ name, isFolder }: FolderEntry): boolean => {
    if (isFolder) return true;
    if ((folder === '' ? name : `${folder}/${name}`) === file.path) return false;
    return statement === 'import' ? isBelayFile(name) : statement === 'inventory' ? INVENTORY.test(name) : true;
  };
  const candidates = (await entries(folder)).filter(fits).map(({ name, isFolder }): Candidate => (
    isFolder ? { label: `${name}/`, kind: CompletionItemKind.Folder, rank: 1 } : { label: name, kind: CompletionItemKind.File }
  ));
  const up: Candidate[] = typed.slice(slash + 1) === '' || typed.slice(slash + 1).startsWith('.') ? (folder === '' ? [] : [{ label: '../', kind: CompletionItemKind.Folder, rank: 2 }]) : [];
  return { start: cursor.word.start + slash + 1, end, candidates: [...candidates, ...up] };
}
