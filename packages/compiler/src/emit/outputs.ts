import type { Plan } from '../plan/plan.ts';
import { stringifyPlan } from '../plan/serialize.ts';
import { emitAnsible } from './ansible/index.ts';
import { ansibleObstacles } from './ansible/obstacles.ts';
import { emitShell } from './shell/index.ts';

/** What a plan can be compiled to. */
export type Target = 'shell' | 'json' | 'ansible';

export const TARGETS: readonly Target[] = ['shell', 'json', 'ansible'];

/** A file that compiling writes. */
export interface Output {
  /** Relative to the folder of all outputs, with `/`. */
  readonly path: string;
  readonly content: string;
  readonly encoding: 'utf8' | 'base64';
  /** Permission bits, of which the umask takes some away. */
  readonly permissions: number;
  /** Whether a report names it; of a project it names one file. */
  readonly isProduct: boolean;
}

/** Why a plan can not be compiled to a target: a sentence for each obstacle. */
export function obstaclesTo(plan: Plan, target: Target): readonly string[] {
  return target === 'ansible' ? ansibleObstacles(plan) : [];
}

/** The files for one target: one, or a project in a folder. */
export function outputsOf(plan: Plan, target: Target, name: string = plan.name): Output[] {
  switch (target) {
    case 'shell': return [{ path: `${name}.sh`, content: emitShell(plan), encoding: 'utf8', permissions: 0o777, isProduct: true }];
    case 'json': return [{ path: `${name}.plan.json`, content: stringifyPlan(plan), encoding: 'utf8', permissions: 0o666, isProduct: true }];
    case 'ansible': return emitAnsible(plan).map(({ path, content, encoding }) => ({
      path: `${name}.ansible/${path}`, content, encoding: encoding === 'base64' ? 'base64' : 'utf8', permissions: 0o666, isProduct: path === 'site.yml',
    }));
  }
}
