import { countWhile, type Statement } from '@belay/compiler/analysis';

/** The statements that hold an offset, the outermost first. An offset behind the last character of a statement counts as inside. */
export function statementPath(statements: readonly Statement[], offset: number): Statement[] {
  const path: Statement[] = [];
  let level = statements;
  for (;;) {
    const found = statementAt(level, offset);
    if (found === undefined) return path;
    path.push(found);
    const { block } = found;
    if (block === undefined || offset <= block.start || (!block.inline && offset >= block.end)) {
      if (block?.inline !== true) return path;
    }
    level = block?.statements ?? [];
  }
}

/** Of statements in order the one that holds an offset; where two touch, the later one. */
function statementAt(statements: readonly Statement[], offset: number): Statement | undefined {
  const found = statements[countWhile(statements.length, (index) => (statements[index]?.start ?? 0) <= offset) - 1];
  return found !== undefined && offset <= found.end ? found : undefined;
}
