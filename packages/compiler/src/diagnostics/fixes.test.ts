import { describe, expect, test } from 'vitest';
import { applyFix, diagnose, type Files } from '../check.test-helpers.ts';
import { PAGES } from './pages.ts';
import { readPage } from './pages.test-helpers.ts';

const CLOUD = `cloud c {
  group g { hosts "a[1:3]" }
  service nova { component api on g { unit "nova-api" } }
}
`;

/** Mistakes with a fix that is certain, and what is right. */
const CERTAIN: readonly (readonly [string, Files, string])[] = [
  [
    'a host without quotes',
    { 'plan.belay': `${CLOUD}plan p {\n  on c\n  restart nova.api on a1\n}\n` },
    `${CLOUD}plan p {\n  on c\n  restart nova.api on "a1"\n}\n`,
  ],
  [
    'an exception that accepts nothing',
    { 'plan.belay': `${CLOUD}plan p {\n  on c\n  allow needs-order "keystone goes last"   \n  restart nova.api\n}\n` },
    `${CLOUD}plan p {\n  on c\n  restart nova.api\n}\n`,
  ],
  [
    'an exception that accepts nothing, on a line with more',
    { 'plan.belay': `${CLOUD}plan p { on c  allow needs-order "x"  restart nova.api }\n` },
    `${CLOUD}plan p { on c    restart nova.api }\n`,
  ],
  [
    'an exception behind a comment',
    { 'plan.belay': `${CLOUD}plan p {\n  on c\n  allow needs-order "x"  # why\n  restart nova.api\n}\n` },
    `${CLOUD}plan p {\n  on c\n    # why\n  restart nova.api\n}\n`,
  ],
  [
    'two statements on a line',
    { 'plan.belay': `cloud c {\n  group g { hosts "a1" } group h { hosts "a2" }\n}\n` },
    `cloud c {\n  group g { hosts "a1" }\n  group h { hosts "a2" }\n}\n`,
  ],
];

describe('fixes that are certain', () => {
  test.each(CERTAIN)('%s', async (_, files, right) => {
    const [found] = await diagnose(files);
    const [fix] = found?.fixes ?? [];
    expect(fix?.applicability).toBe('certain');
    const fixed = fix === undefined ? {} : applyFix(files, fix);
    expect(fixed).toEqual({ 'plan.belay': right });
    expect(await diagnose(fixed)).toEqual([]);
  });
});

test.each([...PAGES.values()].map(({ kind, page }) => ({ name: kind.name, page })))('a fix that the page of $name shows leaves no such finding', async ({ page }) => {
  const files = readPage(page)?.wrong ?? {};
  for (const { code, message, fixes } of await diagnose(files)) {
    for (const fix of fixes) {
      const after = await diagnose(applyFix(files, fix));
      expect(after.filter((one) => one.code === code && one.message === message)).toEqual([]);
    }
  }
});
