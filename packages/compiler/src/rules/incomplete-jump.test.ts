import { describe, expect, test } from 'vitest';
import { checkText, diagnose } from '../check.test-helpers.ts';
import { onCloud } from './cloud.test-helpers.ts';

const landing = (statements: string): Promise<string[]> => checkText(onCloud(`
import "cloud.belay"
plan upgrade {
  on zurich
  release kilo -> liberty
  ${statements.trim()}
}
`), { only: 'B0402' });

describe('incomplete-jump', () => {
  test.each([
    ['that has no block: Belay fills it in', 'jump glance'],
    ['that does everything', 'jump glance { stop glance.*\n install glance.*\n start glance.* }'],
    ['that installs and restarts', 'jump glance { install glance.api\n restart glance.api }'],
    ['that migrates its database', 'jump keystone { stop keystone.*\n install keystone.*\n migrate keystone.main\n start keystone.* }'],
    ['whose parts were done before it', 'install glance.*\n restart glance.*\n jump glance { wait 1s }'],
    ['that names what it leaves behind', 'jump nova leaving nova.compute { install nova.conductor\n restart nova.conductor\n migrate nova.main }'],
    ['that leaves what it installed stopped, and says so', 'stop glance.*\n jump glance leaving glance.* stopped { install glance.* }\n start glance.*'],
    ['whose hosts take turns', 'jump nova { migrate nova.main\n install nova.conductor\n restart nova.conductor\n roll computes { install nova.compute\n restart nova.compute } }'],
    ['in a roll, batch by batch', 'roll controllers { jump glance { install glance.*\n restart glance.* } }'],
    ['whose hosts run the new code after a reboot', 'jump nova { migrate nova.main\n install nova.*\n restart nova.conductor\n reboot on computes }'],
    ['whose parts run in parallel', 'jump nova { migrate nova.main\n parallel { stage a { install nova.conductor\n restart nova.conductor }\n stage b { install nova.compute\n restart nova.compute } } }'],
    ['whose commands it replaces', 'jump glance { install glance.* { run "pip install glance"  undo nothing "the image is rolled back" }\n restart glance.* }'],
    ['that installs again what runs there already', 'jump glance { install glance.*\n restart glance.*\n install glance.* on first controllers }'],
    ['that goes back and forth without a restart', 'jump glance { install glance.*\n restart glance.*\n install glance.* to kilo\n install glance.* }'],
    ['that waits for what runs beside it', 'parallel { stage a { install glance.*\n restart glance.* }\n jump glance { after a\n wait 1s } }'],
    ['beside which other things run', 'parallel { stage a { stop keystone.*\n start keystone.* }\n jump glance { install glance.*\n restart glance.* } }'],
    ['beside which everything only restarts', 'install glance.*\n restart glance.*\n parallel { stage a { restart glance.* }\n jump glance { wait 1s } }'],
    ['of a service that has nothing', 'jump mariadb leaving mariadb.server { wait 1s }'],
  ])('accepts a jump %s', async (_, statements) => {
    expect(await landing(statements)).toEqual([]);
  });

  test.each([
    ['installs nothing', 'jump glance { restart glance.* }', '5:3 B0402 `glance` does not arrive at `liberty`: `glance.api` is not installed.'],
    ['starts nothing', 'jump glance { stop glance.*\n install glance.* }', '5:3 B0402 `glance` does not arrive at `liberty`: `glance.api` is left stopped.'],
    ['restarts nothing', 'jump glance { install glance.* }', '5:3 B0402 `glance` does not arrive at `liberty`: `glance.api` still runs the old code.'],
    ['only reloads', 'jump glance { install glance.*\n reload glance.* }', '5:3 B0402 `glance` does not arrive at `liberty`: `glance.api` still runs the old code.'],
    ['forgets the schema', 'jump keystone { install keystone.*\n restart keystone.* }', '5:3 B0402 `keystone` does not arrive at `liberty`: `keystone.main` is not migrated.'],
    ['stops on the way', 'jump keystone { install keystone.* to kilo\n migrate keystone.main to kilo\n restart keystone.* }', '5:3 B0402 `keystone` does not arrive at `liberty`: `keystone.server` is not installed; `keystone.main` is at `kilo`.'],
    ['forgets some hosts', 'jump glance { install glance.* on first controllers\n restart glance.* }', '5:3 B0402 `glance` does not arrive at `liberty`: `glance.api` is not installed on `ctl2`.'],
    ['installs on whichever host answers', 'jump glance { install glance.* on any controllers\n restart glance.* }', '5:3 B0402 `glance` does not arrive at `liberty`: `glance.api` is not installed.'],
    ['loads the old dump again', 'rollback point before { capture keystone.main }\n jump keystone { install keystone.*\n migrate keystone.main\n restore keystone.main from before\n restart keystone.* }', '6:2 B0402 `keystone` does not arrive at `liberty`: `keystone.main` is not migrated.'],
    ['may be over before what is written before it', 'parallel { stage a { install glance.*\n restart glance.* }\n jump glance { wait 1s } }', '7:2 B0402 `glance` does not arrive at `liberty`: `glance.api` is not installed.'],
    ['is over while something beside it is down', 'install glance.*\n restart glance.*\n parallel { jump glance { wait 1s }\n stage a { stop glance.*\n start glance.* } }', '7:13 B0402 `glance` does not arrive at `liberty`: `glance.api` is left stopped.'],
    ['leaves something stopped, and the old code running elsewhere', 'jump glance leaving glance.* stopped { stop glance.* on first controllers\n install glance.* }', '5:3 B0402 `glance` does not arrive at `liberty`: `glance.api` still runs the old code on `ctl2`.'],
    ['lacks several things', 'jump nova { migrate nova.main }', '5:3 B0402 `nova` does not arrive at `liberty`: `nova.conductor` and `nova.compute` are not installed.'],
    ['stands in a roll and leaves out what is not in it', 'roll controllers { jump glance { install glance.* } }', '5:22 B0402 `glance` does not arrive at `liberty`: `glance.api` still runs the old code.'],
    ['says that it leaves something stopped, but did not install it', 'stop glance.*\n jump glance leaving glance.* stopped { wait 1s }', '6:2 B0402 `glance` does not arrive at `liberty`: `glance.api` is not installed.'],
  ])('reports a jump that %s', async (_, statements, found) => {
    expect(await landing(statements)).toEqual([found]);
  });

  test('a database with a `contract` of its own has to be contracted', async () => {
    const files = (statements: string): Readonly<Record<string, string>> => ({
      'plan.belay': `
        use openstack
        cloud zurich {
          group controllers { hosts "ctl1" }
          install run "zypper -n install \${package}-\${release}"
          service keystone {
            component server on controllers { unit "keystone"  package "keystone" }
            database main {
              name "keystone"
              expand run "keystone-manage db_sync --expand"
              migrate run "keystone-manage db_sync --migrate"
              contract run "keystone-manage db_sync --contract"
            }
          }
        }
        plan upgrade {
          on zurich
          release ocata -> pike
          jump keystone { ${statements} }
        }
      `,
    });
    const before = 'expand keystone.main\n migrate keystone.main\n install keystone.*\n restart keystone.*';
    expect(await checkText(files(before), { only: 'B0402' })).toEqual(['18:10 B0402 `keystone` does not arrive at `pike`: `keystone.main` is not contracted.']);
    expect(await checkText(files(`${before}\n contract keystone.main`), { only: 'B0402' })).toEqual([]);
  });

  test('says what to add, and how to say what stays behind', async () => {
    const notes = async (statements: string): Promise<readonly string[] | undefined> => (await diagnose(onCloud(`
      import "cloud.belay"
      plan upgrade {
        on zurich
        release kilo -> liberty
        ${statements}
      }
    `))).find(({ code }) => code === 'B0402')?.notes;
    expect(await notes('jump nova { migrate nova.main }')).toEqual([
      'Add `install nova.conductor, nova.compute` to the jump, or say what it leaves behind: `jump nova leaving nova.conductor, nova.compute`.',
    ]);
    expect(await notes('jump glance { stop glance.*\n install glance.* }')).toEqual([
      'Add `start glance.api` to the jump, or say that it leaves them to be started later: `jump glance leaving glance.api stopped`.',
    ]);
    expect(await notes('jump keystone { install keystone.*\n restart keystone.* }')).toEqual(['Add `migrate keystone.main` to the jump.']);
  });
});
