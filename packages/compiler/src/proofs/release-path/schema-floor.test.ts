import { describe, expect, test } from 'vitest';
import { checkText } from '../../check.test-helpers.ts';

const floor = (floors: string, statements: string): Promise<string[]> => checkText(`
  train letters { release r1  release r2  release r3  release r4 }
  cloud zurich {
    group controllers { hosts "ctl1" }
    service cinder {
      component api on controllers { unit "cinder-api" }
      database main {
        ${floors}
        migrate run "true"
        expand run "true"
      }
    }
  }
  plan upgrade {
    on zurich
    release r1 -> r4 skipping r2, r3
    rollback point before { capture cinder.main on controllers }
    ${statements}
  }
`, { only: 'B0403' });

describe('schema-floor', () => {
  test.each([
    ['is as new as the floor', 'floor r1 for r2', 'migrate cinder.main to r4'],
    ['was brought to the floor before', 'floor r3 for r4', 'migrate cinder.main to r3\n migrate cinder.main to r4'],
    ['meets code that has no floor yet', 'floor r3 for r4', 'migrate cinder.main to r3'],
    ['was expanded to the floor', 'floor r3 for r4', 'expand cinder.main to r3\n migrate cinder.main to r4'],
  ])('accepts a schema that %s', async (_, floors, statements) => {
    expect(await floor(floors, statements)).toEqual([]);
  });

  test('refuses code that can not read a schema so old', async () => {
    expect(await floor('floor r2 for r3', 'migrate cinder.main to r4')).toEqual([
      '17:3 B0403 `migrate cinder.main to r4` meets the schema of `r1`, and the code of `r4` migrates none that is older than that of `r2`.',
    ]);
  });

  test('takes the floor of the nearest release before the code, in whatever order they are written', async () => {
    expect(await floor('floor r3 for r4\n floor r1 for r2', 'migrate cinder.main to r2\n migrate cinder.main to r4')).toEqual([
      '19:1 B0403 `migrate cinder.main to r4` meets the schema of `r2`, and the code of `r4` migrates none that is older than that of `r3`.',
    ]);
  });

  test('a restored schema is as old as it was', async () => {
    expect(await floor('floor r2 for r4', 'migrate cinder.main to r2\n restore cinder.main from before\n migrate cinder.main to r4')).toEqual([
      '19:1 B0403 `migrate cinder.main to r4` meets the schema of `r1`, and the code of `r4` migrates none that is older than that of `r2`.',
    ]);
  });

  test('knows the releases of the train', async () => {
    expect(await checkText(`
      train letters { release r1  release r2 }
      cloud zurich { group g { hosts "h" }  service cinder { component api on g { unit "x" }  database main { floor r9 for r2  migrate run "true" } } }
    `)).toEqual(['2:111 B0101 There is no release named `r9`. Did you mean `r1` or `r2`?']);
  });
});
