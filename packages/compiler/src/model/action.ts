/**
 * What actions do, where, and what they change: the vocabulary that the model and the JSON plan share. Everything here is plain
 * data and part of the published shape of `belay.plan/1`.
 */

export type Verb =
  | 'stop' | 'start' | 'restart' | 'reload' | 'install' | 'expand' | 'migrate' | 'contract' | 'drain' | 'return'
  | 'reboot' | 'enter' | 'leave' | 'put' | 'capture' | 'verify' | 'restore'
  | 'run' | 'script' | 'http' | 'wait' | 'check';

export interface Targets {
  /**
   * `all`: every host, in parallel. `each`: every host, one at a time, in order; the first failure ends it.
   * `any`: one host, the first that can be reached. `first`: the first, and no other. `local`: the machine that runs the plan.
   */
  readonly mode: 'all' | 'each' | 'any' | 'first' | 'local';
  /** In order; empty for `local`. */
  readonly hosts: readonly string[];
  /** In the body of a roll: only those of the hosts that are in the current batch. */
  readonly batch?: true;
}

/** Text in which run-time values of the host stand: `{ variable: 'host' }` is its name, others are host variables. */
export type Template = readonly (string | { readonly variable: string })[];

export type Operation = ShellOperation | ScriptOperation | HttpOperation | WaitOperation | PutOperation | RebootOperation;

/** How a command is run, whatever it is. */
export interface CommandOptions {
  /** The user, by `sudo -n -u`. */
  readonly as?: string;
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Environment variable → name of a secret. Never part of a command line, masked in logs. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Host variables that the text uses, exported as `BELAY_VAR_<NAME>`. `BELAY_HOST` is always there. */
  readonly variables?: readonly string[];
  /** Exit codes that mean success. Default: 0. */
  readonly accept?: readonly number[];
  /** Exit codes that mean “more to do, run again”, and the most runs. */
  readonly again?: { readonly codes: readonly number[]; readonly limit: number };
  /** Ask every so many seconds until it succeeds, for at most `limit` seconds. */
  readonly poll?: { readonly every: number; readonly limit: number };
  /** Seconds for one run. */
  readonly timeout?: number;
}

export interface ShellOperation extends CommandOptions {
  readonly type: 'shell';
  /** bash text; values that differ by host are `"$BELAY_HOST"` and `"$BELAY_VAR_…"`, quoted already. */
  readonly shell: string;
}

export interface ScriptOperation extends CommandOptions {
  readonly type: 'script';
  /** Id in `Plan.files`. Copied to the host, run, removed. */
  readonly file: string;
  /** bash words, quoted already. */
  readonly arguments: string;
}

export interface HttpOperation {
  readonly type: 'http';
  readonly url: Template;
  readonly method: string;
  /** Accepted status codes. */
  readonly status: readonly number[];
  readonly poll?: { readonly every: number; readonly limit: number };
  readonly timeout?: number;
}

export interface WaitOperation {
  readonly type: 'wait';
  readonly seconds: number;
}

export interface PutOperation {
  readonly type: 'put';
  readonly file: string;
  /** Absolute path on the host. Written beside it and renamed. What was there is kept once, as `PATH.before-PLAN`. */
  readonly path: string;
  readonly mode?: string;
  readonly owner?: string;
  readonly as?: string;
  /** Take it back: the kept file returns, or, where there was none, the file goes. */
  readonly takeBack?: true;
}

export interface RebootOperation extends CommandOptions {
  readonly type: 'reboot';
  /** Starts the reboot; losing the connection is not a failure. */
  readonly shell: string;
  /** Prints something that differs after each boot, such as the boot id. */
  readonly bootId: string;
  /** Seconds until the host has to be back. */
  readonly limit: number;
}

/** A question with a target: `unless`, `verify`. */
export interface Probe {
  readonly targets: Targets;
  readonly operation: ShellOperation | ScriptOperation | HttpOperation;
}

export type Change =
  | { readonly kind: 'component'; readonly name: string; readonly becomes: 'stopped' | 'started' | 'restarted' | 'reloaded' }
  | { readonly kind: 'component'; readonly name: string; readonly becomes: 'installed'; readonly release: string }
  | { readonly kind: 'database'; readonly name: string; readonly becomes: 'expanded' | 'migrated' | 'contracted'; readonly release: string }
  | { readonly kind: 'database'; readonly name: string; readonly becomes: 'restored'; readonly point: string }
  | { readonly kind: 'host'; readonly becomes: 'drained' | 'returned' | 'rebooted' }
  | { readonly kind: 'mode'; readonly name: string; readonly becomes: 'entered' | 'left' }
  /** An opaque action says that it changes a component, a database, a file (a path), or hosts (their names are the targets). */
  | { readonly kind: 'component' | 'database' | 'file' | 'host' | 'mode'; readonly name: string; readonly becomes: 'rewritten' };

/** Attempts in addition to the first, and the seconds between two. */
export interface Retry {
  readonly count: number;
  readonly every: number;
}

export interface Source {
  /** Relative to the workspace root, with `/`. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

export type Connection =
  | { readonly type: 'local' }
  | {
      readonly type: 'ssh';
      /** Where to connect, if it is not the host's name. */
      readonly address?: string;
      readonly user?: string;
      readonly port?: number;
      /** More arguments for ssh, such as `-o`, `ProxyJump=bastion`. */
      readonly options?: readonly string[];
    }
  | {
      readonly type: 'command';
      /**
       * The words of a command that runs its further arguments on the host, such as `docker`, `exec`, `-i`,
       * `ctl1`. The program appends `bash`, `-c` and the text. A relative path in the first word is resolved against the
       * working directory of the run.
       */
      readonly words: readonly string[];
    };

export interface Secret {
  readonly name: string;
  readonly from: 'env' | 'file' | 'command';
  /** The environment variable, the path, or the command, read on the machine that runs the plan. */
  readonly source: string;
}
