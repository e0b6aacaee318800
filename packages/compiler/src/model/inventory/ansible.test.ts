import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { INVENTORIES, REFUSED } from './fixtures.test-helpers.ts';
import { parseInventory } from './parse-inventory.ts';

/** Compares with what the installed Ansible makes of the same files. */
const ansible = spawnSync('ansible-inventory', ['--version']).status === 0;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'belay-ansible-'));
  writeFileSync(path.join(folder, 'ansible.cfg'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  command: string,
  name: string,
  file: string,
  text: string,
  args: readonly string[],
): Promise<string> {
  const inventory = path.join(folder, name.replace(/[^a-z]/gi, '-'), file);
  mkdirSync(path.dirname(inventory), { recursive: true });
  writeFileSync(inventory, text);
  const env = {
    PATH: process.env['PATH'],
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    ANSIBLE_NOCOLOR: '1',
    ANSIBLE_CONFIG: path.join(folder, 'ansible.cfg'),
    ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED: 'true',
  };
  const { stdout } = await promisify(execFile)(command, ['-i', inventory, ...args], { env, encoding: 'utf8' });
  return stdout;
}

interface Listed {
  readonly hostvars: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly groups: Readonly<
    Record<string, { readonly hosts?: readonly string[]; readonly children?: readonly string[] }>
  >;
}

/** Numbers as they are written: Python prints floats as its JSON does. */
function readList(text: string): Listed {
  const asWritten = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? context?.source : value;
  const { _meta: meta, ...groups } = JSON.parse(
    text.replaceAll(': -Infinity', ': "-inf"'),
    asWritten,
  ) as Listed['groups'] & {
    _meta: Pick<Listed, 'hostvars'>;
  };
  return { hostvars: meta.hostvars, groups };
}

/** The text that Ansible prints for a value; nothing for null and collections. */
function printed(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'object' && value !== null && '__ansible_unsafe' in value) return String(value.__ansible_unsafe);
  return typeof value === 'string' ? value : undefined;
}

describe.skipIf(!ansible)('as ansible-inventory reads it', () => {
  test.each(INVENTORIES)('$name', async ({ name, path: file, text }) => {
    const [list, order, inventory] = await Promise.all([
      run('ansible-inventory', name, file, text, ['--list']),
      run('ansible', name, file, text, ['all', '--list-hosts']),
      parseInventory(file, text),
    ]);
    const listed = readList(list);
    expect(inventory.problems.filter(({ level }) => level === 'error')).toEqual([]);
    expect(inventory.hosts).toEqual(
      order
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim()),
    );
    const groups = [...inventory.groups].filter(([, group]) => group.hosts.length + group.children.length > 0);
    expect(
      Object.fromEntries(
        groups.map(([group, { hosts, children }]) => [group, { hosts: group === 'all' ? [] : hosts, children }]),
      ),
    ).toEqual(
      Object.fromEntries(
        Object.entries(listed.groups).map(([group, { hosts = [], children = [] }]) => [group, { hosts, children }]),
      ),
    );
    const variables = inventory.hosts.map((host) => {
      const entries = Object.entries(listed.hostvars[host] ?? {}).map(([key, value]) => [key, printed(value)] as const);
      return [host, Object.fromEntries(entries.filter(([, value]) => value !== undefined))];
    });
    expect(Object.fromEntries(inventory.variables)).toEqual(Object.fromEntries(variables));
  });

  test.each(REFUSED)('refused: $name', async ({ name, path: file, text }) => {
    await expect(run('ansible-inventory', name, file, text, ['--list'])).rejects.toMatchObject({ code: 1 });
  });
});
