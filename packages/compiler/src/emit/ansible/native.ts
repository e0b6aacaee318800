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
  const { accept, again, poll, timeout, directory, secrets, environment } = options;
  if (accept ?? again ?? poll ?? timeout ?? directory ?? secrets) return undefined;
  // Modules ask nobody anyway; anything else in the environment may matter.
  if (Object.keys(environment ?? {}).some((name) => name !== 'DEBIAN_FRONTEND')) return undefined;
  const words = simpleWords(text);
  if (words === undefined) return undefined;
  const [program, verb = '', unit] = words;
  const state = STATES[verb];
  if (program === 'systemctl' && state !== undefined && unit !== undefined && words.length === 3 && !unit.startsWith('-')) {
    return { 'ansible.builtin.systemd': { name: userText(unit), state } };
  }
  return aptModule(words) ?? dnfModule(words);
}

/** Options of `apt-get` as fields of the module; those of the first line are what the module does anyway. */
const APT_OPTIONS: Readonly<Record<string, Fields>> = {
  '-y': {}, '--yes': {}, '--assume-yes': {}, '-q': {}, '-qq': {}, '--quiet': {},
  '--no-install-recommends': { install_recommends: false }, '--allow-downgrades': { allow_downgrade: true }, '--allow-change-held-packages': { allow_change_held_packages: true },
};

/** `apt-get install` of named versions: without one, the module would leave an older package as it is. */
function aptModule(words: readonly string[]): Fields | undefined {
  let fields: Fields = {};
  const dpkg: string[] = [];
  const rest: string[] = [];
  for (let index = 1; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const forced = word === '-o' ? /^Dpkg::Options::=--(force-conf(?:def|old|new))$/.exec(words[index + 1] ?? '')?.[1] : undefined;
    if (forced !== undefined) {
      dpkg.push(forced);
      index += 1;
    } else if (word.startsWith('-')) {
      const known = APT_OPTIONS[word];
      if (known === undefined) return undefined;
      fields = { ...fields, ...known };
    } else rest.push(word);
  }
  const [verb, ...packages] = rest;
  if (words[0] !== 'apt-get' || verb !== 'install' || packages.length === 0 || !packages.every((name) => /^[a-z0-9][a-z0-9+.-]*=[^*]+$/.test(name))) return undefined;
  return { 'ansible.builtin.apt': { name: packages.map(userText), state: 'present', ...(dpkg.length === 0 ? {} : { dpkg_options: dpkg.join(',') }), ...fields } };
}

/** `dnf install` of one exact version of each package, whichever is installed. */
function dnfModule(words: readonly string[]): Fields | undefined {
  const [program, yes, verb, ...packages] = words;
  if (program !== 'dnf' || yes !== '-y' || verb !== 'install' || packages.length === 0 || !packages.every((name) => /^[A-Za-z0-9][A-Za-z0-9._+-]*-\d[A-Za-z0-9.:_~^+-]*$/.test(name))) return undefined;
  return { 'ansible.builtin.dnf': { name: packages.map(userText), state: 'present', allow_downgrade: true } };
}
