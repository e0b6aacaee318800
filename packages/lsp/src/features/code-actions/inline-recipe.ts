import { NAME, namedFiles, resolvePath, type Argument, type Parameter, type Statement } from '@belay/compiler/analysis';
import { CodeActionKind } from 'vscode-languageserver';
import { symbolsOf } from '../../symbols/file-symbols.ts';
import { resolve } from '../../symbols/resolve.ts';
import type { SymbolDeclaration, SymbolUse } from '../../symbols/symbol.ts';
import type { WorkspaceFile } from '../../workspace/workspace-file.ts';
import { relativePath } from '../relative-path.ts';
import { statementPath } from '../statement-path.ts';
import { compareEdited, newFindings } from './edited.ts';
import { indentOf, lineBreak, lineStart, reindented } from './insertion.ts';
import type { Offer, Refusal, Selection } from './offer.ts';

/** Puts the statements of a recipe in the place of its `apply`. */
export function inlineRecipe(selection: Selection): Offer[] {
  const { file, snapshot } = selection;
  const statement = statementPath(file.tree.statements, selection.start).at(-1);
  if (statement?.declaration.id !== 'apply' || selection.end > statement.end) return [];
  const use = symbolsOf(file).uses.find((one) => one.statement === statement && one.argument === 'recipe');
  const [recipe, ...more] = use === undefined ? [] : resolve(use, snapshot);
  if (use === undefined || recipe?.kind !== 'recipe') return [];
  const base: Pick<Offer, 'title' | 'kind'> = { title: `Inline the recipe \`${recipe.label}\``, kind: CodeActionKind.RefactorInline };
  const refused = (reason: string): Offer => ({ ...base, disabled: reason, edits: () => ({ refused: reason }) });
  if (more.length > 0) return [refused(`Which recipe \`${recipe.label}\` is depends on the cloud.`)];
  const newText = inlinedText(statement, recipe, selection);
  if (typeof newText !== 'string') return [refused(newText.refused)];
  return [{
    ...base,
    edits: async (token) => {
      const edits = [{ file, start: statement.start, end: statement.end, newText }];
      const comparison = await compareEdited(file, edits, snapshot, token);
      if (comparison === undefined) return { refused: 'The plan could not be checked in time.' };
      // That the recipe is not used any more is what is wanted.
      const reason = newFindings({ ...comparison, added: comparison.added.filter(({ name }) => name !== 'unused-declaration') });
      if (reason !== undefined) return { refused: reason };
      return comparison.doesSame ? edits : { refused: 'The plan would not do the same in the same order.' };
    },
  }];
}

function inlinedText(statement: Statement, recipe: SymbolDeclaration, { file, snapshot }: Selection): string | Refusal {
  const { block } = recipe.statement;
  const [first] = block?.statements ?? [];
  const last = block?.statements.at(-1);
  if (first === undefined || last === undefined) return { refused: 'The recipe is empty.' };
  const values = valuesOf(statement, recipe, file);
  if (values === undefined) return { refused: 'The arguments do not fit the parameters of the recipe.' };
  const from = recipe.file.text.slice(lineStart(recipe.file, first.start), first.start).trim() === '' ? indentOf(recipe.file, first.start) : undefined;
  const uses = symbolsOf(recipe.file).uses.filter((one) => first.start <= one.span.start && one.span.end <= last.end);
  const replaced: { start: number; end: number; newText: string }[] = [];
  const lets = new Map<string, string>();
  for (const use of uses) {
    const [declaration] = resolve(use, snapshot);
    if (declaration?.kind !== 'parameter' || declaration.statement !== recipe.statement) continue;
    const value = values.get(declaration.label);
    if (value === undefined) return { refused: `Parameter \`${declaration.label}\` has no value.` };
    if (!isInText(use, recipe.file)) {
      const around = dottedRest(use, recipe.file);
      if (around !== '' && !NAME.test(value)) return { refused: `\`${value}${around}\` can not be written.` };
      replaced.push({ ...use.span, newText: value });
    } else if (NAME.test(value)) replaced.push({ ...use.span, newText: value });
    // One word of the shell, whatever it holds: written into the command it would be more than that.
    else lets.set(declaration.label, value);
  }
  for (const named of recipe.file === file ? [] : namedFiles(block?.statements ?? [])) {
    const target = resolvePath(recipe.file.path, named.path);
    if (target !== undefined) replaced.push({ ...named.span, newText: JSON.stringify(relativePath(file.path, target)) });
  }
  const sorted = replaced.toSorted((a, b) => a.start - b.start);
  const textOf = ({ start, end }: { readonly start: number; readonly end: number }): string => {
    const inside = sorted.filter((one) => start <= one.start && one.end <= end);
    return inside.map((one, index) => recipe.file.written(inside[index - 1]?.end ?? start, one.start) + one.newText).join('') + recipe.file.written(inside.at(-1)?.end ?? start, end);
  };
  const eol = lineBreak(file);
  const isOwnLine = file.text.slice(lineStart(file, statement.start), statement.start).trim() === '';
  const indent = indentOf(file, statement.start);
  const lines = [...lets].map(([name, value]) => `let ${name} = ${value}`);
  // Statements of a block on one line get lines of their own.
  const body = from === undefined ? (block?.statements ?? []).map(textOf) : [reindented(textOf({ start: first.start, end: last.end }), from, indent)];
  const moved = [...lines, ...body].map((text) => text.replaceAll(/\r\n|\r|\n/g, eol));
  if (!isOwnLine && moved.some((text) => /[\r\n]/.test(text))) return { refused: 'Put the `apply` into a line of its own first.' };
  return moved.join(isOwnLine ? `${eol}${indent}` : '  ');
}

/** The source text of each parameter's value. */
function valuesOf({ arguments: given }: Statement, recipe: SymbolDeclaration, file: WorkspaceFile): Map<string, string> | undefined {
  const declared = recipe.statement.arguments['parameters'];
  const parameters: readonly Parameter[] = declared?.node === 'parameters' ? declared.items : [];
  const items: readonly Argument[] = given['arguments']?.node === 'arguments' ? given['arguments'].items : [];
  const values = new Map<string, string>();
  for (const { name, default: value } of parameters) if (value !== undefined) values.set(name.text, recipe.file.written(value.start, value.end));
  let next = 0;
  for (const item of items) {
    const name = item.name?.text ?? parameters[next]?.name.text;
    if (item.name === undefined) next += 1;
    if (name === undefined || !parameters.some((one) => one.name.text === name)) return undefined;
    values.set(name, file.written(item.value.start, item.value.end));
  }
  return values;
}

function isInText(use: SymbolUse, { text }: WorkspaceFile): boolean {
  return /\$\{(?:raw )?$/.test(text.slice(Math.max(0, use.span.start - 6), use.span.start));
}

/** What follows a name in the same word. */
function dottedRest(use: SymbolUse, { text }: WorkspaceFile): string {
  return /^\.[\w.*-]*/.exec(text.slice(use.span.end, use.span.end + 200))?.[0] ?? '';
}
