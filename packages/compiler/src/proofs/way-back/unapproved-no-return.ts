import { behind } from './no-way-back.ts';
import { proofRule } from '../proof.ts';

/** Before the way back ends, somebody says yes. */
export const unapprovedNoReturn = proofRule({
  code: 'B0503', name: 'unapproved-no-return', level: 'error', category: 'The way back',
  summary: 'A point of no return is reached without anybody being asked.',
}, ({ graph }) => {
  const isAsked = behind(graph, 'approve');
  const points = graph.steps.flatMap(({ step }, index) => (step?.kind === 'no-return' ? [{ step, index, asked: isAsked[index] === true }] : []));
  return {
    claims: points.map(({ step, index, asked }) => ({ about: step.text ?? step.id, holds: asked, closest: asked ? 'asked before' : 'nobody is asked', step: index })),
    findings: points.filter(({ asked }) => !asked).map(({ step }) => ({
      message: 'Nobody is asked before this point of no return. Write `approve "…"` before it, with the question that has to be answered with yes.',
      at: step.location, label: 'no `approve` comes before it',
    })),
  };
});
