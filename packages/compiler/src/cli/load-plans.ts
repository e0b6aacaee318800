import process from 'node:process';
import { checkProject } from '../check.ts';
import { suggest } from '../text/suggest.ts';
import { CommandError } from './command-error.ts';
import { loadEntries, type LoadedEntry } from './entries.ts';
import { FAILURE } from './exit-codes.ts';
import { complain } from './output.ts';

/** A file and the names of its plans, or of the one that was chosen; undefined, with the exit code set, if the file can not be read. */
export async function loadPlans(
  file: string, options: { readonly root?: string; readonly plan?: string; readonly set: Readonly<Record<string, string>> },
): Promise<{ readonly entry: LoadedEntry; readonly plans: readonly string[] } | undefined> {
  let failed = false;
  const [entry] = await loadEntries([file], {
    fail: (message) => {
      failed = true;
      complain(message);
    },
    ...(options.root === undefined ? {} : { root: options.root }),
  });
  if (entry === undefined || failed) {
    process.exitCode = FAILURE;
    return undefined;
  }
  const plans = checkProject(entry.project, { set: options.set }).plans.map((plan) => plan.name);
  const { plan } = options;
  if (plan === undefined) return { entry, plans };
  if (plans.includes(plan)) return { entry, plans: [plan] };
  const [near] = suggest(plan, plans);
  throw new CommandError(`there is no plan "${plan}"`, near === undefined ? `there are: ${plans.join(', ')}` : `did you mean "${near}"?`);
}
