import { FEATURES } from '@belay/lsp';
import { ResponseError } from 'vscode-languageserver-protocol/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client, Folder } from './client.test-helpers.ts';

/** Codes of errors that say what was wrong with a request; any other one would be a mistake of the server. */
const REFUSALS: ReadonlySet<number> = new Set([-32600, -32602, -32801, -32803]);

const TEXT = 'cloud c { group g { hosts "h[1:2]" } }\nplan p {\n  on c\n  wait 1s\n}\n';

let client: Client;

beforeAll(async () => {
  client = new Client(new Folder({}));
  await client.initialize({ textDocument: { codeAction: { resolveSupport: { properties: ['edit'] } } } });
  await client.open('plan.belay', TEXT);
});

afterAll(() => client.stop());

/** Parameters that no client should send; some are right but for one part. */
function malformed(): object[] {
  const textDocument = { uri: client.folder.uri('plan.belay') };
  const position = { line: 1, character: 6 };
  const range = { start: position, end: position };
  const whole = {
    textDocument, position, positions: [position], range, newName: 'q', ch: '}', options: { tabSize: 2, insertSpaces: true }, context: { diagnostics: [], includeDeclaration: true }, query: '', command: 'belay.explainCode',
    arguments: ['B0101'], files: [], previousResultId: '', previousResultIds: [], label: 'x', title: 'x', item: { name: 'x', kind: 1, uri: textDocument.uri, range, selectionRange: range },
  };
  const nonsense = [7, 'x', [], {}, [null], { start: 1 }, { line: -1 }, { line: 1.5, character: 2 }, { uri: 7 }, { uri: '%' }, null];
  const parts = Object.keys(whole).flatMap((name) => nonsense.map((value) => ({ ...whole, [name]: value })));
  const data = nonsense.map((value) => ({ ...whole, data: value, item: { ...whole.item, data: value } }));
  const limits = [
    { ...whole, position: { line: 2 ** 31, character: 2 ** 31 } }, { ...whole, range: { start: { line: 9, character: 0 }, end: { line: 0, character: 0 } } }, { ...whole, textDocument: { uri: '' } },
    { ...whole, textDocument: { uri: `file:///${'x/'.repeat(5_000)}` } }, { ...whole, context: { diagnostics: 7, only: 7, triggerKind: 'x' } }, { ...whole, context: { diagnostics: [7, null], only: [null] } },
    { ...whole, files: [{ oldUri: '', newUri: '%%%' }] }, { ...whole, command: 'belay.compile', arguments: [{}, {}, {}] },
  ];
  return [{}, [], ...parts, ...data, ...limits];
}

test.each(FEATURES.map(({ method }) => method))('%s: what makes no sense is refused, never with the words of the machine', async (method) => {
  const wrong: string[] = [];
  for (const params of malformed()) {
    try {
      await client.request(method, params);
    } catch (error) {
      if (!(error instanceof ResponseError) || !REFUSALS.has(error.code) || /undefined|not iterable|is not a function|Cannot read/.test(error.message)) wrong.push(`${(error as Error).message}: ${JSON.stringify(params).slice(0, 300)}`);
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
});

test('the server goes on', async () => {
  expect(await client.request('textDocument/hover', { textDocument: { uri: client.folder.uri('plan.belay') }, position: { line: 1, character: 1 } })).not.toBeNull();
});
