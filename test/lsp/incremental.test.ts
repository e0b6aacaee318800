import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyzeProject, assembleProject, parse, Source, type Diagnostic, type PlanGraph, type Project } from '@belay/compiler/analysis';
import { toLspDiagnostics } from '../../packages/lsp/src/server/lsp-diagnostic.ts';
import { Checker } from '../../packages/lsp/src/workspace/checker.ts';
import { MemoryHost } from '../../packages/lsp/src/workspace/host.ts';
import type { Snapshot } from '../../packages/lsp/src/workspace/snapshot.ts';
import { Workspace } from '../../packages/lsp/src/workspace/workspace.ts';
import type { WorkspaceFile } from '../../packages/lsp/src/workspace/workspace-file.ts';
import { anyEdit, Dice, soakFiles, type Edit } from './soak-edits.test-helpers.ts';

const RUNS = Number(process.env['BELAY_RUNS'] ?? 12);
const ROOT = 'file:///w';
const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));

/** Texts by path, and one that is edited. */
interface Start {
  readonly files: Readonly<Record<string, string>>;
  readonly entry: string;
}

/** The files of an example, by path; not what its sandbox holds while it is run. */
function exampleFiles(name: string): Record<string, string> {
  const folder = path.join(EXAMPLES, name);
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory() && entry.name !== 'sandbox').map((entry) => entry.name);
  const names = ['', ...folders].flatMap((inner) => readdirSync(path.join(folder, inner), { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => path.posix.join(inner, entry.name)));
  return Object.fromEntries(names.map((one) => [one, readFileSync(path.join(folder, one), 'utf8')]));
}

async function opened({ files, entry }: Start, text = files[entry] ?? ''): Promise<{ workspace: Workspace; checker: Checker; uri: string }> {
  const checker = new Checker();
  const workspace = new Workspace(new MemoryHost(Object.fromEntries(Object.entries(files).map(([name, content]) => [`${ROOT}/${name}`, content]))), 'utf-16', checker);
  await workspace.setRoots([{ uri: ROOT, name: 'w' }]);
  const uri = `${ROOT}/${entry}`;
  workspace.open(uri, text, 1, true);
  await workspace.complete(uri);
  return { workspace, checker, uri };
}

/** The project of a file, with nothing in it that was read before the last edit. */
function freshProject(file: WorkspaceFile, snapshot: Snapshot): Project {
  const { project } = snapshot.project(file);
  return assembleProject(file.path, (name, kind) => {
    if (kind === 'import') {
      const source = project.sources.get(name);
      return source === undefined ? { size: 0, missing: 'missing' } : { size: 0, source, tree: parse(source) };
    }
    const inventory = project.inventories.get(name);
    const source = project.sources.get(name);
    const read = project.files.get(name);
    return { size: 0, ...(read?.found === false ? { missing: read.reason } : {}), ...(inventory === undefined ? {} : { inventory }), ...(source === undefined ? {} : { source }) };
  }).project;
}

function proveAll(proofs: Generator<undefined, readonly Diagnostic[]>): readonly Diagnostic[] {
  for (;;) {
    const step = proofs.next();
    if (step.done === true) return step.value;
  }
}

/** Applies an edit as an editor does: by lines and columns of the text that it shows. */
function apply({ at, length, text }: Edit, before: string, workspace: Workspace, uri: string, version: number): string {
  const place = (offset: number): { line: number; character: number } => {
    const lines = before.slice(0, offset).split(/\r\n|\r|\n/);
    return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
  };
  workspace.change(uri, version, [{ range: { start: place(at), end: place(at + length) }, text }]);
  return before.slice(0, at) + text + before.slice(at + length);
}

const WORKSPACES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'plans that import their clouds': await soakFiles(),
  ...Object.fromEntries(['suse-skip-kilo', 'syseleven-reboot', 'broken'].map((name) => [`the files of the example ${name}`, exampleFiles(name)])),
};

function lineStarts(source: Source): number[] {
  return Array.from({ length: source.lineCount }, (_, index) => source.lineStart(index + 1));
}

/** Checks a file that was edited, and that all of it is as if it had been read and checked for the first time. */
function compare(file: WorkspaceFile, snapshot: Snapshot, checker: Checker, text: string): void {
  expect(file.written()).toBe(text);
  expect(lineStarts(file.source)).toEqual(lineStarts(new Source(file.path, file.text)));
  expect(file.tree).toEqual(parse(file.source));
  const analysis = checker.judge(file, snapshot);
  const fresh = analyzeProject(freshProject(file, snapshot));
  expect(analysis?.diagnostics).toEqual(fresh.diagnostics);
  expect(analysis?.plans.map(({ plan }) => plan)).toEqual(fresh.plans.map(({ plan }) => plan));
  for (const [index, { graph }] of fresh.plans.entries()) compareGraphs(analysis?.plans[index]?.graph, graph);
  expect(analysis === undefined ? undefined : proveAll(analysis.prove())).toEqual(proveAll(fresh.prove()));
}

