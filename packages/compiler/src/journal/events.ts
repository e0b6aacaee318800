/** The fields of each event of a journal, in the order in which a line of `belay.journal/1` has them, behind the time and the event. `docs/journal.md` says what they mean. */
export const EVENT_FIELDS = {
  'run-begin': ['command', 'process', 'machine', 'directory'],
  'run-end': ['code', 'reason'],
  'step-begin': ['step', 'batch', 'attempt'],
  'step-end': ['step', 'batch', 'result', 'seconds'],
  'action-begin': ['step', 'batch', 'action', 'host', 'title'],
  'action-end': ['step', 'batch', 'action', 'host', 'result', 'code', 'seconds'],
  'boot-id': ['step', 'batch', 'action', 'host', 'id'],
  approved: ['step', 'batch', 'user'],
  repeat: ['step', 'batch', 'user'],
  'batch-begin': ['step', 'batch', 'hosts'],
  'batch-end': ['step', 'batch', 'result'],
  'host-skipped': ['step', 'batch', 'host'],
  'host-failed': ['step', 'batch', 'host', 'bodyStep'],
  'lock-taken': ['step', 'batch', 'host', 'lock'],
  'lock-released': ['step', 'batch'],
  'lock-lost': ['step', 'batch'],
  'rollback-begin': ['target'],
  'undo-begin': ['step', 'batch', 'action', 'host', 'title'],
  'undo-end': ['step', 'batch', 'action', 'host', 'result', 'code', 'seconds'],
  'step-undone': ['step', 'batch'],
  'rollback-end': ['result'],
} as const;

export type EventName = keyof typeof EVENT_FIELDS;

/** The fields that are numbers. */
export const NUMBERS: ReadonlySet<string> = new Set(['batch', 'attempt', 'code', 'seconds', 'process']);
