import { ErrorCodes, ResponseError } from 'vscode-languageserver';

/** What a part of the parameters has to be, and how that is said. */
interface PartRule {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
}

/** The parts that parameters of several requests share; wherever one stands, it has to fit. */
const PARTS: Readonly<Record<string, PartRule>> = {
  textDocument: { fits: (value) => isObject(value) && typeof value['uri'] === 'string', expected: 'to name a document by `uri`, a text' },
  position: { fits: isPosition, expected: 'to hold `line` and `character`, both whole numbers' },
  positions: { fits: (value) => Array.isArray(value) && value.every(isPosition), expected: 'to be a list of positions with `line` and `character`' },
  range: { fits: isRange, expected: 'to hold the positions `start` and `end`' },
  ranges: { fits: (value) => Array.isArray(value) && value.every(isRange), expected: 'to be a list of ranges with `start` and `end`' },
  newName: { fits: isText, expected: 'to be a text' },
  label: { fits: isText, expected: 'to be a text' },
  title: { fits: isText, expected: 'to be a text' },
  query: { fits: isText, expected: 'to be a text' },
  ch: { fits: isText, expected: 'to be a text' },
  command: { fits: isText, expected: 'to be a text' },
  previousResultId: { fits: isText, expected: 'to be a text' },
  context: {
    fits: (value) => isObject(value) && isListOf(value['only'], isText) && isListOf(value['diagnostics'], (one) => isObject(one) && isRange(one['range'])),
    expected: 'to be an object; `only` in it a list of texts, `diagnostics` one of findings with their `range`',
  },
  options: { fits: isObject, expected: 'to be an object' },
  arguments: { fits: Array.isArray, expected: 'to be a list' },
  item: {
    fits: (value) => isObject(value) && typeof value['uri'] === 'string' && typeof value['name'] === 'string' && isRange(value['range']) && isRange(value['selectionRange']),
    expected: 'to be an item that the server gave',
  },
  files: {
    fits: (value) => Array.isArray(value) && value.every((one) => isObject(one) && typeof one['oldUri'] === 'string' && typeof one['newUri'] === 'string'),
    expected: 'to be a list of files with `oldUri` and `newUri`',
  },
  previousResultIds: {
    fits: (value) => Array.isArray(value) && value.every((one) => isObject(one) && typeof one['uri'] === 'string' && typeof one['value'] === 'string'),
    expected: 'to be a list of results with `uri` and `value`',
  },
};

/** What has to stand in the parameters of a request, beside the document of those about one. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'textDocument/codeAction': ['range', 'context'],
  'textDocument/completion': ['position'],
  'textDocument/definition': ['position'],
  'textDocument/documentHighlight': ['position'],
  'textDocument/formatting': ['options'],
  'textDocument/hover': ['position'],
  'textDocument/implementation': ['position'],
  'textDocument/inlayHint': ['range'],
  'textDocument/linkedEditingRange': ['position'],
  'textDocument/onTypeFormatting': ['position', 'ch', 'options'],
  'textDocument/prepareCallHierarchy': ['position'],
  'textDocument/prepareRename': ['position'],
  'textDocument/rangeFormatting': ['range', 'options'],
  'textDocument/references': ['position', 'context'],
  'textDocument/rename': ['position', 'newName'],
  'textDocument/selectionRange': ['positions'],
  'textDocument/semanticTokens/full/delta': ['previousResultId'],
  'textDocument/semanticTokens/range': ['range'],
  'textDocument/signatureHelp': ['position'],
  'textDocument/typeDefinition': ['position'],
  'codeAction/resolve': ['title'],
  'codeLens/resolve': ['range'],
  'completionItem/resolve': ['label'],
  'callHierarchy/incomingCalls': ['item'],
  'callHierarchy/outgoingCalls': ['item'],
  'workspace/diagnostic': ['previousResultIds'],
  'workspace/executeCommand': ['command'],
  'workspace/symbol': ['query'],
  'workspace/willRenameFiles': ['files'],
};

/**
 * Refuses parameters that are not those of their request, so that features may rely on them.
 *
 * @throws ResponseError with the code InvalidParams, saying what is missing or wrong
 */
export function checkParameters(method: string, params: unknown): void {
  if (!isObject(params)) refuse(method, 'the parameters are missing');
  const required = [...(method.startsWith('textDocument/') ? ['textDocument'] : []), ...(REQUIRED[method] ?? [])];
  for (const name of required) if (params[name] === undefined || params[name] === null) refuse(method, `\`${name}\` is missing; it has ${PARTS[name]?.expected}`);
  for (const [name, { fits, expected }] of Object.entries(PARTS)) {
    // What a client leaves out some clients write as null.
    if (Object.hasOwn(params, name) && params[name] !== null && params[name] !== undefined && !fits(params[name])) refuse(method, `\`${name}\` has ${expected}`);
  }
}

function refuse(method: string, reason: string): never {
  throw new ResponseError(ErrorCodes.InvalidParams, `${method}: ${reason}.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether something is such a list, if it is there at all. */
function isListOf(value: unknown, fits: (item: unknown) => boolean): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.every(fits));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isPosition(value: unknown): boolean {
  return isObject(value) && Number.isInteger(value['line']) && Number.isInteger(value['character']);
}

function isRange(value: unknown): boolean {
  return isObject(value) && isPosition(value['start']) && isPosition(value['end']);
}
