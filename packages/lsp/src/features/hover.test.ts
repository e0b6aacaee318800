import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { hover } from './hover.ts';

async function hovered(source: string | Readonly<Record<string, string>>): Promise<string | undefined> {
  const { snapshot, at } = await marked(source);
  const contents = hover(snapshot, at)?.contents;
  return typeof contents === 'object' && 'value' in contents ? contents.value : undefined;
}

test('a keyword: its signature, what it does, an example', async () => {
  expect(await hovered('plan p { ga<|>te backup_space }')).toBe(`\`\`\`belay
gate <checks>, …
\`\`\`

Goes on only if the checks pass.

For example:
\`\`\`belay
gate backup_space
\`\`\``);
});

test('a name: its declaration, its title, and where it stands', async () => {
  expect(await hovered({
    'plan.belay': 'import "cloud.belay"\nplan p {\n  on c\n  gate spa<|>ce\n}',
    'cloud.belay': 'cloud c {\n  check space "Room for a copy" {\n    on local\n    run "df"\n  }\n}',
  })).toBe(`\`\`\`belay
check space "Room for a copy" {
  on local
  run "df"
}
\`\`\`

Room for a copy

check \`space\`, declared in \`cloud.belay\`, line 2`);
});

test('a group: its hosts', async () => {
  expect(await hovered('cloud c { group computes { hosts "cmp[01:25]" } }\nplan p {\n  on c\n  drain on comp<|>utes\n}')).toContain(
    '25 hosts: `cmp01`, `cmp02`, `cmp03`, `cmp04`, `cmp05`, `cmp06`, `cmp07`, `cmp08`, `cmp09`, `cmp10`, `cmp11`, `cmp12`, `cmp13`, `cmp14`, `cmp15`, `cmp16`, `cmp17`, `cmp18`, `cmp19`, `cmp20` and 5 more',
  );
});

test('a group of an inventory: its hosts', async () => {
  expect(await hovered({ 'c.belay': 'cloud c {\n  inventory "hosts.ini"\n  service s { component x on w<|>eb }\n}', 'hosts.ini': '[web]\nh1\nh2\n' })).toBe(
    '```belay\ngroup web\n```\n\nFrom `hosts.ini`.\n\n2 hosts: `h1`, `h2`',
  );
});

test('a parameter: its type', async () => {
  expect(await hovered('recipe r(pause: duration = 5s) { wait pa<|>use }')).toBe('```belay\npause: duration = 5s\n```\n\nparameter `pause`, declared in `plan.belay`, line 1');
});

test('a name that Belay gives', async () => {
  expect(await hovered('plan p { run "echo ${un<|>it}" }')).toBe('```belay\n${unit}\n```\n\nThe systemd unit of the component.');
});

test('a long declaration is shortened', async () => {
  const inner = Array.from({ length: 30 }, (_, index) => `  run "echo ${index}"\n`).join('');
  expect((await hovered(`recipe lo<|>ng() {\n${inner}}`))?.split('\n').slice(0, 14)).toEqual(
    ['```belay', 'recipe long() {', ...Array.from({ length: 10 }, (_, index) => `  run "echo ${index}"`), '  …', '}'],
  );
});

test.each(['plan p { stop nova.ap<|>i }', '<|>', 'plan p { run "ec<|>ho" }', '# pl<|>an'])('nothing for %s', async (source) => {
  expect(await hovered(source)).toBeUndefined();
});

test.each([
  ['a host pattern', 'cloud c { group g { hosts "cmp[1<|>:3]", "x" } }', '3 hosts: `cmp1`, `cmp2`, `cmp3`'],
  ['the hosts of a target', 'plan p { drain on "ctl<|>1" }', '1 host: `ctl1`'],
  ['a release of a train', 'train t {\n  release v1\n  release v2 slurp\n  release v3\n  release v4 slurp\n}\nplan p { release v1 -> v<|>2 }',
    '```belay\nrelease v2 slurp\n```\n\nrelease `v2`, declared in `plan.belay`, line 3\n\n**Release** `v2`: number 2 of 4 of train `t`, a SLURP release.\n\n- before: `v1`\n- next: `v3`\n- next SLURP: `v4`, which may be reached directly'],
  ['a release of OpenStack', 'use openstack\nplan p { release 2024<|>.1 -> 2025.1 }',
    '**Release** `2024.1`: number 29 of 35 of train `openstack`, a SLURP release.\n\n- before: `2023.2`\n- next: `2024.2`\n- next SLURP: `2025.1`, which may be reached directly'],
])('%s', async (_, source, expected) => {
  expect(await hovered(source)).toBe(expected);
});

