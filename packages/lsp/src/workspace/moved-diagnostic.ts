import type { Diagnostic, Location, Source } from '@belay/compiler/analysis';
import { movedOffsets, type MovedOffsets } from './moved-offsets.ts';
import { RoomySource } from './roomy-source.ts';

/**
 * A finding of older texts at its places in newer ones. Related places and fixes that were edited are left out.
 *
 * @returns undefined where its own place was edited, or its file is gone
 */
export function movedDiagnostic(diagnostic: Diagnostic, before: ReadonlyMap<string, Source>, now: (file: string) => Source | undefined): Diagnostic | undefined {
  const move = (location: Location): Location | undefined => {
    const old = before.get(location.file);
    const source = now(location.file);
    if (old === undefined || source === undefined) return old === source ? location : undefined;
    if (old === source) return location;
    const span = between(old, source).move(location);
    return span === undefined ? undefined : { file: location.file, ...span };
  };
  const files = new Set([diagnostic.primary.file, ...diagnostic.related.map(({ location }) => location.file), ...diagnostic.fixes.flatMap((fix) => fix.edits.map(({ location }) => location.file))]);
  if ([...files].every((file) => before.get(file) === now(file))) return diagnostic;
  const primary = move(diagnostic.primary);
  if (primary === undefined) return undefined;
  return {
    ...diagnostic,
    primary,
    related: diagnostic.related.flatMap((one) => {
      const location = move(one.location);
      return location === undefined ? [] : [{ ...one, location }];
    }),
    fixes: diagnostic.fixes.flatMap((fix) => {
      const edits = fix.edits.flatMap((edit) => {
        const location = move(edit.location);
        return location === undefined ? [] : [{ ...edit, location }];
      });
      return edits.length === fix.edits.length ? [{ ...fix, edits }] : [];
    }),
  };
}

const known = new WeakMap<Source, { readonly to: Source; readonly moved: MovedOffsets }>();

/** Many findings move between the same two texts. */
function between(before: Source, now: Source): MovedOffsets {
  const last = known.get(before);
  if (last?.to === now) return last.moved;
  const moved = movedBetween(before, now);
  known.set(before, { to: now, moved });
  return moved;
}

function movedBetween(before: Source, now: Source): MovedOffsets {
  if (before.text.length === now.text.length || !(before instanceof RoomySource || now instanceof RoomySource)) return movedOffsets(before.text, now.text);
  // Where they have room in other places the texts are compared that were written.
  const from = before instanceof RoomySource ? before : undefined;
  const to = now instanceof RoomySource ? now : undefined;
  const written = movedOffsets(from?.written() ?? before.text, to?.written() ?? now.text);
  return {
    move(span) {
      const moved = written.move({ start: from?.toWritten(span.start) ?? span.start, end: from?.toWritten(span.end) ?? span.end });
      return moved === undefined ? undefined : { start: to?.fromWritten(moved.start) ?? moved.start, end: to?.fromWritten(moved.end) ?? moved.end };
    },
  };
}
