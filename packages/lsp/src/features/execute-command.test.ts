import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { Checker } from '../workspace/checker.ts';
import { NodeHost } from '../workspace/node-host.ts';
import { readSettings } from '../workspace/settings.ts';
import { Workspace } from '../workspace/workspace.ts';
import { TOKEN } from '../testing/marked.test-helpers.ts';
import { checkWorkspace } from './commands/check-workspace.ts';
import type { CommandContext } from './commands/command.ts';
import { compile } from './commands/compile.ts';
import { explainCode } from './commands/explain-code.ts';
import { executeCommandFeature } from './execute-command.ts';

const CLOUD = 'cloud c {\n  group g { hosts "h[1:2]" }\n  service s { component x on g { unit "x" } }\n}\n';
const PLAN = 'import "cloud.belay"\nplan night { on c  restart s.x }\nplan day { on c  restart s.x }\n';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A workspace on the disk, with everything that commands work with. */
async function folderWith(files: Readonly<Record<string, string>>, settings: object = {}): Promise<CommandContext & { readonly folder: string; readonly uri: (name: string) => string; readonly said: string[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-commands-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const host = new NodeHost();
  const workspace = new Workspace(host, 'utf-16', new Checker());
  workspace.configure(readSettings(settings));
  const root = pathToFileURL(folder).href;
  await workspace.setRoots([{ uri: root, name: 'w' }]);
  const said: string[] = [];
  const progress = { begin: (title: string) => said.push(title), report: () => undefined, done: () => said.push('done') };
  return { workspace, host, diagnostics: { reports: async () => [] }, token: TOKEN, progress, folder, uri: (name) => `${root}/${name}`, said };
}

describe('belay.compile', () => {
  test('writes what runs the plans of a file into the output folder, and says what', async () => {
    const context = await folderWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    const result = await compile.run([context.uri('plan.belay'), 'shell'], context) as { written: { plan: string; uri: string; digest: string }[] };
    expect(result.written.map(({ plan, uri }) => [plan, uri])).toEqual([['night', context.uri('build/night.sh')], ['day', context.uri('build/day.sh')]]);
    const program = readFileSync(path.join(context.folder, 'build/night.sh'), 'utf8');
    expect(program).toMatch(/^#!/);
    expect(program).toContain(result.written[0]?.digest);
    expect(statSync(path.join(context.folder, 'build/night.sh')).mode & 0o100).toBe(0o100);
    expect(context.said).toEqual(['Belay: compiling plan.belay', 'done']);
  });

  test.each([
    ['json', 'build/night.plan.json'],
    ['ansible', 'build/night.ansible/site.yml'],
  ])('one plan, to %s', async (target, file) => {
    const context = await folderWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    expect(await compile.run([context.uri('plan.belay'), target, 'night'], context)).toMatchObject({ written: [{ plan: 'night', cloud: 'c', target, uri: context.uri(file) }] });
    expect(readFileSync(path.join(context.folder, file), 'utf8')).not.toBe('');
  });

  test('arguments by name, as code lenses give them: to a shell program then', async () => {
    const context = await folderWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    expect(await compile.run([{ uri: context.uri('plan.belay'), plan: 'day' }], context)).toMatchObject({ written: [{ plan: 'day', target: 'shell', uri: context.uri('build/day.sh') }] });
  });

  test('what is open in the editor counts, saved or not', async () => {
    const context = await folderWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    context.workspace.open(context.uri('plan.belay'), PLAN.replace('night', 'evening'), 1, true);
    expect(await compile.run([context.uri('plan.belay'), 'json'], context)).toMatchObject({ written: [{ plan: 'evening' }, { plan: 'day' }] });
  });

  test.each([
    ['errors', { 'plan.belay': 'plan p { on nowhere }' }, {}, 'Nothing was written: `plan.belay` has 1 error. B0101: There is no cloud named `nowhere`.'],
    ['a workspace that is not trusted', { 'cloud.belay': CLOUD, 'plan.belay': PLAN }, { trusted: false }, 'compiling waits until you trust this workspace.'],
    ['an output folder outside', { 'cloud.belay': CLOUD, 'plan.belay': PLAN }, { compile: { outputFolder: '../out' } }, 'The output folder leads out of the workspace: `../out`.'],
    ['an absolute output folder', { 'cloud.belay': CLOUD, 'plan.belay': PLAN }, { compile: { outputFolder: '/tmp/out' } }, 'The output folder leads out of the workspace: `/tmp/out`.'],
    ['a file that stands in the way', { 'cloud.belay': CLOUD, 'plan.belay': PLAN, build: '' }, {}, '`build/night.sh` can not be written: '],
    ['no plan', { 'plan.belay': CLOUD }, {}, '`plan.belay` declares no plan.'],
    ['no file', {}, {}, 'There is no plan at '],
  ])('refuses %s', async (_, files, settings, message) => {
    const context = await folderWith(files, settings);
    await expect(compile.run([context.uri('plan.belay'), 'shell'], context)).rejects.toThrow(message);
  });

  test('refuses a link that leads out of the workspace', async () => {
    const [context, other] = [await folderWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN }), await folderWith({})];
    symlinkSync(other.folder, path.join(context.folder, 'build'));
    await expect(compile.run([context.uri('plan.belay'), 'ansible'], context)).rejects.toThrow('`build` is a link that leads out of the workspace.');
    expect(() => statSync(path.join(other.folder, 'night.ansible'))).toThrow('ENOENT');
  });

  test.each([
    [[], 'the first argument has to be the address of a plan'],
    [['URI', 'exe'], 'the target has to be one of `shell`, `json`, `ansible`.'],
    [['URI', 'shell', 1], 'the third argument has to be the name of a plan'],
    [['URI', 'shell', 'nigth'], 'There is no plan `nigth` in `plan.belay`. Did you mean `night`?'],
    [['file:///elsewhere/plan.belay', 'shell'], 'There is no plan at `file:///elsewhere/plan.belay`.'],
  ])('%j', async (args, message) => {
    const context = await folderWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    await expect(compile.run(args.map((one) => (one === 'URI' ? context.uri('plan.belay') : one)), context)).rejects.toThrow(message);
  });

  test('writes nothing when it was cancelled', async () => {
    const context = await folderWith({ 'cloud.belay': CLOUD, 'plan.belay': PLAN });
    await expect(compile.run([context.uri('plan.belay'), 'shell'], { ...context, token: { ...TOKEN, isCancellationRequested: true } })).rejects.toThrow('Nothing was written');
    expect(() => statSync(path.join(context.folder, 'build'))).toThrow('ENOENT');
  });
});

