import { wordOf, type Diagnostic, type Statement } from '@belay/compiler/analysis';
import { CodeActionKind } from 'vscode-languageserver';
import { statementPath } from '../statement-path.ts';
import { firstThatMends } from './first-that-mends.ts';
import { insertAfter, insertBefore } from './insertion.ts';
import { wholeLine } from './needs.ts';
import type { Offer, Selection } from './offer.ts';
import { findingsAt } from './quick-fixes.ts';

/** Ends what a plan leaves open, and puts upgrades into the order of `needs`. */
export function orderActions(selection: Selection): Offer[] {
  const { file, snapshot, start, end } = selection;
  return findingsAt(file, start, end, snapshot).flatMap((finding) => {
    const path = statementPath(file.tree.statements, finding.primary.start);
    if (path.length === 0) return [];
    switch (finding.name) {
      case 'open-obligation': return closed(finding, path, selection);
      case 'needs-order': return [...moved(finding, path, selection), accepted(finding, path, selection)];
      default: return [];
    }
  });
}

/** What ends it comes right behind it, or at the end of a block around it, from the inside out. */
function closed(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer[] {
  const line = closingLine(finding, path.at(-1) as Statement, selection);
  if (line === undefined) return [];
  const { file } = selection;
  return [{
    title: `Add \`${line}\` at the end`, kind: CodeActionKind.QuickFix, finding,
    edits: (token) => firstThatMends(finding, path.slice(0, -1).toReversed().flatMap(({ block }) => {
      const last = block?.statements.at(-1);
      return last === undefined || block?.inline === true ? [] : [[insertAfter(file, last, [line])]];
    }), selection, token),
  }];
}

function closingLine({ facts }: Diagnostic, statement: Statement, { file }: Selection): string | undefined {
  if (facts?.about !== 'open') return undefined;
  const target = statement.arguments['target'];
  // Hosts are named as they were: to those of a roll, or of a plan that names none, nothing has to be added.
  const where = target === undefined ? '' : ` on ${file.written(target.start, target.end).replace(/^on\s+/, '')}`;
  switch (facts.kind) {
    case 'mode': return `leave ${facts.names.join(', ')}`;
    case 'component': return `start ${facts.names.join(', ')}${statement.declaration.id === 'stop' ? where : ''}`;
    case 'hosts': return statement.declaration.id === 'drain' ? `return${where}` : undefined;
  }
}

/** Puts the upgrade of what is needed before that of what needs it. */
function moved(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer[] {
  const { file } = selection;
  const other = finding.related.find(({ role }) => role === 'needed-upgrade')?.location;
  const siblings = path.at(-2)?.block?.statements ?? [];
  const early = path.at(-1) as Statement;
  const late = other?.file === file.path ? siblings.find((one) => one.start <= other.start && other.start < one.end) : undefined;
  const name = wordOf(late?.arguments['service']);
  if (late === undefined || late === early || name === undefined) return [];
  const text = file.written(late.start, late.end);
  return [{
    title: `Put \`jump ${name}\` before it`, kind: CodeActionKind.QuickFix, finding,
    edits: (token) => firstThatMends(finding, [[insertBefore(file, early, [text]), { file, ...wholeLine(file.text, late), newText: '' }]], selection, token),
  }];
}

/** Accepts a warning; why, a person has to write. */
function accepted(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer {
  const statement = path[1] ?? (path[0] as Statement);
  return {
    title: `Accept it with \`allow ${finding.name}\``, kind: CodeActionKind.QuickFix, finding,
    edits: (token) => firstThatMends(finding, [[insertBefore(selection.file, statement, [`allow ${finding.name} "say why"`])]], selection, token),
  };
}
