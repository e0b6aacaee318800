import { beforeEach, describe, expect, test } from 'vitest';
import { ROOT } from '../testing/marked.test-helpers.ts';
import { Checker } from './checker.ts';
import { MemoryHost } from './host.ts';
import type { WorkspaceFile } from './workspace-file.ts';
import { Workspace } from './workspace.ts';

const CLOUD = 'cloud c {\n  group g { hosts "h[1:3]" }\n  service s { component x on g { unit "x" } }\n  keep 2 of s.x\n}\n';
const PLAN = 'import "cloud.belay"\nplan p {\n  on c\n  parallel {\n    restart s.x on "h1"\n    restart s.x on "h2"\n  }\n}\n';

let checker: Checker;
let workspace: Workspace;

function file(name: string): WorkspaceFile {
  const found = workspace.snapshot.file(`${ROOT}/${name}`);
  if (found === undefined) throw new Error(`${name} is not in the workspace`);
  return found;
}

async function edit(name: string, from: string, to: string): Promise<void> {
  const { version = 0 } = file(name);
  const text = file(name).written();
  if (!text.includes(from)) throw new Error(`${name} does not hold ${from}`);
  workspace.open(`${ROOT}/${name}`, text.replace(from, to), version + 1, true);
  await workspace.complete(`${ROOT}/${name}`);
}

function proveAll(name: string): void {
  while (!checker.prove(file(name), workspace.snapshot)) { /* one proof after the other */ }
}

/** What is known of a file, with the texts of the places. */
function findings(name: string): string[] {
  const one = file(name);
  return workspace.snapshot.findings(one).map(({ code, primary }) => `${code} ${one.text.slice(primary.start, primary.end)}`);
}

beforeEach(async () => {
  checker = new Checker();
  workspace = new Workspace(new MemoryHost({ [`${ROOT}/cloud.belay`]: CLOUD, [`${ROOT}/plan.belay`]: PLAN }), 'utf-16', checker);
  await workspace.setRoots([{ uri: ROOT, name: 'w' }]);
});

describe('what a check finds', () => {
  test('is kept until the proofs have run, and then as well', async () => {
    expect(findings('plan.belay')).toEqual([]);
    checker.judge(file('plan.belay'), workspace.snapshot);
    expect(findings('plan.belay')).toEqual([]);
    proveAll('plan.belay');
    expect(findings('plan.belay')).toEqual(['B0601 restart s.x on "h2"']);
  });

  test('moves with the text while the proofs have not run again', async () => {
    proveAll('plan.belay');
    await edit('plan.belay', 'plan p {', '# above\n\nplan p {');
    expect(findings('plan.belay')).toEqual(['B0601 restart s.x on "h2"']);
    checker.judge(file('plan.belay'), workspace.snapshot);
    expect(findings('plan.belay')).toEqual(['B0601 restart s.x on "h2"']);
    await edit('plan.belay', '"h2"', '"h1"');
    checker.judge(file('plan.belay'), workspace.snapshot);
    proveAll('plan.belay');
    expect(findings('plan.belay').filter((one) => one.startsWith('B0601'))).toEqual([]);
  });

  test('goes with the place that was edited', async () => {
    proveAll('plan.belay');
    await edit('plan.belay', 'restart s.x on "h2"', 'wait 1s');
    expect(findings('plan.belay')).toEqual([]);
  });

  test('shows at once what the text itself has', async () => {
    checker.judge(file('plan.belay'), workspace.snapshot);
    await edit('plan.belay', 'on c', 'onn c');
    expect(findings('plan.belay')).toEqual(['B0005 onn']);
  });

  test('stands in the file that is wrong, whoever found it', async () => {
    await edit('cloud.belay', 'keep 2', 'recipe r() { stop s.y }\n  keep 2');
    expect(findings('cloud.belay')).toEqual([]);
    await edit('plan.belay', 'parallel {', 'apply r()\n  parallel {');
    checker.judge(file('plan.belay'), workspace.snapshot);
    expect(findings('cloud.belay')).toEqual(['B0101 s.y']);
  });
});

