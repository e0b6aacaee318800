import { describe, expect, test } from 'vitest';
import { checkText, diagnose } from '../../check.test-helpers.ts';

const path = (release: string, train = 'use openstack'): Promise<string[]> => checkText(`
  ${train}
  cloud zurich { group controllers { hosts "ctl1" } }
  plan upgrade {
    on zurich
    ${release}
    wait 1s
  }
`, { only: 'B0401' });

describe('release-path', () => {
  test.each([
    ['to the next release', 'release juno -> kilo'],
    ['past one that is named', 'release juno -> liberty skipping kilo'],
    ['past several that are named, in any order', 'release icehouse -> liberty skipping kilo, juno'],
    ['from one SLURP release to the next', 'release 2023.1 -> 2024.1'],
    ['from one SLURP release to the next, with what is between named', 'release 2023.1 -> 2024.1 skipping 2023.2'],
    ['from the last release with a name to the first with a number', 'release zed -> 2023.1'],
  ])('accepts a jump %s', async (_, release) => {
    expect(await path(release)).toEqual([]);
  });

  test('wants every skipped release named', async () => {
    expect(await path('release juno -> liberty')).toEqual([
      '5:3 B0401 From `juno` to `liberty`, `kilo` is skipped. Name what is skipped, so that everybody sees it: `skipping kilo`.',
    ]);
    expect(await path('release icehouse -> mitaka skipping kilo')).toEqual([
      '5:3 B0401 From `icehouse` to `mitaka`, `juno` and `liberty` are skipped. Name what is skipped, so that everybody sees it: `skipping juno, kilo, liberty`.',
    ]);
  });

  test('two SLURP hops at once skip the release between them', async () => {
    expect(await path('release 2023.1 -> 2025.1')).toEqual([
      '5:3 B0401 From `2023.1` to `2025.1`, `2023.2`, `2024.1` and `2024.2` are skipped. Name what is skipped, so that everybody sees it: `skipping 2023.2, 2024.1, 2024.2`.',
    ]);
  });

  test('from a release that is not SLURP there is no hop', async () => {
    expect(await path('release 2023.2 -> 2024.2')).toEqual([
      '5:3 B0401 From `2023.2` to `2024.2`, `2024.1` is skipped. Name what is skipped, so that everybody sees it: `skipping 2024.1`.',
    ]);
  });

  test('a plan goes forward', async () => {
    expect(await path('release liberty -> juno')).toEqual([
      '5:3 B0401 `juno` comes before `liberty` on the train `openstack`, and a plan does not go back. To undo an upgrade use a rollback point.',
    ]);
    expect(await path('release juno -> juno')).toEqual([
      '5:3 B0401 The jump goes from `juno` to itself. Name the release to go to after `->`.',
    ]);
  });

  test('only what lies between can be skipped', async () => {
    expect(await path('release juno -> kilo skipping icehouse')).toEqual([
      '5:33 B0401 `kilo` is the release after `juno`: nothing is skipped. Remove `skipping`.',
    ]);
    expect(await path('release juno -> liberty skipping kilo, mitaka')).toEqual([
      '5:42 B0401 `mitaka` does not lie between `juno` and `liberty`. What lies between is `kilo`.',
    ]);
    expect(await path('release juno -> liberty skipping kilo, kilo')).toEqual([
      '5:42 B0401 `kilo` is named twice. Name it once.',
    ]);
  });

  test('a train of one’s own has its own order and its own marks', async () => {
    const train = 'train acme { release v1 slurp release v2 release v3 slurp release v4 }';
    expect(await path('release v1 -> v3', train)).toEqual([]);
    expect(await path('release v2 -> v4', train)).toEqual([
      '5:3 B0401 From `v2` to `v4`, `v3` is skipped. Name what is skipped, so that everybody sees it: `skipping v3`.',
    ]);
  });

  test('says nothing of releases that no train has: that is an unknown name', async () => {
    expect(await path('release juno -> kilooo')).toEqual([]);
  });

  test('what a plan installs and migrates to lies on its way', async () => {
    expect(await checkText(`
      use openstack
      cloud zurich {
        group controllers { hosts "ctl1" }
        install run "true"
        service nova {
          component api on controllers { unit "nova-api" }
          component scheduler on controllers { unit "nova-scheduler" }
          database main { migrate run "true" }
        }
      }
      plan upgrade {
        on zurich
        release juno -> liberty skipping kilo
        install nova.* to icehouse
        install nova.* to juno
        install nova.* to kilo
        migrate nova.main to mitaka
        install nova.*
      }
    `, { only: 'B0401' })).toEqual([
      '14:3 B0401 `install nova.api icehouse` leaves the way of the plan, which goes from `juno` to `liberty`. Name one of the releases on it.',
      '17:3 B0401 `migrate nova.main to mitaka` leaves the way of the plan, which goes from `juno` to `liberty`. Name one of the releases on it.',
    ]);
  });

  test('shows the train, and offers to name what is skipped', async () => {
    const [found] = await diagnose(`
      use openstack
      cloud zurich { group controllers { hosts "ctl1" } }
      plan upgrade {
        on zurich
        release 2024.1 -> 2025.1
        wait 1s
      }
      plan skip {
        on zurich
        release 2023.2 -> 2024.2
        wait 1s
      }
    `);
    expect(found?.notes).toEqual(['The train: 2023.2 → 2024.1 (SLURP) → 2024.2.', 'Without a skip: to `2024.1`, and on from there in a plan of its own.']);
    expect(found?.fixes.map(({ title, edits }) => [title, edits.map(({ newText }) => newText)])).toEqual([['Name it', [' skipping 2024.1']]]);
  });
});
