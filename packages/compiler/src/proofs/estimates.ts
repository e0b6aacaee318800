import type { StepModel } from '../model/plan-model.ts';

/**
 * How long a step takes by its estimate, in seconds; undefined where it has none. What does nothing takes no time, a pause takes what it says. A roll takes what its
 * body and its pauses do, so it has no estimate of its own.
 */
export function estimateOf(step: StepModel): number | undefined {
  if (step.takes !== undefined || step.roll !== undefined) return step.takes ?? 0;
  if (step.kind === 'approve') return undefined;
  let seconds = 0;
  for (const { operation } of step.actions) {
    if (operation.type !== 'wait') return undefined;
    seconds += operation.seconds;
  }
  return seconds;
}

const UNITS = [['d', 86_400], ['h', 3600], ['m', 60], ['s', 1]] as const;

/** A time as the language writes it, of two units at most, rounded up: `3h 20m`. */
export function durationText(seconds: number): string {
  const least = UNITS.findIndex(([, length]) => seconds >= length);
  if (least === -1) return seconds === 0 ? '0s' : '1s';
  const smallest = UNITS[Math.min(least + 1, UNITS.length - 1)]?.[1] ?? 1;
  let left = Math.ceil(Math.round((seconds / smallest) * 1000) / 1000) * smallest;
  const parts: string[] = [];
  for (const [unit, length] of UNITS) {
    const count = Math.floor(left / length);
    left -= count * length;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.join(' ');
}