const PLAN = `train t { release v1  release v2 }
cloud c {
  connection local
  group g { hosts "a", "b" }
  stop run "x"
  start run "x"
  install run "x"
  service s { component api on g { unit "s" }  database main { migrate run "x"  save run "x"  restore run "x"  verify run "x" } }
}
plan p {
  on c
  release v1 -> v2
  stop s.api { takes 1m }
  rollback point saved { capture s.main { on any g }  takes 10m }
  step sync "Move it" { migrate s.main on any g  takes 5m }
  start s.api { takes 2m }
}
`;

test('a step: when it begins, what changes, what is down, how far back one can go', async () => {
  expect((await hovered(PLAN.replace('step sync', 'st<|>ep sync')))?.split('\n\n').slice(3)).toEqual([
    '**Step** `sync`. Begins 11m after the start at the earliest; takes 5m.',
    'State before → after:\n- `s.main`: schema v1 → schema v2',
    'Down or drained: `s.api`',
    'A rollback from here goes to:\n- `saved`, past 1 step, restores `s.main`\n- `start`, past 2 steps, restores `s.main`',
  ]);
});

test('a step by its name, an action by its keyword, a rollback point', async () => {
  const about = async (from: string, to: string): Promise<string | undefined> => (await hovered(PLAN.replace(from, to)))?.split('\n\n').find((one) => one.startsWith('**Step**'));
  expect(await about('step sync', 'step sy<|>nc')).toBe('**Step** `sync`. Begins 11m after the start at the earliest; takes 5m.');
  expect(await about('stop s.api', 'st<|>op s.api')).toBe('**Step** `stop_s_api`. Begins with the plan; takes 1m.');
  expect(await about('point saved', 'point sa<|>ved')).toBe('**Step** `saved`. Begins 1m after the start at the earliest; takes 10m.');
  expect(await about('stop s.api', 'stop s.a<|>pi')).toBeUndefined();
});

test('a step behind one that has no estimate', async () => {
  const about = async (from: string, to: string): Promise<string | undefined> => (
    (await hovered(PLAN.replace('stop s.api { takes 1m }', 'stop s.api').replace('start s.api { takes 2m }', 'start s.api').replace(from, to)))?.split('\n\n').find((one) => one.startsWith('**Step**'))
  );
  expect(await about('point saved', 'point sa<|>ved')).toBe('**Step** `saved`. Begins with the plan or later: something before it has no estimate; takes 10m.');
  expect(await about('start s.api', 'st<|>art s.api')).toBe('**Step** `start_s_api`. Begins 15m after the start or later: something before it has no estimate; it has none either.');
});

test.each([
  ['wait 5m\n wait 2m', 'Takes 7m from the begin of its first step to the end of its last.'],
  ['wait 5m\n stop s.api', 'Takes 5m from the begin of its first step to the end of its last; 1 step in it has no estimate.'],
  ['stop s.api\n start s.api', '2 steps in it have no estimate.'],
  ['', 'Takes no time.'],
])('a part of a plan: %j', async (statements, expected) => {
  expect((await hovered(PLAN.replace('  stop s.api { takes 1m }', `  pa<|>rallel {\n stage a {\n ${statements}\n }\n}`)))?.split('\n\n').at(-1)).toBe(expected);
});

test('of many rollback points the nearest and the farthest', async () => {
  const points = [1, 2, 3, 4, 5, 6].map((at) => `rollback point p${at} { capture s.main { on any g } }\n`).join('');
  expect((await hovered(PLAN.replace('  rollback point saved { capture s.main { on any g }  takes 10m }\n', points).replace('step sync', 'st<|>ep sync')))?.split('\n\n').at(-1)).toBe(
    'A rollback from here goes to:\n- `p6`, past 1 step, restores `s.main`\n- `p5`, past 1 step, restores `s.main`\n- `p4`, past 1 step, restores `s.main`\n- 3 more between\n- `start`, past 2 steps, restores `s.main`',
  );
});

