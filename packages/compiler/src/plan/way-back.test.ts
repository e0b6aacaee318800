import { expect, it } from 'vitest';
import { planOf, printOperation, printSteps, type Sources } from './plan.test-helpers.ts';

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
/** How components load again what is back: by what, of which, where, and the commands. */
async function refreshesOf(body: string): Promise<string[]> {
  const { refreshes } = await planOf(sources(body), { plan: 'p' });
  return refreshes.map(({ component, by, actions }) => [
    `${by} ${component}`, ...actions.map(({ targets, operation }) => `${targets.mode}${targets.batch === true ? ' in turns' : ''} ${targets.hosts.join(' ')}: ${printOperation(operation)}`),
  ].join(' | '));
}

const PUT = 'put "conf" at "/etc/app.conf" on fronts\n';

it.each([
  ['a restart behind it', `${PUT}restart app.front`, ['restart app.front | all f1 f2: systemctl restart front']],
  ['a reload of one of them', `${PUT}reload app.front on "f2"`, ['reload app.front | all f2: systemctl reload front']],
  ['a stop and a start', `${PUT}stop app.front\nstart app.front`, ['restart app.front | all f1 f2: systemctl stop front | all f1 f2: systemctl start front']],
  ['a stop that lasts', `${PUT}stop app.front`, ['restart app.front | all f1 f2: systemctl stop front | all f1 f2: systemctl start front']],
  ['first a reload, then a restart of one', `${PUT}reload app.front\nrestart app.front on "f2"`, ['restart app.front | all f2: systemctl restart front', 'reload app.front | all f1 f2: systemctl reload front']],
  ['no restart behind it', `restart app.front\n${PUT}`, []],
  ['what is down meanwhile', `stop app.front\n${PUT}start app.front`, []],
  ['a component on another host', 'put "conf" at "/etc/app.conf" on "f1"\nrestart app.front on "f2"', []],
  ['hosts in turns', `${PUT}roll fronts { restart app.front }`, ['restart app.front | all in turns f1 f2: systemctl restart front']],
  ['one after the other', `${PUT}restart app.front on each fronts`, ['restart app.front | each f1 f2: systemctl restart front']],
  ['many files and one service', `${PUT}put "conf" at "/etc/two.conf" on fronts\nrestart app.front\n${PUT}restart app.front on "f2"\nrestart app.front`, ['restart app.front | all f1 f2: systemctl restart front']],
  ['other commands on other hosts', `${PUT}restart app.front on "f1" { run "one" }\nrestart app.front on "f2" { run "two" }`, ['restart app.front | all f1: one', 'restart app.front | all f2: two']],
  ['a component of its own', 'step tune { on fronts  run "tune"  rewrites app.back  undo { run "untune" } }\nrestart app.front, app.back', ['restart app.back | all f1 f2: systemctl restart back']],
  ['a file that is restored', 'rollback point before { capture "/etc/app" on fronts }\nstep change { on fronts  run "change"  rewrites "/etc/app/app.conf" }\nrestart app.front', ['restart app.front | all f1 f2: systemctl restart front']],
  ['only a reboot: all that runs there', `${PUT}reboot on "f1"`, ['restart app.front | all f1: systemctl restart front', 'restart app.back | all f1: systemctl restart back']],
  ['a restart of one, then a reboot in turns', `${PUT}restart app.front on "f2"\nroll fronts { reboot }`, [
    'restart app.front | all f2: systemctl restart front', 'restart app.front | all in turns f1: systemctl restart front', 'restart app.back | all in turns f1 f2: systemctl restart back',
  ]],
  ['a reboot before it', `reboot on fronts\n${PUT}`, []],
  ['a reboot, but no file', 'reboot on fronts', []],
])('a file that comes back is loaded again: %s', async (_, body, expected) => {
  expect(await refreshesOf(body)).toEqual(expected);
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
