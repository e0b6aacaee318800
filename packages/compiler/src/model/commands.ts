import { KINDS } from '../diagnostics/kinds.ts';
import type { Interpolation, Statement, Text, Value } from '../syntax/tree.ts';
import { interpolateShell, type ShellPart } from '../text/shell-quote.ts';
import type { CommandOptions, HttpOperation, Probe, ScriptOperation, ShellOperation, Targets, Template } from './action.ts';
import { namedPath } from './collect.ts';
import { NO_SETTINGS, readSettings, toShellPart, type CommandSettings } from './command-settings.ts';
import { reportUnknown } from './declarations.ts';
import { evaluateCount, evaluateName, evaluateText, isAffordable, itemsOf, wordOf, nameText, type Here } from './evaluate.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';
import { resolveTarget, type Places, type RollPlace } from './targets.ts';
import { reportMissingVariables, variablesIn, type VariableUse } from './host-variables.ts';
import type { Project } from '../project/project.ts';

/** What binding a command needs besides the names: the files it may carry, and the places it may run at. */
export interface Surroundings {
  readonly project: Project;
  readonly places: Places;
  readonly roll?: RollPlace;
  /** The releases of the train; absent where none is known. */
  readonly releases?: readonly string[];
}

/** A command of a block: what runs, under which release's code, and where if it says so itself. */
export interface BoundCommand {
  readonly operation: ShellOperation | ScriptOperation | HttpOperation;
  readonly under?: string;
  /** Where it says itself that it runs. */
  readonly targets?: Targets;
  /** Where the block says that its commands run. */
  readonly blockTargets?: Targets;
  /** The host variables that it uses, and where. */
  readonly uses: readonly VariableUse[];
  readonly statement: Statement;
}

const RUNS: ReadonlySet<string> = new Set(['run', 'script', 'http']);

/** Is this a statement that runs something the language knows nothing of? */
export function isRun(statement: Statement): boolean {
  return RUNS.has(statement.declaration.id);
}

/** Binds a `run`, `script` or `http`, its own block included. */
export function bindCommand(statement: Statement, here: Here, outer: CommandSettings, around: Surroundings): BoundCommand | undefined {
  const inner = statement.block?.statements ?? [];
  const settings = readSettings(inner, here, outer, true);
  const operation = statement.declaration.id === 'run' ? bindRun(statement, here, settings)
    : statement.declaration.id === 'script' ? bindScript(statement, here, settings, around.project)
    : bindHttp(statement, here, settings);
  if (operation === undefined) return undefined;
  const under = readRelease(statement.arguments['release'], here, around);
  const targets = resolveTarget(statement.arguments['target'] ?? onIn(inner), here, around.places, around.roll);
  const uses = variablesIn(statement, operation, here);
  return { operation, statement, uses, ...(under === undefined ? {} : { under }), ...(targets === undefined ? {} : { targets }) };
}

/** The `on …` of a block. */
export function onIn(statements: readonly Statement[]): Value | undefined {
  return statements.find((one) => one.declaration.id === 'step.on')?.arguments['target'];
}

/** The release that a word names, its parameter resolved; reports one that is not on the train. */
export function readRelease(value: Value | undefined, here: Here, { releases }: Pick<Surroundings, 'releases'>): string | undefined {
  if (value?.node !== 'word') return undefined;
  const name = nameText(value, here);
  if (releases !== undefined && releases.length > 0 && !releases.includes(name)) reportUnknown('release', name, value, here.file, releases, here.reporter);
  return name;
}

function bindRun(statement: Statement, here: Here, settings: CommandSettings): ShellOperation | undefined {
  const command = statement.arguments['command'];
  if (command?.node !== 'text') return undefined;
  const { parts, spans } = shellParts(command, here);
  if (parts.every((part) => typeof part === 'string' && part.trim() === '')) {
    here.reporter.report(KINDS.missingCommand, { message: 'This command is empty. Write what is to be run, or `true` where nothing is.', at: locate(here.file, command) });
    return undefined;
  }
  const length = [...settings.exports, ...parts].reduce((sum, part) => sum + lengthOf(part), 0);
  if (!isAffordable(length, length, command, here)) return undefined;
  const lead = settings.exports.length;
  const result = interpolateShell([...settings.exports, ...parts]);
  if ('error' in result) {
    here.reporter.report(KINDS.unquotableValue, {
      message: `This value can not be made one word of the shell here: ${result.error.reason}.`,
      at: locate(here.file, spans[result.error.part - lead] ?? command),
      notes: ['Hand it over in the environment instead: `env NAME = value` in the block of the step, and `"$NAME"` in the command.'],
    });
    return undefined;
  }
  return { type: 'shell', shell: result.text, ...withVariables(settings, parts) };
}

