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
