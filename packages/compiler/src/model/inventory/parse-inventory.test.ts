import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REFUSED } from './fixtures.test-helpers.ts';
import { hostsOf } from './inventory.ts';
import { parseInventory } from './parse-inventory.ts';

/** Hosts, groups and variables in a form that is read at a glance. */
async function summary(path: string, text: string) {
  const { hosts, groups, variables, problems } = await parseInventory(path, text);
  return {
    hosts: hosts.join(' '),
    groups: Object.fromEntries(
      [...groups].map(([name, { hosts: own, children }]) => [name, `${own.join(' ')} > ${children.join(' ')}`]),
    ),
    variables: Object.fromEntries([...variables].filter(([, values]) => Object.keys(values).length > 0)),
    problems: problems.map(({ line, message }) => `${line}: ${message}`),
  };
}

describe('inventories', () => {
  test('INI', async () => {
    const text = `
lonely
[computes]
cmp[01:02].zrh ansible_host='10.0.0.1' rack=7
cmp03.zrh:2222
[cloud:children]
databases
computes
[databases]
db-[a:b]
[cloud:vars]
rack = 3
up = True
`;
    expect(await summary('hosts', text)).toEqual({
      hosts: 'lonely cmp01.zrh cmp02.zrh cmp03.zrh db-a db-b',
      groups: {
        all: ' > ungrouped cloud',
        ungrouped: 'lonely > ',
        computes: 'cmp01.zrh cmp02.zrh cmp03.zrh > ',
        cloud: ' > computes databases',
        databases: 'db-a db-b > ',
      },
      variables: {
        'cmp01.zrh': { rack: '7', up: 'True', ansible_host: '10.0.0.1' },
        'cmp02.zrh': { rack: '7', up: 'True', ansible_host: '10.0.0.1' },
        'cmp03.zrh': { rack: '3', up: 'True', ansible_port: '2222' },
        'db-a': { rack: '3', up: 'True' },
        'db-b': { rack: '3', up: 'True' },
      },
      problems: [],
    });
  });

  test('a section of INI without its bracket is taken for what it was meant to be', async () => {
    const { groups, problems } = await summary('hosts', '[controllers\nctl1\n[all:vars # of all\nrack=3\n[a:b]-host\n[cloud:children\ncontrollers\n');
    expect(problems).toEqual([
      '1: this section has no closing bracket', '3: this section has no closing bracket', '5: name=value is expected in [all:vars], not "[a:b]-host"', '6: this section has no closing bracket',
    ]);
    expect(groups).toEqual({ all: ' > ungrouped cloud', ungrouped: ' > ', controllers: 'ctl1 > ', cloud: ' > controllers' });
  });

  test('YAML', async () => {
    const text = `
all:
  children:
    cloud:
      vars: {rack: 3, up: yes}
      children:
        computes:
          hosts:
            cmp[01:02].zrh: {rack: 7}
            cmp03.zrh:2222:
  hosts:
    lonely:
`;
    expect(await summary('hosts.yml', text)).toEqual({
      hosts: 'lonely cmp01.zrh cmp02.zrh cmp03.zrh',
      groups: {
        all: 'lonely > ungrouped cloud',
        ungrouped: 'lonely > ',
        cloud: ' > computes',
        computes: 'cmp01.zrh cmp02.zrh cmp03.zrh > ',
      },
      variables: {
        'cmp01.zrh': { rack: '7', up: 'True' },
        'cmp02.zrh': { rack: '7', up: 'True' },
        'cmp03.zrh': { rack: '3', up: 'True', ansible_port: '2222' },
      },
      problems: [],
    });
  });

  test('values without a text are left out, with the reason', async () => {
    const text = `
web:
  hosts:
    web1:
      kept: text
      password: !vault |
        $ANSIBLE_VAULT;1.1;AES256
        6162
      from_program: !custom {a: 1}
      disks: [sda, sdb]
      domain: "{{ site }}.example"
      nothing: null
`;
    const { variables, opaque, problems } = await parseInventory('hosts.yml', text);
    expect(variables.get('web1')).toEqual({ kept: 'text' });
    expect(opaque.get('web1')).toEqual({
      password: 'vault',
      from_program: 'tag',
      disks: 'structure',
      domain: 'template',
      nothing: 'null',
    });
    expect(problems).toEqual([]);
  });

  test('what decides where commands run is never left out in silence', async () => {
    const text = `[web]
web1 ansible_host="{{ ip }}"
web2 ansible_host=-oProxyCommand=id
web3 ansible_user=-l ansible_port=ssh
web4 ansible_user='DOMAIN\\ops' ansible_host=fe80::1 ansible_port=2222
`;
    const { variables, problems } = await parseInventory('hosts.ini', text);
    expect(problems.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '1: ansible_host is no host name or address: a host name does not start with "-": commands would take it for an option (web2)',
      '1: ansible_user is the name of a user: letters, digits, "_", ".", "-", and no "-" in front (web3)',
      '1: ansible_port is a number from 1 to 65535 (web3)',
      '2: ansible_host is a Jinja template, which only Ansible evaluates; write the value itself (web1)',
    ]);
    expect(variables.get('web2')).toEqual({});
    expect(variables.get('web4')).toEqual({
      ansible_user: 'DOMAIN\\ops',
      ansible_host: 'fe80::1',
      ansible_port: '2222',
    });
  });

  test.each(REFUSED)('$name', async ({ path, text, problems }) => {
    expect((await summary(path, text)).problems).toEqual(problems);
  });

  test('what stands around a wrong line is read', async () => {
    expect(await summary('h.ini', '[web]\nweb1\nweb[2:1]\nweb3\n[db:kids]\nlost\n[db]\ndb1\n')).toEqual({
      hosts: 'web1 web3 db1',
      groups: { all: ' > ungrouped web db', ungrouped: ' > ', web: 'web1 web3 > ', db: 'db1 > ' },
      variables: {},
      problems: [
        '3: "web[2:1]" is no host: the range runs backwards: 2 comes after 1',
        '5: the section [db:kids] is of an unknown kind',
      ],
    });
  });

  test('a variable may be called like a member of every object', async () => {
    const { variables } = await parseInventory('h.ini', '[web]\nweb1 __proto__=1 constructor=2\n');
    expect(Object.entries(variables.get('web1') ?? {})).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  test('a program is not run', async () => {
    expect((await summary('hosts', '#!/usr/bin/python3\nprint("{}")\n')).problems).toEqual([
      '1: this is a program (a dynamic inventory); Belay runs none',
    ]);
  });

  test('hosts of a group: its own first, then its children, level by level', async () => {
    const { groups } = await parseInventory(
      'h.ini',
      '[a:children]\nb\nc\n[b]\nh1\n[b:children]\nd\n[c]\nh2\nh1\n[d]\nh3\n[a]\nh2\n',
    );
    expect(hostsOf(groups, 'a')).toEqual(['h2', 'h1', 'h3']);
    expect(hostsOf(groups, 'unknown')).toEqual([]);
  });
});

describe('hostile inventories', () => {
  const problemsOf = async (path: string, text: string): Promise<string[]> => (await summary(path, text)).problems;

  test('a chain of 100,000 groups', async () => {
    const chain = Array.from({ length: 100_000 }, (_, index) => `[g${index}:children]\ng${index + 1}\n`).join('');
    const { variables, problems } = await parseInventory('h.ini', `${chain}[g100000]\nhost\n[g0:vars]\na=1\n`);
    expect([variables.get('host'), problems]).toEqual([{ a: '1' }, []]);
  });

  test('a cycle of 100,000 groups', async () => {
    const cycle = Array.from(
      { length: 100_000 },
      (_, index) => `[g${index}:children]\ng${(index + 1) % 100_000}\n`,
    ).join('');
    expect(await problemsOf('h.ini', cycle)).toEqual([
      '200000: the groups hold each other: g0 → g1 → g2 → g3 → g4 → g5 → g6 → g7 → (99991 more) → g99999 → g0',
    ]);
  });

  test('aliases that multiply', async () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `a${i + 1}: &a${i + 1}\n  children: {b${i}: *a${i}, c${i}: *a${i}, d${i}: *a${i}}\n`,
    );
    expect(await problemsOf('h.yml', `a0: &a0 {hosts: {x: }}\n${levels.join('')}`)).toContain(
      '1: the aliases stand for more entries than an inventory may have; some are left out',
    );
  });

  test('merges that multiply, and an alias inside its own anchor', async () => {
    const levels = Array.from(
      { length: 17 },
      (_, i) => `m${i + 1}: &m${i + 1} {<<: [${Array(9).fill(`*m${i}`).join(', ')}]}\n`,
    );
    expect(await problemsOf('h.yml', `m0: &m0 {q: }\n${levels.join('')}`)).toContain(
      '1: the aliases stand for more entries than an inventory may have; some are left out',
    );
    expect(await problemsOf('h.yml', 'a: &a\n  children:\n    b: *a\n')).toEqual([
      '2: groups are nested more than 100 deep',
      '3: the group "b" holds itself',
    ]);
    expect(await problemsOf('h.yml', 'a: &a\n  <<: *a\n  hosts:\n    x:\n')).toEqual([]);
  });

  test.each(['['.repeat(100_000), '{a: '.repeat(100_000), '- '.repeat(100_000)])(
    'collections nested 100,000 deep',
    async (text) => {
      expect(await problemsOf('h.yml', text)).toContain('1: the collections are nested too deeply');
    },
  );

  test('ranges and variables that multiply', async () => {
    expect(await problemsOf('h.ini', `[w]\n${'h[1:20000] a=1\n'.repeat(10_000)}`)).toEqual([
      '52: the inventory names more than 2000000 hosts and variables of hosts; what follows is left out',
    ]);
  });

  test('4 MiB are the most', async () => {
    expect(await problemsOf('h.ini', '#'.repeat(4 * 1024 * 1024 + 1))).toEqual([
      '1: the inventory has 4194305 characters; 4194304 are the most',
    ]);
  });

  test('100 problems are shown, the others counted', async () => {
    const problems = await problemsOf('h.ini', '-x\n'.repeat(250));
    expect([problems.length, problems.at(-1)]).toEqual([101, '100: 150 more problems are not shown']);
  });

  test('any text: no exception, hosts that are hosts, the same answer twice', async () => {
    const pieces = fc.constantFrom(
      '[web]',
      '[web:children]',
      '[all:vars]',
      '\n',
      '\n  ',
      ': ',
      'web',
      'h[1:3]',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '<<: ',
      '!vault ',
      '"',
      "'",
      'hosts:',
      'children:',
      'vars:',
      'all:',
      'a=1',
      ' x="',
      '#',
      '\u0000',
      '\u2028',
      '-o',
      ',',
      '|\n',
      '0x',
      '\\',
      '---',
      '%YAML 1.2\n',
      '? ',
    );
    const texts = fc.array(
      fc.oneof({ weight: 5, arbitrary: pieces }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom('h', 'h.ini', 'h.yml'), async (parts, path) => {
        const inventory = await parseInventory(path, parts.join(''));
        expect(inventory.hosts.filter((host) => !/^[\p{L}\p{N}\p{M}_:][\p{L}\p{N}\p{M}_.:-]*$/u.test(host))).toEqual(
          [],
        );
        expect(new Set(inventory.variables.keys())).toEqual(new Set(inventory.hosts));
        expect(await parseInventory(path, parts.join(''))).toEqual(inventory);
      }),
      { numRuns: 400 },
    );
  });
});
