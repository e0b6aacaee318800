import { ErrorCodes } from 'vscode-languageserver';
import { expect, test } from 'vitest';
import { checkParameters } from './parameters.ts';

const textDocument = { uri: 'file:///w/plan.belay' };
const position = { line: 2, character: 6 };

test.each([
  ['textDocument/hover', undefined, 'textDocument/hover: the parameters are missing.'],
  ['textDocument/hover', [textDocument, position], 'textDocument/hover: the parameters are missing.'],
  ['textDocument/hover', { position }, 'textDocument/hover: `textDocument` is missing; it has to name a document by `uri`, a text.'],
  ['textDocument/hover', { textDocument: { uri: 7 }, position }, 'textDocument/hover: `textDocument` has to name a document by `uri`, a text.'],
  ['textDocument/hover', { textDocument }, 'textDocument/hover: `position` is missing; it has to hold `line` and `character`, both whole numbers.'],
  ['textDocument/hover', { textDocument, position: { line: '2', character: 6 } }, 'textDocument/hover: `position` has to hold `line` and `character`, both whole numbers.'],
  ['textDocument/selectionRange', { textDocument, positions: [position, 1] }, 'textDocument/selectionRange: `positions` has to be a list of positions with `line` and `character`.'],
  ['textDocument/rename', { textDocument, position, newName: null }, 'textDocument/rename: `newName` is missing; it has to be a text.'],
  ['textDocument/codeAction', { textDocument, range: { start: position }, context: {} }, 'textDocument/codeAction: `range` has to hold the positions `start` and `end`.'],
  ['workspace/symbol', { query: 1 }, 'workspace/symbol: `query` has to be a text.'],
  ['workspace/willRenameFiles', { files: [{ oldUri: 'a' }] }, 'workspace/willRenameFiles: `files` has to be a list of files with `oldUri` and `newUri`.'],
  ['workspace/executeCommand', { command: 'belay.compile', arguments: {} }, 'workspace/executeCommand: `arguments` has to be a list.'],
])('%s %j', (method, params, message) => {
  expect(() => checkParameters(method, params)).toThrow(expect.objectContaining({ code: ErrorCodes.InvalidParams, message }));
});

test.each([
  ['textDocument/hover', { textDocument, position }],
  ['textDocument/hover', { textDocument, position: { line: 1e9, character: -5 } }],
  ['textDocument/foldingRange', { textDocument, workDoneToken: 1 }],
  ['textDocument/diagnostic', { textDocument, previousResultId: null }],
  ['codeAction/resolve', { title: 'Write `nova`' }],
  ['an/unknown', {}],
])('%s %j is fine', (method, params) => {
  expect(() => checkParameters(method, params)).not.toThrow();
});