describe('a glance at the plan that is being edited', () => {
  const TWO = `${PLAN}plan q {\n  on c\n  stop s.y\n  wait 1s\n}\n`;

  beforeEach(async () => {
    await edit('plan.belay', PLAN, TWO);
    checker.judge(file('plan.belay'), workspace.snapshot);
  });

  test('finds what is new there, and leaves the others as they were found', async () => {
    expect(findings('plan.belay')).toEqual(['B0101 s.y']);
    await edit('plan.belay', '"h2"', '"h9"');
    checker.glance(file('plan.belay'), workspace.snapshot, file('plan.belay').text.indexOf('h9'));
    expect(findings('plan.belay')).toEqual(['B0101 s.y', 'B0101 "h9"']);
    checker.judge(file('plan.belay'), workspace.snapshot);
    expect(findings('plan.belay')).toEqual(['B0101 "h9"', 'B0101 s.y']);
  });

  test('takes away what was mended there', async () => {
    await edit('plan.belay', 'stop s.y', 'stop s.x on "h1"');
    checker.glance(file('plan.belay'), workspace.snapshot, file('plan.belay').text.indexOf('wait 1s'));
    expect(findings('plan.belay')).toEqual([]);
  });

  test('leaves what the proofs have found there', async () => {
    await edit('plan.belay', 'stop s.y', 'wait 9s');
    proveAll('plan.belay');
    expect(findings('plan.belay')).toEqual(['B0601 restart s.x on "h2"']);
    await edit('plan.belay', 'on c\n  parallel', 'on c\n  wait 2s\n  parallel');
    checker.glance(file('plan.belay'), workspace.snapshot, file('plan.belay').text.indexOf('wait 2s'));
    expect(findings('plan.belay')).toEqual(['B0601 restart s.x on "h2"']);
  });
});

describe('a check holds', () => {
  test('while an imported file changes nothing that others see', async () => {
    checker.judge(file('plan.belay'), workspace.snapshot);
    await edit('cloud.belay', 'keep 2 of s.x\n}\n', 'keep 2 of s.x\n}\nplan other {\n  on c\n  wait 1s\n}\n');
    expect(checker.phase(file('plan.belay'), workspace.snapshot)).toBeUndefined();
    checker.judge(file('plan.belay'), workspace.snapshot);
    await edit('cloud.belay', 'wait 1s', 'wait 2s\n  wiat 3s');
    expect(checker.phase(file('plan.belay'), workspace.snapshot)).toBe('judged');
  });

  test('until an imported file changes what others see', async () => {
    proveAll('plan.belay');
    expect(checker.phase(file('plan.belay'), workspace.snapshot)).toBe('proven');
    await edit('cloud.belay', 'keep 2', 'keep 1');
    expect(checker.phase(file('plan.belay'), workspace.snapshot)).toBeUndefined();
    proveAll('plan.belay');
    expect(findings('plan.belay')).toEqual([]);
  });

  test('until what it names is deleted', async () => {
    checker.judge(file('plan.belay'), workspace.snapshot);
    const host = new MemoryHost({ [`${ROOT}/plan.belay`]: PLAN });
    workspace = new Workspace(host, 'utf-16', checker);
    await workspace.setRoots([{ uri: ROOT, name: 'w' }]);
    await workspace.complete(`${ROOT}/plan.belay`);
    checker.judge(file('plan.belay'), workspace.snapshot);
    expect(findings('plan.belay')).toEqual(['B0103 "cloud.belay"']);
  });

  test('is not asked for what was not read', () => {
    workspace.open('file:///elsewhere/p.belay', 'import "other.belay"\n', 1, true);
    const loose = workspace.snapshot.file('file:///elsewhere/p.belay');
    expect(loose === undefined ? loose : checker.judge(loose, workspace.snapshot)).toBeUndefined();
  });
});
