import type { Command, Word, WordFrame } from './shell-frames.ts';

/** Builtins that read an argument as shell text, as arithmetic, or as a name with a subscript to evaluate. */
const EVALUATING = new Set([
  'eval',
  'let',
  'trap',
  'unset',
  'read',
  'mapfile',
  'readarray',
  'getopts',
  'wait',
]);
const DECLARING = new Set(['declare', 'typeset', 'local', 'readonly', 'export']);
const SHELL = /^(?:.*\/)?(?:sh|bash|dash|ksh|mksh|zsh|ash|su|runuser)$/;
const OPENING = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', '{', '}', 'fi', 'done']);
const ASSIGNMENT = /^[A-Za-z_][A-Za-z0-9_]*(?:\[[^\]]*\])?\+?=/;
const OPEN_SUBSCRIPT = /^[A-Za-z_][A-Za-z0-9_]*\[[^\]]*$/;
/** The options of OpenSSH's client that take an argument. */
const SSH_OPTION_WITH_ARGUMENT = /^-[A-Za-z0-9]*[BbcDEeFIiJLlmOoPpQRSWw]$/;
const EVALUATING_TEST = /^(?:=~|-eq|-ne|-lt|-le|-gt|-ge|-v|-R)$/;

const SUBSCRIPT = 'it is the subscript of an array, which bash would evaluate';

export const EVALUATED_TEST =
  'bash evaluates it at this operator of [[ ]]; use [ … ] (or grep for a pattern)';

/** What the end of a word means for the reader. */
export type WordEvent = 'case' | 'esac' | 'test' | 'test-end' | { readonly doubt: string } | undefined;

/** Whether `lead` is an assignment that has just reached its `=`. */
export function opensArray(word: Word): boolean {
  return word.plain && ASSIGNMENT.exec(word.lead)?.[0].length === word.lead.length;
}

/** Why no value can stand at the current place of `frame`, as far as its commands tell. */
export function refusal(frame: WordFrame, part: number): string | undefined {
  const lead = frame.word?.lead ?? '';
  if (frame.kind === 'array') return /^\[[^\]]*$/.test(lead) ? SUBSCRIPT : undefined;
  if (frame.kind === 'test') {
    frame.value ??= part;
    return frame.evaluates ? EVALUATED_TEST : undefined;
  }
  if (frame.kind === 'case' && frame.phase !== 'body') return undefined;
  if (OPEN_SUBSCRIPT.test(lead)) return SUBSCRIPT;
  const { command } = frame;
  // bash expands what follows >& or <& twice, quotes or not (seen with 5.2).
  if (command.redirect === 'descriptor') return 'bash expands what follows >& or <& twice; write > FILE 2>&1';
  return command.redirect === 'file' || command.position !== 'arguments'
    ? undefined
    : argumentRefusal(command, lead);
}

function argumentRefusal(command: Command, lead: string): string | undefined {
  const { name, previous } = command;
  if (EVALUATING.has(name)) return `${name} evaluates its arguments`;
  if (DECLARING.has(name) && !ASSIGNMENT.test(lead)) return `${name} evaluates names; write the name out`;
  if (name === 'printf' && (previous === '-v' || lead.startsWith('-v')))
    return 'printf -v evaluates the name';
  if ((name === 'test' || name === '[') && /^-[vR]$/.test(previous))
    return `${name} ${previous} evaluates the name`;
  if (command.shell && /^-[a-z]*c$/.test(previous)) {
    return (
      'it is part of the text for a second shell, which would read it again; ' +
      `hand it over as an argument: bash -c '… "$1" …' _ \${…}`
    );
  }
  if (command.host)
    return 'ssh joins its words and the far shell reads them again; run the command on that host';
  return undefined;
}

/** Ends the current word of `frame`, if there is one. */
export function endWord(frame: WordFrame): WordEvent {
  const { word } = frame;
  if (word === undefined) return undefined;
  frame.word = undefined;
  switch (frame.kind) {
    case 'array':
      return undefined;
    case 'test':
      if (word.plain && word.lead === ']]')
        return frame.depth === 0 ? 'test-end' : { doubt: '[[ ]] is not balanced' };
      if (word.plain && EVALUATING_TEST.test(word.lead)) frame.evaluates = true;
      return undefined;
    case 'case':
      return frame.phase === 'body' ? commandWord(frame, word) : caseWord(frame, word);
    default:
      return commandWord(frame, word);
  }
}

function caseWord(frame: WordFrame, word: Word): WordEvent {
  const fresh = frame.fresh;
  frame.fresh = false;
  if (frame.phase === 'subject') frame.phase = 'in';
  else if (frame.phase === 'in') {
    if (!word.plain || word.lead !== 'in') return { doubt: 'a case has no in' };
    frame.phase = 'pattern';
    frame.fresh = true;
  } else if (fresh && word.plain && word.lead === 'esac') return 'esac';
  return undefined;
}

function commandWord(frame: WordFrame, word: Word): WordEvent {
  const { command } = frame;
  if (command.redirect !== 'none') {
    command.redirect = 'none';
    if (command.position === 'start' || command.position === 'time') command.position = 'prefix';
    return undefined;
  }
  const text = word.plain ? word.lead : '';
  switch (command.position) {
    case 'function':
      command.position = 'start';
      return undefined;
    case 'for':
      command.position = 'arguments';
      return undefined;
    case 'arguments':
      return argument(command, text);
    case 'time':
      if (text === '-p' || text === '--') return undefined;
      return startWord(command, word, text);
    case 'start':
      return startWord(command, word, text);
    case 'transparent':
      if (word.lead.startsWith('-')) return undefined;
      break;
    default:
      break;
  }
  name(command, word, text);
  return undefined;
}

/** A word where a reserved word may stand. */
function startWord(command: Command, word: Word, text: string): WordEvent {
  if (text === 'case' || text === 'esac') return text;
  if (text === '[[') return 'test';
  if (text === 'coproc') return { doubt: 'a coproc is read in more than one way' };
  if (OPENING.has(text)) command.position = 'start';
  else if (text === 'time') command.position = 'time';
  else if (text === 'function') command.position = 'function';
  else if (text === 'for' || text === 'select') {
    command.position = 'for';
    command.name = text;
  } else name(command, word, text);
  return undefined;
}

function name(command: Command, word: Word, text: string): void {
  if (ASSIGNMENT.test(word.lead)) {
    command.position = 'prefix';
  } else if (text === 'command' || text === 'builtin' || text === 'exec') {
    command.position = 'transparent';
  } else {
    command.position = 'arguments';
    command.name = text;
    command.previous = text;
    command.shell = SHELL.test(text);
  }
}

function argument(command: Command, text: string): WordEvent {
  const { name: called, previous } = command;
  command.previous = text;
  if (SHELL.test(text)) command.shell = true;
  if (called === 'ssh' && !text.startsWith('-') && !SSH_OPTION_WITH_ARGUMENT.test(previous))
    command.host = true;
  if (DECLARING.has(called) && /^[-+][A-Za-z]*[in]/.test(text)) {
    return { doubt: `${called} ${text} makes later assignments evaluate their values` };
  }
  if ((called === 'set' || called === 'shopt') && /extglob|posix/.test(text)) {
    return { doubt: `${called} ${text} changes how bash reads the rest` };
  }
  return undefined;
}
