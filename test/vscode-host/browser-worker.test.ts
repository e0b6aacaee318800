import { readFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browser, BROWSER_ARGUMENTS } from './workbench.test-helpers.ts';

const worker = readFileSync(fileURLToPath(new URL('../../packages/lsp/dist/belay-lsp.worker.js', import.meta.url)), 'utf8');

const PLAN = `cloud here {
  connection local
  group web { hosts "web[1:2]" }
}

plan look "Only look" {
  on here
  step look {
    on wbe
    run "true"
  }
}
`;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly diagnostics?: readonly { readonly code: string; readonly message: string; readonly range: unknown }[] };
  readonly result?: { readonly contents?: { readonly value: string } };
}

/** Sends messages to the server in a worker of a page, and collects its own until one of them answers `last`. */
async function conversation(in_: Browser, messages: readonly unknown[], last: number): Promise<readonly Message[]> {
  const page = await in_.newPage();
  return await page.evaluate(async ({ source, sent, id }) => new Promise<readonly never[]>((resolve, reject) => {
    const server = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    const received: never[] = [];
    server.addEventListener('error', ({ message }) => reject(new Error(message)));
    server.addEventListener('message', ({ data }) => {
      received.push(data as never);
      const { id: answered, method } = data as { id?: number; method?: string };
      // What the server asks its client is answered, so that it does not wait.
      if (method !== undefined && answered !== undefined) server.postMessage({ jsonrpc: '2.0', id: answered, result: null });
      if (method === undefined && answered === id) resolve(received);
    });
    for (const message of sent) server.postMessage(message);
  }), { source: worker, sent: messages, id: last });
}

describe.skipIf(browser === undefined)('the server as a worker of a browser', { timeout: 60_000 }, () => {
  let started: Browser;
  beforeAll(async () => {
    started = await chromium.launch({ ...(browser === undefined ? {} : { executablePath: browser }), env: { PATH: process.env['PATH'] ?? '' }, args: BROWSER_ARGUMENTS });
  }, 60_000);
  afterAll(async () => started?.close());

  test('finds what is wrong in an open file, and answers', async () => {
    const uri = 'memfs:/look.belay';
    const received = await conversation(started, [
      { jsonrpc: '2.0', id: 1, method: 'initialize', params: { processId: null, rootUri: null, capabilities: { textDocument: { hover: { contentFormat: ['markdown'] } } } } },
      { jsonrpc: '2.0', method: 'initialized', params: {} },
      { jsonrpc: '2.0', method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'belay', version: 1, text: PLAN } } },
      { jsonrpc: '2.0', id: 2, method: 'textDocument/diagnostic', params: { textDocument: { uri } } },
      { jsonrpc: '2.0', id: 3, method: 'textDocument/hover', params: { textDocument: { uri }, position: { line: 1, character: 4 } } },
    ], 3);
    const published = received.findLast(({ method, params }) => method === 'textDocument/publishDiagnostics' && (params?.diagnostics ?? []).length > 0);
    expect(published?.params?.diagnostics?.map(({ code, range }) => ({ code, range }))).toEqual([
      { code: 'B0101', range: { start: { line: 8, character: 7 }, end: { line: 8, character: 10 } } },
    ]);
    expect(received.find(({ id, method }) => id === 3 && method === undefined)?.result?.contents?.value).toContain('connection');
  });
});
