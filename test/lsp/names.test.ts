import process from 'node:process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Statement } from '@belay/compiler/analysis';
import { symbolsOf } from '../../packages/lsp/src/symbols/file-symbols.ts';
import { symbolAt } from '../../packages/lsp/src/symbols/references.ts';
import type { SymbolScope } from '../../packages/lsp/src/symbols/symbol.ts';
import { Checker } from '../../packages/lsp/src/workspace/checker.ts';
import { MemoryHost } from '../../packages/lsp/src/workspace/host.ts';
import { Workspace } from '../../packages/lsp/src/workspace/workspace.ts';
import type { WorkspaceFile } from '../../packages/lsp/src/workspace/workspace-file.ts';
import { anyEdit, Dice, soakFiles } from './soak-edits.test-helpers.ts';

const RUNS = Number(process.env['BELAY_RUNS'] ?? 12);
const URI = 'file:///w/plan.belay';
const TEXTS = Object.entries(await soakFiles()).flatMap(([name, text]) => (name.endsWith('.belay') ? [text] : []));

const NESTED = `recipe r(name: text, other: text = name) {
  rollback point inside { capture nova.main }
}
plan p {
  on c
  stage a {
    rollback point first { capture nova.main }
    parallel {
      stage b { rollback point second { capture nova.main } }
      gate fine { poll every 5s for 1m }
    }
  }
  restore nova.main from second
}
cloud c {
  service nova {
    component api on all { unit "nova"  healthy run "curl \${host}" }
    upgrade { rollback point third { capture nova.main }  stop nova.api }
  }
}
`;

/** A place in a text, as tests tell of it. */
function told(scope: SymbolScope | undefined): string {
  return scope === undefined ? 'none' : `${scope.statement?.declaration.id ?? 'file'}@${scope.statement?.start ?? 0}`;
}

/** Every statement with the blocks around it that declare names, found from the outside in. */
function* placed(statements: readonly Statement[], around: readonly Statement[] = []): Generator<{ readonly statement: Statement; readonly around: readonly Statement[] }> {
  for (const statement of statements) {
    yield { statement, around };
    yield* placed(statement.block?.statements ?? [], [...around, statement]);
  }
}

/** That names which are looked for at one place are those of the lists of all names. */
function compare(workspace: Workspace): void {
  const { snapshot } = workspace;
  const file = snapshot.file(URI) as WorkspaceFile;
  const symbols = symbolsOf(file);
  // Asked for at single places first: as when somebody types.
  const at = Array.from({ length: file.text.length + 1 }, (_, offset) => symbolAt(file, offset, snapshot));
  for (const { statement, around } of placed(file.tree.statements)) {
    const opened = symbols.scopeOf.get(statement);
    expect(opened === undefined || opened.statement === statement).toBe(true);
    const outer = around.toReversed().map((one) => symbols.scopeOf.get(one)).find((one) => one !== undefined) ?? symbols.scope;
    if (opened !== undefined) expect(told(opened.parent)).toBe(told(outer));
    expect(symbols.usesIn(statement)).toEqual(symbols.uses.filter((one) => one.statement === statement));
    expect(symbols.declaredBy(statement).toSorted((a, b) => a.span.start - b.span.start)).toEqual(symbols.declarations.filter((one) => one.statement === statement));
  }
  for (const [offset, found] of at.entries()) {
    const around = [...symbols.declarations, ...symbols.uses].filter(({ span }) => span.start <= offset && offset <= span.end);
    const declared = around.findLast((one) => !('argument' in one));
    const last = declared ?? around.at(-1);
    expect(found === undefined ? undefined : { label: found.label, ...found.span }).toEqual(last === undefined ? undefined : { label: last.label, ...last.span });
  }
}

async function opened(text: string): Promise<Workspace> {
  const workspace = new Workspace(new MemoryHost({}), 'utf-16', new Checker());
  await workspace.setRoots([{ uri: 'file:///w', name: 'w' }]);
  workspace.open(URI, text, 1, true);
  return workspace;
}

test('points are known in the whole plan, recipe or upgrade, other names in their block', async () => {
  const symbols = symbolsOf((await opened(NESTED)).snapshot.file(URI) as WorkspaceFile);
  expect(symbols.declarations.map(({ kind, name, scope }) => `${kind} ${name} in ${scope.statement?.declaration.id ?? 'file'}`)).toEqual([
    'recipe r in file', 'parameter name in recipe', 'parameter other in recipe', 'point inside in recipe', 'plan p in file', 'stage a in plan', 'point first in plan', 'stage b in parallel', 'point second in plan',
    'cloud c in file', 'service nova in cloud', 'component nova.api in service', 'point third in upgrade',
  ]);
});

test('a name under the cursor is that of the lists of all names, after any edit', { timeout: 60_000 + RUNS * 2_000 }, async () => {
  let compared = 0;
  await fc.assert(fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 3 }), async (seed, count) => {
    const dice = new Dice(seed);
    let text = dice.one([NESTED, ...TEXTS.filter((one) => one.length < 4_000)]);
    for (let edit = 0; edit < count; edit += 1) {
      const { at, length, text: put } = anyEdit(text, dice);
      text = text.slice(0, at) + put + text.slice(at + length);
    }
    compare(await opened(text));
    compared += 1;
  }), { numRuns: RUNS });
  expect(compared).toBe(RUNS);
});
