import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { ResponseError } from 'vscode-languageserver';
import { expect, test } from 'vitest';
import { marked, TOKEN } from '../testing/marked.test-helpers.ts';
import { incomingCalls, outgoingCalls, prepareCallHierarchy } from './call-hierarchy.ts';
import { codeActions, resolveCodeAction } from './code-actions.ts';
import { documentLinks } from './document-links.ts';
import { implementation } from './implementation.ts';
import { linkedEditing } from './linked-editing.ts';
import { willRenameFiles } from './rename-files.ts';
import { typeDefinition } from './type-definition.ts';
import { workspaceSymbols } from './workspace-symbols.ts';

const EXAMPLES = ['broken/nova-before-keystone', 'broken/rows-deleted-before-the-dump', 'broken/noout-left-set', 'broken/restart-while-it-is-installed', 'suse-skip-kilo/cloud']
  .map((name) => readFileSync(new URL(`../../../../examples/${name}.belay`, import.meta.url), 'utf8'));

/** A text from which a part was taken, with something else in its place, and a selection in it. */
const HALF_TYPED = fc.record({
  source: fc.constantFrom(...EXAMPLES), at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.constantFrom(0, 1, 5, 40, 400), typed: fc.constantFrom('', '"', '{', '}', 'stop ', '😀', '\t', '\r\n', 'jump nova {', '${'),
  from: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('whatever is half typed, features answer or refuse, and every edit can be applied', async () => {
  await fc.assert(fc.asyncProperty(HALF_TYPED, async ({ source, at, length, typed, from, to }) => {
    const cut = Math.floor(at * source.length);
    const text = source.slice(0, cut) + typed + source.slice(cut + length);
    const opened = await marked({ 'plan.belay': text });
    const { snapshot, uri, applied } = opened;
    const file = snapshot.file(uri('plan.belay'));
    if (file === undefined) throw new Error('the file is open');
    const textDocument = { uri: file.uri };
    const [start, end] = [from, to].map((one) => file.position(Math.floor(one * text.length))).sort((a, b) => a.line - b.line || a.character - b.character);
    const place = { textDocument, position: start ?? { line: 0, character: 0 } };
    for (const item of prepareCallHierarchy(snapshot, place) ?? []) {
      incomingCalls(snapshot, item);
      outgoingCalls(snapshot, item);
    }
    documentLinks(snapshot, place, 'docs:/');
    implementation(snapshot, place);
    typeDefinition(snapshot, place);
    linkedEditing(snapshot, place);
    await workspaceSymbols(snapshot, { query: 'a' }, TOKEN);
    applied('plan.belay', willRenameFiles(snapshot, { files: [{ oldUri: uri('plan.belay'), newUri: uri('a/plan.belay') }] }, TOKEN));
    const range = { start: place.position, end: end ?? place.position };
    const capable = { textDocument: { codeAction: { resolveSupport: { properties: ['edit'] } } } };
    snapshot.analysis(file);
    const actions = [...await codeActions(snapshot, { textDocument, range, context: { diagnostics: [] } }, TOKEN, capable) ?? [], ...await codeActions(snapshot, { textDocument, range, context: { diagnostics: [], only: ['source'] } }, TOKEN, capable) ?? []];
    for (const action of actions.slice(0, 4)) {
      try {
        expect(applied('plan.belay', (await resolveCodeAction(snapshot, action, TOKEN)).edit)).not.toBe(text);
      } catch (error) {
        if (!(error instanceof ResponseError)) throw error;
      }
    }
  }), { numRuns: 60 });
}, 120_000);
