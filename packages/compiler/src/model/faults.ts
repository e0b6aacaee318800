import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Project } from '../project/project.ts';
import type { Statement } from '../syntax/tree.ts';
import { countWhile } from '../text/count-while.ts';
import type { Declared } from './declarations.ts';
import type { Reporter } from './reporter.ts';

const CODES: ReadonlySet<string> = new Set(Object.values(KINDS).map(({ code }) => code));

/**
 * What could not be read or bound so far, by plan. Where a statement of a plan was not understood, judging the rest would tell of what seems to
 * be missing: consequences of one mistake, reported as many.
 */
export class Faults {
  readonly #reporter: Reporter;
  /** The plans of each file, in the order of the text. */
  readonly #plans: ReadonlyMap<string, readonly Statement[]>;
  readonly #faulty = new Set<Statement>();
  #isShared = false;
  #seen = 0;

  constructor(project: Project, reporter: Reporter) {
    this.#reporter = reporter;
    this.#plans = new Map([...project.trees].map(([file, tree]) => [file, tree.statements.filter((one) => one.declaration.id === 'plan')]));
    for (const tree of project.trees.values()) for (const one of tree.diagnostics) this.#note(one);
  }

  /** Whether everything of a plan was understood, and everything that plans share: clouds, recipes, and what else stands outside of plans. */
  isUnderstood(plan: Declared): boolean {
    const { diagnostics } = this.#reporter;
    for (; this.#seen < diagnostics.length; this.#seen += 1) this.#note(diagnostics[this.#seen] as Diagnostic);
    return !this.#isShared && !this.#faulty.has(plan.statement);
  }

  #note({ code, level, primary }: Diagnostic): void {
    if (level !== 'error' || !CODES.has(code)) return;
    const plan = this.#planAt(primary.file, primary.start);
    if (plan === undefined) this.#isShared = true;
    else this.#faulty.add(plan);
  }

  #planAt(file: string, offset: number): Statement | undefined {
    const plans = this.#plans.get(file) ?? [];
    const plan = plans[countWhile(plans.length, (index) => (plans[index]?.end ?? 0) <= offset)];
    return plan !== undefined && plan.start <= offset ? plan : undefined;
  }
}
