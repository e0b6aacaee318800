import { OPENSTACK_TRAIN, wordOf, type Statement } from '@belay/compiler/analysis';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { symbolsOf } from './file-symbols.ts';
import { fewWiderFiles } from './resolve.ts';
import type { SymbolDeclaration } from './symbol.ts';

/** A train of releases that a file can name, the oldest release first. */
export interface VisibleTrain {
  readonly name: string;
  readonly releases: readonly { readonly name: string; readonly slurp: boolean }[];
}

/** The trains that a file can name: those of catalogues that are used, and those that files declare. */
export function trainsFor(file: WorkspaceFile, snapshot: Snapshot): readonly VisibleTrain[] {
  const files = [...snapshot.visible(file), ...fewWiderFiles(file, snapshot)];
  const usesOpenstack = files.some(({ tree }) => tree.statements.some((one) => one.declaration.id === 'use' && wordOf(one.arguments['catalogue']) === OPENSTACK_TRAIN.name));
  const declared = files.flatMap((one) => symbolsOf(one).declarations.filter(({ kind }) => kind === 'train').map(trainOf));
  return usesOpenstack ? [OPENSTACK_TRAIN, ...declared] : declared;
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
