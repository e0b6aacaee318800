import { CodeActionTriggerKind, type CodeAction } from 'vscode-languageserver';
import { describe, expect, test } from 'vitest';
import { marked, TOKEN, type Marked } from '../testing/marked.test-helpers.ts';
import { Snapshot } from '../workspace/snapshot.ts';
import { codeActions, resolveCodeAction } from './code-actions.ts';

const RESOLVES = { textDocument: { codeAction: { resolveSupport: { properties: ['edit'] }, dataSupport: true, disabledSupport: true } } };

const CLOUD = `cloud c {
  group g { hosts "h[1:3]" }
  service mariadb { component server on g { unit "mariadb" } }
  service nova {
    needs mariadb
    component api on g { unit "nova-api" }
    component scheduler on g { unit "nova-scheduler" }
    database main in mariadb { name "nova" }
  }
}
`;

/** Everything is checked and proven, as it is when nobody types. */
async function proven({ workspace, checker }: Marked): Promise<void> {
  for (const file of workspace.snapshot.files()) {
    await workspace.complete(file.uri);
    while (!checker.prove(file, workspace.snapshot));
  }
}

/** What is offered for the first marked range, or the cursor. */
async function offered(opened: Marked, only?: string[], triggerKind: CodeActionTriggerKind = CodeActionTriggerKind.Automatic): Promise<CodeAction[]> {
  await proven(opened);
  const { workspace, ranges, at } = opened;
  const range = ranges[0]?.range ?? { start: at.position, end: at.position };
  const context = { diagnostics: [], triggerKind, ...(only === undefined ? {} : { only }) };
  return (await codeActions(workspace.snapshot, { textDocument: at.textDocument, range, context }, TOKEN, RESOLVES)) ?? [];
}

