import { wordOf, type AnalyzedPlan, type Statement } from '@belay/compiler/analysis';
import { ImplementationRequest, type ImplementationParams, type Location } from 'vscode-languageserver';
import { symbolsOf } from '../symbols/file-symbols.ts';
import { lookUp, resolve, scopeAround } from '../symbols/resolve.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { feature } from './feature.ts';
import { statementPath } from './statement-path.ts';

/** Actions whose commands the cloud declares, and the argument that says on what. */
const COMMANDS: Readonly<Record<string, string>> = {
  stop: 'components', start: 'components', restart: 'components', reload: 'components', install: 'components', expand: 'databases', migrate: 'databases', contract: 'databases',
};

/** Statements that put something else in their place, and the argument that names it. */
const PUTTING: Readonly<Record<string, string>> = { apply: 'recipe', gate: 'checks', enter: 'mode', leave: 'mode', holding: 'modes' };

/**
 * What a statement of a plan becomes: of a jump its block, else the `upgrade` of the service, else its components and databases; of `apply` the recipe;
 * of an action the command that the cloud declares for it.
 */
export function implementation(snapshot: Snapshot, { textDocument, position }: ImplementationParams): Location[] | null {
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const offset = file.offset(position);
  const path = statementPath(file.tree.statements, offset);
  const statement = path.at(-1);
  if (statement === undefined) return null;
  const { id } = statement.declaration;
  const plans = plansAround(file, path, snapshot);
  if (id === 'jump') return jumpBecomes(file, statement, path, plans, snapshot);
  const putting = PUTTING[id];
  if (putting !== undefined) {
    const uses = symbolsOf(file).uses.filter((one) => one.statement === statement && one.argument === putting);
    const named = uses.filter(({ span }) => span.start <= offset && offset <= span.end);
    return (named.length > 0 ? named : uses).flatMap((use) => resolve(use, snapshot)).map((one) => ({ uri: one.file.uri, range: one.file.range(one.span) }));
  }
  const argument = COMMANDS[id];
  return argument === undefined ? null : commandsOf(file, statement, argument, plans, offset, snapshot);
}

function plansAround(file: WorkspaceFile, path: readonly Statement[], snapshot: Snapshot): AnalyzedPlan[] {
  const plan = path.find(({ declaration }) => declaration.id === 'plan');
  return plan === undefined ? [] : (snapshot.analysis(file)?.plans.filter(({ statement }) => statement.start === plan.start) ?? []);
}

function jumpBecomes(file: WorkspaceFile, statement: Statement, path: readonly Statement[], plans: readonly AnalyzedPlan[], snapshot: Snapshot): Location[] {
  const acting = statement.block?.statements.filter(({ declaration }) => declaration.id !== 'after' && declaration.id !== 'allow') ?? [];
  const [first, last] = [acting[0], acting.at(-1)];
  if (first !== undefined && last !== undefined) return [{ uri: file.uri, range: file.range({ start: first.start, end: last.end }) }];
  const service = wordOf(statement.arguments['service']);
  if (service === undefined) return [];
  const upgrades = plans.flatMap(({ plan }) => {
    const declared = plan.cloud.upgrades.get(service);
    return declared === undefined ? [] : locationOf(declared.file, declared.statement.keyword, file, snapshot);
  });
  if (upgrades.length > 0) return unique(upgrades);
  // Without a recipe of its own: stop, install, bring the databases over, start.
  const services = lookUp(scopeAround(file, path), ['service'], service, snapshot);
  return services.flatMap((one) => {
    const members = [...(symbolsOf(one.file).scopeOf.get(one.statement)?.declarations.values() ?? [])].flat().filter(({ kind }) => kind === 'component' || kind === 'database');
    return (members.length > 0 ? members : [one]).map((member) => ({ uri: member.file.uri, range: member.file.range(member.span) }));
  });
}

function commandsOf(file: WorkspaceFile, statement: Statement, argument: string, plans: readonly AnalyzedPlan[], offset: number, snapshot: Snapshot): Location[] {
  const verb = statement.declaration.keyword;
  const uses = symbolsOf(file).uses.filter((one) => one.statement === statement && one.argument === argument && one.name.includes('.'));
  const named = uses.filter(({ span }) => span.start <= offset && offset <= span.end);
  return unique((named.length > 0 ? named : uses).flatMap(({ name }) => plans.flatMap(({ plan }) => {
    const owner = argument === 'databases' ? `database ${name}` : `component ${name}`;
    const declared = plan.cloud.commands.find(verb, [owner, `service ${name.split('.', 1)[0]}`, 'cloud']);
    return declared === undefined ? [] : locationOf(declared.file, declared.statement.keyword, file, snapshot);
  })));
}

function locationOf(path: string, span: { readonly start: number; readonly end: number }, { root }: WorkspaceFile, snapshot: Snapshot): Location[] {
  const file = snapshot.fileAt(root, path);
  return file === undefined ? [] : [{ uri: file.uri, range: file.range(span) }];
}

function unique(locations: readonly Location[]): Location[] {
  return [...new Map(locations.map((one) => [JSON.stringify(one), one])).values()];
}

export const implementationFeature = feature(ImplementationRequest.type, {
  summary: 'What a statement becomes: the steps of a jump, the recipe of an `apply`, the command of an action.',
  capabilities: { implementationProvider: true },
  answer: implementation,
});
