import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Here } from './evaluate.ts';
import { locate } from './reporter.ts';

/** What is about a step as a whole: it may stand in the block of every action that is a step of its own. */
const OF_STEPS = ['timeout', 'retry', 'takes', 'unless', 'step.verify', 'repeatable', 'undo', 'undo-nothing', 'irreversible', 'after', 'allow'] as const;

const OF_COMMANDS = ['step.on', 'as', 'in', 'env', 'accept-exit', 'again-on-exit', 'poll'] as const;

const OF_EFFECTS = ['rewrites', 'changes-nothing'] as const;

const OF_VERBS = [...OF_COMMANDS, 'run', 'script', 'http'] as const;

/** What else counts in the block of an action; an action that is not here has its commands and their places from the cloud. */
const COUNTING: Readonly<Record<string, readonly string[]>> = {
  stop: OF_VERBS, start: OF_VERBS, restart: OF_VERBS, reload: OF_VERBS, install: OF_VERBS, expand: OF_VERBS, migrate: OF_VERBS, contract: OF_VERBS,
  drain: OF_VERBS, return: OF_VERBS, reboot: OF_VERBS,
  run: [...OF_COMMANDS, ...OF_EFFECTS], script: [...OF_COMMANDS, ...OF_EFFECTS], http: ['step.on', 'poll', ...OF_EFFECTS],
  put: ['step.on', 'as'], gate: ['poll'], 'gate-healthy': ['step.on', 'poll'],
};

/** Reports statements in the block of an action that would be passed over in silence. */
export function reportIdle(statement: Statement, here: Here): void {
  const { id, keyword } = statement.declaration;
  if (statement.block?.kind !== 'action') return;
  const counting = new Set<string>([...OF_STEPS, ...(COUNTING[id] ?? [])]);
  for (const one of statement.block.statements) {
    if (counting.has(one.declaration.id)) continue;
    here.reporter.report(KINDS.misplacedBlock, {
      message: `\`${one.declaration.keyword}\` says nothing in the block of \`${keyword}\`. Remove it${COUNTING[id] === undefined ? '' : `; what counts there is ${listOf(COUNTING[id])}`}.`,
      at: locate(here.file, one.keyword),
    });
  }
}

function listOf(ids: readonly string[]): string {
  const words = ids.map((id) => `\`${id === 'step.on' ? 'on' : id.replaceAll('-', ' ')}\``);
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