test('belay.explainCode: by code or name', async () => {
  const context = await folderWith({});
  const explained = await explainCode.run(['b0601'], context);
  expect(explained).toMatchObject({ code: 'B0601', name: 'too-many-down', level: 'error', since: '0.1' });
  expect(explained).toMatchObject(await explainCode.run(['too-many-down'], context) as object);
  await expect(explainCode.run(['B0600'], context)).rejects.toThrow('There is no finding `B0600`. Did you mean `B0601`?');
  await expect(explainCode.run([], context)).rejects.toThrow('takes the code or the name of a finding');
});

test('belay.checkWorkspace: counts what is found', async () => {
  const context = await folderWith({});
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const items = ([1, 1, 2, 3] as const).map((severity) => ({ range, message: '', severity }));
  const reports = async (): Promise<{ uri: string; version: null; resultId: string; items: typeof items }[]> => [{ uri: 'a', version: null, resultId: '', items }, { uri: 'b', version: null, resultId: '', items: [] }];
  expect(await checkWorkspace.run([], { ...context, diagnostics: { reports } })).toEqual({ files: 2, errors: 2, warnings: 1, notes: 1 });
  expect(context.said).toEqual(['Belay: checking', 'done']);
});

test('clients that have commands of these names are not told of them', () => {
  expect(executeCommandFeature.capabilities({})).toEqual({ executeCommandProvider: { commands: ['belay.checkWorkspace', 'belay.compile', 'belay.explainCode'], workDoneProgress: true } });
  expect(executeCommandFeature.capabilities({ experimental: { belayCommands: true } })).toEqual({});
});
