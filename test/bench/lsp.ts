import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { pause, percentile, TimedClient } from './lsp-client.ts';
import { madePlaybook } from './made-playbook.ts';
import { madeLongPlan, madeSites, type MadeProject } from './made-project.ts';
import { madeWorkspace } from './made-workspace.ts';
import type { Row } from './table.ts';

const SERVER = fileURLToPath(new URL('../../packages/lsp/dist/belay-lsp.cjs', import.meta.url));
const OTHERS = fileURLToPath(new URL('other-servers/', import.meta.url));

/** The pause between two keystrokes of somebody who types fast, in milliseconds. */
const BETWEEN_KEYS = 60;

/** One server with a document, and a place in it where a keystroke makes a mistake, and another one mends it. */
interface Subject {
  readonly name: string;
  readonly args: readonly string[];
  readonly languageId: string;
  readonly file: string;
  readonly text: string;
  /** The last line that holds this is edited, behind it. */
  readonly behind: string;
  /** The keystroke. */
  readonly typed: string;
  readonly settings: object;
  readonly keys: number;
}

/** Typing in documents of several sizes, beside servers for playbooks of the same size. */
export async function measureTyping(): Promise<Row[]> {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../packages/lsp/build/bundle.mjs', import.meta.url))]);
  const rows: Row[] = [];
  for (const subject of [
    await plan('belay-lsp, 2,000 lines, one plan', madeLongPlan(2_000), 100), await plan('belay-lsp, 2,000 lines, 4 plans', madeSites(2_000), 100),
    await plan('belay-lsp, 26,000 lines, one plan', madeLongPlan(26_000), 30), await plan('belay-lsp, 26,000 lines, 47 plans', madeSites(26_000), 30),
    ...others(2_000, 30), ...others(26_000, 8),
  ]) rows.push(await typing(subject));
  return rows;
}

/** A workspace of 500 files and 100,000 lines, with a file that 400 of them import. */
export async function measureWorkspace(): Promise<Row[]> {
  const files = madeWorkspace();
  const folder = folderOf(files);
  const client = new TimedClient([SERVER, '--stdio'], { typingDelay: 0 });
  try {
    const root = `${pathToFileURL(folder).href}`;
    const hub = `${root}/cloud.belay`;
    const lines = Object.values(files).reduce((sum, text) => sum + text.split('\n').length - 1, 0);
    const start = performance.now();
    await client.initialize(root);
    const first = await client.findings(`${root}/plan1.belay`, () => client.open(`${root}/plan1.belay`, 'belay', files['plan1.belay'] ?? ''), () => true);
    await client.request('workspace/symbol', { query: 'nothing is called so' });
    const open = performance.now() - start;
    await client.request('workspace/diagnostic', { previousResultIds: [] });
    const checked = performance.now() - start;
    await client.findings(hub, () => client.open(hub, 'belay', files['cloud.belay'] ?? ''), () => true);
    await pause(1_000);
    const keys: number[] = [];
    const line = (files['cloud.belay'] ?? '').split('\n').findIndex((one) => one.includes('spare'));
    for (let key = 0; key < 40; key += 1) {
      keys.push((await client.findings(hub, () => client.type(hub, line, 2, key % 2, key % 2 === 0 ? ' ' : ''), () => true)).right);
      await pause(BETWEEN_KEYS);
    }
    await pause(8_000);
    return [{
      name: `${Object.keys(files).length} files, ${lines} lines`,
      figures: { 'open ms': Math.round(open), 'first findings ms': Math.round(first.first), 'all proven ms': Math.round(checked), 'hub key p50 ms': percentile(keys, 50), 'hub key p95 ms': percentile(keys, 95), MB: client.memory(), load: load() },
    }];
  } finally {
    client.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function typing(subject: Subject): Promise<Row> {
  const folder = folderOf({ [subject.file]: subject.text, 'files/service.conf': '' });
  const client = new TimedClient(subject.args, subject.settings);
  try {
    const uri = `${pathToFileURL(folder).href}/${subject.file}`;
    const lines = subject.text.split('\n');
    const line = lines.findLastIndex((one) => one.includes(subject.behind));
    const character = (lines[line] ?? '').indexOf(subject.behind) + subject.behind.length;
    const start = performance.now();
    await client.initialize(pathToFileURL(folder).href, subject.settings);
    await client.findings(uri, () => client.open(uri, subject.languageId, subject.text), () => true);
    const first = performance.now() - start;
    await pause(1_500);
    const [shown, right, completion, hover]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let key = 0; key < subject.keys; key += 1) {
      const isMistake = key % 2 === 0;
      const took = await client.findings(uri, () => client.type(uri, line, character, isMistake ? 0 : subject.typed.length, isMistake ? subject.typed : ''), (found) => found.some(({ range, severity }) => severity === 1 && range.end.line >= line) === isMistake);
      shown.push(took.first);
      right.push(took.right);
      completion.push(await timed(() => client.request('textDocument/completion', { textDocument: { uri }, position: { line, character } })));
      hover.push(await timed(() => client.request('textDocument/hover', { textDocument: { uri }, position: { line, character: character - 1 } })));
      await pause(BETWEEN_KEYS);
    }
    await pause(1_000);
    return {
      name: subject.name,
      figures: {
        'start ms': Math.round(first), 'key p50 ms': percentile(shown, 50), 'key p95 ms': percentile(shown, 95), 'right p50 ms': percentile(right, 50), 'right p95 ms': percentile(right, 95),
        'completion p95 ms': percentile(completion, 95), 'hover p95 ms': percentile(hover, 95), MB: client.memory(), load: load(),
      },
    };
  } finally {
    client.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** In the last third of the plan a name gets a letter too many. */
async function plan(name: string, { entry, host }: MadeProject, keys: number): Promise<Subject> {
  const read = await host.read(entry);
  return {
    name, args: [SERVER, '--stdio'], languageId: 'belay', file: entry, text: read.found ? new TextDecoder().decode(read.bytes) : '', behind: 'gate healthy svc3.api', typed: 'x',
    // What is typed is judged at once.
    settings: { typingDelay: 0 }, keys,
  };
}

/** The other servers, where they can be installed. In a playbook a quote is left open. */
function others(lines: number, keys: number): Subject[] {
  if (!existsSync(`${OTHERS}node_modules`)) {
    const installed = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: OTHERS, encoding: 'utf8' });
    if (installed.status !== 0) {
      process.stderr.write(`lsp: the other servers could not be installed, and are left out: ${installed.stderr.trim().split('\n')[0] ?? ''}\n`);
      rmSync(`${OTHERS}node_modules`, { recursive: true, force: true });
      return [];
    }
  }
  const subject = { file: 'playbook.yml', text: madePlaybook(lines), behind: 'state: ', typed: '"', keys };
  const count = lines.toLocaleString('en-US');
  return [
    { ...subject, name: `yaml-language-server, ${count} lines`, languageId: 'yaml', args: [`${OTHERS}node_modules/yaml-language-server/bin/yaml-language-server`, '--stdio'], settings: { validate: true, hover: true, completion: true, schemaStore: { enable: false } } },
    {
      ...subject, name: `ansible-language-server, ${count} lines`, languageId: 'ansible', args: [`${OTHERS}node_modules/@ansible/ansible-language-server/bin/ansible-language-server`, '--stdio'],
      settings: { validation: { enabled: true, lint: { enabled: false } }, python: { interpreterPath: 'python3' }, executionEnvironment: { enabled: false } },
    },
  ];
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'belay-bench-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** How many processes wanted a processor in the last minute. */
function load(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}
