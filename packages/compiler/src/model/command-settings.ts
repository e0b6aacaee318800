import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import type { ShellPart } from '../text/shell-quote.ts';
import type { CommandOptions, Retry } from './action.ts';
import { constantText, evaluateCount, evaluateDuration, evaluateText, itemsOf, wordOf, type Here } from './evaluate.ts';
import { locate } from './reporter.ts';
import type { Evaluated } from './scope.ts';

/** Settings of commands that stand in a block, such as `as` and `env`; inner blocks add to outer ones. */
export interface CommandSettings {
  readonly options: CommandOptions;
  /** `export` statements for values that are known only on the host. */
  readonly exports: readonly ShellPart[];
}

export const NO_SETTINGS: CommandSettings = { options: {}, exports: [] };

/**
 * Reads the settings of a block.
 *
 * @param runTimeout whether `timeout` bounds each command; in a step it bounds the whole attempt instead.
 */
export function readSettings(statements: readonly Statement[], here: Here, base: CommandSettings, runTimeout: boolean): CommandSettings {
  const options: { -readonly [K in keyof CommandOptions]: CommandOptions[K] } = { ...base.options };
  for (const statement of statements) {
    const args = statement.arguments;
    switch (statement.declaration.id) {
      case 'as': options.as = constantText(args['user'], here, 'The user'); break;
      case 'in': options.directory = constantText(args['directory'], here, 'The directory'); break;
      case 'accept-exit': options.accept = codes(args['codes'], here); break;
      case 'again-on-exit': options.again = { codes: codes(args['codes'], here), limit: evaluateCount(args['limit'], here, 1) ?? 1000 }; break;
      case 'poll': options.poll = { every: evaluateDuration(args['every'], here) ?? 5, limit: evaluateDuration(args['limit'], here) ?? 60 }; break;
      case 'timeout': if (runTimeout) options.timeout = evaluateDuration(args['limit'], here) ?? 0; break;
      default:
    }
  }
  if (options.timeout === 0) delete options.timeout;
  const set = statements.filter((one) => one.declaration.id === 'env');
  if (set.length === 0) return { options, exports: base.exports };
  const { environment, secrets, exports } = readEnvironment(set, here, base);
  return {
    options: {
      ...options, ...(environment.size === 0 ? {} : { environment: Object.fromEntries(environment) }), ...(secrets.size === 0 ? {} : { secrets: Object.fromEntries(secrets) }),
    },
    exports,
  };
}

/** `retry COUNT every DELAY`, if the block has it. */
export function readRetry(statements: readonly Statement[], here: Here): Retry | undefined {
  const retry = statements.find((one) => one.declaration.id === 'retry');
  const count = evaluateCount(retry?.arguments['count'], here, 1, 1000);
  return count === undefined ? undefined : { count, every: evaluateDuration(retry?.arguments['delay'], here) ?? 0 };
}

function codes(value: Value | undefined, here: Here): number[] {
  return itemsOf(value).flatMap((item) => evaluateCount(item, here, 0, 255) ?? []);
}

/** The variables that `env` statements set, with those of the blocks around; a variable that is set again is replaced. */
function readEnvironment(statements: readonly Statement[], here: Here, base: CommandSettings): { environment: Map<string, string>; secrets: Map<string, string>; exports: ShellPart[] } {
  const environment = new Map(Object.entries(base.options.environment ?? {}));
  const secrets = new Map(Object.entries(base.options.secrets ?? {}));
  const exports = [...base.exports];
  for (const statement of statements) {
    const name = wordOf(statement.arguments['name']);
    const value = statement.arguments['value'];
    if (name === undefined || value === undefined) continue;
    if (/^(?:BELAY_|BASH|LD_|SHELLOPTS$|IFS$|PS4$|ENV$)/.test(name)) {
      here.reporter.report(KINDS.wrongType, {
        message: `\`${name}\` can not be set: it changes how commands themselves are run. Choose another name, or set it inside the command.`,
        at: locate(here.file, statement.arguments['name'] ?? statement),
      });
      continue;
    }
    const parts = value.node === 'word' && here.scope.lookup(value.text) === undefined ? [value.text] : evaluateText(value, here);
    const secret = parts.find((part) => typeof part === 'object' && 'secret' in part);
    if (typeof secret === 'object' && 'secret' in secret) {
      if (parts.length === 1) {
        secrets.set(name, secret.secret);
        environment.delete(name);
      } else {
        here.reporter.report(KINDS.secretInCommand, {
          message: 'A secret is handed over whole: it can not be part of a longer text. Put the whole value into the secret, or join it inside the command.',
          at: locate(here.file, value),
        });
      }
    } else if (parts.every((part) => typeof part === 'string')) {
      environment.set(name, parts.join(''));
      secrets.delete(name);
    } else exports.push(`export ${name}=`, ...parts.map(toShellPart), '\n');
  }
  return { environment, secrets, exports };
}

/** A part of an evaluated text, as a part of a command. */
export function toShellPart(part: Evaluated[number]): ShellPart {
  if (typeof part === 'string') return { value: part };
  return 'variable' in part ? { variable: part.variable } : { value: '' };
}

/** Of the settings of a step those that say as whom and where its commands run: its questions and its `undo` run so too. */
export function asWho({ options, exports }: CommandSettings): CommandSettings {
  const { as, directory, environment, secrets } = options;
  return {
    exports,
    options: {
      ...(as === undefined ? {} : { as }), ...(directory === undefined ? {} : { directory }),
      ...(environment === undefined ? {} : { environment }), ...(secrets === undefined ? {} : { secrets }),
    },
  };
}
