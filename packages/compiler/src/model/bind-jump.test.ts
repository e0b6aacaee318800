import { describe, expect, test } from 'vitest';
import { checkText } from '../check.test-helpers.ts';
import { planOf, printSteps, stepsOf } from '../plan/plan.test-helpers.ts';

const CLOUD = `
  cloud c {
    group a { hosts "a1" }
    group n { hosts "n[1:2]" }
    install run "get \${component}"
    service s {
      component x on a { unit "x" }
      component y on n { unit "y" }
      component z on n { unit "z" }
      database m { migrate run "s-migrate" }
    }
    service phased {
      expand run "expand"
      contract run "contract"
      component w on a { unit "w" }
      database m { migrate run "migrate" }
    }
    service own {
      component x on a { unit "ox" }
      component y on n { unit "oy" }
      upgrade {
        stop own.*
        install own.*
        start own.*
      }
    }
  }
  train t { release r1  release r2 }
`;

async function steps(body: string): Promise<string[]> {
  const text = await stepsOf({ 'plan.belay': `import "cloud.belay"\nplan p {\n  on c\n  release r1 -> r2\n${body}\n}`, 'cloud.belay': CLOUD });
  return text.split('\n').filter((line) => !line.includes('  back ') && !line.includes('no way back'));
}

describe('a jump without a block', () => {
  test('stops, installs, brings the databases over, and starts', async () => {
    expect(await steps('jump phased\njump s')).toEqual([
      'phased/stop', '  stop phased.w | all a1 | systemctl stop w => phased.w stopped',
      'phased/install <- phased/stop', "  install phased.w r2 | all a1 | get 'phased.w' => phased.w installed r2",
      'phased/expand <- phased/install [restore]', '  expand phased.m to r2 | first a1 | expand => phased.m expanded r2',
      'phased/migrate <- phased/expand [restore]', '  migrate phased.m to r2 | first a1 | migrate => phased.m migrated r2',
      'phased/contract <- phased/migrate [restore]', '  contract phased.m to r2 | first a1 | contract => phased.m contracted r2',
      'phased/start <- phased/contract', '  start phased.w | all a1 | systemctl start w => phased.w started',
      's/stop <- phased/start', '  stop s.x | all a1 | systemctl stop x => s.x stopped', '  stop s.y | all n1 n2 | systemctl stop y => s.y stopped', '  stop s.z | all n1 n2 | systemctl stop z => s.z stopped',
      's/install <- s/stop', "  install s.x r2 | all a1 | get 's.x' => s.x installed r2", "  install s.y r2 | all n1 n2 | get 's.y' => s.y installed r2", "  install s.z r2 | all n1 n2 | get 's.z' => s.z installed r2",
      's/migrate <- s/install [restore]', '  migrate s.m to r2 | first a1 | s-migrate => s.m migrated r2',
      's/start <- s/migrate', '  start s.x | all a1 | systemctl start x => s.x started', '  start s.y | all n1 n2 | systemctl start y => s.y started', '  start s.z | all n1 n2 | systemctl start z => s.z started',
    ]);
  });

  test('what it leaves is not touched; what it leaves stopped is not started', async () => {
    expect((await steps('jump s leaving s.y, s.z')).filter((line) => line.startsWith('  ')).map((line) => line.split(' |')[0])).toEqual([
      '  stop s.x', '  install s.x r2', '  migrate s.m to r2', '  start s.x',
    ]);
    expect((await steps('jump s leaving s.z stopped')).filter((line) => line.startsWith('  ')).map((line) => line.split(' |')[0])).toEqual([
      '  stop s.x', '  stop s.y', '  stop s.z', '  install s.x r2', '  install s.y r2', '  install s.z r2', '  migrate s.m to r2', '  start s.x', '  start s.y',
    ]);
  });
});

describe('a service with an `upgrade` of its own', () => {
  test('is done as it says, without what the jump leaves', async () => {
    const commands = async (body: string): Promise<string[]> => (await steps(body)).filter((line) => line.startsWith('  ')).map((line) => line.split(' |')[0] ?? '');
    expect(await commands('jump own')).toEqual(['  stop own.x', '  stop own.y', '  install own.x r2', '  install own.y r2', '  start own.x', '  start own.y']);
    expect(await commands('jump own leaving own.y')).toEqual(['  stop own.x', '  install own.x r2', '  start own.x']);
    expect(await commands('jump own leaving own.y stopped')).toEqual(['  stop own.x', '  stop own.y', '  install own.x r2', '  install own.y r2', '  start own.x']);
  });

  test('unless the jump has a block', async () => {
    expect(await steps('jump own leaving own.y { install own.x }')).toEqual(['own/install_own_x', "  install own.x r2 | all a1 | get 'own.x' => own.x installed r2"]);
  });
});

