import type { CommandOptions } from '../../plan/plan.ts';
import { userText, type Fields } from './yaml.ts';

/** Words that every shell reads as themselves. */
const SIMPLE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** What bash has built in and no program of that name does, or does otherwise. */
const BUILTIN = new Set([
  '.', ':', 'alias', 'bg', 'bind', 'break', 'builtin', 'caller', 'cd', 'command', 'compgen', 'complete', 'continue', 'declare', 'dirs', 'disown', 'echo', 'enable',
  'eval', 'exec', 'exit', 'export', 'fc', 'fg', 'getopts', 'hash', 'help', 'history', 'jobs', 'let', 'local', 'logout', 'mapfile', 'popd', 'printf', 'pushd',
  'pwd', 'read', 'readarray', 'readonly', 'return', 'set', 'shift', 'shopt', 'source', 'suspend', 'time', 'times', 'trap', 'type', 'typeset', 'ulimit', 'umask',
  'unalias', 'unset', 'wait', 'if', 'case', 'for', 'while', 'until', 'select', 'function', 'do', 'done', 'fi', 'esac', 'then', 'else', 'elif', 'in', 'coproc', 'kill', 'test',
]);

/** The words of a command that needs no shell; undefined where it may. */
export function simpleWords(text: string): string[] | undefined {
  const words = plainWords(text);
  const [first] = words ?? [];
  return first === undefined || BUILTIN.has(first) || first.includes('=') ? undefined : words;
}

/** Bare words and words in single quotes, in one line. */
function plainWords(text: string): string[] | undefined {
  const words: string[] = [];
  for (const [word] of text.trim().matchAll(/(?:'[^']*'|[^\s'])+/g)) {
    const plain = /^'([^'\n]*)'$/.exec(word)?.[1];
    if (plain !== undefined && !/[$~]/.test(plain)) words.push(plain);
    else if (SIMPLE.test(word)) words.push(word);
    else return undefined;
  }
  return /[\n]/.test(text.trim()) ? undefined : words;
}

const STATES: Readonly<Record<string, string>> = { start: 'started', stop: 'stopped', restart: 'restarted', reload: 'reloaded' };

/** The module of Ansible that does what a command does, where one does the same. */
export function nativeModule(options: CommandOptions, text: string): Fields | undefined {
  const { accept, again, poll, timeout, directory, secrets } = options;
  if (accept ?? again ?? poll ?? timeout ?? directory ?? secrets) return undefined;
  const words = simpleWords(text);
  if (words === undefined) return undefined;
  const [program, verb = '', unit] = words;
  const state = STATES[verb];
  if (program === 'systemctl' && state !== undefined && unit !== undefined && words.length === 3 && !unit.startsWith('-')) {
    return { 'ansible.builtin.systemd': { name: userText(unit), state } };
  }
  return aptModule(words);
}

/** `apt-get install` of named versions: without one, the module would leave an older package as it is. */
function aptModule(words: readonly string[]): Fields | undefined {
  if (words[0] !== 'apt-get') return undefined;
  const rest = words.slice(1);
  const options = rest.filter((word) => word.startsWith('-'));
  const [verb, ...packages] = rest.filter((word) => !word.startsWith('-'));
  const isKnown = options.every((word) => ['-y', '--yes', '--assume-yes', '-q', '-qq', '--quiet', '--no-install-recommends', '--allow-downgrades'].includes(word));
  if (verb !== 'install' || !isKnown || packages.length === 0 || !packages.every((name) => /^[a-z0-9][a-z0-9+.-]*=[^*]+$/.test(name))) return undefined;
  return {
    'ansible.builtin.apt': {
      name: packages.map(userText), state: 'present',
      ...(options.includes('--no-install-recommends') ? { install_recommends: false } : {}),
      ...(options.includes('--allow-downgrades') ? { allow_downgrade: true } : {}),
    },
  };
}
