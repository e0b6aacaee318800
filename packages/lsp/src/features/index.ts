import { incomingCallsFeature, outgoingCallsFeature, prepareCallHierarchyFeature } from './call-hierarchy.ts';
import { codeActionsFeature, resolveCodeActionFeature } from './code-actions.ts';
import { codeLensFeature, resolveCodeLensFeature } from './code-lens.ts';
import { completionFeature, resolveCompletionFeature } from './completion.ts';
import { definitionFeature } from './definition.ts';
import { documentDiagnosticsFeature, workspaceDiagnosticsFeature } from './diagnostics.ts';
import { documentHighlightFeature } from './document-highlight.ts';
import { documentLinksFeature } from './document-links.ts';
import { documentSymbolsFeature } from './document-symbols.ts';
import { executeCommandFeature } from './execute-command.ts';
import type { Feature } from './feature.ts';
import { foldingFeature } from './folding.ts';
import { formattingFeature, onTypeFormattingFeature, rangeFormattingFeature } from './formatting.ts';
import { hoverFeature } from './hover.ts';
import { implementationFeature } from './implementation.ts';
import { inlayHintsFeature } from './inlay-hints.ts';
import { linkedEditingFeature } from './linked-editing.ts';
import { referencesFeature } from './references.ts';
import { willRenameFilesFeature } from './rename-files.ts';
import { prepareRenameFeature, renameFeature } from './rename.ts';
import { selectionRangesFeature } from './selection-ranges.ts';
import { semanticTokensDeltaFeature, semanticTokensFeature, semanticTokensRangeFeature } from './semantic-tokens.ts';
import { signatureHelpFeature } from './signature-help.ts';
import { typeDefinitionFeature } from './type-definition.ts';
import { workspaceSymbolsFeature } from './workspace-symbols.ts';

/** Every request that the server answers, in the order of the protocol's specification. */
export const FEATURES: readonly Feature[] = Object.freeze([
  definitionFeature, typeDefinitionFeature, implementationFeature, referencesFeature, prepareCallHierarchyFeature, incomingCallsFeature, outgoingCallsFeature, documentHighlightFeature, documentLinksFeature, hoverFeature, codeLensFeature, resolveCodeLensFeature, foldingFeature, selectionRangesFeature, documentSymbolsFeature, semanticTokensFeature, semanticTokensDeltaFeature, semanticTokensRangeFeature, inlayHintsFeature, completionFeature, resolveCompletionFeature, signatureHelpFeature, documentDiagnosticsFeature,
  workspaceDiagnosticsFeature, codeActionsFeature, resolveCodeActionFeature, formattingFeature, rangeFormattingFeature, onTypeFormattingFeature, renameFeature, prepareRenameFeature, linkedEditingFeature, workspaceSymbolsFeature, willRenameFilesFeature, executeCommandFeature,
]);
