import type { DocumentSymbol } from 'vscode-languageserver';
import { expect, test } from 'vitest';
import { marked, remark } from '../testing/marked.test-helpers.ts';
import { documentSymbols } from './document-symbols.ts';

function outline(symbols: readonly DocumentSymbol[], indent = ''): string {
  return symbols.map(({ name, detail, children = [] }) => `${indent}${name}${detail === undefined ? '' : ` — ${detail}`}\n${outline(children, `${indent}  `)}`).join('');
}

test('what has a name, as it is nested', async () => {
  const { snapshot, at } = await marked(`train t { release v1 }
cloud c "Production" {
  group g { hosts "a"  zone z "a" }
  service nova "Compute" {
    needs keystone
    component api on g { unit "x" }
    database main
  }
}
plan p "One night" {
  on c
  stage one "First" {
    stop nova.api
    rollback point before { capture nova.main }
    parallel {
      jump nova { step flavors { run "x" } }
    }
  }
  holding quiet, calm { roll g { reboot } }
}
`);
  expect(outline(documentSymbols(snapshot, at) ?? [])).toBe(`t
  v1
c — Production
  g
    z
  nova — Compute
    api
    main
p — One night
  one — First
    before
    parallel
      jump nova
        flavors
  holding quiet, calm
    roll g
`);
});

test('the name is what gets selected', async () => {
  const { snapshot, at, uri, ranges } = await marked('plan <|p|> { <|jump nova|> { wait 1s } }');
  const [plan] = documentSymbols(snapshot, at) ?? [];
  const found = [plan?.selectionRange, plan?.children?.[0]?.selectionRange].filter((one) => one !== undefined);
  expect(remark(snapshot, uri('plan.belay'), found)).toBe(remark(snapshot, uri('plan.belay'), ranges.map(({ range }) => range)));
});

test('a file that is broken in one place has an outline all the same', async () => {
  const { snapshot, at } = await marked('cloud c {\n  group g { hosts "a }\n}\nplan p {\n  step s { run }\n}\n');
  expect(outline(documentSymbols(snapshot, at) ?? [])).toBe('c\n  g\np\n  s\n');
});
