import type { Train } from '../../model/model.ts';

/** The place of each release on its train; the oldest has 0. */
export function releaseRanks(train: Train): ReadonlyMap<string, number> {
  return new Map(train.releases.map(({ name }, index) => [name, index]));
}
