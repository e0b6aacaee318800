import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { compilePlan, emitShell, loadProject, stringifyPlan, type Project } from '../../packages/compiler/src/index.ts';
import { WorkspaceFiles } from '../../packages/compiler/src/cli/workspace-files.ts';
import { parseInDetail } from '../../packages/compiler/src/syntax/parse.ts';
import { printTree } from '../../packages/compiler/src/syntax/tree.test-helpers.ts';
import type { Source } from '../../packages/compiler/src/text/source.ts';

/** `UPDATE_GOLDEN=1`: the files are written, not compared. */
const isUpdate = process.env['UPDATE_GOLDEN'] === '1';

/** Each stage of an example, from its tokens to what its shell program holds of the plan, by the name of its file. */
export async function stagesOf(folder: string, entry: string, plan: string): Promise<Map<string, string>> {
  const project = await loadProject(entry, new WorkspaceFiles(folder));
  const stages = new Map<string, string>();
  for (const file of project.trees.keys()) {
    const source = project.sources.get(file) as Source;
    stages.set(`${file}.tokens`, printTokens(source));
    stages.set(`${file}.tree`, `${printTree(parseInDetail(source).tree.statements)}\n`);
  }
  const compiled = compiledPlan(project, plan);
  stages.set(`${plan}.plan.json`, stringifyPlan(compiled));
  stages.set(`${plan}.sh`, withoutRuntime(emitShell(compiled)));
  return stages;
}

/** A shell program up to the runtime, which is the same for every plan, and has its own source and tests. */
function withoutRuntime(program: string): string {
  const plan = /^[^]*?^load_plan\(\) \{\n[^]*?^\}\n/m.exec(program)?.[0];
  if (plan === undefined) throw new Error('the program has no `load_plan`');
  return `${plan}\n# … packages/compiler/src/emit/shell/runtime\n`;
}

function compiledPlan(project: Project, name: string): NonNullable<ReturnType<typeof compilePlan>['plan']> {
  const { plan, diagnostics } = compilePlan(project, { plan: name });
  if (plan === undefined) throw new Error(`the plan has errors:\n${diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n')}`);
  return plan;
}

/** A line for each token: `line:column type image`, the image as in JSON. */
function printTokens(source: Source): string {
  return parseInDetail(source).tokens.map(({ startOffset, tokenType, image }) => {
    const { line, column } = source.position(startOffset);
    return `${line}:${column} ${tokenType.name} ${JSON.stringify(image)}\n`;
  }).join('');
}

/** The golden files of a folder, by their names relative to it. */
export function readGolden(folder: string): Map<string, string> {
  const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }) : [];
  const names = files.filter((file) => file.isFile()).map((file) => path.relative(folder, path.join(file.parentPath, file.name))).sort();
  return new Map(names.map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

/** Writes the golden files of a folder, and removes those that are no longer made; does nothing unless `UPDATE_GOLDEN=1`. */
export function updateGolden(folder: string, stages: ReadonlyMap<string, string>): void {
  if (!isUpdate) return;
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of stages) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** The first line in which two texts differ, with that line of both; undefined where they are the same. */
export function firstDifference(expected: string | undefined, actual: string | undefined): string | undefined {
  if (expected === actual) return undefined;
  if (expected === undefined) return 'it is new';
  if (actual === undefined) return 'it is no longer made';
  const [before, after] = [expected.split('\n'), actual.split('\n')];
  const line = before.findIndex((text, index) => text !== after[index]);
  const at = line === -1 ? before.length : line;
  return `line ${at + 1}:\n- ${before[at] ?? '(its end)'}\n+ ${after[at] ?? '(its end)'}`;
}
