import {
  DocumentDiagnosticReportKind, DocumentDiagnosticRequest, WorkspaceDiagnosticRequest, type DocumentDiagnosticReport, type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { keyOf } from '../workspace/roots.ts';
import type { Feature } from './feature.ts';
import { checkParameters } from './parameters.ts';

/** The id of the answer that there is nothing any more. */
const NOTHING = 'nothing';

const CAPABILITIES = { diagnosticProvider: { identifier: 'belay', interFileDependencies: true, workspaceDiagnostics: true } };

export const documentDiagnosticsFeature: Feature = {
  method: DocumentDiagnosticRequest.method,
  summary: 'What is wrong with a document, or that nothing changed since the last answer. Clients that do not ask are sent `textDocument/publishDiagnostics`.',
  capabilities: () => CAPABILITIES,
  listen(connection, server) {
    connection.languages.diagnostics.on(async (params): Promise<DocumentDiagnosticReport> => {
      checkParameters(DocumentDiagnosticRequest.method, params);
      const { textDocument, previousResultId } = params;
      const report = await server.diagnostics.report(textDocument.uri);
      if (report === undefined) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
      const { resultId, items } = report;
      return previousResultId === resultId ? { kind: DocumentDiagnosticReportKind.Unchanged, resultId } : { kind: DocumentDiagnosticReportKind.Full, resultId, items: [...items] };
    });
  },
};

export const workspaceDiagnosticsFeature: Feature = {
  method: WorkspaceDiagnosticRequest.method,
  summary: 'What is wrong with any file, when all of them are checked and proven; shows progress.',
  capabilities: () => CAPABILITIES,
  listen(connection, server) {
    connection.languages.diagnostics.onWorkspace(async (params, token, progress) => {
      checkParameters(WorkspaceDiagnosticRequest.method, params);
      const { previousResultIds } = params;
      progress.begin('Belay: checking', 0, undefined, true);
      // Who asks right after the start is told of all files, too.
      await server.current({});
      const reports = await server.diagnostics.reports(token, (done, of) => progress.report(of === 0 ? 100 : Math.floor((done / of) * 100)));
      progress.done();
      const { roots } = server.workspace.snapshot.parts;
      const key = (uri: string): string => keyOf(roots.place(uri));
      const known = new Map(previousResultIds.map(({ uri, value }) => [key(uri), value]));
      const reported = new Set(reports.map(({ uri }) => key(uri)));
      // What is not there any more is not wrong any more, and no client knows that by itself.
      const gone = previousResultIds.filter(({ uri, value }) => value !== NOTHING && !reported.has(key(uri)));
      return {
        items: [
          ...reports.map(({ uri, version, resultId, items }): WorkspaceDocumentDiagnosticReport => (
            known.get(key(uri)) === resultId ? { kind: DocumentDiagnosticReportKind.Unchanged, uri, version, resultId } : { kind: DocumentDiagnosticReportKind.Full, uri, version, resultId, items: [...items] }
          )),
          ...gone.map(({ uri }): WorkspaceDocumentDiagnosticReport => ({ kind: DocumentDiagnosticReportKind.Full, uri, version: null, resultId: NOTHING, items: [] })),
        ],
      };
    });
  },
};
