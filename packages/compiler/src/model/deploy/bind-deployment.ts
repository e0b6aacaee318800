import { KINDS } from '../../diagnostics/kinds.ts';
import type { Statement, Value } from '../../syntax/tree.ts';
import type { Declared } from '../declarations.ts';
import { readRelease } from '../commands.ts';
import { shown } from '../declarations.ts';
import { constantText, evaluateDuration, itemsOf, wordOf, type Here } from '../evaluate.ts';
import type { Component } from '../model.ts';
import { locate } from '../reporter.ts';
import { scopeOf } from '../scope.ts';
import { headOf } from '../statements.ts';
import type { Cluster, Deployment, Kind } from './deployment.ts';
import { NAME_FORMS, type NameForm } from './name-forms.ts';

/** The parts that each kind has besides versions; what has `!` has to be there. */
const PARTS: Readonly<Record<Kind, readonly string[]>> = {
  packages: ['names', 'manager', 'hold', 'units'],
  venv: ['link!', 'environment!', 'units'],
  container: ['image!', 'tag!', 'engine', 'container', 'arguments', 'units'],
  kubernetes: ['workload!', 'container!', 'image!', 'namespace!', 'context', 'timeout'],
  helm: ['release!', 'chart!', 'namespace!', 'values', 'workload', 'context', 'timeout'],
};

/** Seconds that a rollout may take where nothing is said. */
const ROLLOUT = 600;

/** What a deployment is bound with. */
export interface Wanted {
  readonly component: Component;
  /** The release that is installed or taken back; undefined for what is about no release. */
  readonly release: string | undefined;
  /** The releases of the train; empty where none is known. */
  readonly releases: readonly string[];
  /** Where messages about the action stand. */
  readonly location: ReturnType<typeof locate>;
}

/**
 * Binds a `deploy` for one of its components; reports parts that are missing or of no use, and names that can not be names.
 *
 * @returns undefined where it could not be understood
 */
export function bindDeployment(declared: Declared, outer: Here, wanted: Wanted): Deployment | undefined {
  const kind = wordOf(declared.statement.arguments['how']) as Kind | undefined;
  if (kind === undefined) return undefined;
  return new DeploymentBinder(declared, kind, { ...outer, file: declared.file, scope: declared.scope }, wanted).bind();
}

class DeploymentBinder {
  readonly #statement: Statement;
  readonly #statements: readonly Statement[];
  readonly #kind: Kind;
  readonly #here: Here;
  readonly #wanted: Wanted;
  readonly #version: string;
  #isWhole = true;

  constructor({ statement }: Declared, kind: Kind, here: Here, wanted: Wanted) {
    this.#statement = statement;
    this.#statements = statement.block?.statements ?? [];
    this.#kind = kind;
    this.#wanted = wanted;
    const { component, release } = wanted;
    const values = { component: component.name, service: component.service, unit: component.unit, package: component.package, release: release ?? '' };
    this.#here = { ...here, scope: scopeOf(here.scope, values) };
    this.#version = this.#versionOf(release);
    this.#here = { ...here, scope: scopeOf(here.scope, { ...values, version: this.#version }) };
  }