/** The text after the action with a title, or why it can not be done. */
async function after(source: string | Record<string, string>, title: string, only?: string[], name = 'plan.belay'): Promise<string> {
  const opened = await marked(source);
  const actions = await offered(opened, only);
  const action = actions.find((one) => one.title === title);
  if (action === undefined) return `offered: ${actions.map((one) => one.title).join(', ')}`;
  if (action.disabled !== undefined) return `disabled: ${action.disabled.reason}`;
  try {
    return opened.applied(name, (await resolveCodeAction(opened.workspace.snapshot, action, TOKEN)).edit);
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
}


const SAVED = 'Put a rollback point with `capture nova.main` before it';

describe('fixes of findings', () => {
  test('one that is certain is preferred, and names the finding that it mends', async () => {
    const opened = await marked('cloud c {\n  group g { hosts "h1" }\n  service s { component x on g { unit "x" } }\n}\nplan p {\n  on c\n  restart s.x on <|h1|>\n}\n');
    await proven(opened);
    const { workspace: { snapshot }, at, ranges, applied } = opened;
    const range = ranges[0]?.range ?? { start: at.position, end: at.position };
    const diagnostics = [{ range, code: 'B0201', message: 'shown' }, { range, code: 'B0102', message: 'another one' }];
    const actions = await codeActions(snapshot, { textDocument: at.textDocument, range, context: { diagnostics } }, TOKEN);
    expect(actions?.map(({ title, kind, isPreferred, diagnostics: mended }) => ({ title, kind, isPreferred, mended: mended?.map(({ code }) => code) }))).toEqual([
      { title: 'Put it in quotes', kind: 'quickfix', isPreferred: true, mended: ['B0201'] },
    ]);
    expect(applied('plan.belay', actions?.[0]?.edit)).toContain('  restart s.x on "h1"\n');
    expect(actions?.[0]?.edit?.documentChanges).toMatchObject([{ textDocument: { uri: at.textDocument.uri, version: 1 } }]);
  });

  test.each([
    ['a name that is written wrongly', 'cloud c { group g { hosts "h" } }\nplan p { on <|>d }', 'Write `c`', 'cloud c { group g { hosts "h" } }\nplan p { on c }'],
    ['behind astral characters, tabs and CRLF', 'cloud c "😀𝒜" {\r\n\tgroup g { hosts "h" }\r\n}\r\nplan p "😀" { on <|>d }\r\n', 'Write `c`', 'cloud c "😀𝒜" {\r\n\tgroup g { hosts "h" }\r\n}\r\nplan p "😀" { on c }\r\n'],
    ['in half-typed text', 'cloud c { group g { hosts "h" } }\nplan p {\n  on <|>d\n  step s {\n  stop', 'Write `c`', 'cloud c { group g { hosts "h" } }\nplan p {\n  on c\n  step s {\n  stop'],
  ])('%s', async (_, source, title, expected) => {
    expect(await after(source, title)).toBe(expected);
  });

  test('all of a file that are certain', async () => {
    const source = 'cloud c {\n  group g { hosts "h[1:2]" }\n  service s { component x on g { unit "x" } }\n}\nplan p {\n  on c\n  restart s.x on h1\n  restart s.y on h2\n  restart s.x on h2\n}\n';
    expect(await after(source, 'Fix everything that is certain', ['source.fixAll'])).toBe(source.replaceAll(/s\.x on (h\d)/g, 's.x on "$1"').replace('s.y on h2', 's.y on "h2"'));
    expect(await after('cloud c { }\n', 'Fix everything that is certain', ['source'])).toBe('offered: ');
  });
});

describe('the way back', () => {
  test.each([
    ['a step that changes nothing', 'step s {\n    on any g\n    <|>run "x"\n  }', 'Say that it changes nothing', 'step s {\n    on any g\n    run "x"\n    changes nothing\n  }'],
    ['a bare action that changes nothing', '<|>run "x" on g', 'Say that it changes nothing', 'run "x" on g { changes nothing }'],
    ['one of several actions', 'step s { on g  <|>run "x"  run "y" { changes nothing } }', 'Say that it changes nothing', 'step s { on g  run "x" { changes nothing }  run "y" { changes nothing } }'],
    ['an undo', '<|>run "x" on g', 'Write an `undo` with the command that takes it back', 'run "x" on g { undo { run "" } }'],
    ['a rollback point', 'step s {\n    <|>run "x" on any g\n    rewrites nova.main\n  }', SAVED, 'rollback point before_this { capture nova.main }\n  step s {\n    run "x" on any g\n    rewrites nova.main\n  }'],
    ['a rollback point before a roll, not in it', 'roll g {\n    step s { <|>run "x"  rewrites nova.main }\n  }', SAVED, 'rollback point before_this { capture nova.main }\n  roll g {\n    step s { run "x"  rewrites nova.main }\n  }'],
    ['one more thing at a rollback point', 'rollback point before { capture "/etc/x" on g }\n  step s { <|>run "x" on any g  rewrites nova.main }', 'Add `capture nova.main` to the rollback point before it', 'rollback point before { capture "/etc/x" on g  capture nova.main }\n  step s { run "x" on any g  rewrites nova.main }'],
    ['a point of no return', 'step s { <|>run "x" on any g  rewrites nova.main }', 'Ask, and declare a point of no return before it', 'approve "From here on there is no way back. Go on?"\n  point of no return "what comes next can not be taken back"\n  step s { run "x" on any g  rewrites nova.main }'],
    ['files, on the hosts that they lie on', 'step s { <|>run "x" on g  rewrites nova.main, "/etc/x y", "/etc/$${z}" }', 'Put a rollback point with `capture nova.main` and `capture "/etc/x y", "/etc/$${z}" on g` before it', 'rollback point before_this { capture nova.main  capture "/etc/x y", "/etc/$${z}" on g }\n  step s { run "x" on g  rewrites nova.main, "/etc/x y", "/etc/$${z}" }'],
    ['files on hosts on which they are not saved yet', 'rollback point before { capture "/etc/x" on "h1" }\n  step s { <|>run "x" on g  rewrites "/etc/x" }', 'Put a rollback point with `capture "/etc/x" on "h2", "h3"` before it', 'rollback point before { capture "/etc/x" on "h1" }\n  rollback point before_this { capture "/etc/x" on "h2", "h3" }\n  step s { run "x" on g  rewrites "/etc/x" }'],
    ['a rollback point that comes too late', 'step s { <|>run "x" on any g  rewrites nova.main }\n  rollback point late { capture nova.main }\n  wait 1s', 'Put the rollback point `late` before it', 'rollback point late { capture nova.main }\n  step s { run "x" on any g  rewrites nova.main }\n  wait 1s'],
    ['a rollback point that forgets something', 'rollback point a { capture nova.main }\n  step s { run "x" on any g  rewrites nova.main }\n  <|>rollback point b { }\n  step t { run "x" on any g  rewrites nova.main }', 'Add `capture nova.main` to this rollback point', 'rollback point a { capture nova.main }\n  step s { run "x" on any g  rewrites nova.main }\n  rollback point b { capture nova.main }\n  step t { run "x" on any g  rewrites nova.main }'],
    ['an approval', '<|>point of no return "gone"\n  step s { run "x" on any g  rewrites nova.main }', 'Ask before it with `approve`', 'approve "From here on there is no way back. Go on?"\n  point of no return "gone"\n  step s { run "x" on any g  rewrites nova.main }'],
  ])('%s', async (_, body, title, expected) => {
    expect(await after(`${CLOUD}plan p {\n  on c\n  ${body}\n}\n`, title)).toBe(`${CLOUD}plan p {\n  on c\n  ${expected}\n}\n`);
  });

  test('what mends several findings is offered once', async () => {
    const source = 'use openstack\ncloud c {\n  group g { hosts "h" }\n  install run "i"\n  service m { component s on g { unit "m" } }\n  service n {\n    needs m\n    component x on g { unit "x" }\n    database a in m { migrate run "m" }\n    database b in m { migrate run "m" }\n  }\n}\nplan p {\n  on c\n  release 2024.1 -> 2025.1\n  <|>jump n\n}\n';
    const actions = await offered(await marked(source));
    expect(actions.map(({ title }) => title)).toEqual(['Put a rollback point with `capture n.a` before it', 'Put a rollback point with `capture n.b` before it', 'Ask, and declare a point of no return before it']);
  });

  test('lines end as those of the file, and names are free', async () => {
    const source = 'let before_this = 1\ncloud c {\n\tgroup g { hosts "h" }\n\tservice s { database d in s\n\t\tcomponent x on g }\n}\nplan p {\n\ton c\n\tstep e { <|>run "x" on g  rewrites s.d }\n}\n'.replaceAll('\n', '\r\n');
    expect(await after(source, 'Put a rollback point with `capture s.d` before it')).toBe(source.replace('<|>', '').replace('\tstep e', '\trollback point before_this_2 { capture s.d }\r\n\tstep e'));
  });
});

describe('`needs`', () => {
  test('that follow from databases', async () => {
    expect(await after(CLOUD.replace('    needs mariadb\n    ', '    <|>'), 'Add `needs mariadb`')).toBe(CLOUD);
    expect(await after('cloud c {\n  service m { component s }\n  service k { component s }\n  service n {\n    needs <|>k\n    database d in m\n  }\n}', 'Add `needs m`')).toBe(
      'cloud c {\n  service m { component s }\n  service k { component s }\n  service n {\n    needs k, m\n    database d in m\n  }\n}',
    );
  });

  test('none where it would make a circle', async () => {
    expect(await after('cloud c {\n  service m {\n    needs n\n    component s\n  }\n  service n { <|>database d in m }\n}', 'Add `needs m`')).toMatch(/^refused: Add `needs m`: B0412: /);
  });

  test('that go in a circle: each can be the wrong one', async () => {
    const source = 'cloud c {\n  service a { needs <|>b }\n  service b {\n    needs x, a\n  }\n  service x { component y }\n}\n';
    expect(await after(source, 'Take `b` out of what `a` needs')).toBe('cloud c {\n  service a { }\n  service b {\n    needs x, a\n  }\n  service x { component y }\n}\n');
    expect(await after(source, 'Take `a` out of what `b` needs')).toBe('cloud c {\n  service a { needs b }\n  service b {\n    needs x\n  }\n  service x { component y }\n}\n');
  });
});

describe('what is left open, and the order of upgrades', () => {
  test.each([
    ['a mode', 'mode m {\n    enter on g { run "x" }\n    leave on g { run "y" }\n  }\n  enter <|>m\n  wait 1s', 'Add `leave m` at the end', '\n  leave m'],
    ['a component', '<|>stop nova.api\n  wait 1s', 'Add `start nova.api` at the end', '\n  start nova.api'],
    ['a component on some hosts', '<|>stop nova.api on "h1"\n  wait 1s', 'Add `start nova.api on "h1"` at the end', '\n  start nova.api on "h1"'],
    ['hosts', '<|>drain on "h1"\n  wait 1s', 'Add `return on "h1"` at the end', '\n  return on "h1"'],
  ])('%s', async (_, body, title, expected) => {
    const top = CLOUD.replace('group g {', 'drain run "d"\n  return run "r"\n  group g {');
    expect(await after(`${top}plan p {\n  on c\n  ${body}\n}\n`, title)).toBe(`${top}plan p {\n  on c\n  ${body.replace('<|>', '')}${expected}\n}\n`);
  });

  const UPGRADE = 'use openstack\ncloud c {\n  group g { hosts "h" }\n  install run "i"\n  service a { component x on g { unit "x" } }\n  service b {\n    needs a\n    component y on g { unit "y" }\n  }\n}\nplan p {\n  on c\n  release 2024.1 -> 2025.1\n';

  test('a service that is upgraded before one that it needs', async () => {
    const source = `${UPGRADE}  <|>jump b\n  jump a\n}\n`;
    expect(await after(source, 'Put `jump a` before it')).toBe(`${UPGRADE}  jump a\n  jump b\n}\n`);
    expect(await after(source, 'Accept it with `allow needs-order`')).toBe(`${UPGRADE}  allow needs-order "say why"\n  jump b\n  jump a\n}\n`);
  });
});

test('what a finding says to people is not read: other words for the same offer the same', async () => {
  const plan = `${CLOUD}plan p {\n  on c\n  mode m {\n    enter on g { run "x" }\n    leave on g { run "y" }\n  }\n  rollback point a { capture "/etc/x" on g }\n  step s { run "x" on any g  rewrites nova.main }\n  enter m\n  stop nova.api\n}\n`;
  const upgrade = 'use openstack\ncloud d {\n  group g { hosts "h" }\n  install run "i"\n  service a { component x on g { unit "x" } }\n  service b {\n    needs a\n    component y on g { unit "y" }\n  }\n}\nplan q {\n  on d\n  release 2024.1 -> 2025.1\n  jump b\n  jump a\n}\n';
  const opened = await marked({ 'plan.belay': plan, 'upgrade.belay': upgrade });
  await proven(opened);
  const { snapshot } = opened.workspace;
  const { checks } = snapshot.parts;
  const reworded = new Snapshot(snapshot.id, { ...snapshot.parts, checks: {
    judge: (file, at) => checks.judge(file, at),
    findings: (...of) => checks.findings(...of).map((one) => ({ ...one, message: '', label: '', notes: [], related: one.related.map((place) => ({ ...place, message: '' })) })),
  } });
  const titles = async (shown: Snapshot): Promise<string[]> => (await Promise.all(['plan.belay', 'upgrade.belay'].map(async (name) => {
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    return (await codeActions(shown, { textDocument: { uri: opened.uri(name) }, range, context: { diagnostics: [], only: ['quickfix'] } }, TOKEN, RESOLVES)) ?? [];
  }))).flat().map(({ title }) => title);
  const expected = [
    'Write an `undo` with the command that takes it back', 'Add `capture nova.main` to the rollback point before it', 'Put a rollback point with `capture nova.main` before it',
    'Ask, and declare a point of no return before it', 'Add `leave m` at the end', 'Add `start nova.api` at the end', 'Put `jump a` before it', 'Accept it with `allow needs-order`',
  ];
  expect(new Set(await titles(snapshot))).toEqual(new Set(expected));
  expect(new Set(await titles(reworded))).toEqual(new Set(expected));
});

describe('`parallel`', () => {
  const KEPT = CLOUD.replace('  service nova {', '  keep 2 of nova.api\n  service nova {');

  test('where all promises hold in any order', async () => {
    expect(await after(`${KEPT}plan p {\n  on c\n  <|restart nova.api on "h1"\n  # and\n  restart nova.scheduler\n|>}`, 'Wrap in `parallel`')).toBe(
      `${KEPT}plan p {\n  on c\n  parallel {\n    restart nova.api on "h1"\n    # and\n    restart nova.scheduler\n  }\n}`,
    );
    expect(await after(`${KEPT}plan p { on c  <|restart nova.api on "h1"  restart nova.scheduler|> }`, 'Wrap in `parallel`')).toBe(
      `${KEPT}plan p { on c  parallel { restart nova.api on "h1"  restart nova.scheduler } }`,
    );
  });

  test('refused where one would not', async () => {
    const source = `${KEPT}plan p {\n  on c\n  <|restart nova.api on "h1"\n  restart nova.api on "h2"|>\n}`;
    const reason = 'In any order this would not hold. B0601: 2 of 3 instances of `nova.api` may be down at the same time, on h1 and h2. Only 1 may be.';
    expect(await after(source, 'Wrap in `parallel`')).toBe(`refused: Wrap in \`parallel\`: ${reason}`);
    const actions = await offered(await marked(source), ['refactor.rewrite'], CodeActionTriggerKind.Invoked);
    expect(actions.map(({ title, disabled, edit }) => ({ title, disabled, edit }))).toEqual([{ title: 'Wrap in `parallel`', disabled: { reason }, edit: undefined }]);
  });

  test('refused for what can not stand there, not offered for one statement or half of one', async () => {
    expect(await after(`${CLOUD}plan p {\n  on c\n  <|restart nova.api\n  restart nova.scheduler\n  point of no return "why"|>\n}`, 'Wrap in `parallel`')).toBe('disabled: `point of no return` can not stand inside `parallel`.');
    expect(await after(`${CLOUD}plan p {\n  on c\n  <|restart nova.api|>\n}`, 'Wrap in `parallel`')).toBe('offered: Extract a recipe');
    expect(await after(`${CLOUD}plan p {\n  on c\n  <|restart nova.api\n  restart|> nova.scheduler\n}`, 'Wrap in `parallel`')).toBe('offered: ');
  });
});

describe('recipes', () => {
  test.each([
    ['extracts statements with their comments', 'stage s {\n    <|restart nova.api\n    # c\n    restart nova.scheduler|>\n  }', 'recipe new_recipe {\n    restart nova.api\n    # c\n    restart nova.scheduler\n  }\n\n  stage s {\n    apply new_recipe\n  }'],
    ['hands over what the recipe would not see', 'stage s {\n    let t = "😀"\n    <|run "echo ${t}" on g { changes nothing }|>\n  }', 'recipe new_recipe(t: text) {\n    run "echo ${t}" on g { changes nothing }\n  }\n\n  stage s {\n    let t = "😀"\n    apply new_recipe(t)\n  }'],
  ])('%s', async (_, body, expected) => {
    expect(await after(`${CLOUD}plan p {\n  on c\n  ${body}\n}\n`, 'Extract a recipe')).toBe(`${CLOUD}plan p {\n  on c\n  ${expected}\n}\n`);
  });

  test('extracts from a recipe, and from the `upgrade` of a service', async () => {
    expect(await after('recipe r(what: component) {\n  <|stop what|>\n  start what\n}\n', 'Extract a recipe')).toBe('recipe new_recipe(what: component) {\n  stop what\n}\n\nrecipe r(what: component) {\n  apply new_recipe(what)\n  start what\n}\n');
    expect(await after('cloud c {\n  group g { hosts "h" }\n  service s {\n    component x on g { unit "x" }\n    upgrade {\n      <|stop s.x|>\n      start s.x\n    }\n  }\n}\n', 'Extract a recipe')).toBe(
      'cloud c {\n  group g { hosts "h" }\n  recipe new_recipe {\n    stop s.x\n  }\n\n  service s {\n    component x on g { unit "x" }\n    upgrade {\n      apply new_recipe\n      start s.x\n    }\n  }\n}\n',
    );
  });

  test.each([
    ['what can not stand in one', '<|param n: count = 1\n  restart nova.api|>', 'disabled: `param` can not stand in a recipe.'],
    ['names that are used outside', '<|let t = "1"\n  run "echo ${t}" on g { changes nothing }|>\n  run "cat ${t}" on g { changes nothing }', 'disabled: `t` is declared in the selection and used outside of it, in line 15.'],
  ])('does not extract %s', async (_, body, expected) => {
    expect(await after(`${CLOUD}plan p {\n  on c\n  ${body}\n}\n`, 'Extract a recipe')).toBe(expected);
  });

  test.each([
    ['arguments and defaults', 'recipe r(what: component, pause: duration = 5s) {\n  stop what\n  wait pause\n  start what\n}', 'apply r(nova.api)', 'stop nova.api\n  wait 5s\n  start nova.api'],
    ['a text stays one word of the shell', 'recipe r(t: text) {\n  run "echo ${t}" on g { changes nothing }\n}', 'apply r("a b")', 'let t = "a b"\n  run "echo ${t}" on g { changes nothing }'],
    ['arguments by name', 'recipe r(a: component, b: component) { restart a  restart b }', 'apply r(b: nova.api, a: nova.scheduler)', 'restart nova.scheduler\n  restart nova.api'],
  ])('inlines one: %s', async (_, recipe, apply, expected) => {
    const [top, end] = [`${CLOUD}${recipe}\nplan p {\n  on c\n  `, '\n}\n'];
    expect(await after(`${top}<|>${apply}${end}`, 'Inline the recipe `r`')).toBe(`${top}${expected}${end}`);
  });

  test('inlines one of another file, with its paths', async () => {
    expect(await after({
      'plans/plan.belay': 'import "../recipes/r.belay"\ncloud c { group g { hosts "h" } }\nplan p {\n  on c\n  <|>apply r\n}\n',
      'recipes/r.belay': 'recipe r {\n  script "x.sh" on local { changes nothing }\n}\n', 'recipes/x.sh': 'true\n',
    }, 'Inline the recipe `r`', undefined, 'plans/plan.belay')).toBe(
      'import "../recipes/r.belay"\ncloud c { group g { hosts "h" } }\nplan p {\n  on c\n  script "../recipes/x.sh" on local { changes nothing }\n}\n',
    );
  });

  test('looks at the plans of files that import the edited one', async () => {
    const files = {
      'plan.belay': 'recipe r {\n  <|restart s.x on "h1"\n  restart s.x on "h2"|>\n}\n',
      'night.belay': 'import "plan.belay"\ncloud c {\n  group g { hosts "h[1:3]" }\n  service s {\n    component x on g { unit "x" }\n    keep 2 of s.x\n  }\n}\nplan p {\n  on c\n  apply r\n}\n',
    };
    expect(await after(files, 'Wrap in `parallel`')).toMatch(/^refused: Wrap in `parallel`: In any order this would not hold. B0601: /);
    expect(await after({ ...files, 'night.belay': files['night.belay'].replace('2 of', '1 of') }, 'Wrap in `parallel`')).toBe(
      'recipe r {\n  parallel {\n    restart s.x on "h1"\n    restart s.x on "h2"\n  }\n}\n',
    );
  });

  test('does not inline where the order would change', async () => {
    expect(await after(`${CLOUD}recipe r { restart nova.api  restart nova.scheduler }\nplan p {\n  on c\n  parallel {\n    <|>apply r\n    wait 1s\n  }\n}\n`, 'Inline the recipe `r`')).toBe(
      'refused: Inline the recipe `r`: The plan would not do the same in the same order.',
    );
  });
});

describe('imports', () => {
  const files = { 'a.belay': 'cloud a { group g { hosts "h" } }\n', 'b.belay': 'cloud b { group g { hosts "h" } }\n', 'c.belay': 'import "a.belay"\n' };

  test.each([
    ['sorts them, and drops what is there twice', 'import "b.belay"\nimport "a.belay"\nimport "./b.belay"\nplan p { on a }\nplan q { on b }\n', 'import "a.belay"\nimport "b.belay"\nplan p { on a }\nplan q { on b }\n'],
    ['drops those that nothing uses', 'import "a.belay"\nimport "b.belay"\n\nplan p { on a }\n', 'import "a.belay"\n\nplan p { on a }\n'],
    ['keeps one through which something is seen', 'import "c.belay"\r\nimport "b.belay"\r\nplan p { on a }\r\nplan q { on b }\r\n', 'import "b.belay"\r\nimport "c.belay"\r\nplan p { on a }\r\nplan q { on b }\r\n'],
    ['leaves a file alone that only imports', 'import "a.belay"\nimport "b.belay"\n', 'offered: '],
    ['leaves files alone that are not there', 'import "a.belay"\nimport "missing.belay"\nplan p { on a }\n', 'offered: '],
  ])('%s', async (_, source, expected) => {
    expect(await after({ 'plan.belay': source, ...files }, 'Organize imports', ['source.organizeImports'])).toBe(expected);
  });
});

describe('asking', () => {
  test('source actions only by name; others by kind', async () => {
    const opened = await marked('cloud c {\n  group g { hosts "h1" }\n  service s { component x on g { unit "x" } }\n}\nplan p {\n  on c\n  restart s.x on <|>h1\n}\n');
    const titles = async (only?: string[]): Promise<string[]> => (await offered(opened, only)).map(({ kind }) => kind ?? '');
    expect(await titles()).toEqual(['quickfix']);
    expect(await titles(['source'])).toEqual(['source.fixAll']);
    expect(await titles(['quickfix', 'source.fixAll'])).toEqual(['quickfix', 'source.fixAll']);
    expect(await titles(['refactor'])).toEqual([]);
  });

  test('edits are made when they are asked for, and not for a text that changed', async () => {
    const opened = await marked('cloud c { group g { hosts "h" } }\nplan p { on <|>d }');
    const [action] = await offered(opened);
    expect([action?.title, action?.edit]).toEqual(['Write `c`', undefined]);
    opened.workspace.change(opened.at.textDocument.uri, 2, [{ text: 'cloud c { group g { hosts "h" } }' }]);
    await proven(opened);
    await expect(resolveCodeAction(opened.workspace.snapshot, action as CodeAction, TOKEN)).rejects.toThrow('The text was changed since this was offered.');
    await expect(resolveCodeAction(opened.workspace.snapshot, { title: 'x' }, TOKEN)).rejects.toThrow('this action was not offered by the server');
  });

  test('nothing more is done for who does not want to know any more', async () => {
    const opened = await marked('cloud c { group g { hosts "h" } }\nplan p { on <|>d }');
    await proven(opened);
    const { workspace, at } = opened;
    const cancelled = { isCancellationRequested: true, onCancellationRequested: TOKEN.onCancellationRequested };
    const range = { start: at.position, end: at.position };
    expect(await codeActions(workspace.snapshot, { textDocument: at.textDocument, range, context: { diagnostics: [] } }, cancelled, RESOLVES)).toEqual([]);
    expect(await codeActions(workspace.snapshot, { textDocument: { uri: 'file:///w/other.belay' }, range, context: { diagnostics: [] } }, TOKEN, RESOLVES)).toBeNull();
  });
});
