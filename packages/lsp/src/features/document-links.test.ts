import { expect, test } from 'vitest';
import { marked, remark } from '../testing/marked.test-helpers.ts';
import { documentLinks } from './document-links.ts';

test('paths, and findings by name and by code', async () => {
  const { snapshot, at } = await marked({
    'plans/a b.belay': [
      'import "../clouds/zürich.belay" # B0601 would say so, B9999 and "B0602" too', 'cloud c { inventory "hosts.yml" }', 'plan p {', '  on c', '  allow needs-order "😀 B0103"', '  allow nothing "why"',
      '  put "files/x" at "/etc/x" on all', '  script "/etc/passwd"', '  script "../../x.sh"', '  script "x.sh',
    ].join('\r\n'),
  });
  const links = documentLinks(snapshot, at, 'docs:/') ?? [];
  expect(remark(snapshot, at.textDocument.uri, links.map(({ range }) => range))).toBe([
    'import "<|../clouds/zürich.belay|>" # <|B0601|> would say so, B9999 and "<|B0602|>" too', 'cloud c { inventory "<|hosts.yml|>" }', 'plan p {', '  on c', '  allow <|needs-order|> "😀 B0103"', '  allow nothing "why"',
    '  put "<|files/x|>" at "/etc/x" on all', '  script "/etc/passwd"', '  script "../../x.sh"', '  script "<|x.sh|>',
  ].join('\r\n'));
  expect(links.map(({ target, tooltip }) => `${target} ${tooltip}`)).toEqual([
    'file:///w/clouds/z%C3%BCrich.belay Open the file', 'file:///w/plans/hosts.yml Open the inventory', 'file:///w/plans/files/x Open the file that is put', 'file:///w/plans/x.sh Open the script',
    'docs:/diagnostics.md#needs-order What `needs-order` means', 'docs:/diagnostics.md#too-many-down What `too-many-down` means', 'docs:/diagnostics.md#no-room What `no-room` means',
  ]);
});

test('without pages only paths', async () => {
  const { snapshot, at } = await marked('import "x.belay"\nallow skew "why" # B0601');
  expect(documentLinks(snapshot, at)?.map(({ target }) => target)).toEqual(['file:///w/x.belay']);
});