  bind(): Deployment | undefined {
    this.#checkParts();
    if (!this.#isWhole) return undefined;
    const made = this.#make();
    return this.#isWhole ? made : undefined;
  }

  #make(): Deployment | undefined {
    switch (this.#kind) {
      case 'packages': {
        const manager = wordOf(this.#part('manager')?.arguments['manager']) === 'dnf' ? 'dnf' : 'apt';
        return {
          kind: 'packages', manager, names: this.#packages(manager === 'apt' ? NAME_FORMS.debianPackage : NAME_FORMS.rpmPackage),
          version: this.#version, hold: this.#part('hold') !== undefined, units: this.#units(),
        };
      }
      case 'venv': return { kind: 'venv', link: this.#text('link', 'path', NAME_FORMS.path), environment: this.#text('environment', 'path', NAME_FORMS.path), units: this.#units() };
      case 'container': return this.#container();
      case 'kubernetes': return {
        kind: 'kubernetes', workloads: this.#texts('workload', 'workloads', NAME_FORMS.workload), container: this.#text('container', 'name', NAME_FORMS.clusterName),
        image: this.#text('image', 'image', NAME_FORMS.image), cluster: this.#cluster(),
      };
      case 'helm': return {
        kind: 'helm', release: this.#text('release', 'name', NAME_FORMS.helmRelease), chart: this.#text('chart', 'chart', NAME_FORMS.chart), version: this.#version,
        values: this.#texts('values', 'files', NAME_FORMS.path), workloads: this.#texts('workload', 'workloads', NAME_FORMS.workload), cluster: this.#cluster(),
      };
    }
  }

  #container(): Deployment {
    const name = this.#part('container');
    const units = this.#units();
    if (units.length > 0) {
      for (const id of ['container', 'arguments']) this.#useless(this.#part(id), 'a unit starts the container. Remove it, or the unit');
    } else if (name === undefined) {
      this.#fault(KINDS.incompleteDeployment, 'Nothing says what starts the container: give the component a `unit "…"`, or write `container "NAME"`, and `arguments` as `run` needs them.', headOf(this.#statement));
    }
    return {
      kind: 'container', engine: wordOf(this.#part('engine')?.arguments['engine']) === 'podman' ? 'podman' : 'docker',
      image: this.#text('image', 'image', NAME_FORMS.image), tag: this.#text('tag', 'tag', NAME_FORMS.tag),
      ...(name === undefined ? {} : { container: this.#text('container', 'name', NAME_FORMS.container) }),
      arguments: this.#texts('arguments', 'arguments', NAME_FORMS.argument), units,
    };
  }

  #cluster(): Cluster {
    const { component, location } = this.#wanted;
    if (component.hosts.length > 1) {
      this.#isWhole = false;
      this.#here.reporter.report(KINDS.notOneHost, {
        message: `\`${component.name}\` is on ${component.hosts.length} hosts, and each of them would tell the cluster what to do. Put it on a group with the one host that has \`${this.#kind === 'helm' ? 'helm' : 'kubectl'}\`.`,
        at: component.location, related: [{ location: locate(this.#here.file, headOf(this.#statement)), message: 'deployed like this' }, { location, message: 'done here' }],
      });
    }
    return {
      namespace: this.#text('namespace', 'namespace', NAME_FORMS.clusterName),
      ...(this.#part('context') === undefined ? {} : { context: this.#text('context', 'context', NAME_FORMS.context) }),
      timeout: Math.max(1, Math.ceil(evaluateDuration(this.#part('timeout')?.arguments['limit'], this.#here) ?? ROLLOUT)),
    };
  }

  #packages(form: NameForm): readonly string[] {
    if (this.#part('names') !== undefined) return this.#texts('names', 'packages', form);
    const { package: name } = this.#wanted.component;
    if (name === undefined) {
      this.#fault(KINDS.incompleteDeployment, `Nothing says which packages \`${this.#wanted.component.name}\` has: give it a \`package "…"\`, or write \`names "…"\` in the block of \`deploy\`.`, headOf(this.#statement));
      return [];
    }
    return this.#checked(name, form, this.#wanted.component.location, this.#wanted.component.name) ? [name] : [];
  }

  #units(): readonly string[] {
    if (this.#part('units') !== undefined) return this.#texts('units', 'units', NAME_FORMS.unit);
    const { unit, location, name } = this.#wanted.component;
    return unit !== undefined && this.#checked(unit, NAME_FORMS.unit, location, name) ? [unit] : [];
  }

  #versionOf(release: string | undefined): string {
    const stated = this.#statements
      .filter((one) => one.declaration.id === 'deploy.version')
      .filter((one) => readRelease(one.arguments['release'], this.#here, this.#wanted) === release)[0];
    if (release === undefined) return '';
    const value = stated?.arguments['version'];
    if (value === undefined) return release;
    const text = constantText(value, this.#here, 'The version');
    this.#checked(text, NAME_FORMS.version, locate(this.#here.file, value));
    return text;
  }

  #part(name: string): Statement | undefined {
    return this.#statements.find((one) => one.declaration.id === `deploy.${name}`);
  }

  #checkParts(): void {
    const parts = PARTS[this.#kind];
    const known = new Set(parts.map((part) => part.replace('!', '')));
    for (const statement of this.#statements) {
      const name = statement.declaration.id.replace('deploy.', '');
      if (name === 'version' || known.has(name)) continue;
      this.#useless(statement, `\`deploy ${this.#kind}\` has no use for it. Remove it; what counts there is \`version\`, ${[...known].map((one) => `\`${one}\``).join(', ')}`);
    }
    for (const part of parts) {
      const name = part.slice(0, -1);
      if (!part.endsWith('!') || this.#part(name) !== undefined) continue;
      this.#fault(KINDS.incompleteDeployment, `\`deploy ${this.#kind}\` lacks \`${name} "…"\`. Write it in the block.`, headOf(this.#statement));
    }
  }

  #useless(statement: Statement | undefined, why: string): void {
    if (statement !== undefined) this.#fault(KINDS.incompleteDeployment, `\`${statement.declaration.keyword}\` says nothing here: ${why}.`, statement.keyword);
  }

  /** A part that may say something else for each release is not looked at where there is none. */
  #text(part: string, argument: string, form: NameForm): string {
    return this.#valued(this.#part(part)?.arguments[argument], form);
  }

  #texts(part: string, argument: string, form: NameForm): readonly string[] {
    return itemsOf(this.#part(part)?.arguments[argument]).map((value) => this.#valued(value, form));
  }

  #valued(value: Value | undefined, form: NameForm): string {
    if (value === undefined) return '';
    const text = constantText(value, this.#here, 'What is deployed');
    if (this.#wanted.release === undefined && namesRelease(value)) return '';
    this.#checked(text, form, locate(this.#here.file, value));
    return text;
  }

  #checked(text: string, form: NameForm, at: ReturnType<typeof locate>, component?: string): boolean {
    if (form.fits(text)) return true;
    this.#isWhole = false;
    this.#here.reporter.report(KINDS.malformedName, {
      message: `Expected ${form.expected}, found ${text === '' ? 'nothing' : shown(text)}${component === undefined ? '' : ` in \`${component}\``}.`, at,
    });
    return false;
  }

  #fault(kind: typeof KINDS.incompleteDeployment, message: string, at: { start: number; end: number }): void {
    this.#isWhole = false;
    this.#here.reporter.report(kind, { message, at: locate(this.#here.file, at) });
  }
}

function namesRelease(value: Value): boolean {
  return value.node === 'text' && value.parts.some((part) => part.part === 'interpolation' && (part.name === 'release' || part.name === 'version'));
}
