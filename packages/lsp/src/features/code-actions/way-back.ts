import { VOCABULARY, wordOf, type Diagnostic, type PlaceRole, type Statement } from '@belay/compiler/analysis';
import { CodeActionKind, type CancellationToken } from 'vscode-languageserver';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import { statementPath } from '../statement-path.ts';
import { firstThatMends } from './first-that-mends.ts';
import { freeName } from './free-name.ts';
import { insertBefore, insertInto } from './insertion.ts';
import { wholeLine } from './needs.ts';
import type { FileEdit, Offer, Selection } from './offer.ts';
import { findingsAt } from './quick-fixes.ts';

/** Mends what has no way back: says what a command changes, undoes it, saves before it, or asks before there is none. */
export function wayBackActions(selection: Selection): Offer[] {
  const { file, snapshot, start, end } = selection;
  return findingsAt(file, start, end, snapshot).flatMap((finding) => {
    const path = statementPath(file.tree.statements, finding.primary.start);
    if (path.length === 0) return [];
    switch (finding.name) {
      case 'undeclared-effect': return declaredEffects(finding, path, selection);
      case 'no-way-back': return [...savedBefore(finding, path, selection), ...undone(finding, path, selection), noReturn(finding, path, selection)];
      case 'lost-point': return savedThere(finding, path, selection);
      case 'unapproved-no-return': return [asked(finding, path, selection)];
      default: return [];
    }
  });
}

function declaredEffects(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer[] {
  const nothing: Offer = {
    title: 'Say that it changes nothing', kind: CodeActionKind.QuickFix, finding,
    edits: (token) => firstThatMends(finding, [[inStep(selection.file, path, ['changes nothing'])]], selection, token),
  };
  return [nothing, ...undone(finding, path, selection)];
}

/** The command is for a person to write: there is no way to know it. What a jump does has no place for one. */
function undone(finding: Diagnostic, path: readonly Statement[], { file }: Selection): Offer[] {
  if (path.at(-1)?.declaration.body !== 'action') return [];
  return [{ title: 'Write an `undo` with the command that takes it back', kind: CodeActionKind.QuickFix, finding, edits: () => [inStep(file, path, ['undo { run "" }'])] }];
}

/** Into the block of the step, if the action is the only one of a step; else into a block of its own. */
function inStep(file: WorkspaceFile, path: readonly Statement[], lines: readonly string[]): FileEdit {
  const action = path.at(-1) as Statement;
  const parent = path.at(-2);
  const isAlone = parent?.declaration.id === 'step' && parent.block?.statements.filter(({ declaration }) => declaration.category === 'Actions' || declaration.category === 'Opaque actions').length === 1;
  return insertInto(file, isAlone ? parent : action, lines);
}

/** Saves what is changed at a rollback point: one more thing at the last one before it, one right before the step, or the one that comes too late. */
function savedBefore(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer[] {
  if (finding.facts?.about !== 'unsaved') return [];
  const { captures } = finding.facts;
  const { file } = selection;
  const shown = quoted(captures);
  const last = pointIn(finding, 'last-point', selection);
  const late = pointIn(finding, 'late-point', selection);
  const places = placesFor(path, 'rollback-point');
  return [
    ...(last === undefined ? [] : [{
      title: `Add ${shown} to the rollback point before it`, kind: CodeActionKind.QuickFix, finding,
      edits: (token: CancellationToken) => firstThatMends(finding, [[insertInto(last.file, last.point, captures)]], selection, token),
    }]),
    ...(late?.file !== file ? [] : [{
      title: `Put the rollback point \`${wordOf(late.point.arguments['name']) ?? ''}\` before it`, kind: CodeActionKind.QuickFix, finding,
      edits: (token: CancellationToken) => firstThatMends(finding, places.map((statement) => [
        insertBefore(file, statement, [file.written(late.point.start, late.point.end)]), { file, ...wholeLine(file.text, late.point), newText: '' },
      ]), selection, token),
    }]),
    {
      title: `Put a rollback point with ${shown} before it`, kind: CodeActionKind.QuickFix, finding,
      edits: (token) => {
        const name = freeName('before_this', file);
        return firstThatMends(finding, places.map((statement) => [insertBefore(file, statement, [`rollback point ${name} { ${captures.join('  ')} }`])]), selection, token);
      },
    },
  ];
}

/** The rollback point that a finding points at. */
function pointIn({ related }: Diagnostic, role: PlaceRole, { file: { root }, snapshot }: Selection): { readonly file: WorkspaceFile; readonly point: Statement } | undefined {
  const place = related.find((one) => one.role === role)?.location;
  const file = place === undefined ? undefined : snapshot.fileAt(root, place.file);
  const point = file === undefined || place === undefined ? undefined : statementPath(file.tree.statements, place.start).findLast(({ declaration }) => declaration.id === 'rollback-point');
  return file === undefined || point === undefined ? undefined : { file, point };
}

function quoted(captures: readonly string[]): string {
  return captures.map((one) => `\`${one}\``).join(' and ');
}

/** A point that forgets something saves that, too. */
function savedThere(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer[] {
  const point = path.findLast(({ declaration }) => declaration.id === 'rollback-point');
  if (finding.facts?.about !== 'unsaved' || point === undefined) return [];
  const { captures } = finding.facts;
  return [{
    title: `Add ${quoted(captures)} to this rollback point`, kind: CodeActionKind.QuickFix, finding,
    edits: (token) => firstThatMends(finding, [[insertInto(selection.file, point, captures)]], selection, token),
  }];
}

function noReturn(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer {
  const lines = ['approve "From here on there is no way back. Go on?"', 'point of no return "what comes next can not be taken back"'];
  return {
    title: 'Ask, and declare a point of no return before it', kind: CodeActionKind.QuickFix, finding,
    edits: (token) => firstThatMends(finding, placesFor(path, 'point-of-no-return').map((statement) => [insertBefore(selection.file, statement, lines)]), selection, token),
  };
}

function asked(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer {
  const point = path.at(-1) as Statement;
  return {
    title: 'Ask before it with `approve`', kind: CodeActionKind.QuickFix, finding,
    edits: (token) => firstThatMends(finding, [[insertBefore(selection.file, point, ['approve "From here on there is no way back. Go on?"'])]], selection, token),
  };
}

/** The statements before which another kind may stand, from the inside out. */
function placesFor(path: readonly Statement[], id: 'rollback-point' | 'point-of-no-return'): Statement[] {
  const wanted = VOCABULARY.find((declaration) => declaration.id === id);
  return path.filter((_, depth) => {
    const kind = path[depth - 1]?.block?.kind;
    return kind !== undefined && wanted?.in.includes(kind) === true;
  }).toReversed();
}
