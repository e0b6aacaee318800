import { KINDS, type SyntaxTree } from '@belay/compiler/analysis';
import { RoomySource } from './roomy-source.ts';

const CODES: ReadonlySet<string> = new Set(Object.values(KINDS).map(({ code }) => code));
const known = new WeakMap<SyntaxTree, string>();

/**
 * What other files see of a file, with its places: all that stands outside of plans, the names of the plans, and whether something outside of
 * plans could not be read. While it stays the same, findings of files that import this one stay the same.
 */
export function sharedPart(tree: SyntaxTree): string {
  let part = known.get(tree);
  if (part === undefined) known.set(tree, (part = read(tree)));
  return part;
}

function read({ source, statements, diagnostics }: SyntaxTree): string {
  // Room that an open document has is nothing that others see.
  const place = (offset: number): number => (source instanceof RoomySource ? source.toWritten(offset) : offset);
  const text = (start: number, end: number): string => (source instanceof RoomySource ? source.written(start, end) : source.text.slice(start, end));
  const parts: string[] = [];
  const plans = statements.filter(({ declaration }) => declaration.id === 'plan');
  for (const statement of statements) {
    const seen = statement.declaration.id === 'plan' ? (statement.arguments['name'] ?? statement.keyword) : statement;
    parts.push(`${place(seen.start)} ${text(seen.start, seen.end)}`);
  }
  for (const { code, level, primary } of diagnostics) {
    const isInPlan = plans.some((plan) => plan.start <= primary.start && primary.start < plan.end);
    if (level === 'error' && CODES.has(code) && !isInPlan) parts.push(`${code} ${place(primary.start)}`);
  }
  return parts.join('\u0000');
}
