/** Lines that become other ones. */
export interface LineEdit {
  /** From 0. */
  readonly from: number;
  /** The line behind the last one that is replaced. */
  readonly to: number;
  /** Whole lines. */
  readonly text: string;
}

/**
 * The edits by which one text becomes another that differs in white space only: runs of lines that changed, each as small as can be told from
 * the words on both sides.
 */
export function lineEdits(before: string, after: string): LineEdit[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const edits: LineEdit[] = [];
  for (let i = 0, j = 0; i < old.length || j < now.length;) {
    if (i < old.length && old[i] === now[j]) {
      i += 1;
      j += 1;
      continue;
    }
    // Both texts hold the same words: as soon as both sides have seen as many of them, they are at the same place again.
    const [from, start] = [i, j];
    let left = 0;
    let right = 0;
    do {
      if (i < old.length && (left <= right || j >= now.length)) {
        left += lengthOfWords(old[i] ?? '');
        i += 1;
      } else {
        right += lengthOfWords(now[j] ?? '');
        j += 1;
      }
    } while ((i < old.length || j < now.length) && (left !== right || left === 0 || isBlank(old[i]) !== isBlank(now[j])));
    edits.push({ from, to: i, text: now.slice(start, j).join('') });
  }
  return edits;
}

function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}

function lengthOfWords(line: string): number {
  return line.replaceAll(/\s/g, '').length;
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '';
}
