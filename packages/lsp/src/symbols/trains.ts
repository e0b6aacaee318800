import { OPENSTACK_TRAIN, wordOf, type Statement } from '@belay/compiler/analysis';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { symbolsOf } from './file-symbols.ts';
import type { SymbolDeclaration } from './symbol.ts';
import { fewWiderFiles, WiderFacts } from './wider-files.ts';

/** A train of releases that a file can name, the oldest release first. */
export interface VisibleTrain {
  readonly name: string;
  readonly releases: readonly { readonly name: string; readonly slurp: boolean }[];
}

/** The trains that a file can name: those of catalogues that are used, and those that files declare. */
export function trainsFor(file: WorkspaceFile, snapshot: Snapshot): readonly VisibleTrain[] {
  const near = [...snapshot.visible(file), ...fewWiderFiles(file, snapshot)].map(trainsNamedIn);
  const all = new Map([...near, ...TRAINS.around(file, snapshot)].flat().toReversed().map((train) => [train.name, train]));
  const declared = [...all.values()].toReversed().filter((train) => train !== OPENSTACK_TRAIN);
  return all.get(OPENSTACK_TRAIN.name) === OPENSTACK_TRAIN ? [OPENSTACK_TRAIN, ...declared] : declared;
}

const TRAINS = new WiderFacts(trainsNamedIn);

function trainsNamedIn(file: WorkspaceFile): VisibleTrain[] {
  const usesOpenstack = file.tree.statements.some((one) => one.declaration.id === 'use' && wordOf(one.arguments['catalogue']) === OPENSTACK_TRAIN.name);
  return [...(usesOpenstack ? [OPENSTACK_TRAIN] : []), ...trainsIn(file).map(trainOf)];
}

/** Trains stand at the top of a file, and in catalogues. */
function trainsIn(file: WorkspaceFile): SymbolDeclaration[] {
  const { scope, clouds } = symbolsOf(file);
  return [scope, ...clouds.filter(({ statement }) => statement?.declaration.id === 'catalogue')].flatMap((one) => one.ofKinds(['train'])).sort((a, b) => a.span.start - b.span.start);
}

function trainOf({ name, statement }: SymbolDeclaration): VisibleTrain {
  const statements: readonly Statement[] = statement.block?.statements ?? [];
  return {
    name,
    releases: statements.flatMap((one) => {
      const release = one.declaration.id === 'train.release' ? wordOf(one.arguments['name']) : undefined;
      return release === undefined ? [] : [{ name: release, slurp: one.words.includes('slurp') }];
    }),
  };
}

/** A release of a train with its neighbors. */
export interface ReleaseFacts {
  readonly train: VisibleTrain;
  /** From 0. */
  readonly index: number;
  readonly slurp: boolean;
  readonly previous?: string;
  readonly next?: string;
  /** The next such release, where this is one from which it may be reached directly. */
  readonly nextSlurp?: string;
}

/** What is known of a release; undefined where no train has it. */
export function releaseFacts(name: string, trains: readonly VisibleTrain[]): ReleaseFacts | undefined {
  for (const train of trains) {
    const index = train.releases.findIndex((one) => one.name === name);
    if (index === -1) continue;
    const { releases } = train;
    const slurp = releases[index]?.slurp === true;
    const previous = releases[index - 1]?.name;
    const next = releases[index + 1]?.name;
    const nextSlurp = slurp ? releases.find((one, at) => at > index && one.slurp)?.name : undefined;
    return { train, index, slurp, ...(previous === undefined ? {} : { previous }), ...(next === undefined ? {} : { next }), ...(nextSlurp === undefined ? {} : { nextSlurp }) };
  }
  return undefined;
}
