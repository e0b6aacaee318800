import { expect, test } from 'vitest';
import { marked, ROOT, TOKEN, type Marked } from '../testing/marked.test-helpers.ts';
import { willRenameFiles } from './rename-files.ts';

const FILES = {
  'plans/night.belay': 'import "../clouds/zurich.belay"\r\nplan p {\r\n\tscript "./check.sh" # 😀\r\n\tput "files/a" at "/a"\r\n}',
  'plans/check.sh': 'true', 'plans/files/a': '',
  'clouds/zurich.belay': 'import "common/base.belay"\ncloud zurich { inventory "hosts.ini" }\n', 'clouds/hosts.ini': 'h1\n', 'clouds/common/base.belay': '',
};

function renamed({ snapshot, applied }: Marked, moves: Record<string, string>): Record<string, string> {
  const files = Object.entries(moves).map(([oldName, newName]) => ({ oldUri: `${ROOT}/${oldName}`, newUri: `${ROOT}/${newName}` }));
  const edit = willRenameFiles(snapshot, { files }, TOKEN);
  return Object.fromEntries((edit?.documentChanges ?? []).map((one) => {
    const name = 'textDocument' in one ? one.textDocument.uri.slice(ROOT.length + 1) : '';
    return [name, applied(name, edit)];
  }));
}

test.each([
  ['an imported file', { 'clouds/zurich.belay': 'clouds/züri.belay' }, { 'plans/night.belay': FILES['plans/night.belay'].replace('zurich', 'züri') }],
  ['a script in its folder', { 'plans/check.sh': 'plans/verify.sh' }, { 'plans/night.belay': FILES['plans/night.belay'].replace('./check.sh', './verify.sh') }],
  ['a script to another folder', { 'plans/check.sh': 'check.sh' }, { 'plans/night.belay': FILES['plans/night.belay'].replace('./check.sh', '../check.sh') }],
  ['a file that names others', { 'plans/night.belay': 'night.belay' }, {
    'plans/night.belay': FILES['plans/night.belay'].replace('../clouds', 'clouds').replace('./check.sh', './plans/check.sh').replace('files/a', 'plans/files/a'),
  }],
  ['a folder', { clouds: 'sites/ch' }, { 'plans/night.belay': FILES['plans/night.belay'].replace('../clouds', '../sites/ch') }],
  ['a folder, with what it names outside of itself', { 'plans/': 'ops/plans/' }, { 'plans/night.belay': FILES['plans/night.belay'].replace('../clouds', '../../clouds') }],
  ['an inventory', { 'clouds/hosts.ini': 'inventory/hosts "1".ini' }, { 'clouds/zurich.belay': FILES['clouds/zurich.belay'].replace('hosts.ini', '../inventory/hosts \\"1\\".ini') }],
  ['two files at once', { 'plans/night.belay': 'all/night.belay', 'clouds/zurich.belay': 'all/zurich.belay' }, {
    'plans/night.belay': FILES['plans/night.belay'].replace('../clouds/zurich', 'zurich').replace('./check.sh', '../plans/check.sh').replace('files/a', '../plans/files/a'),
    'clouds/zurich.belay': FILES['clouds/zurich.belay'].replace('common/', '../clouds/common/').replace('hosts.ini', '../clouds/hosts.ini'),
  }],
  ['what nobody names', { 'plans/other.txt': 'x.txt' }, {}],
])('%s', async (_, moves, expected) => {
  expect(renamed(await marked(FILES), moves as Record<string, string>)).toEqual(expected);
});

test('paths do not follow what leaves the workspace', async () => {
  const { snapshot } = await marked(FILES);
  expect(willRenameFiles(snapshot, { files: [{ oldUri: `${ROOT}/clouds/zurich.belay`, newUri: 'file:///elsewhere/zurich.belay' }] }, TOKEN)).toBeNull();
});

test('afterwards files are looked for at their new places', async () => {
  const { workspace, host, uri } = await marked(FILES);
  for (const [name, text] of new Map(host.files)) {
    if (!name.startsWith(`${ROOT}/clouds/`)) continue;
    host.files.delete(name);
    host.files.set(name.replace('/clouds/', '/sites/'), text);
  }
  expect(await workspace.renamed([{ oldUri: uri('clouds'), newUri: uri('sites') }])).toBe(true);
  expect([...workspace.snapshot.files()].map(({ path }) => path).sort()).toEqual(['plans/night.belay', 'sites/common/base.belay', 'sites/zurich.belay']);
});
