import { KINDS } from '../diagnostics/kinds.ts';
import type { Interpolation, Statement, Text, Value } from '../syntax/tree.ts';
import { interpolateShell, type ShellPart } from '../text/shell-quote.ts';
import type { CommandOptions, HttpOperation, Probe, ScriptOperation, ShellOperation, Targets, Template } from './action.ts';
import { namedPath } from './collect.ts';
import { constantText, evaluateCount, evaluateDuration, evaluateName, evaluateText, itemsOf, wordOf, type Here } from './evaluate.ts';
import { locate } from './reporter.ts';
import { Scope, type Evaluated } from './scope.ts';
import { resolveTarget, type Places, type RollPlace } from './targets.ts';
import type { Project } from '../project/project.ts';

/** What binding a command needs besides the names: the files it may carry, and the places it may run at. */
export interface Surroundings {
  readonly project: Project;
  readonly places: Places;
  readonly roll?: RollPlace;
}

/** Settings of commands that stand in a block, such as `as` and `env`; inner blocks add to outer ones. */
export interface CommandSettings {
  readonly options: CommandOptions;
  /** `export` statements for values that are known only on the host. */
  readonly exports: readonly ShellPart[];
}

export const NO_SETTINGS: CommandSettings = { options: {}, exports: [] };

/** A command of a block: what runs, under which release's code, and where if it says so itself. */
export interface BoundCommand {
  readonly operation: ShellOperation | ScriptOperation | HttpOperation;
  readonly under?: string;
  readonly targets?: Targets;
  readonly statement: Statement;
}

const RUNS: ReadonlySet<string> = new Set(['run', 'script', 'http']);

/** Is this a statement that runs something the language knows nothing of? */
export function isRun(statement: Statement): boolean {
  return RUNS.has(statement.declaration.id);
}

/**
 * Reads the settings of a block.
 *
 * @param runTimeout whether `timeout` bounds each command; in a step it bounds the whole attempt instead.
 */
export function readSettings(statements: readonly Statement[], here: Here, base: CommandSettings, runTimeout: boolean): CommandSettings {
  const options: { -readonly [K in keyof CommandOptions]: CommandOptions[K] } = { ...base.options };
  const exports = [...base.exports];
  for (const statement of statements) {
    const args = statement.arguments;
    switch (statement.declaration.id) {
      case 'as': options.as = constantText(args['user'], here, 'The user'); break;
      case 'in': options.directory = constantText(args['directory'], here, 'The directory'); break;
      case 'env': readEnvironment(statement, here, options, exports); break;
      case 'accept-exit': options.accept = codes(args['codes'], here); break;
      case 'again-on-exit': options.again = { codes: codes(args['codes'], here), limit: evaluateCount(args['limit'], here, 1) ?? 1000 }; break;
      case 'poll': options.poll = { every: evaluateDuration(args['every'], here) ?? 5, limit: evaluateDuration(args['limit'], here) ?? 60 }; break;
      case 'timeout': if (runTimeout) options.timeout = evaluateDuration(args['limit'], here) ?? 0; break;
      default:
    }
  }
  if (options.timeout === 0) delete options.timeout;
  return { options, exports };
}

function codes(value: Value | undefined, here: Here): number[] {
  return itemsOf(value).flatMap((item) => evaluateCount(item, here, 0, 255) ?? []);
}

function readEnvironment(statement: Statement, here: Here, options: { environment?: CommandOptions['environment']; secrets?: CommandOptions['secrets'] }, exports: ShellPart[]): void {
  const name = wordOf(statement.arguments['name']);
  const value = statement.arguments['value'];
  if (name === undefined || value === undefined) return;
  if (/^(?:BELAY_|BASH|LD_|SHELLOPTS$|IFS$|PS4$|ENV$)/.test(name)) {
    here.reporter.report(KINDS.wrongType, {
      message: `\`${name}\` can not be set: it changes how commands themselves are run. Choose another name, or set it inside the command.`,
      at: locate(here.file, statement.arguments['name'] ?? statement),
    });
    return;
  }
  const parts = value.node === 'word' && here.scope.lookup(value.text) === undefined ? [value.text] : evaluateText(value, here);
  const secret = parts.find((part) => typeof part === 'object' && 'secret' in part);
  if (secret !== undefined && typeof secret === 'object' && 'secret' in secret) {
    if (parts.length === 1) options.secrets = { ...options.secrets, [name]: secret.secret };
    else {
      here.reporter.report(KINDS.secretInCommand, {
        message: 'A secret is handed over whole: it can not be part of a longer text. Put the whole value into the secret, or join it inside the command.',
        at: locate(here.file, value),
      });
    }
  } else if (parts.every((part) => typeof part === 'string')) {
    options.environment = { ...options.environment, [name]: parts.join('') };
  } else exports.push(`export ${name}=`, ...parts.map(toShellPart), '\n');
}

function toShellPart(part: Evaluated[number]): ShellPart {
  if (typeof part === 'string') return { value: part };
  return 'variable' in part ? { variable: part.variable } : { value: '' };
}

/** Binds a `run`, `script` or `http`, its own block included. */
export function bindCommand(statement: Statement, here: Here, outer: CommandSettings, around: Surroundings): BoundCommand | undefined {
  const inner = statement.block?.statements ?? [];
  const settings = readSettings(inner, here, outer, true);
  const operation = statement.declaration.id === 'run' ? bindRun(statement, here, settings)
    : statement.declaration.id === 'script' ? bindScript(statement, here, settings, around.project)
    : bindHttp(statement, here, settings);
  if (operation === undefined) return undefined;
  const under = wordOf(statement.arguments['release']);
  const on = statement.arguments['target'] ?? inner.find((one) => one.declaration.id === 'step.on')?.arguments['target'];
  const targets = resolveTarget(on, here, around.places, around.roll);
  return { operation, statement, ...(under === undefined ? {} : { under }), ...(targets === undefined ? {} : { targets }) };
}

function bindRun(statement: Statement, here: Here, settings: CommandSettings): ShellOperation | undefined {
  const command = statement.arguments['command'];
  if (command?.node !== 'text') return undefined;
  const { parts, spans } = shellParts(command, here);
  if (parts.every((part) => typeof part === 'string' && part.trim() === '')) {
    here.reporter.report(KINDS.missingCommand, { message: 'This command is empty. Write what is to be run, or `true` where nothing is.', at: locate(here.file, command) });
    return undefined;
  }
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
  const first = url[0];
  // oxlint-disable-next-line no-control-regex
  if (typeof first === 'string' && !/^https?:\/\/[^\s\u0000-\u001f]*$/.test(first)) {
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
  const settings = readSettings(statements, here, outer, true);
  return statements.filter(isRun).flatMap((statement) => bindCommand(statement, here, settings, around) ?? []);
}

/** Binds a question (`healthy`, `unless`, `verify`, `needed`): each of its commands, on its own targets or on the given ones. */
export function bindQuestion(statement: Statement, here: Here, fallback: Targets | undefined, around: Surroundings): Probe[] {
  const statements = statement.block?.statements ?? [];
  const on = resolveTarget(statements.find((one) => one.declaration.id === 'step.on')?.arguments['target'], here, around.places, around.roll);
  const inner: Here = { ...here, scope: hostScope(here.scope) };
  return bindCommands(statements, inner, NO_SETTINGS, around).flatMap((command) => {
    const targets = command.targets ?? on ?? fallback;
    if (targets !== undefined) return [{ targets, operation: command.operation }];
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
