import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { EVERYTHING } from './everything.test-helpers.ts';
import type { Plan } from './plan.ts';
import { planOf } from './plan.test-helpers.ts';
import schema from './plan.schema.json' with { type: 'json' };
import { validatePlan } from './validate.generated.js';

const standard = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);

/** What both validators say; fails the test where they differ. */
function isValid(value: unknown): boolean {
  const valid = validatePlan(value);
  expect(standard(value)).toBe(valid);
  return valid;
}

/** Every object of a value, by its path. */
function objectsIn(value: unknown, path: readonly (string | number)[] = []): { path: readonly (string | number)[]; object: Record<string, unknown> }[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.entries(value).flatMap(([key, one]) => objectsIn(one, [...path, Array.isArray(value) ? Number(key) : key]));
  return Array.isArray(value) ? inner : [{ path, object: value as Record<string, unknown> }, ...inner];
}

/** The plan with another object at a path. */
function replaced(value: unknown, [first, ...rest]: readonly (string | number)[], object: unknown): unknown {
  if (first === undefined) return object;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[first] = replaced(copy[first], rest, object);
  return copy;
}

/** Objects whose keys are names that somebody chose. */
const TABLES = /\.(?:environment|secrets|variables)$/;

/** Everything that any object of a plan holds under a key, as a set of texts. */
function valuesOf(plan: Plan, key: string, inside?: RegExp): string[] {
  const found = objectsIn(plan).filter(({ path }) => inside === undefined || inside.test(path.join('.'))).map(({ object }) => object[key]);
  return [...new Set(found.filter((value) => typeof value === 'string'))].sort();
}

describe('the schema of plans', () => {
  test('accepts a plan that holds everything', async () => {
    const plan = await planOf(EVERYTHING);
    expect(isValid(JSON.parse(JSON.stringify(plan)))).toBe(true);
    const { $defs } = schema;
    expect(valuesOf(plan, 'verb')).toEqual([...$defs.action.properties.verb.enum].sort());
    expect(valuesOf(plan, 'type', /operation$/)).toEqual([...$defs.operation.properties.type.enum].sort());
    expect(valuesOf(plan, 'type', /connection$/)).toEqual([...$defs.connection.properties.type.enum].sort());
    expect(valuesOf(plan, 'becomes')).toEqual([...$defs.change.properties.becomes.enum].sort());
    expect(valuesOf(plan, 'kind', /changes\.\d+$/)).toEqual([...$defs.change.properties.kind.enum].sort());
    expect(valuesOf(plan, 'kind', /^steps\.\d+$/)).toEqual([...$defs.step.properties.kind.enum].sort());
    expect(valuesOf(plan, 'by', /back$/)).toEqual([...$defs.wayBack.properties.by.enum].sort());
    expect(valuesOf(plan, 'by', /^refreshes\.\d+$/)).toEqual([...$defs.refresh.properties.by.enum].sort());
    expect(valuesOf(plan, 'repeat')).toEqual([...$defs.step.properties.repeat.enum].sort());
    expect(valuesOf(plan, 'mode', /targets$/)).toEqual([...$defs.targets.properties.mode.enum].sort());
    expect(valuesOf(plan, 'encoding')).toEqual([...$defs.file.properties.encoding.enum].sort());
    expect(valuesOf(plan, 'from', /^secrets/)).toEqual([...$defs.secret.properties.from.enum].sort());
    expect(valuesOf(plan, 'kind', /captures\.\d+$/)).toEqual([...$defs.capture.properties.kind.enum].sort());
  });

  test('refuses what is too much, or of another type, anywhere', async () => {
    const plan: unknown = JSON.parse(JSON.stringify(await planOf(EVERYTHING)));
    const accepted: string[] = [];
    const seen = new Set<string>();
    for (const { path, object } of objectsIn(plan)) {
      const name = path.map((key) => (typeof key === 'number' ? '*' : key)).join('.');
      const shape = `${name} ${Object.keys(object).join()}`;
      if (seen.has(shape)) continue;
      seen.add(shape);
      if (!TABLES.test(`.${name}`) && isValid(replaced(plan, path, { ...object, surplus: 1 }))) accepted.push(`${name}: something more`);
      for (const key of Object.keys(object)) {
        if (isValid(replaced(plan, [...path, key], null))) accepted.push(`${name}.${key}: null`);
        if (isValid(replaced(plan, [...path, key], typeof object[key] === 'number' ? '1' : 1))) accepted.push(`${name}.${key}: another type`);
      }
    }
    expect(accepted).toEqual([]);
    expect(seen.size).toBeGreaterThan(90);
  });

  test.each([
    ['an id with a blank', ['steps', 0, 'id'], 'a b', '/steps/0/id', 'pattern'],
    ['an id that starts with a dash', ['steps', 0, 'id'], '-rf', '/steps/0/id', 'pattern'],
    ['a host that ssh would take for an option', ['hosts', 0, 'name'], '-oProxyCommand=x', '/hosts/0/name', 'pattern'],
    ['a user that ssh would take for an option', ['hosts', 0, 'connection'], { type: 'ssh', user: '-l' }, '/hosts/0/connection/user', 'pattern'],
    ['a port that is none', ['hosts', 0, 'connection'], { type: 'ssh', port: 65_536 }, '/hosts/0/connection/port', 'maximum'],
    ['a command without words', ['hosts', 0, 'connection'], { type: 'command', words: [] }, '/hosts/0/connection/words', 'minItems'],
    ['a file put at no absolute path', ['steps', 0, 'actions', 0, 'operation'], { type: 'put', file: 'f', path: 'etc' }, '/steps/0/actions/0/operation/path', 'pattern'],
    ['a time that is negative', ['steps', 0, 'timeout'], -1, '/steps/0/timeout', 'minimum'],
    ['an exit code that is none', ['steps', 0, 'actions', 0, 'operation'], { type: 'shell', shell: 'x', accept: [256] }, '/steps/0/actions/0/operation/accept/0', 'maximum'],
    ['a time of day that is none', ['windows', 0, 'at'], '24:00', '/windows/0/at', 'pattern'],
    ['a step of no kind', ['steps', 0, 'kind'], 'steps', '/steps/0/kind', 'enum'],
    ['a roll that is none', ['steps', 0, 'kind'], 'roll', '/steps/0', 'required'],
    ['a change without its release', ['steps', 0, 'actions', 0, 'changes'], [{ kind: 'component', name: 's.x', becomes: 'installed' }], '/steps/0/actions/0/changes/0', 'required'],
    ['a change of something else', ['steps', 0, 'actions', 0, 'changes'], [{ kind: 'database', name: 's.x', becomes: 'stopped' }], '/steps/0/actions/0/changes/0/kind', 'const'],
    ['a way back by nothing, with actions', ['steps', 0, 'actions', 0, 'back'], { by: 'nothing', actions: [] }, '/steps/0/actions/0/back/actions', 'false schema'],
    ['a shell operation with what a script has', ['steps', 0, 'actions', 0, 'operation'], { type: 'shell', shell: 'x', file: 'f' }, '/steps/0/actions/0/operation', 'additionalProperties'],
    ['a question that is a reboot', ['steps', 0, 'unless'], [{ targets: { mode: 'local', hosts: [] }, operation: { type: 'reboot', shell: 'x', bootId: 'y', limit: 1 } }], '/steps/0/unless/0/operation/type', 'enum'],
  ] as const)('refuses %s, and says where', async (_, path, value, at, keyword) => {
    const plan = replaced(await planOf(EVERYTHING), path, value);
    expect(isValid(plan)).toBe(false);
    expect(validatePlan.errors?.[0]).toMatchObject({ instancePath: at, keyword });
  });
});

