/** Names longer than this are not compared: the work grows with the square of the length. */
const LONGEST = 64;

/**
 * The known names nearest to one that was mistyped, best first, at most three.
 *
 * Distance is that of Damerau and Levenshtein with transpositions of neighbors (optimal string alignment); a name counts
 * as near if at most a third of its letters differ.
 */
export function suggest(mistyped: string, known: Iterable<string>): string[] {
  if (mistyped.length > LONGEST) return [];
  const near: { name: string; distance: number }[] = [];
  const lower = mistyped.toLowerCase();
  for (const name of new Set(known)) {
    if (name.length > LONGEST || name === mistyped) continue;
    const limit = Math.max(1, Math.floor(Math.max(name.length, mistyped.length) / 3));
    if (Math.abs(name.length - mistyped.length) > limit) continue;
    const distance = editDistance(lower, name.toLowerCase());
    if (distance <= limit) near.push({ name, distance });
  }
  near.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return near.slice(0, 3).map((one) => one.name);
}

function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? 0) + 1);
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
