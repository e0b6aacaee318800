/**
 * How many of the first indexes something holds for, where all for which it holds come before all others. Asks the logarithm of their number.
 *
 * @param count how many indexes there are
 */
export function countWhile(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
