import type { Plan } from '../../plan/plan.ts';
import { bashWords } from './bash-word.ts';
import { headerLines } from './header-lines.ts';
import { planLines } from './plan-lines.ts';
import advice from './runtime/advice.sh';
import arrival from './runtime/arrival.sh';
import commandLine from './runtime/arguments.sh';
import byConnection from './runtime/by-connection.sh';
import commands from './runtime/commands.sh';
import connect from './runtime/connect.sh';
import executions from './runtime/executions.sh';
import failures from './runtime/failures.sh';
import health from './runtime/health.sh';
import interrupted from './runtime/interrupted.sh';
import journal from './runtime/journal.sh';
import leases from './runtime/leases.sh';
import load from './runtime/load.sh';
import loadRolls from './runtime/load-rolls.sh';
import machine from './runtime/machine.sh';
import main from './runtime/main.sh';
import model from './runtime/model.sh';
import obstacles from './runtime/obstacles.sh';
import operations from './runtime/operations.sh';
import pauses from './runtime/pauses.sh';
import preview from './runtime/preview.sh';
import questions from './runtime/questions.sh';
import resumeBatch from './runtime/resume-batch.sh';
import retry from './runtime/retry.sh';
import roll from './runtime/roll.sh';
import rollStatus from './runtime/roll-status.sh';
import refreshes from './runtime/refreshes.sh';
import rollback from './runtime/rollback.sh';
import shorten from './runtime/shorten.sh';
import slots from './runtime/slots.sh';
import standing from './runtime/standing.sh';
import state from './runtime/state.sh';
import status from './runtime/status.sh';
import stepStatus from './runtime/step-status.sh';
import steps from './runtime/steps.sh';
import store from './runtime/store.sh';
import terminal from './runtime/terminal.sh';
import worker from './runtime/worker.sh';
import yesOrNo from './runtime/yes-or-no.sh';

/** The parts of the program that are the same for every plan, in reading order. */
const RUNTIME = [
  terminal,
  load,
  loadRolls,
  journal,
  state,
  standing,
  connect,
  byConnection,
  worker,
  operations,
  executions,
  yesOrNo,
  slots,
  steps,
  failures,
  questions,
  roll,
  resumeBatch,
  retry,
  pauses,
  leases,
  obstacles,
  rollback,
  refreshes,
  shorten,
  arrival,
  health,
  status,
  stepStatus,
  rollStatus,
  model,
  advice,
  preview,
  store,
  interrupted,
  machine,
  commands,
  commandLine,
  main,
];

const RULE = `# ${'-'.repeat(108)}`;

/** bash runs the commands of a function by recursion, so that a very long one would overflow its stack. */
const FUNCTION_LINES = 1000;

/** The lines as functions of bounded length, cut between steps where possible, and `load_plan`, which calls them. */
function planFunctions(lines: readonly string[]): string[] {
  const functions: string[][] = [[]];
  for (const text of lines) {
    const current = functions[functions.length - 1] as string[];
    if (current.length >= (text === '' ? FUNCTION_LINES : 2 * FUNCTION_LINES)) functions.push([text]);
    else current.push(text);
  }
  return [
    ...functions.flatMap((body, index) => [
      `load_part_${index + 1}() {`,
      ...(body.length === 0 ? ['  :'] : body.map((text) => (text === '' ? '' : `  ${text}`))),
      '}',
      '',
    ]),
    'load_plan() {',
    ...functions.flatMap((_, index) => [`  load_part_${index + 1}`, `  unset -f load_part_${index + 1}`]),
    '}',
  ];
}

/**
 * The plan as one bash program for bash 4.4 or newer, which needs coreutils, util-linux and ssh. The same plan gives
 * the same bytes. The journal that the program writes is described in `docs/journal.md`.
 * @param plan - a plan that its schema accepts
 */
export function emitShell(plan: Plan): string {
  const head = bashWords([plan.name, plan.digest, plan.cloud.name, plan.title ?? '', plan.cloud.title ?? '']);
  return [
    ...headerLines(plan),
    '',
    RULE,
    '# The plan',
    RULE,
    '',
    'load_head() {',
    `  plan ${head}`,
    '}',
    '',
    ...planFunctions(planLines(plan)),
    ...RUNTIME.map((text) => text.trimEnd()),
    '',
    '# One command, so that bash has read all of it before it runs: the file may be replaced meanwhile. A program that',
    '# sources this file gets the functions and the plan.',
    'if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; exit "$?"; fi',
    '',
  ].join('\n');
}
