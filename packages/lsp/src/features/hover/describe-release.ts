import { releaseFacts, type VisibleTrain } from '../../symbols/trains.ts';
import { code } from './describe-step.ts';

/** The facts of a release: its place on the train, and where one can go from it. Markdown; undefined where no train has it. */
export function describeRelease(name: string, trains: readonly VisibleTrain[]): string | undefined {
  const facts = releaseFacts(name, trains);
  if (facts === undefined) return undefined;
  const { train, index, slurp, previous, next, nextSlurp } = facts;
  const count = train.releases.length;
  return [
    `**Release** ${code(name)}: number ${index + 1} of ${count} of train ${code(train.name)}${slurp ? ', a SLURP release' : ''}.`,
    [
      `- before: ${previous === undefined ? 'none, it is the oldest' : code(previous)}`,
      `- next: ${next === undefined ? 'none, it is the newest that is known' : code(next)}`,
      ...(nextSlurp === undefined || nextSlurp === next ? [] : [`- next SLURP: ${code(nextSlurp)}, which may be reached directly`]),
    ].join('\n'),
  ].join('\n\n');
}
