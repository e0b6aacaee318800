import type { Train } from '../../model/model.ts';
import type { ReleaseModel } from '../../model/plan-model.ts';
import type { Finding } from '../../diagnostics/diagnostic.ts';
import type { PlanGraph } from '../../graph/plan-graph.ts';
import { actionsOf } from '../../model/walk.ts';
import { proofRule } from '../proof.ts';

/** A jump goes to the next release, from one SLURP release to the next, or names exactly what it skips. */
export const releasePath = proofRule({
  code: 'B0401', name: 'release-path', level: 'error', category: 'Releases', isTolerant: true,
  summary: 'The jump does not follow the train, or skips releases that it does not name.',
}, ({ plan, train, graph }) => {
  const { release } = plan;
  if (release === undefined || train === undefined) return { claims: [], findings: [] };
  const finding = judge(release, train);
  const strays = finding === undefined ? straysOf(graph, release, train) : [];
  const claim = {
    about: `${release.from} -> ${release.to}`, holds: finding === undefined && strays.length === 0,
    closest: finding !== undefined ? 'not on the train' : strays.length > 0 ? 'left on the way' : between(release, train),
  };
  return { claims: [claim], findings: finding === undefined ? strays : [{ at: release.location, ...finding }] };
});

/** What installs code, or changes a schema, for a release that the way does not touch; each statement once. */
function straysOf({ steps }: PlanGraph, { from, to }: ReleaseModel, { releases }: Train): Finding[] {
  const names = releases.map((one) => one.name);
  const way = new Set(names.slice(names.indexOf(from), names.indexOf(to) + 1));
  const found = new Map<string, Finding>();
  for (const action of actionsOf(steps.flatMap(({ step }) => step ?? []))) {
    const stray = action.changes.flatMap((change) => ('release' in change && names.includes(change.release) && !way.has(change.release) ? [change.release] : []))[0];
    const key = `${action.location.file} ${action.location.start}`;
    if (stray === undefined || found.has(key)) continue;
    found.set(key, { message: `\`${action.title}\` leaves the way of the plan, which goes from \`${from}\` to \`${to}\`. Name one of the releases on it.`, at: action.location });
  }
  return [...found.values()];
}

function between({ from, to }: ReleaseModel, { releases }: Train): string {
  const names = releases.map((one) => one.name);
  const skipped = names.slice(names.indexOf(from) + 1, names.indexOf(to));
  return skipped.length === 0 ? 'the next release' : `past ${skipped.join(', ')}`;
}

function judge(release: ReleaseModel, train: Train): Omit<Finding, 'at'> & Partial<Finding> | undefined {
  const names = train.releases.map((one) => one.name);
  const from = names.indexOf(release.from);
  const to = names.indexOf(release.to);
  if (from === to) return { message: `The jump goes from \`${release.from}\` to itself. Name the release to go to after \`->\`.` };
  if (to < from) {
    return { message: `\`${release.to}\` comes before \`${release.from}\` on the train \`${train.name}\`, and a plan does not go back. To undo an upgrade use a rollback point.` };
  }
  const between = names.slice(from + 1, to);
  const named = release.skipping.map((one) => one.name);
  const again = release.skipping.find((one, index) => named.indexOf(one.name) < index);
  if (again !== undefined) return { message: `\`${again.name}\` is named twice. Name it once.`, at: again.location };
  const stranger = release.skipping.find((one) => !between.includes(one.name));
  if (stranger !== undefined) {
    return {
      message: between.length === 0
        ? `\`${release.to}\` is the release after \`${release.from}\`: nothing is skipped. Remove \`skipping\`.`
        : `\`${stranger.name}\` does not lie between \`${release.from}\` and \`${release.to}\`. What lies between is ${listOf(between)}.`,
      at: stranger.location,
    };
  }
  const missing = between.filter((name) => !named.includes(name));
  if (missing.length === 0 || (named.length === 0 && isSlurpHop(train, from, to))) return undefined;
  const edit = named.length === 0 ? ` skipping ${between.join(', ')}` : `, ${missing.join(', ')}`;
  return {
    message: `From \`${release.from}\` to \`${release.to}\`, ${listOf(missing)} ${missing.length === 1 ? 'is' : 'are'} skipped. Name what is skipped, so that everybody sees it: \`skipping ${between.join(', ')}\`.`,
    notes: [
      `The train: ${names.slice(from, to + 1).map((name) => (train.releases.find((one) => one.name === name)?.slurp === true ? `${name} (SLURP)` : name)).join(' → ')}.`,
      nearest(train, from),
    ],
    fixes: [{
      title: `Name ${missing.length === 1 ? 'it' : 'them'}`, applicability: 'likely',
      edits: [{ location: { ...release.location, start: release.location.end }, newText: edit }],
    }],
  };
}

/** Where a release may go without skipping anything. */
function nearest({ releases }: Train, from: number): string {
  const [start, next] = releases.slice(from);
  const slurp = start?.slurp === true ? releases.slice(from + 1).find((one) => one.slurp) : undefined;
  const further = slurp === undefined || slurp === next ? '' : `, or to \`${slurp.name}\`, the next SLURP release`;
  return `Without a skip: to \`${next?.name ?? ''}\`${further}, and on from there in a plan of its own.`;
}

/** From one SLURP release to the next one, as OpenStack's release cadence allows since 2023.1. */
function isSlurpHop(train: Train, from: number, to: number): boolean {
  const isSlurp = (index: number): boolean => train.releases[index]?.slurp === true;
  return isSlurp(from) && isSlurp(to) && !train.releases.slice(from + 1, to).some((one) => one.slurp);
}

function listOf(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? (quoted[0] ?? 'nothing') : `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
}
