import { describe, expect, test } from 'vitest';
import { notesOf, placesOf, prove, type ProvenText } from '../prove-text.test-helpers.ts';
import { RELEASES_CLOUD } from '../releases/cloud.test-helpers.ts';
import { schema } from './schema.ts';

const proving = (statements: string): Promise<ProvenText> => prove(`  release juno -> liberty skipping kilo\n${statements}`, schema, RELEASES_CLOUD);

describe('schema-mismatch', () => {
  test('reports a contract while old code may run', async () => {
    const proven = await proving(`
  expand keystone.main
  migrate keystone.main
  contract keystone.main
  install keystone.server
  restart keystone.server
`);
    expect(proven.findings).toEqual([
      '8:3 `keystone.server` may still run `juno` when `contract keystone.main to liberty` has taken away what it needs from `keystone.main`. Stop or upgrade it before.',
    ]);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. expand_keystone_main
  2. migrate_keystone_main
  3. contract_keystone_main
   → \`keystone.server\` runs juno on ctl1; keystone.main is for liberty`);
    expect(placesOf(proven)).toEqual([
      'main: declared here', 'expand keystone.main: 1. `expand_keystone_main`', 'migrate keystone.main: 2. `migrate_keystone_main`', 'contract keystone.main: 3. `contract_keystone_main`',
    ]);
    expect(proven.claims).toEqual(['! keystone.main: keystone.server juno meets liberty']);
  });

  test('reports new code before its expand', async () => {
    const proven = await proving(`
  install keystone.server to kilo
  restart keystone.server on first controllers
  expand keystone.main to kilo
`);
    expect(proven.findings).toEqual(['7:3 `keystone.server` may run `kilo` on `keystone.main`, whose schema is still that of `juno`. Expand it before that code runs.']);
    expect(notesOf(proven)).toBe(`\
The shortest way there:
  1. install_keystone_server_to_kilo
  2. restart_keystone_server
   → \`keystone.server\` runs kilo on ctl1; keystone.main is for juno`);
  });

  test('reports the host that is left out, and only the steps that lead there', async () => {
    const stopped = await proving(`
  stop nova.conductor on first controllers
  install nova.conductor
  migrate nova.main
  start nova.conductor
`);
    expect(stopped.findings).toEqual(['8:3 `nova.conductor` may still run `juno` when `migrate nova.main to liberty` has taken away what it needs from `nova.main`. Stop or upgrade it before.']);
    expect(notesOf(stopped).split('\n').at(-1)).toBe('   → `nova.conductor` runs juno on ctl2; nova.main is for liberty');
    const beside = await proving(`
  parallel {
    stage stop { stop nova.conductor }
    stage sync { migrate nova.main }
  }
`);
    expect(notesOf(beside)).toBe(`\
The shortest way there:
  1. sync/migrate_nova_main
   → \`nova.conductor\` runs juno on ctl1; nova.main is for liberty`);
  });

  test.each([
    ['stopped meanwhile', 'stop nova.*\ninstall nova.*\nmigrate nova.main\nstart nova.*', ['nova.main: juno → liberty, met only by code that fits']],
    ['expanded, upgraded, contracted', 'expand keystone.main to kilo\nmigrate keystone.main to kilo\ninstall keystone.server to kilo\nrestart keystone.server\ncontract keystone.main to kilo', ['keystone.main: juno → juno to kilo → kilo, met only by code that fits']],
    ['no schema changes', 'restart nova.conductor', []],
  ])('holds: %s', async (_, statements, claims) => {
    expect(await proving(statements)).toMatchObject({ findings: [], claims });
  });
});