test('what the step changes itself is not named again as down', async () => {
  expect((await hovered(PLAN.replace('start s.api {', 'st<|>art s.api {')))?.split('\n\n').slice(4, 5)).toEqual(['State before → after:\n- `s.api`: stopped, v1 installed → runs v1']);
  expect(await hovered(PLAN.replace('start s.api {', 'st<|>art s.api {'))).not.toContain('Down or drained');
});

const WAVES = {
  'plan.belay': 'import "clouds.belay"\nplan p {\n  wave a\n  wave b, c\n  drain on comp<|>utes { takes 5m }\n  return on computes\n}',
  'clouds.belay': [
    'cloud base { drain run "d"  return run "r"  group computes { hosts "x[1:9]" } }', 'cloud a from base { group computes { hosts "a1", "a2" } }', 'cloud b from base { }',
    'cloud c { drain run "d"  return run "r"  group computes { hosts "c1" } }', '',
  ].join('\n'),
};
const NAMED = (cloud: string, line: number, hosts: string, count: string): string => `In cloud \`${cloud}\`:\n\n\`\`\`belay\ngroup computes { hosts ${hosts} }\n\`\`\`\n\ngroup \`computes\`, declared in \`clouds.belay\`, line ${line}\n\n${count}`;

test('a name that several clouds declare: each of them, without what they do not take over', async () => {
  expect(await hovered(WAVES)).toBe([
    NAMED('a', 2, '"a1", "a2"', '2 hosts: `a1`, `a2`'),
    NAMED('base', 1, '"x[1:9]"', '9 hosts: `x1`, `x2`, `x3`, `x4`, `x5`, `x6`, `x7`, `x8`, `x9`'),
    NAMED('c', 4, '"c1"', '1 host: `c1`'),
  ].join('\n\n---\n\n'));
  expect(await hovered({ ...WAVES, 'plan.belay': 'import "clouds.belay"\nplan p {\n  on a\n  drain on comp<|>utes\n}' })).toBe(NAMED('a', 2, '"a1", "a2"', '2 hosts: `a1`, `a2`').replace('In cloud `a`:\n\n', ''));
});

test('of many clouds the first, and the names of the others', async () => {
  const names = Array.from({ length: 30 }, (_, index) => `c${index + 1}`);
  const clouds = names.map((name) => `cloud ${name} { group g { hosts "${name}" } }\n`).join('');
  const text = await hovered(`${clouds}recipe r { drain on <|>g }\n`);
  expect(text?.split('\n\n---\n\n').map((part) => part.split('\n', 1)[0])).toEqual([
    'In cloud `c1`:', 'In cloud `c2`:', 'In cloud `c3`:', 'In cloud `c4`:', `Also declared in ${names.slice(4, 24).map((name) => `\`${name}\``).join(', ')} and 6 more.`,
  ]);
});

test('a group of the inventories of several clouds', async () => {
  expect(await hovered({
    'plan.belay': 'cloud a { inventory "a.ini" }\ncloud b { inventory "b.ini" }\nplan p {\n  wave a\n  wave b\n  drain on w<|>eb\n}', 'a.ini': '[web]\nh1\nh2\n', 'b.ini': '[web]\nh3\n',
  })).toBe('```belay\ngroup web\n```\n\nFrom `a.ini`.\n\n2 hosts: `h1`, `h2`\n\nFrom `b.ini`.\n\n1 host: `h3`');
});

test('a step on several clouds: all of it for the first, when it begins for the others', async () => {
  const text = await hovered({ ...WAVES, 'plan.belay': WAVES['plan.belay'].replace('<|>', '').replace('return on', 're<|>turn on') });
  expect(text?.split('\n\n').slice(3)).toEqual([
    'On `a`:', '**Step** `return_computes`. Begins 5m after the start at the earliest; has no estimate.', 'State before → after:\n- `host a1 and a2`: drained → in service',
    'A rollback from here goes to:\n- `start`, past 2 steps',
    'On its other clouds:\n- `b`: Begins 5m after the start at the earliest; has no estimate. Back to `start`.\n- `c`: Begins 5m after the start at the earliest; has no estimate. Back to `start`.',
  ]);
});
