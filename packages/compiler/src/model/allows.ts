import { diagnostic, shortened, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Project } from '../project/project.ts';
import type { Statement } from '../syntax/tree.ts';
import type { Location } from '../text/source.ts';
import { suggest } from '../text/suggest.ts';
import { wordOf } from './evaluate.ts';
import { locate } from './reporter.ts';

interface Allow {
  readonly rule: string;
  readonly file: string;
  readonly statement: Statement;
  /** What it covers: the block that it stands in; at the top of a file all of it. */
  readonly start: number;
  readonly end: number;
  used: boolean;
  refused: boolean;
}

/** More unused ones are not listed. */
const MOST_UNUSED = 200;

/**
 * Takes away the warnings that an `allow` accepts; reports each `allow` that accepts nothing, or an error.
 *
 * @param names the names of everything that can be found
 * @param judged the plans that were judged: elsewhere an `allow` may accept what this check did not look for
 */
export function applyAllows(project: Project, found: readonly Diagnostic[], names: ReadonlySet<string>, judged: readonly Location[]): Diagnostic[] {
  const allows = [...project.trees].flatMap(([file, tree]) => allowsIn(tree.statements).map(({ rule, statement, around }): Allow => ({
    rule, file, statement, start: around?.start ?? 0, end: around?.block?.end ?? Number.POSITIVE_INFINITY, used: false, refused: false,
  })));
  if (allows.length === 0) return [...found];
  const byRule = new Map<string, Allow[]>();
  for (const allow of allows) {
    const key = `${allow.rule} ${allow.file}`;
    const same = byRule.get(key);
    if (same === undefined) byRule.set(key, [allow]);
    else same.push(allow);
  }
  const kept = found.filter((one) => {
    const { file, start, end } = one.primary;
    const matching = (byRule.get(`${one.name} ${file}`) ?? []).filter((allow) => allow.start <= start && end <= allow.end);
    for (const allow of matching) {
      if (one.level === 'error') allow.refused = true;
      else allow.used = true;
    }
    return one.level === 'error' || matching.length === 0;
  });
  const isJudged = ({ file, statement }: Allow): boolean => judged.some((plan) => plan.file === file && plan.start <= statement.start && statement.end <= plan.end);
  for (const allow of allows.filter((one) => !one.used && (one.refused || !names.has(one.rule) || isJudged(one))).slice(0, MOST_UNUSED)) kept.push(unused(allow, project, names));
  return kept;
}

function unused(allow: Allow, project: Project, names: ReadonlySet<string>): Diagnostic {
  const at = locate(allow.file, allow.statement);
  const known = names.has(allow.rule);
  const near = known ? [] : suggest(allow.rule, names);
  return diagnostic(KINDS.unusedAllow, {
    message: allow.refused
      ? `\`${allow.rule}\` is an error here, and errors can not be allowed. Mend what it reports, and remove this line.`
      : known
        ? `Nothing in this block is found by \`${allow.rule}\`: this line accepts nothing. Remove it.`
        : `There is no finding named \`${shortened(allow.rule, 80)}\`${near.length > 0 ? `. Did you mean \`${near[0]}\`?` : ': this line accepts nothing. Remove it.'}`,
    at,
    fixes: near.length > 0
      ? near.slice(0, 1).map((name) => ({ title: `Write \`${name}\``, applicability: 'likely', edits: [{ location: locate(allow.file, allow.statement.arguments['rule'] ?? allow.statement), newText: name }] }))
      : [{ title: 'Remove it', applicability: 'certain', edits: [{ location: withLine(at, project), newText: '' }] }],
  });
}

/** More blanks at the end of a line are left there. */
const LONGEST_BLANK = 8_192;

/** A statement with its whole line, where it stands there alone. */
function withLine(at: Location, project: Project): Location {
  const text = project.sources.get(at.file)?.text ?? '';
  const before = /(?:^|[\r\n])[ \t]*$/.exec(text.slice(Math.max(0, at.start - 200), at.start));
  const after = /^[ \t]*(?:\r?\n|\r|$)/.exec(text.slice(at.end, at.end + LONGEST_BLANK));
  if (before === null || after === null) return at;
  return { ...at, start: at.start - before[0].replace(/^[\r\n]/, '').length, end: at.end + after[0].length };
}

interface Place extends Pick<Allow, 'rule' | 'statement'> {
  /** The statement in whose block it stands; absent at the top of a file. */
  readonly around?: Statement;
}

/** Trees do not change, and each of many plans in a file asks for the same; so does the next tree of a file that is edited, of what is the same there. */
const known = new WeakMap<readonly Statement[], readonly Place[]>();

/** What stands deeper than in the blocks of a plan's statements is not kept for itself. */
const DEEPEST_KEPT = 2;

/** In the order of the text. Blocks nest no deeper than the parser lets them. */
function allowsIn(statements: readonly Statement[], depth = 0): readonly Place[] {
  let places = depth <= DEEPEST_KEPT ? known.get(statements) : undefined;
  if (places === undefined) {
    const found: Place[] = [];
    for (const statement of statements) {
      const rule = statement.declaration.id === 'allow' ? wordOf(statement.arguments['rule']) : undefined;
      if (rule !== undefined) found.push({ rule, statement });
      if (statement.block === undefined) continue;
      for (const one of allowsIn(statement.block.statements, depth + 1)) found.push(one.around === undefined ? { ...one, around: statement } : one);
    }
    places = found.length === 0 ? NONE : found;
    if (depth <= DEEPEST_KEPT) known.set(statements, places);
  }
  return places;
}

const NONE: readonly Place[] = [];
