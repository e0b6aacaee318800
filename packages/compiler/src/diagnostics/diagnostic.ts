import type { Location } from '../text/source.ts';

export type Level = 'error' | 'warning' | 'note';

/** What is known of a diagnostic before it is found: its stable code, its name, and how serious it is. */
export interface DiagnosticKind {
  /** Stable, never reused: `B0101`. */
  readonly code: string;
  /** Kebab-case, for people and for `allow`: `unknown-name`. */
  readonly name: string;
  readonly level: Level;
  readonly category: DiagnosticCategory;
  /** The version of Belay that has it first. */
  readonly since: string;
  /** One sentence: what is wrong when this is reported. */
  readonly summary: string;
}

export type DiagnosticCategory = 'Syntax' | 'Names' | 'Types' | 'Hosts' | 'Releases' | 'Order' | 'Availability' | 'Time' | 'The way back' | 'Safety' | 'Limits';

/** A finding, as plain data: the same value feeds terminal, editor and every report. */
export interface Diagnostic {
  readonly code: string;
  readonly name: string;
  readonly level: Level;
  /** One or two sentences: what was found, and what was expected. */
  readonly message: string;
  readonly primary: Location;
  /** A few words at the primary place, such as `not declared`. */
  readonly label?: string;
  readonly related: readonly RelatedPlace[];
  /** Which step of a counterexample the primary place is, from 1. */
  readonly step?: number;
  /** Further lines: drawings, reasons, what to do. */
  readonly notes: readonly string[];
  readonly fixes: readonly Fix[];
  readonly facts?: Facts;
  readonly url: string;
}

export interface RelatedPlace {
  readonly location: Location;
  readonly message: string;
  /** What the place is to tools that mend the finding; what is said of it is for people. */
  readonly role?: PlaceRole;
  /** Which step of a counterexample it is, from 1. */
  readonly step?: number;
}

/** `last-point`: the last rollback point before a step. `late-point`: one that saves what is wanted, but too late. `needed-upgrade`: the upgrade that should come first. */
export type PlaceRole = 'last-point' | 'late-point' | 'needed-upgrade';

/** What tools need to mend a finding, where no edit can be offered before it was tried: names and statements of the language. Nothing of it is text for people. */
export type Facts =
  /** A change that no rollback point saves: the `capture` statements that would. */
  | { readonly about: 'unsaved'; readonly captures: readonly string[] }
  /** What stays open at the end of a plan: a mode, a component, or hosts. */
  | { readonly about: 'open'; readonly kind: 'mode' | 'component' | 'hosts'; readonly names: readonly string[] };

export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** `certain`: the meaning is what was meant. `likely`: a person should look. */
  readonly applicability: 'certain' | 'likely';
}

export interface TextEdit {
  readonly location: Location;
  readonly newText: string;
}

/** What the one who reports has to say; the rest comes from the kind. */
export interface Finding {
  readonly message: string;
  readonly at: Location;
  readonly label?: string;
  readonly related?: readonly RelatedPlace[];
  readonly notes?: readonly string[];
  readonly fixes?: readonly Fix[];
  readonly facts?: Facts;
}

/** The pages stand in the project's documentation, one heading each. */
const PAGES = 'docs/diagnostics.md';

/** Names and texts of files stand in messages: more characters, notes or places than these only flood the reader. */
const LONGEST_MESSAGE = 1_000;
const LONGEST_NOTE = 4_000;
const MOST_NOTES = 20;
const MOST_RELATED = 50;

/** Makes a diagnostic of a kind. */
export function diagnostic(kind: DiagnosticKind, finding: Finding): Diagnostic {
  const step = (finding.related ?? []).find(({ step: one, location }) => one !== undefined && isAt(location, finding.at))?.step;
  return {
    code: kind.code,
    name: kind.name,
    level: kind.level,
    message: shortened(finding.message, LONGEST_MESSAGE),
    primary: { file: finding.at.file, start: finding.at.start, end: finding.at.end },
    ...(finding.label === undefined ? {} : { label: shortened(finding.label, LONGEST_MESSAGE) }),
    related: relatedTo(finding),
    ...(step === undefined ? {} : { step }),
    notes: (finding.notes ?? []).slice(0, MOST_NOTES).map((note) => shortened(note, LONGEST_NOTE)),
    fixes: finding.fixes ?? [],
    ...(finding.facts === undefined ? {} : { facts: finding.facts }),
    url: `${PAGES}#${kind.name}`,
  };
}

/** A place that is the primary one says nothing new. */
function relatedTo({ at, related = [] }: Finding): RelatedPlace[] {
  return related
    .filter(({ location }) => !isAt(location, at))
    .slice(0, MOST_RELATED)
    .map(({ message, ...rest }) => ({ ...rest, message: shortened(message, LONGEST_MESSAGE) }));
}

function isAt(location: Location, at: Location): boolean {
  return location.file === at.file && location.start === at.start && location.end === at.end;
}

/** The start of a text that is too long, without half a character at its end. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`;
}