/** That two graphs have the same steps in the same order. */
function compareGraphs(graph: PlanGraph | undefined, fresh: PlanGraph): void {
  const bodies = ({ steps }: PlanGraph): (PlanGraph | undefined)[] => steps.map(({ body }) => body);
  const table = (one: PlanGraph): boolean[][] => one.steps.map((first, i) => one.steps.map((second, j) => first.step !== undefined && second.step !== undefined && one.before(i, j)));
  expect(graph?.steps.map(({ body, ...rest }) => rest)).toEqual(fresh.steps.map(({ body, ...rest }) => rest));
  expect({ problems: graph?.problems, segments: graph?.segments, before: graph === undefined ? [] : table(graph) }).toEqual({ problems: fresh.problems, segments: fresh.segments, before: table(fresh) });
  for (const [index, body] of bodies(fresh).entries()) if (body !== undefined) compareGraphs(graph?.steps[index]?.body, body);
}

/** What a client is told once all is proven. */
function shown({ workspace, checker, uri }: Awaited<ReturnType<typeof opened>>): unknown {
  const { snapshot } = workspace;
  const file = snapshot.file(uri) as WorkspaceFile;
  while (!checker.prove(file, snapshot)) { /* proof by proof */ }
  return toLspDiagnostics(snapshot.findings(file), { root: file.root, snapshot, docs: undefined });
}

test.each(Object.entries(WORKSPACES))('after each edit of %s, all is as if it had been read for the first time', { timeout: 60_000 + RUNS * 5_000 }, async (_, files) => {
  const names = Object.keys(files).filter((name) => name.endsWith('.belay'));
  await fc.assert(fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 10 }), async (seed, count) => {
    const dice = new Dice(seed);
    const entry = dice.one(names);
    const original = files[entry] ?? '';
    const soaked = await opened({ files, entry });
    const { workspace, checker, uri } = soaked;
    let text = original;
    for (let edit = 0; edit < count; edit += 1) {
      // As is usual, most edits mend what the one before has broken.
      text = apply(edit % 3 === 2 ? wholeEdit(text, original) : anyEdit(text, dice), text, workspace, uri, edit + 2);
      await workspace.complete(uri);
      compare(workspace.snapshot.file(uri) as WorkspaceFile, workspace.snapshot, checker, text);
    }
    expect(shown(soaked)).toEqual(shown(await opened({ files, entry }, text)));
  }), { numRuns: RUNS });
});

const CLOUD = `use openstack
cloud c {
  group controllers { hosts "ctl[1:3]" }
  group computes { hosts "cmp[1:4]"  drain run "drain"  return run "return" }
  install run "zypper in \${package}-\${release}"
  service nova {
    component api on controllers { unit "nova-api"  package "nova-api"  healthy run "curl" }
    component compute on computes { unit "nova-compute"  package "nova-compute" }
    database main { name "nova"  migrate run "nova-manage db sync"  save run "dump"  restore run "load" on first controllers }
  }
}
`;

/** What the plan declares for itself: what nothing uses is reported. */
const PARTS = `  mode quiet "Quiet" {
    enter on controllers { run "enter" }
    leave on controllers { run "leave" }
  }
  recipe tidy(what: text) {
    step tidied { on controllers  run "tidy \${what}"  changes nothing }
  }
  check fine { on controllers  run "fine" }
`;

/** Lines of which each means something else by what stands before it. */
const LINES = [
  'stop nova.api', 'stop nova.api on "ctl1"', 'start nova.api', 'restart nova.api on "ctl2"', 'install nova.api', 'install nova.compute to liberty on "cmp1"', 'stop nova.compute for good on computes', 'migrate nova.main',
  'put "files/a" at "/etc/nova" on controllers', 'put "files/b" at "/etc/nova" on "ctl1"', 'drain on computes', 'drain on "cmp1"', 'return on computes', 'reboot on "cmp1"', 'enter quiet', 'leave quiet', 'holding quiet { wait 1s }',
  'rollback point p1 { capture nova.main on first controllers }', 'rollback point p2 { capture "/etc/nova" on controllers }', 'restore nova.main from p1', 'restore nova.main from p3', 'restore "/etc/nova" from p2', 'apply tidy(what: "x")', 'apply tidy()', 'gate fine',
  'gate healthy nova.api', 'gate healthy nova.apix', 'step one { on any controllers  run "x"  changes nothing }', 'step two { on controllers  run "y"  rewrites "/etc/nova" }', 'jump nova leaving nova.compute', 'wait 5s',
  'roll computes { batch 2  drain  restart nova.compute  return }', 'parallel { stop nova.api  wait 1s }', 'within night { wait 1s }', 'approve "Go on?"', 'point of no return "From here on forward"',
];

