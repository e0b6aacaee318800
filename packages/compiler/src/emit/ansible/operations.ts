import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Action, CommandOptions, HttpOperation, Plan, Probe, PutOperation, RebootOperation, ScriptOperation } from '../../plan/plan.ts';
import { toBase64 } from '../../text/base64.ts';
import { quoteShell } from '../../text/shell-quote.ts';
import { wholeSeconds } from '../shell/bash-word.ts';
import { contentNames } from './names.ts';
import { nativeModule, simpleWords } from './native.ts';
import { userText, type Fields, type Value } from './yaml.ts';

/** One task of an action, without its name, its condition and its place. */
export interface Piece {
  readonly fields: Fields;
  /** More of what the journal needs to know: see the callback plugin. */
  readonly spec?: Fields;
  /** Variables of the task. */
  readonly vars?: Fields;
  /** What it is for, if it is not what the action is for. */
  readonly about?: string;
  /** What ansible-lint finds and what is right here. */
  readonly accepted?: readonly string[];
  /** It is no part of the action; the task before it may have failed. */
  readonly cleanup?: true;
}

/** What an emitter of tasks knows of the plan. */
export class Operations {
  private readonly contents: ReadonlyMap<string, string>;
  private readonly files: ReadonlyMap<string, Plan['files'][number]>;
  private readonly local: ReadonlySet<string>;
  private readonly plan: Plan;

  constructor(plan: Plan) {
    this.plan = plan;
    this.contents = contentNames(plan);
    this.files = new Map(plan.files.map((file) => [file.id, file]));
    this.local = new Set(plan.hosts.filter((host) => host.connection.type === 'local').map((host) => host.name));
  }

  /** The tasks of an action, a check or a question. */
  pieces(action: Action | Probe, isQuestion: boolean): Piece[] {
    const { operation } = action;
    const changes = 'changes' in action && action.changes.length > 0;
    const isLocal = action.targets.mode === 'local' || action.targets.hosts.some((host) => this.local.has(host));
    switch (operation.type) {
      case 'shell':
        return [this.shellPiece(operation, operation.shell, isLocal, changes, isQuestion)];
      case 'script':
        return this.scriptPieces(operation, isLocal, changes, isQuestion);
      case 'http':
        return [httpPiece(operation, isQuestion)];
      case 'wait':
        return [{ fields: { 'ansible.builtin.wait_for': { timeout: `{{ ${wholeSeconds(operation.seconds)} | belay.run.wait(belay_action, belay_host) }}` }, delegate_to: 'localhost' } }];
      case 'put':
        return this.putPieces(operation);
      case 'reboot':
        return rebootPieces(operation, isLocal);
    }
  }

