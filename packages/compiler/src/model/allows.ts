import { diagnostic, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { KINDS } from '../diagnostics/kinds.ts';
import type { Project } from '../project/project.ts';
import type { Statement } from '../syntax/tree.ts';
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

/** Takes away the warnings that an `allow` accepts; reports each `allow` that accepts nothing, or an error. */
export function applyAllows(project: Project, found: readonly Diagnostic[]): Diagnostic[] {
  const allows = [...project.trees].flatMap(([file, tree]) => allowsIn(tree.statements, file, tree.source.text.length));
  if (allows.length === 0) return [...found];
  const kept = found.filter((one) => {
    const matching = allows.filter((allow) => allow.rule === one.name && allow.file === one.primary.file && allow.start <= one.primary.start && one.primary.end <= allow.end);
    for (const allow of matching) {
      if (one.level === 'error') allow.refused = true;
      else allow.used = true;
    }
    return one.level === 'error' || matching.length === 0;
  });
  for (const allow of allows) {
    if (allow.used) continue;
    kept.push(diagnostic(KINDS.unusedAllow, {
      message: allow.refused
        ? `\`${allow.rule}\` is an error here; errors can not be allowed. Mend it, and remove this line.`
        : `No \`${allow.rule}\` is found in this block: this line accepts nothing. Remove it.`,
      at: locate(allow.file, allow.statement),
      fixes: [{ title: 'Remove the line', applicability: 'likely', edits: [{ location: locate(allow.file, allow.statement), newText: '' }] }],
    }));
  }
  return kept;
}

function allowsIn(statements: readonly Statement[], file: string, length: number): Allow[] {
  const allows: Allow[] = [];
  const open: { statements: readonly Statement[]; start: number; end: number }[] = [{ statements, start: 0, end: length }];
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    for (const statement of level.statements) {
      const rule = wordOf(statement.arguments['rule']);
      if (statement.declaration.id === 'allow' && rule !== undefined) {
        allows.push({ rule, file, statement, start: level.start, end: level.end, used: false, refused: false });
      }
      if (statement.block !== undefined) open.push({ statements: statement.block.statements, start: statement.start, end: statement.block.end });
    }
  }
  return allows.sort((a, b) => a.statement.start - b.statement.start);
}
