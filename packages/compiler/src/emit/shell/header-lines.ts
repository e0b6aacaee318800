import type { Plan } from '../../plan/plan.ts';
import { visibleText } from './bash-word.ts';

/** The comment at the top of the program: what it is, and what to type. */
export function headerLines(plan: Plan): string[] {
  const { release } = plan;
  const skipping =
    release === undefined || release.skipping.length === 0 ? '' : `, skipping ${release.skipping.join(', ')}`;
  const lines = [
    plan.title === undefined ? plan.name : `${plan.name}: ${plan.title}`,
    '',
    `cloud    ${plan.cloud.title === undefined ? plan.cloud.name : `${plan.cloud.name} (${plan.cloud.title})`}`,
    ...(release === undefined
      ? []
      : [`release  ${release.from} to ${release.to}${skipping} (${release.train})`]),
    `steps    ${plan.steps.filter((step) => step.kind !== 'join').length}, on ${plan.hosts.length} hosts`,
    ...plan.points.map(
      (point) => `back to  ${point.id}${point.title === undefined ? '' : `: ${point.title}`}`,
    ),
    `digest   ${plan.digest}`,
    '',
    'run --dry-run   show every command and run nothing',
    'run             start',
    'status          what is done, left and down now, and what to do',
    'resume          go on after a failure or a kill',
    'rollback        go back to the last rollback point',
    '--help          everything else',
    '',
    'Made by Belay from the plan. Change the plan, not this file.',
  ];
  return ['#!/usr/bin/env bash', '#', ...lines.map((text) => comment(text))];
}

/** A comment ends at a line break, and a reader has to see what stands in it. */
function comment(text: string): string {
  const shown = visibleText(text).trimEnd();
  return shown === '' ? '#' : `# ${shown}`;
}
