import { SEQUENCES, type BlockKind } from '@belay/compiler/analysis';
import { CodeActionKind } from 'vscode-languageserver';
import { compareEdited, newFindings } from './edited.ts';
import { indentOf, lineBreak, lineStart, reindented } from './insertion.ts';
import type { FileEdit, Offer, Selection } from './offer.ts';
import { selectedStatements, type SelectedStatements } from './selected-statements.ts';

/** Lets selected statements run in any order, where all promises hold in each. */
export function wrapInParallel(selection: Selection): Offer[] {
  const selected = selectedStatements(selection);
  if (selected === undefined || !(SEQUENCES as readonly BlockKind[]).includes(selected.block) || selected.block === 'parallel') return [];
  const steps = selected.statements.filter(({ declaration }) => declaration.in.includes('parallel') && declaration.id !== 'let' && declaration.id !== 'allow');
  if (steps.length < 2) return [];
  const other = selected.statements.find(({ declaration }) => !declaration.in.includes('parallel'));
  const { file, snapshot } = selection;
  const edits = wrapped(selection, selected);
  return [{
    title: 'Wrap in `parallel`', kind: CodeActionKind.RefactorRewrite,
    ...(other === undefined ? {} : { disabled: `\`${other.declaration.keyword}\` can not stand inside \`parallel\`.` }),
    edits: async (token) => {
      if (other !== undefined) return { refused: `\`${other.declaration.keyword}\` can not stand inside \`parallel\`.` };
      const comparison = await compareEdited(file, edits, snapshot, token);
      if (comparison === undefined) return { refused: 'The plan could not be proven in time.' };
      const reason = newFindings(comparison);
      return reason === undefined ? edits : { refused: `In any order this would not hold. ${reason}` };
    },
  }];
}

function wrapped({ file }: Selection, { start, end }: SelectedStatements): FileEdit[] {
  const isOwnLine = file.text.slice(lineStart(file, start), start).trim() === '';
  const indent = indentOf(file, start);
  const text = file.written(start, end);
  if (!isOwnLine) return [{ file, start, end, newText: `parallel { ${text} }` }];
  const eol = lineBreak(file);
  return [{ file, start, end, newText: `parallel {${eol}${indent}  ${reindented(text, indent, `${indent}  `)}${eol}${indent}}` }];
}
