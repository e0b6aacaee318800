import type { Train } from './model.ts';

/** The releases of some trains, each train's oldest first. */
export function releaseNames(trains: Iterable<Train>): string[] {
  return [...trains].flatMap(({ releases }) => releases.map(({ name }) => name));
}
