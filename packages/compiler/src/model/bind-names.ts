import { KINDS } from '../diagnostics/kinds.ts';
import { DURATION } from '../syntax/shapes.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import { suggest } from '../text/suggest.ts';
import { declaredName, nameLocation, reportDuplicate, shown, type Declarations } from './declarations.ts';
import { constantText, evaluateText, itemsOf, wordOf, wordText, type Here } from './evaluate.ts';
import type { NamedSecret } from './model.ts';
import { locate } from './reporter.ts';
import type { Binding } from './scope.ts';

/** Values for `param`s from outside: `--set NAME=VALUE`. */
export type Settings = Readonly<Record<string, string>>;

/** What the value of a parameter has to look like, by type; types that are not here stand for something declared. */
const VALUE_TYPES: Readonly<Record<string, { readonly expected: string; readonly fits: RegExp }>> = {
  text: { expected: 'a text', fits: /^[^]*$/ },
  path: { expected: 'a path', fits: /^[^\0]+$/ },
  word: { expected: 'a word', fits: /^[A-Za-z0-9_.-]+$/ },
  count: { expected: 'a number such as `3`', fits: /^\d{1,9}$/ },
  percent: { expected: 'a share such as `10%`', fits: /^\d+(?:\.\d+)?%$/ },
  amount: { expected: 'a number or a share', fits: /^\d+(?:\.\d+)?%?$/ },
  duration: { expected: 'a duration such as `30s`', fits: DURATION },
  release: { expected: 'a release', fits: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/ },
  size: { expected: 'a size such as `200GB`', fits: /^\d+(?:\.\d+)?(?:B|[KMGT]i?B)$/ },
};

/** Types of parameters that stand for something declared. */
const ALIAS_TYPES: ReadonlySet<string> = new Set([
  'service', 'component', 'components', 'database', 'databases', 'group', 'mode', 'check', 'window', 'cloud', 'resource',
]);

/** Types of which a list can be given too. */
const LIST_TYPES: ReadonlySet<string> = new Set(['text', 'path', 'word', 'components', 'databases']);

/** Longer texts are no names. */
const LONGEST_ALIAS = 200;

export const PARAMETER_TYPES: readonly string[] = [...Object.keys(VALUE_TYPES), ...ALIAS_TYPES];

export function bindLet(statement: Statement, here: Here): void {
  const name = declaredName(statement);
  if (name === undefined) return;
  define(statement, name, bindValue(statement.arguments['value'], here), here);
}

/** What a value stands for as the value of a name. */
export function bindValue(value: Value | undefined, here: Here): Binding {
  const location = locate(here.file, value ?? { start: 0, end: 0 });
  if (value?.node === 'list') return { kind: 'list', items: itemsOf(value).map((item) => textOf(item, here)), location };
  if (value?.node === 'word') return here.scope.lookup(value.text) ?? { kind: 'value', value: [value.text], location, bare: true };
  const given = value?.node === 'text' && value.parts.some((part) => part.part === 'interpolation' && isGiven(part.name, here));
  return { kind: 'value', value: evaluateText(value, here), location, ...(given ? { given } : {}) };
}

/** Whether a name stands for something that may come from outside the sources. */
function isGiven(name: string, here: Here): boolean {
  const bound = here.scope.lookup(name);
  return bound?.kind === 'value' && bound.given === true;
}

function textOf(value: Value, here: Here): string {
  return value.node === 'word' ? wordText(value, here) : constantText(value, here, 'An item of a list');
}

export function bindParam(statement: Statement, here: Here, settings: Settings): void {
  const name = declaredName(statement);
  if (name === undefined) return;
  const type = statement.arguments['type'];
  const typeName = wordOf(type) ?? 'text';
  if (type !== undefined && !reportType(typeName, type, here)) return;
  const given = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (given === undefined && statement.arguments['value'] === undefined) {
    here.reporter.report(KINDS.missingDeclaration, {
      message: `\`${name}\` has no value: give it a default with \`= …\`, or set it with \`--set ${name}=VALUE\`.`,
      at: nameLocation({ statement, file: here.file }),
    });
    define(statement, name, { kind: 'value', value: [''] }, here);
    return;
  }
  const binding: Binding = given === undefined
    ? bindValue(statement.arguments['value'], here)
    : { kind: 'value', value: [given], given: true, location: nameLocation({ statement, file: here.file }) };
  const at = given === undefined ? statement.arguments['value'] : statement.arguments['name'];
  const bound = typed(binding, typeName, at ?? statement, here);
  define(statement, name, bound.kind === 'value' ? { ...bound, given: true } : bound, here);
}