describe('the schema and `plan.ts`', () => {
  const folder = new URL('.', import.meta.url);
  const source = ['plan.ts', '../model/action.ts', '../proofs/way-back/reach.ts', '../proofs/way-back/restores.ts'].map((file) => readFileSync(new URL(file, folder), 'utf8')).join('\n');

  /** The properties of an interface with those of what it extends; optional ones with a `?`. */
  function propertiesOf(name: string): string[] {
    const found = new RegExp(`interface ${name}(?: extends (\\w+))? \\{\n([^]*?)\n\\}`).exec(source);
    expect(found?.[0]).toContain(`interface ${name}`);
    const own = [...(found?.[2] ?? '').matchAll(/^ {2}readonly (\w+)(\?)?:/gm)].map(([, property, mark]) => `${property}${mark ?? ''}`);
    return [...(found?.[1] === undefined ? [] : propertiesOf(found[1])), ...own].sort();
  }

  function propertiesIn(definition: { readonly properties: object; readonly required?: readonly string[] }): string[] {
    return Object.keys(definition.properties).map((name) => `${name}${definition.required?.includes(name) === true ? '' : '?'}`).sort();
  }

  test.each([
    ['Plan', schema], ['ReleaseJump', schema.$defs.release], ['Host', schema.$defs.host], ['PlanFile', schema.$defs.file], ['PlanComponent', schema.$defs.component],
    ['PlanDatabase', schema.$defs.database], ['PlanMode', schema.$defs.mode], ['Step', schema.$defs.step], ['Action', schema.$defs.action], ['RollbackPoint', schema.$defs.point],
    ['Capture', schema.$defs.capture], ['Restore', schema.$defs.restore], ['Reach', schema.$defs.step.properties.reach], ['Roll', schema.$defs.roll], ['Lock', schema.$defs.lock], ['PlanWindow', schema.$defs.window],
    ['Wave', schema.$defs.wave], ['Targets', schema.$defs.targets], ['ShellOperation', schema.$defs.shell], ['ScriptOperation', schema.$defs.script], ['HttpOperation', schema.$defs.http],
    ['WaitOperation', schema.$defs.wait], ['PutOperation', schema.$defs.put], ['RebootOperation', schema.$defs.reboot], ['Probe', schema.$defs.probe], ['Retry', schema.$defs.retry],
    ['Source', schema.$defs.source], ['Secret', schema.$defs.secret],
  ] as const)('%s has the same properties in both', (name, definition) => {
    expect(propertiesIn(definition)).toEqual(propertiesOf(name));
  });

  test('every property and every definition says what it is', () => {
    const silent = objectsIn(schema).flatMap(({ path, object }) => {
      const isProperty = path.at(-2) === 'properties' && !path.includes('allOf') && !path.includes('if') && !path.includes('then');
      return isProperty && typeof object['description'] !== 'string' ? [path.join('.')] : [];
    });
    expect(silent).toEqual([]);
  });
});

test('the validator is small: it is part of the bundle', () => {
  expect(readFileSync(new URL('validate.generated.js', import.meta.url)).length).toBeLessThan(100_000);
});
