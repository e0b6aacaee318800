import { VOCABULARY, type Diagnostic, type Statement } from '@belay/compiler/analysis';
import { CodeActionKind } from 'vscode-languageserver';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import { statementPath } from '../statement-path.ts';
import { firstThatMends } from './first-that-mends.ts';
import { freeName } from './free-name.ts';
import { insertBefore, insertInto } from './insertion.ts';
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

/** Saves what is changed at a rollback point: one more thing at the last one before it, or one right before the step. */
function savedBefore(finding: Diagnostic, path: readonly Statement[], selection: Selection): Offer[] {
  const { file, snapshot } = selection;
  const capture = finding.notes.map((note) => /`(?:rollback point \w+ \{ )?(capture [^`{}]+?)(?: \})?`/.exec(note)?.[1]).find((one) => one !== undefined);
  if (capture === undefined) return [];
  const offers: Offer[] = [];
  const last = finding.related.find(({ message }) => message === 'the last rollback point before it')?.location;
  const home = last === undefined ? undefined : snapshot.fileAt(file.root, last.file);
  const point = home === undefined || last === undefined ? undefined : statementPath(home.tree.statements, last.start).findLast(({ declaration }) => declaration.id === 'rollback-point');
  if (home !== undefined && point !== undefined) {
    offers.push({
      title: `Add \`${capture}\` to the rollback point before it`, kind: CodeActionKind.QuickFix, finding,
      edits: (token) => firstThatMends(finding, [[insertInto(home, point, [capture])]], selection, token),
    });
  }
  offers.push({
    title: `Put a rollback point with \`${capture}\` before it`, kind: CodeActionKind.QuickFix, finding,
    edits: (token) => {
      const name = freeName('before_this', file);
      return firstThatMends(finding, placesFor(path, 'rollback-point').map((statement) => [insertBefore(file, statement, [`rollback point ${name} { ${capture} }`])]), selection, token);
    },
  });
  return offers;
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