  private shellPiece(options: CommandOptions, text: string, isLocal: boolean, changes: boolean, isQuestion: boolean, environment: Fields = {}): Piece {
    const { accept = [0], again, poll, timeout } = options;
    const limit = poll === undefined ? timeout : Math.min(timeout ?? poll.limit, poll.limit);
    const native = isQuestion ? undefined : nativeModule(options, text);
    if (native !== undefined) return { fields: { ...native, ...become(options.as) } };
    const secrets = Object.entries(options.secrets ?? {}).sort(byName);
    const chdir = isLocal ? directoryField(options.directory) : undefined;
    let command = text;
    if (options.directory !== undefined && chdir === undefined) command = `cd -- ${quoteShell(options.directory)} || exit 125\n${command}`;
    if (secrets.length > 0) {
      const reads = secrets.map(([name]) => `IFS= read -r -d '' ${name}; export ${name}\n`).join('');
      command = `${reads}exec </dev/null\n${command}`;
    }
    if (limit !== undefined) command = `timeout --kill-after=10 ${wholeSeconds(limit, 1)} bash -c ${quoteShell(command)}`;
    // Ansible templates an environment twice, which an unsafe value does not survive, and reads lists in it: what is not plain is exported by the command.
    const exported = Object.entries(options.environment ?? {}).sort(byName).filter(([, value]) => !isPlain(value));
    command = exported.map(([name, value]) => `export ${name}=${quoteShell(value)}\n`).join('') + command;
    const unsafeVariables = (options.variables ?? []).filter((name) => this.isTemplate(name));
    const words = secrets.length > 0 || limit !== undefined || unsafeVariables.length > 0 ? undefined : simpleWords(command);
    const module = words === undefined
      ? { 'ansible.builtin.shell': {
          cmd: unsafeVariables.length === 0 ? userText(command) : `{{ ${unsafeVariables.map(exportOf).join(' ~ ')} ~ belay_text }}`,
          executable: '/bin/bash', ...chdirField(chdir),
          ...(secrets.length === 0 ? {} : { stdin: secretInput(this.plan, secrets.map(([, name]) => name)), stdin_add_newline: false }),
        } }
      : { 'ansible.builtin.command': { argv: words.map(userText), ...chdirField(chdir) } };
    const values = Object.entries(options.environment ?? {}).sort(byName);
    const variables = (options.variables ?? []).map((name) => ({ name, environment: `BELAY_VAR_${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}` }));
    const settings: Fields = {
      ...Object.fromEntries(variables.filter(({ name }) => !this.isTemplate(name)).map(({ name, environment: key }) => [key, `{{ ${hostVariable(name)} }}`])),
      ...Object.fromEntries(values.filter(([, value]) => isPlain(value))),
      ...environment,
    };
    const codes = accept.join(', ');
    const isDefault = codes === '0';
    const loops = again !== undefined || poll !== undefined;
    return {
      fields: {
        ...module,
        ...(Object.keys(settings).length === 0 ? {} : { environment: settings }),
        ...become(options.as),
        ...(isDefault && !isQuestion && !loops ? {} : { register: 'belay_result' }),
        ...(again === undefined && poll === undefined ? {} : untilFields(codes, again, poll)),
        changed_when: changes,
        ...(isQuestion ? { failed_when: false } : isDefault ? {} : { failed_when: `belay_result.rc not in [${codes}]` }),
        ...(secrets.length === 0 ? {} : { no_log: true }),
      },
      ...(unsafeVariables.length === 0 ? {} : { vars: { belay_text: userText(command) } }),
      spec: {
        ...(isQuestion ? { accept: [...accept] } : {}),
        ...(limit === undefined ? {} : { limit: true }),
        ...(poll === undefined ? {} : { poll: true }),
      },
      accepted: [
        ...(words === undefined && /\|/.test(command) ? ['risky-shell-pipe'] : []),
        ...(isModuleCommand(command) ? ['command-instead-of-module'] : []),
        ...(/^\s*(?:chgrp|chmod|chown|ln|mkdir|rm|rmdir|touch)\b/.test(command) ? ['deprecated-command-syntax'] : []),
        ...(words === undefined ? ['command-instead-of-shell'] : []),
        // It is marked as no template; the lint reads it as one.
        ...(/\{[{%#]/.test(command) ? ['jinja'] : []),
      ],
    };
  }

  /** Copied to the host, run with the interpreter that its first line names, or bash, and removed. */
  private scriptPieces(operation: ScriptOperation, isLocal: boolean, changes: boolean, isQuestion: boolean): Piece[] {
    const file = this.files.get(operation.file);
    const first = file?.encoding === 'utf8' ? (file.content.split('\n')[0] ?? '') : '';
    const interpreter = /^#![ \t]*(\S+)(?:[ \t]+(\S.*?))?[ \t]*$/.exec(first);
    const words = interpreter === null ? 'bash' : [interpreter[1] ?? '', ...(interpreter[2] === undefined ? [] : [interpreter[2]])].map(quoteShell).join(' ');
    const text = `${words} "$BELAY_FILE" ${operation.arguments}`.trimEnd();
    const run = this.shellPiece(operation, text, isLocal, changes, isQuestion, { BELAY_FILE: '{{ belay_file.path }}' });
    return [
      { about: 'make a place for the script', fields: { 'ansible.builtin.tempfile': { prefix: 'belay.' }, ...become(operation.as), register: 'belay_file', changed_when: false } },
      { about: 'copy the script', fields: { 'ansible.builtin.copy': { src: this.source(operation.file), dest: '{{ belay_file.path }}', mode: '0700' }, ...become(operation.as), changed_when: false } },
      run,
      { about: 'remove the script', cleanup: true, fields: { 'ansible.builtin.file': { path: '{{ belay_file.path }}', state: 'absent' }, ...become(operation.as), changed_when: false } },
    ];
  }

  /** Whether some host has a value for the variable that Ansible could read as something else. */
  private isTemplate(name: string): boolean {
    return this.plan.hosts.some((host) => !isPlain(host.variables?.[name] ?? 'none'));
  }

  private source(id: string): Value {
    return `{{ belay_project }}/files/${this.contents.get(id) ?? id}`;
  }

  /** The backup of `copy` has the time in its name, so nobody could say which one was first: the plan's own is kept once. */
  private putPieces(operation: PutOperation): Piece[] {
    const kept = `${operation.path}.before-${this.plan.name}`;
    const [path, before] = [quoteShell(operation.path), quoteShell(kept)];
    if (operation.takeBack === true) {
      const text = `set -e\nif [[ -e ${before} || -L ${before} ]]; then\n  mv -fT -- ${before} ${path}\nelif [[ -e ${before}.absent ]]; then\n  rm -f -- ${path}\n  rm -f -- ${before}.absent\nfi\n`;
      return [{ fields: { 'ansible.builtin.shell': { cmd: userText(text), executable: '/bin/bash' }, ...become(operation.as), changed_when: true } }];
    }
    const keep = `set -e\nif [[ -e ${path} || -L ${path} ]]; then\n  rm -rf -- ${before}.new\n  cp -a -- ${path} ${before}.new\n  mv -T -- ${before}.new ${before}\nelse\n  : >${before}.absent\nfi\n`;
    const [owner, group] = (operation.owner ?? '').split(':');
    return [
      {
        about: 'keep what is there, once',
        fields: {
          'ansible.builtin.shell': { cmd: userText(`if [[ -e ${before} || -L ${before} || -e ${before}.absent ]]; then exit 0; fi\n${keep}`), executable: '/bin/bash' },
          ...become(operation.as),
          changed_when: false,
        },
      },
      {
        fields: {
          'ansible.builtin.copy': {
            src: this.source(operation.file), dest: userText(operation.path),
            ...(operation.mode === undefined ? {} : { mode: operation.mode }),
            ...(owner ? { owner: userText(owner) } : {}),
            ...(group ? { group: userText(group) } : {}),
          },
          ...become(operation.as),
        },
        accepted: operation.mode === undefined ? ['risky-file-permissions'] : [],
      },
    ];
  }
}

/** The boot id is in the journal before the reboot begins: a run that was killed knows whether it happened. */
function rebootPieces(operation: RebootOperation, isLocal: boolean): Piece[] {
  const limit = Number(wholeSeconds(operation.limit));
  // The module looks for a bare name in directories of its own, not on the PATH; a path it takes as it is.
  return [
    {
      about: 'ask for the boot id', spec: { boot: true },
      fields: {
        'belay.run.boot_id': { command: userText(operation.bootId), ...chdirField(isLocal ? directoryField(undefined) : undefined), limit, known: '{{ belay_action | belay.run.boot(belay_host) }}' },
        ...become(operation.as),
      },
    },
    {
      fields: {
        'ansible.builtin.reboot': {
          reboot_command: userText(simpleWords(operation.shell) === undefined ? `/bin/bash -c ${quoteShell(operation.shell)}` : `/usr/bin/env ${operation.shell.trim()}`),
          boot_time_command: userText(operation.bootId),
          reboot_timeout: limit,
        },
        ...become(operation.as),
      },
    },
  ];
}

function httpPiece(operation: HttpOperation, isQuestion: boolean): Piece {
  const { poll } = operation;
  const isPlain = operation.url.every((part) => typeof part === 'string');
  const url = isPlain
    ? userText(operation.url.join(''))
    : `{{ ${operation.url.map((part) => (typeof part === 'string' ? jinjaText(part) : part.variable === 'host' ? 'belay_host' : `hostvars[belay_host][${jinjaText(part.variable)}]`)).join(' ~ ')} }}`;
  return {
    fields: {
      'ansible.builtin.uri': {
        url, method: operation.method, status_code: [...operation.status], follow_redirects: 'none', timeout: Number(wholeSeconds(operation.timeout ?? 30)),
      },
      delegate_to: 'localhost',
      ...(poll === undefined ? {} : { register: 'belay_result', until: isQuestion ? `belay_result.status | default(-1) in [${operation.status.join(', ')}]` : 'belay_result is succeeded', retries: retriesOf(poll), delay: Number(wholeSeconds(poll.every, 1)) }),
      ...(isQuestion ? { register: 'belay_result', failed_when: false } : {}),
    },
    spec: { ...(poll === undefined ? {} : { poll: true }), ...(isQuestion ? { status: [...operation.status] } : {}) },
  };
}

const retriesOf = (poll: { readonly every: number; readonly limit: number }): number =>
  Math.max(1, Math.floor(poll.limit / Math.max(1, poll.every)));

function untilFields(codes: string, again: CommandOptions['again'], poll: CommandOptions['poll']): Fields {
  const good = `belay_result.rc | default(255) in [${codes}]`;
  if (again === undefined) return { until: good, retries: retriesOf(poll as { every: number; limit: number }), delay: Number(wholeSeconds(poll?.every ?? 1, 1)) };
  const more = `belay_result.rc | default(255) not in [${again.codes.join(', ')}]`;
  if (poll === undefined) return { until: more, retries: Math.max(1, again.limit - 1), delay: 0 };
  return { until: [good, more], retries: Math.max(again.limit - 1, retriesOf(poll)), delay: Number(wholeSeconds(poll.every, 1)) };
}

const isPlain = (value: string): boolean => /^[A-Za-z0-9_@%+=:,./-](?:[A-Za-z0-9_@%+=:,./ -]*[A-Za-z0-9_@%+=:,./-])?$/.test(value);

const hostVariable = (name: string): string => `hostvars[belay_host][${jinjaText(name)}] | default('')`;

const exportOf = (name: string): string =>
  `'export BELAY_VAR_${name.replaceAll(/[^A-Za-z0-9_]/g, '_')}=' ~ (${hostVariable(name)} | quote) ~ '; '`;

const become = (as: string | undefined): Fields => (as === undefined ? {} : { become: true, become_user: userText(as) });

/** `chdir` expands variables and tildes; what has none may stand there. A path that is not absolute starts where the run does. */
function directoryField(directory: string | undefined): string | undefined {
  if (directory === undefined) return '{{ belay_directory }}';
  return undefined;
}

const chdirField = (chdir: string | undefined): Fields => (chdir === undefined ? {} : { chdir });

/** Secrets go by standard input, never by a command line or an environment that others can read. */
function secretInput(plan: Plan, names: readonly string[]): string {
  const variables = names.map((name) => secretVariable(plan, name));
  const nul = jinjaText('\0');
  return `{{ [${variables.join(', ')}] | map('string') | join(${nul}) }}{{ ${nul} }}`;
}

/** The variable that looks a secret up. */
export function secretVariable(plan: Plan, name: string): string {
  return `belay_secret_${plan.secrets.findIndex((secret) => secret.name === name) + 1}`;
}

/**
 * A text inside an expression of Jinja. Ansible doubles the backslashes of literals in some places and not in others, so what is not plain is
 * written without any.
 */
export function jinjaText(text: string): string {
  return /^[A-Za-z0-9 _./:@-]*$/.test(text) ? `'${text}'` : `('${toBase64(utf8ToBytes(text))}' | b64decode)`;
}

function byName([left]: [string, unknown], [right]: [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** Commands that ansible-lint would have a module for, which does not do quite the same. */
const isModuleCommand = (text: string): boolean => /^\s*(?:apt-get|chkconfig|curl|git|hg|letsencrypt|mktemp|mount|patch|rpm|rsync|sed|service|supervisorctl|svn|systemctl|tar|unzip|wget|yum|dnf|zypper)\b/.test(text);
