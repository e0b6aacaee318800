import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import { bindCloud } from './bind-cloud.ts';
import { nameAt } from './bind-groups.ts';
import { readSecret } from './bind-names.ts';
import { bindRestarts } from './bind-restarts.ts';
import { bindUnused } from './bind-unused.ts';
import type { CloudBinding } from './cloud-binding.ts';
import { addNamed, bindNaming, isNaming, type Universe } from './collect.ts';
import { Declarations, nameLocation, reportUnknown, type Declared } from './declarations.ts';
import { evaluateDuration, itemsOf, literalText, nameText, wordOf, type Here } from './evaluate.ts';
import type { NamedSecret, Train } from './model.ts';
import { inOrderOfUse } from './name-order.ts';
import { PlanContext, type Frame } from './plan-context.ts';
import type { PlanModel, ReleaseModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';
import { SequenceBinder } from './sequence-binder.ts';
import { isPassed } from './statements.ts';
import { releaseNames } from './release-names.ts';

/**
 * Binds a plan to its cloud.
 *
 * @param cloudName another cloud than the one the plan names, for rehearsals and waves
 * @returns undefined if there is no cloud to bind it to; why is reported.
 */
export function bindPlan(declared: Declared, universe: Universe, cloudName?: string): PlanModel | undefined {
  const statements = declared.statement.block?.statements ?? [];
  const cloud = findCloud(declared, statements, universe, cloudName);
  if (cloud === undefined) return undefined;
  const make = (): PlanModel => universe.reporter.excusing(() => bindOn(cloud, declared, statements, universe)).value;
  return universe.memory === undefined ? make() : universe.memory.plan(declared, cloud, universe.reporter, make);
}

function bindOn(cloud: CloudBinding, declared: Declared, statements: readonly Statement[], universe: Universe): PlanModel {
  const { reporter } = universe;
  for (const what of cloud.excused) reporter.excuse(what);
  const declarations = new Declarations(cloud.declarations);
  const scope = new Scope(cloud.scope);
  const here: Here = { file: declared.file, scope, reporter };
  const naming = statements.filter(isNaming).map((statement) => ({ statement }));
  for (const { statement } of inOrderOfUse(naming)) bindNaming(statement, here, universe.settings, declarations);
  for (const statement of statements) if (!isNaming(statement)) addNamed(declarations, statement, declared.file, scope, reporter);
  const release = readRelease(statements, here, universe);
  const train = universe.trains.get(release?.train ?? '');
  const releases = releaseNames(train === undefined ? universe.trains.values() : [train]);
  const context = new PlanContext(universe.project, reporter, cloud, declared.name, release, releases);
  const frame: Frame = { here, declarations, path: [], inParallel: false, depth: 0, recipes: [] };
  const bound = universe.memory?.statements(declared.name, cloud, statements.filter((one) => !isPassed(one)));
  const body = new SequenceBinder(context, bound).series(statements.filter((one) => one.declaration.id !== 'let'), frame, nameLocation(declared));
  const restarts = bindRestarts(body, context, frame, nameLocation(declared));
  bindUnused(context, frame, [declarations, cloud.declarations]);
  const title = literalText(declared.statement.arguments['title']);
  return {
    name: declared.name, ...(title === undefined ? {} : { title }), location: nameLocation(declared), cloud, ...(release === undefined ? {} : { release }), body, restarts,
    secrets: readSecrets(declarations, here), modes: context.notes.all('mode'), windows: context.notes.all('window'), waves: readWaves(statements, here, universe),
  };
}

function findCloud(declared: Declared, statements: readonly Statement[], universe: Universe, wanted: string | undefined): CloudBinding | undefined {
  const { declarations, reporter } = universe;
  const on = statements.find((one) => one.declaration.id === 'plan.on')?.arguments['cloud'];
  const wave = statements.find((one) => one.declaration.id === 'wave')?.arguments['clouds'];
  const value = on ?? itemsOf(wave)[0];
  const name = wanted ?? wordOf(value);
  if (name === undefined) {
    const known = declarations.names('cloud');
    reporter.report(KINDS.missingDeclaration, {
      message: `Plan \`${declared.name}\` names no cloud. Write \`on CLOUD\` at its start.`, at: nameLocation(declared),
      notes: known.length === 0 ? [] : [`Known here: ${known.join(', ')}.`],
    });
    return undefined;
  }
  const cloud = declarations.get('cloud', name);
  if (cloud !== undefined) return bindCloud(cloud, universe);
  reportUnknown('cloud', name, value ?? declared.statement.keyword, declared.file, declarations.names('cloud'), reporter,
    declarations.names('cloud').length === 0 ? ['Clouds are declared with `cloud NAME { … }`, in this file or in one that it imports.'] : []);
  return undefined;
}

function readRelease(statements: readonly Statement[], here: Here, universe: Universe): ReleaseModel | undefined {
  const statement = statements.find((one) => one.declaration.id === 'plan.release');
  const from = nameAt(statement?.arguments['from'], here);
  const to = nameAt(statement?.arguments['to'], here);
  if (statement === undefined || from === undefined || to === undefined) return undefined;
  const skipping = itemsOf(statement.arguments['skipping']).flatMap((value) => (
    value.node === 'word' ? [{ name: nameText(value, here), location: locate(here.file, value) }] : []
  ));
  const train = findTrain(from, to, universe);
  const location = locate(here.file, statement);
  if (train === undefined) reportNoTrain(statement, from, to, here, universe);
  return { train: train?.name ?? '', from, to, skipping, location };
}

function reportNoTrain(statement: Statement, from: string, to: string, here: Here, { trains }: Universe): void {
  const known = releaseNames(trains.values());
  const unknown = [['from', from] as const, ['to', to] as const].find(([, name]) => !known.includes(name));
  if (unknown === undefined) {
    const trainsOf = (name: string): string => [...trains.values()].filter((one) => one.releases.some((release) => release.name === name)).map((one) => `\`${one.name}\``).join(' and ');
    here.reporter.report(KINDS.unknownName, {
      message: `\`${from}\` is on the train ${trainsOf(from)}, and \`${to}\` on ${trainsOf(to)}. A plan goes from one release to another of the same train.`, at: locate(here.file, statement),
    });
    return;
  }
  const [argument, name] = unknown;
  reportUnknown('release', name, statement.arguments[argument] ?? statement, here.file, known, here.reporter,
    trains.size === 0 ? ['No train of releases is known: write `use openstack` at the top of the file, or declare a `train`.'] : []);
}

/** The train that has both releases. */
function findTrain(from: string, to: string, universe: Universe): Train | undefined {
  return [...universe.trains.values()].find((train) => [from, to].every((name) => train.releases.some((release) => release.name === name)));
}

function readSecrets(declarations: Declarations, here: Here): Map<string, NamedSecret> {
  const secrets = new Map<string, NamedSecret>();
  for (const name of declarations.names('secret')) {
    const declared = declarations.get('secret', name);
    if (declared !== undefined) secrets.set(name, readSecret(declared, { ...here, file: declared.file, scope: declared.scope }));
  }
  return secrets;
}

function readWaves(statements: readonly Statement[], here: Here, universe: Universe): PlanModel['waves'] {
  const seen = new Set<string>();
  return statements.filter((one) => one.declaration.id === 'wave').map((statement) => {
    const clouds = itemsOf(statement.arguments['clouds']).flatMap((value) => {
      const name = wordOf(value) ?? '';
      if (universe.declarations.get('cloud', name) === undefined) {
        reportUnknown('cloud', name, value, here.file, universe.declarations.names('cloud'), here.reporter);
      } else if (seen.has(name)) {
        here.reporter.report(KINDS.duplicateName, { message: `Cloud \`${name}\` is in a wave already, and takes the plan once. Remove it here.`, at: locate(here.file, value) });
      }
      seen.add(name);
      return [name];
    });
    return { clouds, soak: evaluateDuration(statement.arguments['soak'], here) ?? 0, location: locate(here.file, statement) };
  });
}
