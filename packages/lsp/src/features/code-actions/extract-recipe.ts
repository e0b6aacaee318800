import { SEQUENCES, type BlockKind, type Statement } from '@belay/compiler/analysis';
import { CodeActionKind } from 'vscode-languageserver';
import { symbolsOf } from '../../symbols/file-symbols.ts';
import { resolve } from '../../symbols/resolve.ts';
import type { SymbolDeclaration } from '../../symbols/symbol.ts';
import { compareEdited, newFindings } from './edited.ts';
import { freeName } from './free-name.ts';
import { indentOf, lineBreak, lineStart, reindented } from './insertion.ts';
import type { Offer, Selection } from './offer.ts';
import { selectedStatements, type SelectedStatements } from './selected-statements.ts';

/** Puts selected statements into a recipe, and applies it in their place. */
export function extractRecipe(selection: Selection): Offer[] {
  const selected = selectedStatements(selection);
  if (selected === undefined || !(SEQUENCES as readonly BlockKind[]).includes(selected.block)) return [];
  const home = homeOf(selected);
  if (home === undefined) return [];
  const base: Pick<Offer, 'title' | 'kind'> = { title: 'Extract a recipe', kind: CodeActionKind.RefactorExtract };
  const { file, snapshot } = selection;
  const parameters = reasonAgainst(selected, selection) ?? parametersFor(selected, home, selection);
  if (typeof parameters === 'string') return [{ ...base, disabled: parameters, edits: () => ({ refused: parameters }) }];
  return [{
    ...base,
    edits: async (token) => {
      const name = freeName('new_recipe', file);
      const eol = lineBreak(file);
      const outer = indentOf(file, home.start);
      const own = file.text.slice(lineStart(file, selected.start), selected.start).trim() === '' ? indentOf(file, selected.start) : undefined;
      const text = file.written(selected.start, selected.end);
      const body = own === undefined ? text : reindented(text, own, `${outer}  `);
      const list = parameters.length === 0 ? '' : `(${parameters.map((one) => `${one.name}: ${one.type}`).join(', ')})`;
      const given = parameters.length === 0 ? '' : `(${parameters.map((one) => one.name).join(', ')})`;
      const recipe = `recipe ${name}${list} {${eol}${outer}  ${body}${eol}${outer}}${eol}${eol}${outer}`;
      const apply = `apply ${name}${given}`;
      // Two edits at one place some clients put into the wrong order.
      const edits = home.start === selected.start
        ? [{ file, start: selected.start, end: selected.end, newText: recipe + apply }]
        : [{ file, start: home.start, end: home.start, newText: recipe }, { file, start: selected.start, end: selected.end, newText: apply }];
      const comparison = await compareEdited(file, edits, snapshot, token);
      if (comparison === undefined) return { refused: 'The plan could not be checked in time.' };
      const reason = newFindings(comparison);
      if (reason !== undefined) return { refused: reason };
      return comparison.doesSame ? edits : { refused: 'The plan would not do the same in the same order.' };
    },
  }];
}

/** The statement before which the recipe is put: in the plan or cloud around the selection, else at the top of the file. */
function homeOf({ around, statements }: SelectedStatements): Statement | undefined {
  const [top, inner] = around;
  return top?.declaration.id === 'plan' || top?.declaration.id === 'cloud' ? (inner ?? statements[0]) : top;
}

function reasonAgainst({ statements }: SelectedStatements, { file, snapshot, start, end }: Selection): string | undefined {
  const unfit = statements.find(({ declaration }) => !declaration.in.includes('recipe'));
  if (unfit !== undefined) return `\`${unfit.declaration.keyword}\` can not stand in a recipe.`;
  const declared = new Set(symbolsOf(file).declarations.filter(({ span }) => start <= span.start && span.end <= end));
  const use = symbolsOf(file).uses.find((one) => (one.span.end <= start || end <= one.span.start) && resolve(one, snapshot).some((declaration) => declared.has(declaration)));
  return use === undefined ? undefined : `\`${use.label}\` is declared in the selection and used outside of it, in line ${file.source.position(use.span.start).line}.`;
}

/** What the selection names that the recipe would not see; why it can not be handed over, if it can not. */
function parametersFor({ start, end }: SelectedStatements, home: Statement, { file, snapshot }: Selection): { name: string; type: string }[] | string {
  const found = new Map<string, { name: string; type: string }>();
  const { uses } = symbolsOf(file);
  for (const use of uses) {
    if (use.span.start < start || use.span.end > end) continue;
    for (const declaration of resolve(use, snapshot)) {
      if (declaration.file !== file || !isHidden(declaration, home, { start, end })) continue;
      const type = typeOf(declaration);
      if (type === undefined) return `\`${declaration.label}\` is declared in a block around the selection; a recipe would not see it.`;
      found.set(declaration.label, { name: declaration.label, type });
    }
  }
  return [...found.values()];
}

/** Whether something is declared below the place of the recipe, and not in the selection. */
function isHidden({ scope, span, kind }: SymbolDeclaration, home: Statement, selected: { readonly start: number; readonly end: number }): boolean {
  if (!['let', 'parameter'].includes(kind) || (selected.start <= span.start && span.end <= selected.end)) return false;
  for (let one: SymbolDeclaration['scope'] | undefined = scope; one !== undefined; one = one.parent) if (one.statement === home) return true;
  return false;
}

function typeOf({ kind, statement, span }: SymbolDeclaration): string | undefined {
  if (kind === 'parameter') {
    const parameters = statement.arguments['parameters'];
    return parameters?.node === 'parameters' ? parameters.items.find((one) => one.name.start === span.start)?.type.text : undefined;
  }
  return statement.arguments['value']?.node === 'text' ? 'text' : undefined;
}
