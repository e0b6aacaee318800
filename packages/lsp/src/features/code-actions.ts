import {
  CodeActionKind, CodeActionRequest, CodeActionResolveRequest, CodeActionTriggerKind, ErrorCodes, LSPErrorCodes, ResponseError, type CancellationToken, type ClientCapabilities, type CodeAction,
  type CodeActionParams, type Diagnostic as LspDiagnostic, type Range, type WorkspaceEdit,
} from 'vscode-languageserver';
import { grouped } from '../workspace/grouped.ts';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { WorkspaceFile } from '../workspace/workspace-file.ts';
import { extractRecipe } from './code-actions/extract-recipe.ts';
import { inlineRecipe } from './code-actions/inline-recipe.ts';
import { needsActions } from './code-actions/needs.ts';
import { isRefusal, type FileEdit, type Offer, type Selection } from './code-actions/offer.ts';
import { orderActions } from './code-actions/order.ts';
import { quickFixes } from './code-actions/quick-fixes.ts';
import { sourceActions } from './code-actions/source-actions.ts';
import { wayBackActions } from './code-actions/way-back.ts';
import { wrapInParallel } from './code-actions/wrap-in-parallel.ts';
import { feature } from './feature.ts';
import { checkParameters } from './parameters.ts';

/** More actions are not offered for one place. */
const MOST_ACTIONS = 100;

const PROVIDERS: readonly ((selection: Selection) => Offer[])[] = [quickFixes, wayBackActions, orderActions, needsActions, extractRecipe, inlineRecipe, wrapInParallel, sourceActions];

const KINDS = [
  CodeActionKind.QuickFix, CodeActionKind.RefactorExtract, CodeActionKind.RefactorInline, CodeActionKind.RefactorRewrite, CodeActionKind.SourceFixAll, CodeActionKind.SourceOrganizeImports,
];

/** By what an action is found again when its edits are asked for. */
interface ActionData {
  readonly uri: string;
  readonly range: Range;
  readonly index: number;
}

/**
 * What can be done at a place. Where the client asks for the edits of the one that was chosen, they are made then; but who asks for actions by name is told
 * now which of them can not be done, and why.
 */
export async function codeActions(snapshot: Snapshot, params: CodeActionParams, token: CancellationToken, client: ClientCapabilities = {}): Promise<CodeAction[] | null> {
  const { textDocument, range, context } = params;
  const file = snapshot.file(textDocument.uri);
  if (file === undefined) return null;
  const { resolveSupport, disabledSupport } = client.textDocument?.codeAction ?? {};
  const resolves = resolveSupport?.properties.includes('edit') === true;
  const isAsked = context.triggerKind === CodeActionTriggerKind.Invoked;
  const actions: CodeAction[] = [];
  for (const [index, offer] of offersAt(snapshot, file, range).entries()) {
    if (token.isCancellationRequested || actions.length >= MOST_ACTIONS) break;
    // A source action that has nothing to do is not offered: editors run them when a file is saved.
    if (!isWanted(offer.kind, context.only)) continue;
    const action: CodeAction = { title: offer.title, kind: offer.kind, ...diagnosticsFor(offer, file, context.diagnostics), ...(offer.isCertain === true ? { isPreferred: true } : {}) };
    const data: ActionData = { uri: textDocument.uri, range, index };
    if (offer.disabled === undefined && resolves && !isAsked && !offer.kind.startsWith(CodeActionKind.Source)) {
      actions.push({ ...action, data });
      continue;
    }
    const edits = offer.disabled === undefined ? await offer.edits(token) : { refused: offer.disabled };
    if (!isRefusal(edits)) actions.push({ ...action, ...(resolves ? { data } : {}), edit: toWorkspaceEdit(edits) });
    else if (disabledSupport === true && !offer.kind.startsWith(CodeActionKind.Source)) actions.push({ ...action, disabled: { reason: edits.refused } });
  }
  return actions;
}

