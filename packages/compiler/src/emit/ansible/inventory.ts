import type { Connection, Host, Plan, Secret } from '../../plan/plan.ts';
import { jinjaText, secretVariable } from './operations.ts';
import { userText, yamlText, type Fields } from './yaml.ts';

/** The inventory: the hosts that the plan reaches, their groups, and how they are reached. */
export function inventoryText(plan: Plan): string {
  const groups = new Map<string, string[]>();
  for (const host of plan.hosts) for (const group of host.groups) groups.set(group, [...(groups.get(group) ?? []), host.name]);
  return yamlText(
    {
      all: {
        hosts: Object.fromEntries(plan.hosts.map((host) => [host.name, hostFields(host)])),
        ...(groups.size === 0 ? {} : {
          children: Object.fromEntries([...groups].map(([name, hosts]) => [groupName(name), { hosts: Object.fromEntries(hosts.map((host) => [host, {}])) }])),
        }),
      },
    },
    ['The hosts that the plan reaches, as it knows them. Another inventory that has them under the same names does as well: -i.'],
  );
}

/** Ansible takes a group whose name is no variable's for a mistake. */
const groupName = (name: string): string => name.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_');

function hostFields(host: Host): Fields {
  const variables = Object.entries(host.variables ?? {}).sort(([left], [right]) => (left < right ? -1 : 1));
  return { ...connectionFields(host.connection), ...Object.fromEntries(variables.map(([name, value]) => [name, userText(value)])) };
}

function connectionFields(connection: Connection): Fields {
  switch (connection.type) {
    case 'local':
      return { ansible_connection: 'ansible.builtin.local', ansible_python_interpreter: '{{ ansible_playbook_python }}' };
    case 'command':
      return { ansible_connection: 'belay.run.words', belay_connection_words: connection.words.map(userText), ansible_python_interpreter: 'python3' };
    case 'ssh':
      return {
        ...(connection.address === undefined ? {} : { ansible_host: userText(connection.address) }),
        ...(connection.user === undefined ? {} : { ansible_user: userText(connection.user) }),
        ...(connection.port === undefined ? {} : { ansible_port: connection.port }),
        ...(connection.options === undefined || connection.options.length === 0
          ? {}
          : { ansible_ssh_common_args: userText(connection.options.map(sshWord).join(' ')) }),
      };
  }
}

/** As Python's shlex reads it. */
const sshWord = (word: string): string => (/^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`);

/** What every play knows. Secrets are looked up where and when they are used, never before. */
export function variablesText(plan: Plan): string {
  return yamlText(
    {
      belay_plan: userText(plan.name),
      belay_run: "{{ lookup('ansible.builtin.env', 'BELAY_RUN') }}",
      belay_project: "{{ lookup('ansible.builtin.env', 'BELAY_PROJECT') }}",
      belay_directory: "{{ lookup('ansible.builtin.env', 'BELAY_DIRECTORY') }}",
      belay_host: '{{ inventory_hostname }}',
      ...Object.fromEntries(plan.secrets.map((secret, index) => [secretVariable(plan, secret.name), secretLookup(secret, index + 1)])),
    },
    ['What every play knows: set by the journal when a run begins.', ...plan.secrets.map((secret) => `${secretVariable(plan, secret.name)} is the secret ${JSON.stringify(secret.name)}.`)],
  );
}

/** A secret that is missing or empty is an error where it is used. Ansible evaluates what a lookup is asked for once more, so nothing like a template goes there. */
function secretLookup({ from, source }: Secret, number: number): string {
  if (/\{[{%#]/.test(source)) return `{{ ${number} | belay.run.secret }}`;
  const missing = "mandatory('the secret is missing or empty')";
  switch (from) {
    case 'env':
      return `{{ lookup('ansible.builtin.env', ${jinjaText(source)}) | default(belay_missing, true) | ${missing} }}`;
    case 'file':
      return `{{ lookup('ansible.builtin.file', ${source.startsWith('/') ? '' : "belay_directory ~ '/' ~ "}${jinjaText(source)}, rstrip=false) | regex_replace('\\n+\\Z', '') | default(belay_missing, true) | ${missing} }}`;
    case 'command':
      return `{{ lookup('ansible.builtin.pipe', 'cd -- ' ~ (belay_directory | quote) ~ ' && bash -c ' ~ (${jinjaText(source)} | quote)) | default(belay_missing, true) | ${missing} }}`;
  }
}
