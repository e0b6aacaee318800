import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { signatureHelp } from './signature-help.ts';

/** The signatures, each with its active part marked: `retry ‹<count>› every <delay>`. */
async function shown(source: string): Promise<string[]> {
  const { snapshot, at } = await marked(source);
  const help = signatureHelp(snapshot, at);
  return (help?.signatures ?? []).map(({ label, parameters, activeParameter }) => {
    const span = parameters?.[activeParameter ?? help?.activeParameter ?? 0]?.label;
    if (!Array.isArray(span)) return label;
    return `${label.slice(0, span[0])}‹${label.slice(span[0], span[1])}›${label.slice(span[1])}`;
  });
}

test.each([
  ['step s { retry <|> }', 'retry ‹<count>› every <delay>'],
  ['step s { retry 3<|> }', 'retry ‹<count>› every <delay>'],
  ['step s { retry 3 <|> }', 'retry <count> ‹every› <delay>'],
  ['step s { retry 3 every <|> }', 'retry <count> every ‹<delay>›'],
  ['stop nova.api { poll <|>', 'poll ‹every› <every> for <limit>'],
  ['stop <|>', 'stop ‹<components>, …› [for good] [on <target>] [<title>]'],
  ['stop nova.api, <|>', 'stop ‹<components>, …› [for good] [on <target>] [<title>]'],
  ['stop nova.api <|>', 'stop <components>, … [‹for good›] [on <target>] [<title>]'],
  ['stop nova.api for <|>', 'stop <components>, … [‹for good›] [on <target>] [<title>]'],
  ['stop nova.api on any <|>', 'stop <components>, … [for good] [on ‹<target>›] [<title>]'],
  ['stop nova.api on any g <|>', 'stop <components>, … [for good] [on ‹<target>›] [<title>]'],
  ['run "ec<|>ho"', 'run ‹<command>› [under <release>] [on <target>]'],
  ['run "ec<|>', 'run ‹<command>› [under <release>] [on <target>]'],
  ['secret pw from <|>', 'secret <name> from ‹env|file|command› <source>'],
  ['param a: <|>', 'param <name>: ‹<type>› [= <value>]'],
  ['step s { undo run "x" on <|> }', 'run <command> [under <release>] [on ‹<target>›]'],
])('%s', async (statement, expected) => {
  expect(await shown(`plan p {\n  ${statement}\n}`)).toEqual([expected]);
});

test('of several signatures those that fit so far', async () => {
  expect(await shown('cloud c { keep <|> }')).toEqual(['keep ‹<component>› available [except <budget>]', 'keep ‹<amount>› of <component>']);
  expect(await shown('cloud c { keep 2 <|> }')).toEqual(['keep <amount> ‹of› <component>']);
  expect(await shown('cloud c {\r\n\tkeep a.b available <|>\r\n}')).toEqual(['keep <component> available [‹except› <budget>]']);
});

test('the statement that another one holds on the same line', async () => {
  expect(await shown('cloud c { stop run <|> }')).toEqual(['run ‹<command>› [under <release>] [on <target>]']);
});

test('the parameters of a recipe', async () => {
  const recipe = 'recipe r(what: component, pause: duration = 5s) { stop what }\n';
  expect(await shown(`${recipe}plan p { apply r(<|>) }`)).toEqual(['apply r(‹what: component›, pause: duration = 5s)']);
  expect(await shown(`${recipe}plan p { apply r(a.b, <|>`)).toEqual(['apply r(what: component, ‹pause: duration = 5s›)']);
  expect(await shown(`${recipe}plan p { apply r(pause: 3s, what: <|>) }`)).toEqual(['apply r(‹what: component›, pause: duration = 5s)']);
});

test('says what a part is', async () => {
  const { snapshot, at } = await marked('plan p { "🦫"\n wait <|> }');
  expect(signatureHelp(snapshot, at)?.signatures[0]).toMatchObject({
    documentation: { value: 'Waits.' }, parameters: [{ documentation: { value: 'a duration such as `30s`, `10m`, `8h` or `14d`' } }],
  });
});

test.each(['<|>', 'plan p { <|> }', 'plan p { sto<|>p }', 'plan p { wait 5s <|> }', '# wait <|>', 'plan p { wait 5s 6s <|> }'])('nothing at %s', async (source) => {
  expect(await shown(source)).toEqual([]);
});
