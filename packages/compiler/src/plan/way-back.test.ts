import { expect, it } from 'vitest';
import { planOf, printSteps, type Sources } from './plan.test-helpers.ts';

const sources = (body: string): Sources => ({
  'main.belay': `train letters {
  release r1
  release r2
}
cloud c {
  connection local
  group fronts { hosts "f[1:2]" }
  drain run "drain"
  return run "return"
  install run "install \${release}"
  service app {
    component front on fronts { unit "front" }
    component back on fronts { unit "back" }
  }
  keep 1 of app.back
}
plan p {
  on c
  release r1 -> r2
  mode quiet {
    enter on fronts { run "quiet" }
    leave on fronts { run "loud" }
  }
${body.split('\n').map((line) => `  ${line}`).join('\n')}
}`,
  conf: 'new\n',
});

const stepsOf = async (body: string): Promise<string> => printSteps((await planOf(sources(body), { plan: 'p' })).steps);
const refreshed = (text: string): string[] => text.split('\n').filter((line) => line.includes('with what is back')).map((line) => line.trim());

it.each([
  ['a restart behind it', 'put "conf" at "/etc/app.conf" on fronts\nrestart app.front',
    ['back restart app.front with what is back | all f1 f2 | systemctl restart front => app.front restarted']],
  ['a reload of one of them', 'put "conf" at "/etc/app.conf" on fronts\nreload app.front on "f2"',
    ['back reload app.front with what is back | all f2 | systemctl reload front => app.front reloaded']],
  ['a stop and a start', 'put "conf" at "/etc/app.conf" on fronts\nstop app.front\nstart app.front', [
    'back stop app.front with what is back | all f1 f2 | systemctl stop front => app.front stopped',
    'back start app.front with what is back | all f1 f2 | systemctl start front => app.front started',
  ]],
  ['no restart behind it', 'restart app.front\nput "conf" at "/etc/app.conf" on fronts', []],
  ['what is down meanwhile', 'stop app.front\nput "conf" at "/etc/app.conf" on fronts\nstart app.front', []],
  ['hosts in turns', 'put "conf" at "/etc/app.conf" on fronts\nroll fronts { restart app.front }',
    ['back restart app.front with what is back | each f1 f2 | systemctl restart front => app.front restarted']],
])('a file that comes back is loaded again: %s', async (_, body, expected) => {
  expect(refreshed(await stepsOf(body))).toEqual(expected);
});

it('a file that is restored is loaded again', async () => {
  const { steps } = await planOf(sources([
    'rollback point before { capture "/etc/app" on fronts }',
    'step change { on fronts  run "change"  rewrites "/etc/app/app.conf" }',
    'restart app.front',
  ].join('\n')), { plan: 'p' });
  const [restore] = steps.find(({ id }) => id === 'change')?.restores ?? [];
  expect({ to: restore?.to, refresh: restore?.refresh?.map(({ title, targets, refresh }) => ({ title, hosts: targets.hosts, refresh })) }).toEqual({
    to: ['start', 'before'], refresh: [{ title: 'restart app.front with what is back', hosts: ['f1', 'f2'], refresh: 'app.front' }],
  });
});

it('what was drained or entered before stays so when doing it again is taken back', async () => {
  const text = await stepsOf('enter quiet\ndrain on "f1"\nrollback point here\nenter quiet\ndrain on fronts\nreturn on fronts\nleave quiet');
  expect(text.split('\n').filter((line) => !line.startsWith('  back ') && /^ {4}back/.test(line)).map((line) => line.trim())).toEqual([
    'back leave quiet | all f1 f2 | loud => quiet left',
    'back return f1 | all f1 | return => hosts returned',
    'back return fronts | all f2 | return => hosts returned',
    'back drain fronts | all f1 f2 | drain => hosts drained',
    'back enter quiet | all f1 f2 | quiet => quiet entered',
  ]);
});

it.each([
  ['where nothing is open', 'stop app.front\nstart app.front\nenter quiet\ndrain on "f1"\nreturn on "f1"\nleave quiet\nrestart app.front', ['start_app_front', 'leave_quiet', 'restart_app_front']],
  ['and not inside a parallel part', 'parallel {\n stage a { restart app.front }\n stage b { stop app.back\n start app.back }\n}\nrestart app.front', ['b/start_app_back', 'restart_app_front']],
  ['a roll is one', 'roll fronts {\n drain\n return\n}', ['roll_fronts']],
  ['what is stopped for good is open no longer, but has to be kept', 'stop app.front for good\nstop app.back for good', ['stop_app_front']],
])('safe stops: %s', async (_, body, expected) => {
  const { steps } = await planOf(sources(body), { plan: 'p' });
  expect(steps.filter(({ safeStop }) => safeStop).map(({ id }) => id)).toEqual(expected);
});