function lengthOf(part: ShellPart): number {
  if (typeof part === 'string') return part.length;
  return 'value' in part ? part.value.length : 'raw' in part ? part.raw.length : part.variable.length;
}

function shellParts(command: Text, here: Here): { parts: ShellPart[]; spans: { start: number; end: number }[] } {
  const parts: ShellPart[] = [];
  const spans: { start: number; end: number }[] = [];
  for (const part of command.parts) {
    const made = part.part === 'chunk' ? [part.text] : interpolated(part, here);
    for (const one of made) {
      parts.push(one);
      spans.push(part);
    }
  }
  return { parts, spans };
}

function interpolated(part: Interpolation, here: Here): ShellPart[] {
  const bound = here.scope.lookup(part.name);
  if (bound?.kind === 'list' && !part.raw) return bound.items.flatMap((item, index): ShellPart[] => (index === 0 ? [{ value: item }] : [' ', { value: item }]));
  const value = evaluateName(part.name, part, here);
  const constant = value.every((one) => typeof one === 'string') && !(bound?.kind === 'value' && bound.given === true);
  if (part.raw && !constant) {
    here.reporter.report(KINDS.rawSplice, {
      message: `\`${part.name}\` is not constant, and is spliced into the command as it is: whatever it holds becomes part of the program. Write \`\${${part.name}}\` to have it quoted.`,
      at: locate(here.file, part),
      fixes: [{ title: `Write \`\${${part.name}}\``, applicability: 'likely', edits: [{ location: locate(here.file, part), newText: `\${${part.name}}` }] }],
    });
  }
  // An empty value is a word too.
  if (value.length === 0 && !part.raw) return [{ value: '' }];
  return value.flatMap((one): ShellPart[] => {
    if (typeof one === 'string') return [part.raw ? { raw: one } : { value: one }];
    if ('variable' in one) return [part.raw ? { raw: `\${${one.variable}}` } : { variable: one.variable }];
    here.reporter.report(KINDS.secretInCommand, {
      message: `The secret \`${one.secret}\` would stand on a command line, where every user of the host can read it, and in the log. Hand it over in the environment.`,
      at: locate(here.file, part),
      notes: [`Write \`env NAME = ${one.secret}\` in the block of the step, and \`"$NAME"\` in the command.`],
    });
    return [];
  });
}

function bindScript(statement: Statement, here: Here, settings: CommandSettings, project: Project): ScriptOperation | undefined {
  const file = namedPath(statement, 'file', here.file, project, here.reporter);
  const words = itemsOf(statement.arguments['arguments']);
  const parts = words.flatMap((word, index): ShellPart[] => {
    const value = evaluateText(word, here).map((part): ShellPart => {
      if (typeof part === 'object' && 'secret' in part) {
        here.reporter.report(KINDS.secretInCommand, {
          message: `The secret \`${part.secret}\` would stand on a command line. Hand it over with \`env NAME = ${part.secret}\`.`, at: locate(here.file, word),
        });
      }
      return toShellPart(part);
    });
    return [...(index === 0 ? [] : [' ']), ...(value.length === 0 ? [{ value: '' }] : value)];
  });
  const result = interpolateShell(parts);
  if (file === undefined || 'error' in result) return undefined;
  if (settings.exports.length > 0) {
    here.reporter.report(KINDS.unquotableValue, {
      message: 'Values that depend on the host reach a script as arguments, not in its environment: `BELAY_HOST` and `BELAY_VAR_…` are there anyway.',
      at: locate(here.file, statement.keyword),
    });
  }
  return { type: 'script', file, arguments: result.text, ...withVariables(settings, parts) };
}

function withVariables(settings: CommandSettings, parts: readonly ShellPart[]): CommandOptions {
  const variables = new Set<string>();
  for (const part of [...settings.exports, ...parts]) {
    const name = typeof part === 'object' && 'variable' in part ? part.variable : typeof part === 'object' && 'raw' in part ? part.raw : '';
    for (const match of name.matchAll(/BELAY_VAR_([A-Za-z0-9_]+)/g)) variables.add(match[1] ?? '');
  }
  return variables.size === 0 ? settings.options : { ...settings.options, variables: [...variables].sort() };
}

