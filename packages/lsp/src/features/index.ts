import { definitionFeature } from './definition.ts';
import { documentDiagnosticsFeature, workspaceDiagnosticsFeature } from './diagnostics.ts';
import { documentHighlightFeature } from './document-highlight.ts';
import { documentSymbolsFeature } from './document-symbols.ts';
import type { Feature } from './feature.ts';
import { foldingFeature } from './folding.ts';
import { formattingFeature, onTypeFormattingFeature, rangeFormattingFeature } from './formatting.ts';
import { hoverFeature } from './hover.ts';
import { referencesFeature } from './references.ts';
import { prepareRenameFeature, renameFeature } from './rename.ts';
import { selectionRangesFeature } from './selection-ranges.ts';

/** Every request that the server answers, in the order of the protocol's specification. */
export const FEATURES: readonly Feature[] = Object.freeze([
  definitionFeature, referencesFeature, documentHighlightFeature, hoverFeature, foldingFeature, selectionRangesFeature, documentSymbolsFeature, documentDiagnosticsFeature,
  workspaceDiagnosticsFeature, formattingFeature, rangeFormattingFeature, onTypeFormattingFeature, renameFeature, prepareRenameFeature,
]);
