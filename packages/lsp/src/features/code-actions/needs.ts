import { itemsOf, wordOf, type Statement } from '@belay/compiler/analysis';
import { CodeActionKind } from 'vscode-languageserver';
import { statementPath } from '../statement-path.ts';
import { compareEdited, newFindings } from './edited.ts';
import { insertBefore } from './insertion.ts';
import type { FileEdit, Offer, Selection } from './offer.ts';
import { findingsAt } from './quick-fixes.ts';

/** Writes the `needs` of a service that follow from the servers of its databases, and takes out those that make a circle. */
export function needsActions(selection: Selection): Offer[] {
  return [...missingNeeds(selection), ...needsInCircles(selection)];
}

function missingNeeds(selection: Selection): Offer[] {
  const { file, snapshot, start } = selection;
  const service = statementPath(file.tree.statements, start).findLast(({ declaration }) => declaration.id === 'service');
  const inner = service?.block?.statements ?? [];
  const [first] = inner;
  if (service === undefined || first === undefined) return [];
  const written = inner.filter(({ declaration }) => declaration.id === 'needs');
  const known = new Set([wordOf(service.arguments['name']), ...written.flatMap(namesIn)]);
  const wanted = [...new Set(inner.flatMap((one) => (one.declaration.id === 'database' ? (wordOf(one.arguments['server']) ?? []) : [])))].filter((name) => !known.has(name));
  if (wanted.length === 0) return [];
  const last = written.at(-1);
  const list = wanted.join(', ');
  const edits: FileEdit[] = [last === undefined ? insertBefore(file, first, [`needs ${list}`]) : { file, start: last.end, end: last.end, newText: `, ${list}` }];
  return [{
    title: `Add \`needs ${list}\``, kind: CodeActionKind.RefactorRewrite,
    edits: async (token) => {
      const comparison = await compareEdited(file, edits, snapshot, token);
      const reason = comparison === undefined ? 'The cloud could not be checked in time.' : newFindings(comparison);
      return reason === undefined ? edits : { refused: reason };
    },
  }];
}

/** Each of the needs that together are a circle can be the wrong one. */
function needsInCircles({ file, snapshot, start, end }: Selection): Offer[] {
  return findingsAt(file, start, end, snapshot).filter(({ name }) => name === 'needs-cycle').flatMap((finding) => (
    [finding.primary, ...finding.related.map(({ location }) => location)].flatMap((place): Offer[] => {
      const other = snapshot.fileAt(file.root, place.file);
      const path = other === undefined ? [] : statementPath(other.tree.statements, place.start);
      const statement = path.at(-1);
      const service = wordOf(path.at(-2)?.arguments['name']);
      if (other === undefined || statement?.declaration.id !== 'needs' || service === undefined) return [];
      const items = itemsOf(statement.arguments['services']);
      const at = items.findIndex((item) => item.start <= place.start && place.start < item.end);
      const name = wordOf(items[at]);
      if (name === undefined) return [];
      const span = items.length === 1 ? wholeLine(other.text, statement) : at === 0 ? { start: items[0]?.start ?? 0, end: items[1]?.start ?? 0 } : { start: items[at - 1]?.end ?? 0, end: items[at]?.end ?? 0 };
      return [{ title: `Take \`${name}\` out of what \`${service}\` needs`, kind: CodeActionKind.QuickFix, finding, edits: () => [{ file: other, ...span, newText: '' }] }];
    })
  ));
}

function namesIn(statement: Statement): string[] {
  return itemsOf(statement.arguments['services']).flatMap((value) => wordOf(value) ?? []);
}

/** A statement with its line, if nothing else stands there. */
export function wholeLine(text: string, { start, end }: { readonly start: number; readonly end: number }): { start: number; end: number } {
  const from = start - (/[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0);
  const rest = /^[ \t]*(\r\n|\r|\n|$)/.exec(text.slice(end));
  const startsLine = from === 0 || /[\r\n]/.test(text[from - 1] ?? '');
  return startsLine && rest !== null ? { start: from, end: end + rest[0].length } : { start, end: end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0) };
}
