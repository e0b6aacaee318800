import { KINDS } from '../diagnostics/kinds.ts';
import { DURATION } from '../syntax/shapes.ts';
import type { Statement, Value } from '../syntax/tree.ts';
import { declaredName, nameLocation, reportDuplicate, type Declarations } from './declarations.ts';
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
  if (value?.node === 'word') {
    const bound = here.scope.lookup(value.text);
    return bound ?? { kind: 'value', value: [value.text], location };
  }
  return { kind: 'value', value: evaluateText(value, here), location };
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
    : { kind: 'value', value: [given], location: nameLocation({ statement, file: here.file }) };
  const bound = typed(binding, typeName, statement.arguments['value'] ?? statement, here);
  define(statement, name, bound.kind === 'value' ? { ...bound, given: true } : bound, here);
}

/** Reports a type that does not exist. */
export function reportType(name: string, at: { start: number; end: number }, here: Here): boolean {
  if (PARAMETER_TYPES.includes(name)) return true;
  here.reporter.report(KINDS.wrongType, {
    message: `\`${name}\` is no type. Types are: ${PARAMETER_TYPES.join(', ')}.`, at: locate(here.file, at),
  });
  return false;
}

/** Checks a value against the type of its parameter; names of declared things become aliases. */
export function typed(binding: Binding, type: string, span: { start: number; end: number }, here: Here): Binding {
  const location = locate(here.file, span);
  const text = binding.kind === 'value' ? binding.value.map((part) => (typeof part === 'string' ? part : '')).join('') : binding.kind === 'alias' ? binding.text : '';
  if (ALIAS_TYPES.has(type)) return { kind: 'alias', text, location };
  const shape = VALUE_TYPES[type];
  if (binding.kind === 'value' && shape !== undefined && binding.value.every((part) => typeof part === 'string') && !shape.fits.test(text)) {
    here.reporter.report(KINDS.wrongType, { message: `Expected ${shape.expected}, found \`${text.slice(0, 60)}\`.`, at: location });
  }
  return binding;
}

export function bindSecret(statement: Statement, here: Here, declarations: Declarations): void {
  const name = declaredName(statement);
  if (name === undefined) return;
  declarations.add('secret', { name, statement, file: here.file, scope: here.scope }, here.reporter);
  here.scope.define(name, { kind: 'secret', name, location: nameLocation({ statement, file: here.file }) });
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
