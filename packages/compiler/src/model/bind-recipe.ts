import { KINDS } from '../diagnostics/kinds.ts';
import type { Argument, Parameter, Statement } from '../syntax/tree.ts';
import { article, bindValue, reportType, typed } from './bind-names.ts';
import { nameLocation, reportDuplicate, type Declared } from './declarations.ts';
import type { Here } from './evaluate.ts';
import type { Frame } from './plan-context.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';

/**
 * Binds the arguments of an `apply` to the parameters of its recipe, in the order written or by name. A default may name the parameters before it.
 *
 * @returns undefined where an argument is missing: what the recipe would do with it says nothing
 */
export function bindArguments(statement: Statement, recipe: Declared, frame: Frame): Scope | undefined {
  const scope = new Scope(recipe.scope);
  const declared = recipe.statement.arguments['parameters'];
  const parameters: readonly Parameter[] = declared?.node === 'parameters' ? declared.items : [];
  const given = statement.arguments['arguments'];
  const values: readonly Argument[] = given?.node === 'arguments' ? given.items : [];
  const at = locate(frame.here.file, given ?? statement.keyword);
  const byName = new Map<string, Argument>();
  let next = 0;
  for (const argument of values) {
    const name = argument.name?.text ?? parameters[next]?.name.text;
    if (argument.name === undefined) next += 1;
    const known = parameters.some((parameter) => parameter.name.text === name);
    if (name === undefined || !known || byName.has(name)) {
      frame.here.reporter.report(KINDS.wrongArguments, {
        message: name === undefined || byName.has(name)
          ? `Recipe \`${recipe.name}\` takes ${parameters.length} argument${parameters.length === 1 ? '' : 's'}: ${listed(parameters)}.`
          : `Recipe \`${recipe.name}\` has no parameter \`${name}\`. It takes ${listed(parameters)}.`,
        at: locate(frame.here.file, argument), related: [{ location: nameLocation(recipe), message: 'declared here' }],
      });
    } else byName.set(name, argument);
  }
  const recipeHere: Here = { ...frame.here, file: recipe.file, scope };
  let isComplete = true;
  for (const parameter of parameters) {
    const argument = byName.get(parameter.name.text);
    const first = scope.own(parameter.name.text);
    if (first !== undefined) {
      reportDuplicate('parameter', parameter.name.text, locate(recipe.file, parameter.name), locate(recipe.file, firstOf(parameters, parameter.name.text)), frame.here.reporter);
      continue;
    }
    if (!reportType(parameter.type.text, parameter.type, recipeHere)) {
      isComplete = false;
      continue;
    }
    if (argument === undefined && parameter.default === undefined) {
      isComplete = false;
      frame.here.reporter.report(KINDS.wrongArguments, {
        message: `Recipe \`${recipe.name}\` needs \`${parameter.name.text}\`, ${article(parameter.type.text)} ${parameter.type.text}.`, at, related: [{ location: nameLocation(recipe), message: 'declared here' }],
      });
      continue;
    }
    const value = argument?.value ?? parameter.default;
    const here = argument === undefined ? recipeHere : frame.here;
    scope.define(parameter.name.text, typed(bindValue(value, here), parameter.type.text, value ?? parameter, here));
  }
  return isComplete ? scope : undefined;
}

function firstOf(parameters: readonly Parameter[], name: string): Parameter['name'] {
  return (parameters.find((one) => one.name.text === name) as Parameter).name;
}

function listed(parameters: readonly Parameter[]): string {
  return parameters.length === 0 ? 'none' : parameters.map((one) => `\`${one.name.text}: ${one.type.text}\``).join(', ');
}
