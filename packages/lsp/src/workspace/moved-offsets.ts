import type { Span } from '@belay/compiler/analysis';

/** Texts are compared by so many characters at a time, which is done in machine code. */
const CHUNK = 1024;

/** What became of the places of a text after it was edited. */
export interface MovedOffsets {
  /** Where a span stands now; undefined where it was edited itself. */
  move(span: Span): Span | undefined;
}

/**
 * Compares two versions of a text: what stands before and after all changes is known, what stands between counts as edited.
 */
export function movedOffsets(before: string, after: string): MovedOffsets {
  if (before === after) return { move: (span) => span };
  const start = commonStart(before, after);
  const tail = commonEnd(before, after, Math.min(before.length, after.length) - start);
  const end = before.length - tail;
  const shift = after.length - before.length;
  return {
    move(span) {
      if (span.end <= start) return span;
      if (span.start >= end) return { start: span.start + shift, end: span.end + shift };
      // What encloses the whole change grows with it.
      return span.start <= start && span.end >= end && span.end > span.start && (span.start < start || span.end > end) ? { start: span.start, end: span.end + shift } : undefined;
    },
  };
}

/** How many characters two texts start with alike. */
export function commonStart(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  while (at + CHUNK <= most && a.slice(at, at + CHUNK) === b.slice(at, at + CHUNK)) at += CHUNK;
  while (at < most && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** How many characters two texts end with alike, at most so many. */
export function commonEnd(a: string, b: string, most: number): number {
  let count = 0;
  while (count + CHUNK <= most && a.slice(a.length - count - CHUNK, a.length - count) === b.slice(b.length - count - CHUNK, b.length - count)) count += CHUNK;
  while (count < most && a.charCodeAt(a.length - count - 1) === b.charCodeAt(b.length - count - 1)) count += 1;
  return count;
}
