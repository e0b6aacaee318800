/**
 * Generates the sources that are made from data: the validator of the JSON plan, compiled from its JSON Schema.
 *
 * Compiling the schema ahead of time keeps Ajv out of the bundle, and its 60 ms out of every start.
 * What is up to date is left alone, so running this before every build costs next to nothing.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import process from 'node:process';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const schemaFile = `${packageFolder}src/plan/plan.schema.json`;
const moduleFile = `${packageFolder}src/plan/validate.generated.js`;
const typesFile = `${packageFolder}src/plan/validate.generated.d.ts`;

const types = `/** One violation of the plan's JSON Schema. */
export interface SchemaError {
  /** JSON Pointer to the offending value; empty for the whole document. */
  readonly instancePath: string;
  /** The keyword of the schema that is violated. */
  readonly keyword: string;
  /** What the keyword wants; by keyword, as Ajv documents it. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Whether a value is a plan by the JSON Schema; \`errors\` tells why the last value was none. */
export declare const validatePlan: {
  (value: unknown): boolean;
  errors: readonly SchemaError[] | null;
};
`;

/**
 * The validator as the text of an ES module without imports.
 *
 * The keywords of the schema mean the same in draft 7, whose validator needs no bookkeeping of evaluated properties; tests compare it with that of
 * 2020-12. Without inlined references, messages and paths into the schema the code has a quarter of its size.
 */
async function compileValidator(schema) {
  const [{ default: Ajv }, { default: standaloneCode }, esbuild] = await Promise.all([
    import('ajv').then(unwrap),
    import('ajv/dist/standalone/index.js').then(unwrap),
    import('esbuild'),
  ]);
  const ajv = new Ajv({
    strict: true,
    strictRequired: false,
    strictTypes: false,
    inlineRefs: false,
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  const { $schema: _, ...draft } = withoutTexts(schema);
  ajv.addSchema(draft, 'plan');
  const code = standaloneCode(ajv, { validatePlan: 'plan' })
    .replaceAll(/^const (schema\d+) = (\{.*\});$/gm, (_line, name, json) => `const ${name} = ${JSON.stringify(onlyNames(JSON.parse(json)))};`)
    .replaceAll(/schemaPath:"[^"]*",/g, '')
    .replaceAll(/,parentData(?::[\w.[\]"]+)?,parentDataProperty(?::[\w"]+)?,rootData/g, '')
    .replaceAll('{instancePath="", parentData, parentDataProperty, rootData=data}={}', '{instancePath=""}={}');
  // The standalone code still `require`s Ajv's runtime helpers; bundling inlines these few lines.
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir: packageFolder, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'node20',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0].text;
}

/** The schema without what it says to people. */
function withoutTexts(schema) {
  if (Array.isArray(schema)) return schema.map(withoutTexts);
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([key, value]) => (key !== 'description' && key !== 'title') || typeof value !== 'string');
  return Object.fromEntries(kept.map(([key, value]) => [key, withoutTexts(value)]));
}

/** Of the schemas that the code carries it asks for the names of properties and the values of enumerations only. */
function onlyNames(schema) {
  const { enum: values, items, properties } = schema;
  return {
    ...(values === undefined ? {} : { enum: values }),
    ...(items === undefined ? {} : { items: onlyNames(items) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, onlyNames(one)])) }),
  };
}

/** The exports of a CommonJS module with a `default` export, as a bundler sees them. */
function unwrap(module) {
  return module.default?.default === undefined ? module : module.default;
}

/** Replaces a file in one step, so that a reader never sees half of it. */
function writeWhole(file, text) {
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

export async function generate() {
  if (!existsSync(schemaFile)) return;
  const schemaText = readFileSync(schemaFile, 'utf8');
  const stamp = createHash('sha256').update(schemaText).update(readFileSync(fileURLToPath(import.meta.url))).digest('hex');
  const header = `// Generated from plan.schema.json by build/generate.mjs. ${stamp}\n`;
  const upToDate =
    existsSync(typesFile) && existsSync(moduleFile) && readFileSync(moduleFile, 'utf8').startsWith(header);
  if (upToDate) return;
  const code = await compileValidator(JSON.parse(schemaText));
  writeWhole(typesFile, `// Generated by build/generate.mjs.\n${types}`);
  writeWhole(moduleFile, header + code);
}

/** Vitest's global setup. */
export const setup = generate;

if (process.argv[1] === fileURLToPath(import.meta.url)) await generate();
