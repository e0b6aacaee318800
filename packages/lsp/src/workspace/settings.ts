import type { Level } from '@belay/compiler/analysis';

/** What a user can set, under `belay` in the editor's settings. */
export interface Settings {
  /** Other levels for findings, by name: `{ "needs-order": "note" }`. What is an error stays one; `off` hides warnings and notes. */
  readonly rules: Readonly<Record<string, Level | 'off'>>;
  /** Findings that are shown of one file. */
  readonly maxFindings: number;
  /** How long a line may rest before it is judged in full, in milliseconds; 0: at once. */
  readonly typingDelay: number;
  /** How long after an edit the proofs begin, in milliseconds. */
  readonly proofDelay: number;
  /** Files of the language that are read of one folder. */
  readonly maxFiles: number;
  /** Where what is compiled is written: a folder of the workspace, with `/`. */
  readonly outputFolder: string;
  /** Whether what stands in the workspace may be compiled to programs; a client says no as long as the user does not trust it. */
  readonly isTrusted: boolean;
}

export const DEFAULT_SETTINGS: Settings = { rules: {}, maxFindings: 100, typingDelay: 600, proofDelay: 150, maxFiles: 5_000, outputFolder: 'build', isTrusted: true };

/** The numbers among the settings, with the least and the most that they may be. */
const NUMBERS = {
  maxFindings: [1, 1_000], typingDelay: [0, 10_000], proofDelay: [0, 60_000], maxFiles: [1, 20_000],
} as const satisfies Partial<Record<keyof Settings, readonly [number, number]>>;

const LEVELS: ReadonlySet<unknown> = new Set(['error', 'warning', 'note', 'off']);

/** Reads settings as an editor sends them; what makes no sense is left at its default. */
export function readSettings(value: unknown): Settings {
  if (typeof value !== 'object' || value === null) return DEFAULT_SETTINGS;
  const given = value as Readonly<Record<string, unknown>>;
  const settings: { -readonly [Name in keyof Settings]: Settings[Name] } = { ...DEFAULT_SETTINGS };
  for (const [name, [least, most]] of Object.entries(NUMBERS)) {
    const number = given[name];
    if (typeof number === 'number' && Number.isFinite(number)) settings[name as keyof typeof NUMBERS] = Math.min(most, Math.max(least, Math.round(number)));
  }
  const compile = given['compile'];
  if (typeof compile === 'object' && compile !== null && 'outputFolder' in compile && typeof compile.outputFolder === 'string') settings.outputFolder = compile.outputFolder;
  if (given['trusted'] === false) settings.isTrusted = false;
  const rules = typeof given['rules'] === 'object' && given['rules'] !== null ? Object.entries(given['rules']) : [];
  return { ...settings, rules: Object.fromEntries(rules.filter((entry): entry is [string, Level | 'off'] => LEVELS.has(entry[1]))) };
}
