/** A message of the protocol that no feature and no listener stands for, and what it is for here. */
export interface Message {
  readonly method: string;
  /** One sentence. */
  readonly summary: string;
}

/** What the session and the connection answer themselves. */
export const LIFECYCLE: readonly Message[] = Object.freeze([
  { method: 'initialize', summary: 'Capabilities, for what the client can do; the encoding of positions is agreed on: UTF-16, UTF-8 or UTF-32.' },
  { method: 'initialized', summary: 'The folders of the workspace are read.' },
  { method: 'shutdown', summary: 'Nothing more is checked.' },
  { method: 'exit', summary: 'The server ends.' },
  { method: '$/cancelRequest', summary: 'The request is answered with what is there, or not at all.' },
  { method: '$/setTrace', summary: 'What `$/logTrace` says from here on.' },
  { method: 'window/workDoneProgress/cancel', summary: 'The work is given up.' },
  { method: 'workspace/didChangeWorkspaceFolders', summary: 'The folders of the workspace are read again.' },
]);

/** What the server sends by itself. */
export const SENT: readonly Message[] = Object.freeze([
  { method: 'textDocument/publishDiagnostics', summary: 'Findings, to clients that do not ask for them.' },
  { method: 'workspace/diagnostic/refresh', summary: 'Findings changed, to clients that ask for them.' },
  { method: 'workspace/inlayHint/refresh', summary: 'Hints of an open document may be others, since a file that it imports has changed.' },
  { method: 'workspace/codeLens/refresh', summary: 'The same for lenses.' },
  { method: 'workspace/semanticTokens/refresh', summary: 'The same for tokens.' },
  { method: 'workspace/configuration', summary: 'Settings under `belay`.' },
  { method: 'client/registerCapability', summary: 'To be told of files, and of settings.' },
  { method: 'window/workDoneProgress/create', summary: 'Reading and checking the workspace, and compiling.' },
  { method: '$/progress', summary: 'How far that is.' },
  { method: 'window/logMessage', summary: 'What went wrong in the server.' },
  { method: '$/logTrace', summary: 'Messages, if the client traces them.' },
]);
