import { expect, test } from 'vitest';
import { marked } from '../testing/marked.test-helpers.ts';
import { references } from './references.ts';

/** Each source marks one name with a cursor, and every place that has to be found. */
test.each([
  ['a group: its members, components, targets, rolls and other groups', `cloud c {
  group <|con<|>trollers|> { hosts "ctl1" }
  group all_of_them { groups <|controllers|> }
  service s { component x on <|controllers|> }
}
plan p {
  on c
  stop s.x on <|controllers|>
  roll <|controllers|> { reboot }
}`],
  ['a component: the part behind the dot', `cloud c {
  group g { hosts "a" }
  service nova {
    component <|api|> on g
    component conductor on g { lags nova.<|api|> by 1 release }
    keep nova.<|api|> available
  }
}
plan p {
  on c
  stop nova.<|a<|>pi|>, nova.conductor
  start nova.*
}`],
  ['a service: the part before the dot, and whole names', `cloud c {
  group g { hosts "a" }
  service <|nova|> { component api on g }
  service glance { needs <|nova|> }
}
plan p {
  on c
  jump <|no<|>va|> leaving <|nova|>.* { stop <|nova|>.api }
}`],
  ['a database beside a component of the same service', `cloud c {
  group g { hosts "a" }
  service nova { component api on g  database <|main|> }
}
plan p {
  on c
  rollback point before { capture nova.<|main<|>|> }
  restore nova.<|main|> from before
}`],
  ['a value in texts, in raw interpolations and in numbers', `let <|si<|>ze|> = 3
cloud c { group g { hosts "a" } }
plan p {
  on c
  step s { on g  run "echo \${<|size|>} \${raw <|size|>}"  changes nothing  retry <|size|> every 1s }
}`],
  ['a value of a block hides one of the same name outside', `let size = 3
plan p {
  on c
  stage one {
    let <|size|> = 4
    run "echo \${<|si<|>ze|>}"
  }
  run "echo \${size}"
}`],
  ['a parameter of a recipe, its arguments by name, and what it stands for', `cloud c {
  group g { hosts "a" }
  service s { component x on g }
}
recipe bounce(<|wh<|>at|>: component, pause: duration = 1s) {
  stop <|what|>
  wait pause
  start <|what|>
}
plan p {
  on c
  apply bounce(<|what|>: s.x)
}`],
  ['a recipe', `recipe <|bounce|>(what: component) { stop what }
plan p {
  on c
  apply <|bou<|>nce|>(s.x)
}`],
  ['a rollback point inside a stage is known in the whole plan', `cloud c { service s { database d } }
plan p {
  on c
  stage one { rollback point <|before|> { capture s.d } }
  stage two { restore s.d from <|be<|>fore|> }
}`],
  ['a step that another one waits for', `plan p {
  on c
  parallel {
    step <|warm_up|> { run "true" }
    step other { after <|warm<|>_up|>  run "true" }
  }
}`],
  ['modes, checks and windows', `mode <|quiet|> {
  enter { run "true" }
  leave { run "true" }
}
plan p {
  on c
  holding <|qui<|>et|> { stop s.x }
  enter <|quiet|>
}`],
  ['a release of a train of one’s own', `train acme { release v1  release <|v2|> }
plan p {
  on c
  release v1 -> <|v<|>2|>
  install s.x to <|v2|>
}`],
  ['a group that a derived cloud declares again', `cloud zurich {
  group <|computes|> { hosts "cmp[1:40]" }
  service nova { component compute on <|computes|> }
}
cloud lab from zurich { group <|comp<|>utes|> { hosts "lab[1:2]" } }
plan p {
  on zurich
  drain on <|computes|>
}`],
])('finds %s', async (_, source) => {
  const { snapshot, at, ranges } = await marked(source);
  expect(references(snapshot, { ...at, context: { includeDeclaration: true } })).toEqual(ranges);
});

test('finds uses in files that import the declaration, and in those that are only imported beside it', async () => {
  const { snapshot, at, ranges } = await marked({
    'cloud.belay': 'cloud c {\n  group g { hosts "a" }\n  service s { component <|x<|>|> on g }\n}',
    'plan.belay': 'import "cloud.belay"\nimport "shared/recipes.belay"\nplan p {\n  on c\n  stop s.<|x|>\n  apply again()\n}',
    'shared/recipes.belay': 'recipe again() { restart s.<|x|> }',
    'unrelated.belay': 'cloud d {\n  group g { hosts "a" }\n  service s { component x on g }\n}\nplan q {\n  on d\n  stop s.x\n}',
  });
  expect(references(snapshot, { ...at, context: { includeDeclaration: true } })).toEqual(ranges);
});

test('leaves the declaration out if the client wants that', async () => {
  const { snapshot, at, ranges } = await marked('recipe r<|>() { wait 1s }\nplan p {\n  apply <|r|>()\n}');
  expect(references(snapshot, { ...at, context: { includeDeclaration: false } })).toEqual(ranges);
});

test.each(['plan p { <|>stop s.x }', 'plan p { run "echo ${ho<|>st}" }', '# <|>comment', ''])('answers with nothing that does not exist: %s', async (source) => {
  const { snapshot, at } = await marked(source);
  expect(references(snapshot, { ...at, context: { includeDeclaration: true } }) ?? []).toEqual([]);
});
