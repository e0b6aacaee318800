import type { RelatedPlace } from '../diagnostics/diagnostic.ts';
import type { PlanGraph } from '../graph/plan-graph.ts';

/** More steps than this are elided in the middle. */
const MOST_LISTED = 12;

/**
 * A sequence of steps from the start, as a numbered list for people and as places for editors.
 *
 * @param steps indexes in the order in which they run
 * @param ending what the last of them leads to
 * @param remarks what there is to say of some of the steps, such as how far they are
 */
export function showSequence(graph: PlanGraph, steps: readonly number[], ending: string, remarks: ReadonlyMap<number, string> = new Map()): { readonly note: string; readonly related: readonly RelatedPlace[] } {
  const listed = steps.flatMap((index) => {
    const node = graph.steps[index];
    return node?.step === undefined ? [] : [{ id: node.id, location: node.step.location, title: node.step.title ?? (node.step.kind === 'point' ? 'rollback point' : undefined), remark: remarks.get(index) }];
  });
  const width = String(listed.length).length;
  const line = (index: number): string => {
    const step = listed[index];
    return `${String(index + 1).padStart(width + 2)}. ${step?.id ?? ''}${step?.title === undefined ? '' : ` (${step.title})`}${step?.remark === undefined ? '' : `, ${step.remark}`}`;
  };
  const head = listed.length > MOST_LISTED ? 2 : listed.length;
  const tail = listed.length > MOST_LISTED ? MOST_LISTED - 3 : 0;
  const lines = Array.from({ length: head }, (_, index) => line(index));
  if (tail > 0) lines.push(`${' '.repeat(width + 2)}… ${listed.length - head - tail} steps`, ...Array.from({ length: tail }, (_, index) => line(listed.length - tail + index)));
  return {
    note: `The shortest way there:\n${lines.join('\n')}\n${' '.repeat(width + 2)}→ ${ending}`,
    related: listed.map((step, index) => ({ location: step.location, message: `${index + 1}. \`${step.id}\``, step: index + 1 })).slice(-MOST_LISTED),
  };
}
