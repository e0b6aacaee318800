import { expect, test } from 'vitest';
import { marked, type Marked } from '../testing/marked.test-helpers.ts';
import { toLspDiagnostics } from './lsp-diagnostic.ts';

/** What is shown of the findings of `plan.belay`, when all of it was proven. */
async function shown(source: string | Readonly<Record<string, string>>): Promise<{ readonly opened: Marked; readonly found: ReturnType<typeof toLspDiagnostics> }> {
  const opened = await marked(source);
  const { workspace: { snapshot }, checker, uri } = opened;
  const file = snapshot.file(uri('plan.belay'));
  if (file === undefined) throw new Error('there is no plan');
  while (!checker.prove(file, snapshot)) { /* proof by proof */ }
  return { opened, found: toLspDiagnostics(snapshot.findings(file), { root: file.root, snapshot, docs: 'docs:/' }) };
}

const CLOUD = 'cloud c {\n  group g { hosts "h[1:3]" }\n  service s {\n    component x on g { unit "x" }\n    keep 2 of s.x\n  }\n}\n';

test('what has no effect is drawn faintly, and linked to its page', async () => {
  const { found } = await shown(`${CLOUD}plan p {\n  on c\n  allow skew "none here"\n  check idle { on g  run "x" }\n  restart s.x on "h1"\n}\n`);
  expect(found.map(({ code, severity, tags, codeDescription, range }) => ({ code, severity, tags, href: codeDescription?.href, line: range.start.line }))).toEqual([
    { code: 'B0107', severity: 2, tags: [1], href: 'docs:/diagnostics.md#unused-allow', line: 9 },
    { code: 'B0108', severity: 3, tags: [1], href: 'docs:/diagnostics.md#unused-declaration', line: 10 },
  ]);
});

test.each([
  ['steps that lead there, the last one where it shows', 'parallel {\n    restart s.x on "h1"\n    restart s.x on "h2"\n  }', ['4 this has to hold in every order', '10 1. down from here on: h1', '11 2. down from here on: h2']],
  ['one step', 'stop s.x', ['4 this has to hold in every order', '9 1. down from here on: h1, h2 and h3']],
  ['steps that nothing else is said of', 'restart s.x on "h1"\n  approve "Go?"\n  enter m', ['9 1. `restart_s_x`', '10 2. `approve`', '11 3. `enter_m`']],
])('a counterexample as numbered places: %s', async (_, statements, expected) => {
  const { found } = await shown(`${CLOUD}plan p {\n  on c\n  ${statements}\n  mode m {\n    enter on g { run "x" }\n    leave on g { run "y" }\n  }\n}\n`);
  const [first] = found.filter(({ code }) => code === 'B0601' || code === 'B0641');
  expect(first?.relatedInformation?.map(({ location, message }) => `${location.range.start.line} ${message}`)).toEqual(expected);
});