function bindHttp(statement: Statement, here: Here, settings: CommandSettings): HttpOperation | undefined {
  const value = statement.arguments['url'];
  if (value === undefined) return undefined;
  const url: Template = evaluateText(value, here).map((part) => {
    if (typeof part === 'string') return part;
    if ('variable' in part) return { variable: part.variable === 'BELAY_HOST' ? 'host' : part.variable.replace(/^BELAY_VAR_/, '') };
    here.reporter.report(KINDS.secretInCommand, { message: `The secret \`${part.secret}\` would stand in a URL, and in the log.`, at: locate(here.file, value) });
    return '';
  });
  // oxlint-disable-next-line no-control-regex
  const isUrl = typeof url[0] === 'string' && /^https?:\/\/./.test(`${url[0]}${url.length > 1 ? 'x' : ''}`) && !url.some((part) => typeof part === 'string' && /[\s\u0000-\u001f\u007f]/.test(part));
  if (!isUrl) {
    here.reporter.report(KINDS.wrongType, { message: 'Expected a URL that starts with `http://` or `https://` and holds no blanks.', at: locate(here.file, value) });
    return undefined;
  }
  const method = wordOf(statement.arguments['method']) ?? 'GET';
  const status = itemsOf(statement.arguments['status']).flatMap((item) => evaluateCount(item, here, 100, 599) ?? []);
  const { poll, timeout } = settings.options;
  return {
    type: 'http', url, method, status: status.length === 0 ? [200] : status,
    ...(poll === undefined ? {} : { poll }), ...(timeout === undefined ? {} : { timeout }),
  };
}

/** Binds every command of a block, in order. */
export function bindCommands(statements: readonly Statement[], here: Here, outer: CommandSettings, around: Surroundings): BoundCommand[] {
  return bindRuns(statements, here, readSettings(statements, here, outer, true), around);
}

/** As {@link bindCommands}, with the settings of the block read already. */
export function bindRuns(statements: readonly Statement[], here: Here, settings: CommandSettings, around: Surroundings): BoundCommand[] {
  const blockTargets = resolveTarget(onIn(statements), here, around.places, around.roll);
  return statements.filter(isRun).flatMap((statement) => {
    const command = bindCommand(statement, here, settings, around);
    return command === undefined ? [] : [{ ...command, ...(blockTargets === undefined ? {} : { blockTargets }) }];
  });
}

/**
 * The one command of a block that can hold no more, such as `save` or `acquire`; reports a second one, which would be left out.
 *
 * @param what the block, for the message
 */
export function bindOnlyCommand(statements: readonly Statement[], what: string, here: Here, around: Surroundings): BoundCommand | undefined {
  const [first, second] = bindCommands(statements, here, NO_SETTINGS, around);
  if (second !== undefined) {
    here.reporter.report(KINDS.wrongType, {
      message: `${what} is one command. Join them with \`&&\`, or write them as lines of one \`run """…"""\`.`, at: locate(here.file, second.statement.keyword), label: 'the second command',
    });
  }
  return first;
}

/** Binds a question (`healthy`, `unless`, `verify`, `needed`): each of its commands, on its own targets or on the given ones. */
export function bindQuestion(statement: Statement, here: Here, fallback: Targets | undefined, around: Surroundings, settings: CommandSettings = NO_SETTINGS): Probe[] {
  const statements = statement.block?.statements ?? [];
  const inner: Here = { ...here, scope: hostScope(here.scope) };
  return bindCommands(statements, inner, settings, around).flatMap((command) => {
    const targets = command.targets ?? command.blockTargets ?? fallback;
    if (targets !== undefined) {
      reportMissingVariables(command, targets, around.places, here);
      return [{ targets, operation: command.operation }];
    }
    here.reporter.report(KINDS.missingDeclaration, {
      message: 'Nothing says where this is asked. Add `on GROUP`, `on any GROUP` or `on local`.', at: locate(here.file, command.statement.keyword),
    });
    return [];
  });
}

/** Inside commands `${host}` is the host that they run on. */
export function hostScope(scope: Scope): Scope {
  const inner = new Scope(scope);
  inner.define('host', { kind: 'value', value: [{ variable: 'BELAY_HOST' }] });
  return inner;
}
