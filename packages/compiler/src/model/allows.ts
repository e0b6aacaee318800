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
  /** What it covers: the block that it stands in; a whole file at its top. */
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
  const allows = [...project.trees].flatMap(([file, tree]) => (tree.source.text.includes('allow') ? allowsIn(tree.statements, tree.source.text.length) : []).map((place): Allow => ({ ...place, file, used: false, refused: false })));
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

type Place = Pick<Allow, 'rule' | 'statement' | 'start' | 'end'>;

/** Trees do not change, and each of many plans in a file asks for the same. */
const known = new WeakMap<readonly Statement[], readonly Place[]>();

function allowsIn(statements: readonly Statement[], length: number): readonly Place[] {
  let places = known.get(statements);
  if (places === undefined) known.set(statements, (places = findAllows(statements, length)));
  return places;
}

function findAllows(statements: readonly Statement[], length: number): Place[] {
  const allows: Place[] = [];
  const open: { statements: readonly Statement[]; start: number; end: number }[] = [{ statements, start: 0, end: length }];
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    for (const statement of level.statements) {
      if (statement.declaration.id === 'allow') {
        const rule = wordOf(statement.arguments['rule']);
        if (rule !== undefined) allows.push({ rule, statement, start: level.start, end: level.end });
      }
      if (statement.block !== undefined) open.push({ statements: statement.block.statements, start: statement.start, end: statement.block.end });
    }
  }
  return allows.sort((a, b) => a.statement.start - b.statement.start);
}