/** The edits of an action that was offered; refused with the reason where it can not be done. */
export async function resolveCodeAction(snapshot: Snapshot, action: CodeAction, token: CancellationToken): Promise<CodeAction> {
  const data = action.data as Partial<ActionData> | undefined;
  if (action.edit !== undefined) return action;
  if (typeof data?.uri !== 'string' || data.range === undefined || typeof data.index !== 'number') throw new ResponseError(ErrorCodes.InvalidParams, 'codeAction/resolve: this action was not offered by the server.');
  checkParameters(CodeActionResolveRequest.method, { title: action.title, range: data.range });
  const file = snapshot.file(data.uri);
  const offers = file === undefined ? [] : offersAt(snapshot, file, data.range);
  const offer = offers[data.index]?.title === action.title ? offers[data.index] : offers.find(({ title, kind }) => title === action.title && kind === action.kind);
  if (offer === undefined) throw new ResponseError(LSPErrorCodes.ContentModified, 'The text was changed since this was offered.');
  const edits = offer.disabled === undefined ? await offer.edits(token) : { refused: offer.disabled };
  if (isRefusal(edits)) throw new ResponseError(LSPErrorCodes.RequestFailed, `${action.title}: ${edits.refused}`);
  return { ...action, edit: toWorkspaceEdit(edits) };
}

function offersAt(snapshot: Snapshot, file: WorkspaceFile, range: Range): Offer[] {
  const [from, to] = [file.offset(range.start), file.offset(range.end)];
  const selection: Selection = { snapshot, file, start: Math.min(from, to), end: Math.max(from, to) };
  const offers = PROVIDERS.flatMap((provide) => provide(selection));
  // Several findings of one statement may be mended in the same way.
  return [...new Map(offers.toReversed().map((offer) => [`${offer.kind} ${offer.title}`, offer])).values()].toReversed();
}

/** Kinds hold those below them; what concerns the whole file has to be asked for. */
function isWanted(kind: CodeActionKind, only: readonly CodeActionKind[] | null | undefined): boolean {
  if (only === undefined || only === null || only.length === 0) return !kind.startsWith(CodeActionKind.Source);
  return only.some((one) => one === CodeActionKind.Empty || kind === one || kind.startsWith(`${one}.`));
}

/** Of the findings that the client named those that an action mends. */
function diagnosticsFor({ finding }: Offer, file: WorkspaceFile, given: readonly LspDiagnostic[] | undefined): { diagnostics?: LspDiagnostic[] } {
  if (finding === undefined) return {};
  const found = (given ?? []).filter((one) => one.code === finding.code && file.offset(one.range.start) === finding.primary.start && file.offset(one.range.end) === finding.primary.end);
  return found.length === 0 ? {} : { diagnostics: found };
}

function toWorkspaceEdit(edits: readonly FileEdit[]): WorkspaceEdit {
  return {
    documentChanges: [...grouped(edits, ({ file }) => file)].sort(([a], [b]) => (a.uri < b.uri ? -1 : 1)).map(([file, own]) => ({
      textDocument: { uri: file.uri, version: file.version ?? null },
      edits: own.toSorted((a, b) => a.start - b.start || a.end - b.end).map((edit) => ({ range: file.range(edit), newText: edit.newText })),
    })),
  };
}

export const codeActionsFeature = feature(CodeActionRequest.type, {
  summary: 'Fixes of findings, refactorings, and what is mended in a whole file; what can not be done says why.',
  capabilities: { codeActionProvider: { codeActionKinds: KINDS, resolveProvider: true } },
  answer: (snapshot, params, token, { client }) => codeActions(snapshot, params, token, client),
});

export const resolveCodeActionFeature = feature(CodeActionResolveRequest.type, {
  summary: 'The edits of an action, after the plan that they lead to was checked and proven.',
  capabilities: { codeActionProvider: { codeActionKinds: KINDS, resolveProvider: true } },
  answer: resolveCodeAction,
});
