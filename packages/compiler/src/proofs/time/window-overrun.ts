import { listSteps } from './list-steps.ts';
import { durationText } from '../estimates.ts';
import { proofRule } from '../proof.ts';
import { windowPartsOf, type WindowPart } from './window-parts.ts';

/**
 * Each `within` fits its window: its critical path, by the estimates of its steps, is not longer than the window is open. A roll takes its body for every
 * batch, and its pauses; a `within` in the body of a roll is looked at for one batch.
 */
export const windowOverrun = proofRule({
  code: 'B0605', name: 'window-overrun', level: 'error', category: 'Time',
  summary: 'What stands within a window takes longer than the window is open.',
}, (subject) => {
  const parts = windowPartsOf(subject).filter(({ window }) => window.length > 0);
  return {
    claims: parts.map((part) => {
      const { window, unknown, seconds, tree, roll } = part;
      const step = roll === -1 ? tree.stepsOf(part.part).at(-1) : roll;
      return {
        about: `within ${window.name}`, holds: unknown.length === 0 && seconds <= window.length,
        closest: unknown.length > 0 ? `not known: ${unknown.length} step${unknown.length === 1 ? ' has' : 's have'} no estimate, ${durationText(window.length)} open`
          : `${durationText(seconds)} of ${durationText(window.length)}`,
        ...(step === undefined ? {} : { step }),
      };
    }),
    findings: parts.filter(({ seconds, window }) => seconds > window.length).map((part) => ({
      message: `\`within ${part.window.name}\` takes ${durationText(part.seconds)}${part.unknown.length > 0 ? ' or more' : ''}, and the window is open for ${durationText(part.window.length)}.`,
      at: part.location,
      notes: [pathText(part), adviceOn(part)],
    })),
  };
});

function pathText({ path, seconds }: WindowPart): string {
  if (path.length === 1) return `${listSteps(path)} alone takes ${durationText(seconds)}.`;
  return `These steps follow each other for ${durationText(seconds)}: ${listSteps(path)}.`;
}

function adviceOn({ seconds, window, path }: WindowPart): string {
  return `The smallest window that fits is \`for ${durationText(Math.ceil(seconds / 60) * 60).replaceAll(' ', '')}\`. ${path.length > 1 ? 'Or put what need not wait for each other into `parallel`. ' : ''}Or let some of it follow in another \`within ${window.name}\`, behind a point where work may pause.`;
}