test('a mode is held by one block at a time', async () => {
  expect(await checkText({
    'plan.belay': `import "cloud.belay"
mode quiet { enter on a { run "true" }  leave on a { run "true" } }
mode calm { enter on a { run "true" }  leave on a { run "true" } }
plan p {
  on c
  holding quiet {
    holding calm, calm { wait 1s }
    holding quiet { wait 2s }
    leave quiet
  }
  holding quiet { wait 3s }
}`,
    'cloud.belay': CLOUD,
  }, { only: 'B0008' })).toEqual([
    '7:19 B0008 Mode `calm` is held here already: the end of this `holding` would leave it for both. Hold it once.',
    '8:13 B0008 Mode `quiet` is held here already: the end of this `holding` would leave it for both. Hold it once.',
    '9:5 B0008 Mode `quiet` is held by the `holding` around, which leaves it at its end. Remove this, or end the `holding` before it.',
  ]);
});

test('a jump of nothing, and to nowhere', async () => {
  expect(await checkText({ 'plan.belay': 'import "cloud.belay"\nplan p {\n  on c\n  jump t\n  jump own leaving own.z, s.x\n}', 'cloud.belay': CLOUD }, { only: 'B0101' })).toEqual([
    '4:8 B0101 There is no service named `t`. Did you mean `s`?',
    '5:20 B0101 There is no component named `own.z`. Did you mean `own.x` or `own.y`?',
    '5:27 B0101 `s.x` is no component of `own`: this jump can not leave it behind. Remove it here.',
  ]);
  expect(await checkText({ 'plan.belay': 'import "cloud.belay"\nplan p {\n  on c\n  jump own { stop own.x  start own.x }\n}', 'cloud.belay': CLOUD })).toEqual([
    '4:3 B0105 A jump needs to know from which release to which: write `release FROM -> TO` at the start of the plan.',
  ]);
});

describe('windows', () => {
  test('those that steps run in, with their days once', async () => {
    const plan = await planOf({
      'plan.belay': `
        import "cloud.belay"
        window night "Nights" { every tue, wed, tue at 9:05 for 1h30m zone "Europe/Zurich" }
        window unused { every sun at 22:00 for 8h zone "UTC" }
        plan p {
          on c
          within night { wait 1s }
          wait 2s
        }
      `,
      'cloud.belay': CLOUD,
    });
    expect(plan.windows).toEqual([{ name: 'night', title: 'Nights', days: ['tue', 'wed'], at: '09:05', length: 5400, zone: 'Europe/Zurich' }]);
    expect(printSteps(plan.steps)).toBe('wait [within night]\n  wait 1s | local | 1s\nwait_2 <- wait\n  wait 2s | local | 2s');
  });

  test('that never open', async () => {
    expect(await checkText({
      'plan.belay': 'import "cloud.belay"\nwindow a { }\nwindow e { every mon at 23:00 for 0h zone "UTC" }\nwindow b { every mon at 25:00 for 8h zone "Europe/Zurick" }\nplan p {\n  on c\n  within a { wait 1s }\n  within b { wait 1s }\n  within d { wait 1s }\n  within e { wait 1s }\n}',
      'cloud.belay': CLOUD,
    })).toEqual([
      '2:1 B0105 Window `a` never opens: write `every tue, wed at 22:00 for 8h zone "Europe/Zurich"`.',
      '3:35 B0201 A window that is open for no time lets nothing in. Write how long it is open, such as `for 8h`.',
      '4:25 B0201 `25:00` is no time of day. Expected one from `00:00` to `23:59`.',
      '4:43 B0201 `Europe/Zurick` is no time zone. Expected a name of the IANA time zone database, such as `Europe/Zurich` or `UTC`.',
      '9:10 B0101 There is no window named `d`. Did you mean `a` or `b` or `e`?',
    ]);
  });
});
