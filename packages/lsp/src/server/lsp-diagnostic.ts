import { mostSerious, type Diagnostic, type Level, type Location, type RelatedPlace } from '@belay/compiler/analysis';
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic as LspDiagnostic, type Range } from 'vscode-languageserver';
import { rangeOf } from '../workspace/positions.ts';
import type { Root } from '../workspace/roots.ts';
import type { Settings } from '../workspace/settings.ts';
import type { Snapshot } from '../workspace/snapshot.ts';

const SEVERITIES: Readonly<Record<Level, DiagnosticSeverity>> = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning, note: DiagnosticSeverity.Information };

/** Findings about what has no effect: editors draw it faintly. */
const UNUSED: ReadonlySet<string> = new Set(['unused-allow', 'unused-declaration']);

/** Findings as the protocol has them. */
export interface LspFindings {
  readonly root: Root;
  readonly snapshot: Snapshot;
  /** Where the pages of findings lie, as an address that ends with a slash; without one there are no links. */
  readonly docs: string | undefined;
}

/** The findings of one file that are shown, at the levels that are set, the most serious ones if there are too many. */
export function toLspDiagnostics(diagnostics: readonly Diagnostic[], to: LspFindings): LspDiagnostic[] {
  const { settings } = to.snapshot;
  const leveled = diagnostics.flatMap((one) => {
    const level = levelOf(one, settings);
    return level === 'off' ? [] : [level === one.level ? one : { ...one, level }];
  });
  return mostSerious(leveled, settings.maxFindings).map((one) => toLsp(one, to));
}

/** Errors stay errors. */
function levelOf({ level, name }: Diagnostic, { rules }: Settings): Level | 'off' {
  return level === 'error' || !Object.hasOwn(rules, name) ? level : (rules[name] ?? level);
}

function toLsp(diagnostic: Diagnostic, to: LspFindings): LspDiagnostic {
  const { code, name, level, message, label, notes, primary, url } = diagnostic;
  const range = rangeIn(primary, to);
  const page = url.slice(url.lastIndexOf('/') + 1);
  const places = stepsLast(diagnostic).flatMap(({ location, message: said }) => {
    const found = rangeIn(location, to);
    return found === undefined ? [] : [{ location: { uri: to.snapshot.uri(to.root, location.file), range: found }, message: said }];
  });
  return {
    range: range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
    severity: SEVERITIES[level],
    code,
    ...(to.docs === undefined ? {} : { codeDescription: { href: `${to.docs}${page}` } }),
    source: 'belay',
    message: [message, ...(label === undefined || message.includes(label) ? [] : [`Here: ${label}.`]), ...notes].join('\n'),
    ...(UNUSED.has(name) ? { tags: [DiagnosticTag.Unnecessary] } : {}),
    ...(places.length === 0 ? {} : { relatedInformation: places }),
    data: { name },
  };
}

/** What a finding points at: the steps that lead to it last, by their numbers, the one where it shows among them. */
function stepsLast({ primary, related, step, label }: Diagnostic): readonly RelatedPlace[] {
  const steps = related.filter((one) => one.step !== undefined);
  if (step === undefined && steps.length === 0) return related;
  const own: RelatedPlace[] = step === undefined ? [] : [{ location: primary, message: label ?? 'here', step }];
  const numbered = [...steps, ...own].sort((a, b) => (a.step ?? 0) - (b.step ?? 0)).map((one) => (
    one.message.startsWith(`${one.step}. `) ? one : { ...one, message: `${one.step}. ${one.message}` }
  ));
  return [...related.filter((one) => one.step === undefined), ...numbered];
}

function rangeIn(location: Location, { root, snapshot }: LspFindings): Range | undefined {
  const source = snapshot.source(root, location.file);
  return source === undefined ? undefined : rangeOf(source, location, snapshot.encoding);
}
