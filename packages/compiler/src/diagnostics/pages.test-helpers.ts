import type { Files } from '../check.test-helpers.ts';

/** A page of a diagnostic, taken apart. */
export interface PageParts {
  readonly title: string;
  readonly summary: string;
  /** The files of the wrong example; the first one is checked. */
  readonly wrong: Files;
  /** Those of the mended one; files that it does not show are those of the wrong one. */
  readonly right: Files;
  /** What Belay is said to say. */
  readonly said: string;
  readonly why: string;
}

const PAGE = /^# (?<title>.+)\n\n(?<summary>.+)\n\n## Wrong\n(?<wrong>[^]*?)\nBelay says:\n\n```text\n(?<said>[^]*?)```\n\n## Right\n(?<right>[^]*?)\n## Why\n\n(?<why>[^]+)\n$/;
const FENCE = /^```(?<language>[a-z]+)(?: file=(?<file>\S+))?\n(?<text>[^]*?)^```$/gm;

/** Takes a page apart; undefined where it has another form. */
export function readPage(page: string): PageParts | undefined {
  const parts = PAGE.exec(page)?.groups;
  if (parts === undefined) return undefined;
  const wrong = filesIn(parts['wrong'] ?? '');
  return {
    title: parts['title'] ?? '', summary: parts['summary'] ?? '', said: parts['said'] ?? '', why: parts['why'] ?? '',
    wrong, right: { ...wrong, ...filesIn(parts['right'] ?? '') },
  };
}

/** A page with something else in the place of what Belay is said to say. */
export function withSaid(page: string, said: string): string {
  return page.replace(/(?<=\nBelay says:\n\n```text\n)[^]*?(?=```\n\n## Right\n)/, () => said);
}

function filesIn(section: string): Files {
  return Object.fromEntries([...section.matchAll(FENCE)].map(({ groups }) => [groups?.['file'] ?? 'plan.belay', groups?.['text'] ?? '']));
}