/** What is left open, or half typed. */
const BROKEN = ['"', '"""', '#', '# a remark', ',', '(', ')', '{', '}', ' {', '\n', '<<<<<<< x\n', 'stag x { }', 'stop ', '\u202e'];

/** A plan of stages, each in a part of its own: an edit in one leaves the others at their places. In some nothing happens before the first edit: what one edit leaves only another one sees. */
function stagedPlan(dice: Dice): string {
  const remark = `# ${'long '.repeat(90)}`;
  const lines = dice.below(2) === 0 ? LINES : ['wait 5s'];
  const stages = Array.from({ length: 8 }, (_, index) => `  stage s${index} {\n    ${remark}\n${Array.from({ length: 1 + dice.below(3) }, () => `    ${dice.one(lines)}\n`).join('')}  }\n`);
  return `${CLOUD}plan p {\n  on c\n  release juno -> kilo\n  window night { every mon at 22:00 for 4h zone "UTC" }\n${PARTS}${stages.join('')}}\n`;
}

/** A line of a stage is put in, taken away, or replaced; or something is left open at the start or the end of a line. */
function stagedEdit(text: string, dice: Dice): Edit {
  const from = text.indexOf('  stage s0');
  const at = text.indexOf('\n', from + dice.below(text.length - from)) + 1;
  const end = text.indexOf('\n', at);
  if (at === 0 || end === -1) return { at: from, length: 0, text: '' };
  const isLine = /^ {4}[a-z]/.test(text.slice(at, end));
  switch (dice.below(5)) {
    case 0: return { at: isLine ? at : end + 1, length: 0, text: isLine ? `    ${dice.one(LINES)}\n` : '' };
    case 1: return isLine ? { at, length: end + 1 - at, text: '' } : { at: end, length: 0, text: '' };
    case 2: case 3: return isLine ? { at: at + 4, length: end - at - 4, text: dice.one(LINES) } : { at: end, length: 0, text: dice.one(BROKEN) };
    default: return { at: dice.below(2) === 0 ? end : at + 4, length: 0, text: dice.one(BROKEN) };
  }
}

test('what stands behind an edited stage is bound again where that makes a difference', { timeout: 60_000 + RUNS * 20_000 }, async () => {
  await fc.assert(fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 12 }), async (seed, count) => {
    const dice = new Dice(seed);
    let text = stagedPlan(dice);
    const files = { 'plan.belay': text, 'files/a': '', 'files/b': '' };
    const soaked = await opened({ files, entry: 'plan.belay' });
    const { workspace, checker, uri } = soaked;
    for (let edit = 0; edit < count; edit += 1) {
      const before = text;
      text = apply(stagedEdit(text, dice), text, workspace, uri, edit + 2);
      await workspace.complete(uri);
      compare(workspace.snapshot.file(uri) as WorkspaceFile, workspace.snapshot, checker, text);
      // What was left open is closed again, half of the time.
      if (dice.below(2) === 0 || (workspace.snapshot.file(uri) as WorkspaceFile).tree.isEven) continue;
      text = apply(wholeEdit(text, before), text, workspace, uri, edit + 2);
      await workspace.complete(uri);
      compare(workspace.snapshot.file(uri) as WorkspaceFile, workspace.snapshot, checker, text);
    }
    expect(shown(soaked)).toEqual(shown(await opened({ files, entry: 'plan.belay' }, text)));
  }), { numRuns: 4 * RUNS });
});

/** The one edit that makes one text of another. No editor has a place inside of a line break. */
function wholeEdit(before: string, after: string): Edit {
  let at = 0;
  while (at < Math.min(before.length, after.length) && before[at] === after[at]) at += 1;
  if (before[at - 1] === '\r' && before[at] === '\n') at -= 1;
  let same = 0;
  while (same < Math.min(before.length, after.length) - at && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  if (same > 0 && before.at(-1 - same) === '\r' && before.at(-same) === '\n') same -= 1;
  return { at, length: before.length - at - same, text: after.slice(at, after.length - same) };
}
