import type { ValueType } from '../vocabulary/index.ts';

/** A name that a declaration introduces. */
export const NAME = /^[A-Za-z_][A-Za-z0-9_-]*$/;
/** A name, maybe dotted: something that is declared elsewhere. */
export const REFERENCE = /^[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;
export const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+$/;

interface Shape {
  /** For messages: what is expected. */
  readonly expected: string;
  /** What a bare word has to look like; absent where only a text will do. */
  readonly word?: RegExp;
  readonly text?: true;
  /** A bare name may stand for it: a `let`, a `param`, or a parameter of a recipe. */
  readonly named?: true;
}

const reference = (what: string): Shape => ({ expected: `the name of a ${what}`, word: REFERENCE });
const GLOB = /^[A-Za-z_][A-Za-z0-9_-]*(?:\.(?:[A-Za-z0-9_-]+|\*))*$/;

/** What the words and texts at a place look like. Composite types (targets, parameters, …) are read on their own. */
export const SHAPES: Readonly<Record<Exclude<ValueType, 'target' | 'parameters' | 'arguments'>, Shape>> = {
  name: { expected: 'a name: letters, digits, `_` and `-`', word: NAME },
  title: { expected: 'a title in quotes', text: true },
  text: { expected: 'a text in quotes', text: true, word: REFERENCE, named: true },
  command: { expected: 'a command in quotes', text: true },
  path: { expected: 'a path in quotes', text: true, word: REFERENCE, named: true },
  count: { expected: 'a number such as `3`', word: /^\d+$/, named: true },
  amount: { expected: 'a number such as `2` or a share such as `10%`', word: /^\d+(?:\.\d+)?%?$/, named: true },
  duration: { expected: 'a duration such as `30s`, `10m`, `8h` or `14d`', word: DURATION, named: true },
  percent: { expected: 'a share such as `10%`', word: /^\d+(?:\.\d+)?%$/, named: true },
  release: { expected: 'a release such as `juno` or `2025.1`', word: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/ },
  hosts: { expected: 'a host pattern in quotes, such as `"ctl[1:3].example"`', text: true, word: REFERENCE, named: true },
  clock: { expected: 'a time of day such as `22:00`' },
  day: { expected: 'a day: mon, tue, wed, thu, fri, sat, sun', word: /^(?:mon|tue|wed|thu|fri|sat|sun)$/ },
  word: { expected: 'a word', word: /^[A-Za-z0-9_.-]+$/ },
  value: { expected: 'a value', text: true, word: /^[A-Za-z0-9_*%./-]+$/ },
  type: { expected: 'a type such as `duration`', word: NAME },
  environment: { expected: 'the name of an environment variable', word: /^[A-Za-z_][A-Za-z0-9_]*$/ },
  'ref.service': reference('service'),
  'ref.component': { expected: 'a component such as `nova.api`', word: REFERENCE },
  'ref.components': { expected: 'components such as `nova.api` or `nova.*`', word: GLOB },
  'ref.database': { expected: 'a database such as `nova.main`', word: REFERENCE },
  'ref.databases': { expected: 'databases such as `nova.main` or `nova.*`', word: GLOB },
  'ref.group': reference('group'),
  'ref.mode': reference('mode'),
  'ref.check': reference('check'),
  'ref.cloud': reference('cloud'),
  'ref.window': reference('window'),
  'ref.recipe': reference('recipe'),
  'ref.step': { expected: 'the name of a step', word: /^[A-Za-z_][A-Za-z0-9_/-]*$/ },
  'ref.point': reference('rollback point'),
  'ref.resource': { expected: 'a component, a database, a path in quotes, a group or a mode', word: GLOB, text: true },
  'ref.catalogue': reference('catalogue'),
  'ref.catalogued': { expected: 'a service of a catalogue, such as `openstack.nova`', word: REFERENCE },
  'ref.rule': { expected: 'the name of a rule, such as `needs-order`', word: NAME },
};