/** Reports a type that does not exist. */
export function reportType(name: string, at: { start: number; end: number }, here: Here): boolean {
  if (PARAMETER_TYPES.includes(name)) return true;
  const [near] = suggest(name, PARAMETER_TYPES);
  here.reporter.report(KINDS.wrongType, {
    message: `There is no type named ${shown(name)}.${near === undefined ? '' : ` Did you mean \`${near}\`?`}`,
    at: locate(here.file, at),
    notes: [`Types are: ${PARAMETER_TYPES.map((type) => `\`${type}\``).join(', ')}.`],
    fixes: near === undefined ? [] : [{ title: `Write \`${near}\``, applicability: 'likely', edits: [{ location: locate(here.file, at), newText: near }] }],
  });
  return false;
}

/** Checks a value against the type of its parameter; names of declared things become aliases. */
export function typed(binding: Binding, type: string, span: { start: number; end: number }, here: Here): Binding {
  const location = locate(here.file, span);
  const text = binding.kind === 'value' ? binding.value.map((part) => (typeof part === 'string' ? part : '')).join('') : binding.kind === 'alias' ? binding.text : '';
  if (!here.reporter.spend('characters', text.length, location)) return binding;
  if (ALIAS_TYPES.has(type) && text.length > LONGEST_ALIAS) {
    here.reporter.report(KINDS.wrongType, { message: `Expected the name of ${article(type)} ${type}, found a text of ${text.length} characters.`, at: location });
    return { kind: 'alias', text: text.slice(0, LONGEST_ALIAS), location };
  }
  const isList = binding.kind === 'list' && LIST_TYPES.has(type);
  if (binding.kind === 'secret' ? type !== 'text' : binding.kind === 'list' && !isList) {
    here.reporter.report(KINDS.wrongType, { message: `Expected ${VALUE_TYPES[type]?.expected ?? `${article(type)} ${type}`}, found a ${binding.kind}.`, at: location });
  }
  if (isList) return binding;
  if (ALIAS_TYPES.has(type)) return { kind: 'alias', text, location };
  const shape = VALUE_TYPES[type];
  if (binding.kind === 'value' && shape !== undefined && binding.value.every((part) => typeof part === 'string') && !shape.fits.test(text)) {
    here.reporter.report(KINDS.wrongType, {
      message: `Expected ${shape.expected}, found ${shown(text)}${binding.given === true ? ', from `--set`' : ''}.`, at: location,
    });
    return { ...binding, isFaulty: true };
  }
  // The name of a release is a word.
  return binding.kind === 'value' && type === 'release' ? { ...binding, bare: true } : binding;
}

export function bindSecret(statement: Statement, here: Here, declarations: Declarations): void {
  const name = declaredName(statement);
  if (name === undefined) return;
  // Commands name a secret, and the plan holds one of each name.
  const first = declarations.get('secret', name);
  if (first !== undefined) {
    reportDuplicate('secret', name, nameLocation({ statement, file: here.file }), nameLocation(first), here.reporter);
    return;
  }
  declarations.add('secret', { name, statement, file: here.file, scope: here.scope }, here.reporter);
  define(statement, name, { kind: 'secret', name, location: nameLocation({ statement, file: here.file }) }, here);
}

/** The secret that a declaration names. */
export function readSecret(declared: { readonly name: string; readonly statement: Statement; readonly file: string }, here: Here): NamedSecret {
  const how = wordOf(declared.statement.arguments['how']);
  return {
    name: declared.name,
    from: how === 'file' || how === 'command' ? how : 'env',
    source: constantText(declared.statement.arguments['source'], here, 'The source of a secret'),
    location: nameLocation(declared),
  };
}

function define(statement: Statement, name: string, binding: Binding, here: Here): void {
  const first = here.scope.own(name);
  if (first !== undefined && 'location' in first && first.location !== undefined) {
    reportDuplicate('name', name, nameLocation({ statement, file: here.file }), first.location, here.reporter);
    return;
  }
  here.scope.define(name, { ...binding, location: nameLocation({ statement, file: here.file }) });
}

/** `a` or `an`. */
export function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? 'an' : 'a';
}
