import type { Action, Plan, Probe, Step } from '../../plan/plan.ts';
import { visibleText } from '../shell/bash-word.ts';
import { plainText } from './yaml.ts';

/** A name that a person reads: one line, and never a template. */
export const shownText = (text: string): string => plainText(visibleText(text)).trim();

/** The title of a step, or what it does. */
export function stepTitle(step: Step): string {
  if (step.title !== undefined) return step.title;
  const [first, ...rest] = step.actions;
  if (first === undefined) return step.text ?? step.kind;
  return rest.length === 0 ? first.title : `${first.title}, and ${rest.length} more`;
}

export function playName(step: Step): string {
  return shownText(`Step ${step.id}: ${stepTitle(step)}`);
}

export function taskName(about: string, label: string, action: Action | Probe): string {
  return shownText(`${about}, ${label}: ${'title' in action ? action.title : probeTitle(action)}`);
}

function probeTitle({ operation }: Probe): string {
  if (operation.type === 'script') return `script ${operation.file}`;
  if (operation.type === 'http') return `${operation.method} ${operation.url.map((part) => (typeof part === 'string' ? part : `\${${part.variable}}`)).join('')}`;
  const [first = '', ...rest] = operation.shell.trim().split('\n');
  return rest.length > 0 || first.length > 60 ? `${first.slice(0, 60)}…` : first;
}

/** The container that a step stands in, or the step itself. */
export const stageOf = (step: Step): string => step.id.split('/')[0] as string;

/** Tags that Ansible means something by: a step that is called `never` would never run. */
const SPECIAL_TAGS = new Set(['all', 'always', 'never', 'tagged', 'untagged']);

/** Tags may not hold commas, by which `--tags` separates them. */
export function tagText(text: string): string {
  const tag = shownText(text).replaceAll(',', '_');
  return SPECIAL_TAGS.has(tag) ? `${tag}_` : tag;
}

/** Names of files for ids: what one can't hold becomes `_`, and two that would be the same get numbers. */
export class FileNames {
  private readonly taken = new Map<string, number>();

  name(id: string): string {
    const plain = id.replaceAll('/', '.').replaceAll(/[^A-Za-z0-9._-]/g, '_').replace(/^[.-]/, '_').slice(0, 100);
    const count = (this.taken.get(plain) ?? 0) + 1;
    this.taken.set(plain, count);
    return count === 1 ? plain : `${plain}-${count}`;
  }
}

/** Where the contents of the plan's files lie in the project. */
export function contentNames(plan: Plan): ReadonlyMap<string, string> {
  const names = new FileNames();
  return new Map(plan.files.map((file) => [file.id, names.name(file.path)]));
}
