import { describe, expect, test } from 'vitest';
import { checkProject } from '../check.ts';
import { loadProject } from './load.ts';
import { resolvePath } from './paths.ts';
import type { FileHost, ReadResult } from './project.ts';

/** A workspace in memory that notes what it was asked for. */
function hostOf(files: Readonly<Record<string, string | ReadResult>>): FileHost & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    read: async (path) => {
      asked.push(path);
      const content = files[path];
      if (content === undefined) return { found: false, reason: 'missing' };
      return typeof content === 'string' ? { found: true, bytes: new TextEncoder().encode(content) } : content;
    },
  };
}

describe('loading a project', () => {
  test('reads everything that files name, once, relative to the file that names it', async () => {
    const host = hostOf({
      'plans/plan.belay': 'import "../clouds/c.belay"\nimport "other.belay"\nplan p {\n  stage s {\n    put "../files/conf" at "/etc/conf" on g\n    script "run.sh" on g\n  }\n}',
      'plans/other.belay': 'import "../clouds/c.belay"\nimport "plan.belay"',
      'clouds/c.belay': 'cloud c { inventory "../hosts.ini" }',
      'hosts.ini': '[g]\nh1\n',
      'files/conf': 'x',
      'plans/run.sh': 'true',
    });
    const project = await loadProject('plans/plan.belay', host);
    expect(host.asked).toEqual(['plans/plan.belay', 'clouds/c.belay', 'plans/other.belay', 'files/conf', 'plans/run.sh', 'hosts.ini']);
    expect([...project.trees.keys()]).toEqual(['plans/plan.belay', 'clouds/c.belay', 'plans/other.belay']);
    expect([...project.inventories.keys()]).toEqual(['hosts.ini']);
  });

  test('asks for nothing outside of the workspace', async () => {
    const host = hostOf({ 'plan.belay': 'import "/etc/passwd"\nimport "../x.belay"\nimport "a/../../x.belay"\nimport "C:\\\\x"\nimport "a\\\\b"\nimport ""\nimport "https://x.example/y"' });
    const project = await loadProject('plan.belay', host);
    // The last is a folder with an odd name, as any other would be.
    expect(host.asked).toEqual(['plan.belay', 'https:/x.example/y']);
    expect(checkProject(project).diagnostics.map(({ name }) => name)).toEqual(Array.from({ length: 7 }, () => 'missing-file'));
  });

  test('says of each file why it can not be read', async () => {
    const reasons = ['missing', 'outside', 'directory', 'too-large', 'unreadable'] as const;
    const files = Object.fromEntries(reasons.map((reason) => [`${reason}.belay`, { found: false, reason } as const]));
    const project = await loadProject('plan.belay', hostOf({ ...files, 'plan.belay': reasons.map((reason) => `import "${reason}.belay"`).join('\n') }));
    expect(checkProject(project).diagnostics.map(({ message }) => message.split('` ')[1])).toEqual([
      'does not exist.',
      'is a link that leads out of the workspace; such files are not read.',
      'is a folder; a file is expected.',
      'is too large, or the project names too many files.',
      'can not be read.',
    ]);
  });

  test('reads no more than 1,000 files', async () => {
    const host = hostOf(Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`${index}.belay`, `import "${index + 1}.belay"`] as const)));
    const project = await loadProject('0.belay', host);
    expect([host.asked.length, project.trees.size]).toEqual([1_000, 1_000]);
    expect(checkProject(project).diagnostics.map(({ message }) => message)).toEqual(['`1000.belay` is too large, or the project names too many files.']);
  });

  test('reads no more than 128 MiB', async () => {
    const large: ReadResult = { found: true, bytes: new Uint8Array(50 * 1024 * 1024) };
    const project = await loadProject('plan.belay', hostOf({
      'plan.belay': 'plan p {\n  put "a" at "/a" on local\n  put "b" at "/b" on local\n  put "c" at "/c" on local\n  put "d" at "/d" on local\n}', a: large, b: large, c: large, d: large,
    }));
    expect([...project.files].map(([path, { found }]) => `${path} ${found}`)).toEqual(['plan.belay true', 'a true', 'b true', 'c false', 'd false']);
  });

  test('a name that objects have by themselves is a file like any other', async () => {
    const project = await loadProject('plan.belay', hostOf({ 'plan.belay': 'import "__proto__"\nimport "constructor"' }));
    expect(checkProject(project).diagnostics.map(({ name }) => name)).toEqual(['missing-file', 'missing-file']);
  });
});

test.each([
  ['plan.belay', 'x', 'x'],
  ['a/b/plan.belay', '../x', 'a/x'],
  ['a/b/plan.belay', './/c/./d/../x', 'a/b/c/x'],
  ['a/plan.belay', '../../x', undefined],
  ['plan.belay', '.', undefined],
  ['plan.belay', '/x', undefined],
  ['plan.belay', 'a\\x', undefined],
  ['plan.belay', 'D:x', undefined],
  ['plan.belay', 'a\0b', undefined],
])('from %s, %j is %j', (file, path, expected) => {
  expect(resolvePath(file, path)).toBe(expected);
});
