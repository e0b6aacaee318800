import type { PlanGraph } from '../graph/plan-graph.ts';
import { estimateOf } from '../proofs/estimates.ts';

/**
 * When the steps of a plan, or of the body of a roll, begin and end if each begins as early as its order lets it, by the estimates that there are. In milliseconds from the
 * begin, which add up exactly; a step without an estimate counts as taking no time.
 */
export interface Schedule {
  /** By index of the step. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** By index of the step: 1 where something that comes before it has no estimate, so that it may begin later. */
  readonly isVague: Uint8Array;
  /** The critical path. */
  readonly total: number;
  /** How many steps have no estimate, those in the bodies of rolls included. */
  readonly unknown: number;
  /** For a roll, the schedule of one batch, by index of the step. */
  readonly bodies: ReadonlyMap<number, Schedule>;
}

const cache = new WeakMap<PlanGraph, Schedule>();

/** The schedule of a graph; made once. */
export function scheduleOf(graph: PlanGraph): Schedule {
  let schedule = cache.get(graph);
  if (schedule === undefined) cache.set(graph, (schedule = measure(graph)));
  return schedule;
}

/** The body of a roll holds no other roll, so this calls itself once. */
function measure(graph: PlanGraph): Schedule {
  const count = graph.steps.length;
  const starts = new Float64Array(count);
  const ends = new Float64Array(count);
  const isVague = new Uint8Array(count);
  const isUnknown = new Uint8Array(count);
  const bodies = new Map<number, Schedule>();
  let total = 0;
  let unknown = 0;
  for (const [index, { step, after, body }] of graph.steps.entries()) {
    for (const before of after) {
      starts[index] = Math.max(starts[index] ?? 0, ends[before] ?? 0);
      if (isVague[before] === 1 || isUnknown[before] === 1) isVague[index] = 1;
    }
    let length = 0;
    if (step?.roll !== undefined && body !== undefined) {
      const inner = scheduleOf(body);
      bodies.set(index, inner);
      length = batchTimes(step.roll, inner).total;
      unknown += inner.unknown;
      if (inner.unknown > 0) isUnknown[index] = 1;
    } else if (step !== undefined) {
      const estimate = estimateOf(step);
      length = Math.round((estimate ?? 0) * 1000);
      if (estimate === undefined) {
        unknown += 1;
        isUnknown[index] = 1;
      }
    }
    ends[index] = (starts[index] ?? 0) + length;
    total = Math.max(total, ends[index] ?? 0);
  }
  return { starts, ends, isVague, total, unknown, bodies };
}

/** How long a roll takes, and from the begin of one batch to that of the next, in milliseconds. */
export function batchTimes({ batches, pause }: { readonly batches: readonly unknown[]; readonly pause: number }, body: Schedule): { readonly total: number; readonly each: number } {
  const each = body.total + Math.round(pause * 1000);
  return { each, total: batches.length * body.total + Math.max(0, batches.length - 1) * Math.round(pause * 1000) };
}
