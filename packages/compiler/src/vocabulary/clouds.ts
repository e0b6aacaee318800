import { declare } from './declare.ts';

/** What a cloud is made of. */
export const CLOUDS = [
  ...declare('Clouds and hosts', [
    {
      keyword: 'cloud', signature: '<name:name> [<title:title>] [from <base:ref.cloud>]', in: ['file'], body: 'cloud', bodyIs: 'required',
      doc: 'Describes a cloud: its hosts, its services, and what must stay up. `from` takes over another cloud and replaces what is declared again.',
      example: 'cloud zurich "Production" {\n  group controllers { hosts "ctl[1:3].zrh" }\n}',
    },
    {
      keyword: 'inventory', signature: '<path:path>', in: ['cloud'],
      doc: 'Takes groups, hosts and host variables from an Ansible inventory, INI or YAML.',
      example: 'inventory "inventory/hosts.yml"',
    },
    {
      keyword: 'group', signature: '<name:name>', in: ['cloud'], body: 'group', bodyIs: 'required',
      doc: 'A group of hosts, or what is to be said about a group of the inventory.',
      example: 'group computes { hosts "cmp[01:40].zrh"  spare 10% }',
    },
    {
      keyword: 'hosts', signature: '<hosts:hosts,...>', in: ['group'],
      doc: 'The hosts of the group. Ranges are those of Ansible: `cmp[01:40]`, `db-[a:c]`.',
      example: 'hosts "ctl[1:3].zrh"',
    },
    {
      keyword: 'groups', signature: '<groups:ref.group,...>', in: ['group'],
      doc: 'The group holds the hosts of other groups too.',
      example: 'groups controllers, databases',
    },
    {
      keyword: 'spare', signature: '<amount:amount>', in: ['group'], once: true,
      doc: 'How much of the group may be drained at the same time: a share, or a number of hosts.',
      example: 'spare 10%',
    },
    {
      keyword: 'zone', signature: '<name:name> <hosts:hosts,...>', in: ['group'],
      doc: 'Hosts of the group that share their fate, such as an availability zone. A batch of a roll stays in one zone.',
      example: 'zone a "cmp[01:20].zrh"',
    },
    {
      id: 'connection-ssh', keyword: 'connection ssh', signature: '[user <user:text>] [port <port:count>] [options <options:text,...>]', in: ['cloud', 'group'],
      doc: 'Reaches the hosts by ssh, which is the default. The inventory’s `ansible_host`, `ansible_user` and `ansible_port` count.',
      example: 'connection ssh user "root" options "-o", "ProxyJump=bastion"',
    },
    {
      id: 'connection-local', keyword: 'connection local', in: ['cloud', 'group'],
      doc: 'Runs the commands of these hosts on the machine that runs the plan.',
      example: 'connection local',
    },
    {
      id: 'connection-command', keyword: 'connection command', signature: '<words:text,...>', in: ['cloud', 'group'],
      doc: 'Reaches the hosts through a command, given word by word, that runs its further arguments on the host.',
      example: 'connection command "docker", "exec", "-i", "${host}"',
    },
    {
      keyword: 'captures', signature: '<path:path>', in: ['cloud', 'group'], once: true,
      doc: 'The folder on the hosts where rollback points keep what they save. Choose one that survives what the plan does. Default: `/var/lib/belay`.',
      example: 'captures "/srv/backup"',
    },
  ]),
  ...declare('Services', [
    {
      keyword: 'service', signature: '<name:name> [<title:title>] [from <base:ref.catalogued>]', in: ['cloud', 'catalogue'], body: 'service', bodyIs: 'required',
      doc: 'A service: its components, databases, and what it needs. `from` takes over a service of a catalogue.',
      example: 'service nova "Compute" {\n  needs keystone\n  component api on controllers { unit "nova-api" }\n}',
    },
    {
      keyword: 'needs', signature: '<services:ref.service,...>', in: ['service'],
      doc: 'Services that have to be there, and have to be upgraded, before this one.',
      example: 'needs keystone, mariadb',
    },
    {
      keyword: 'place', signature: '<role:name> on <group:ref.group>', in: ['service'],
      doc: 'Puts a role of a catalogue’s service on a group of this cloud.',
      example: 'place control on controllers',
    },
    {
      keyword: 'component', signature: '<name:name> [on <group:ref.group>]', in: ['service'], body: 'component',
      doc: 'A process of the service and the group on whose hosts it runs.',
      example: 'component api on controllers { unit "nova-api"  package "nova-api" }',
    },
    {
      keyword: 'unit', signature: '<unit:text>', in: ['component'], once: true,
      doc: 'The systemd unit; `stop`, `start`, `restart` and `reload` use it.',
      example: 'unit "nova-api"',
    },
    {
      keyword: 'package', signature: '<package:text>', in: ['component'], once: true,
      doc: 'The package; commands of `install` find it as `${package}`.',
      example: 'package "nova-api"',
    },
    {
      keyword: 'healthy', in: ['component'], body: 'question', bodyIs: 'inline', once: true,
      doc: 'How to ask whether the component works, on each of its hosts. `gate healthy` asks it, and so does a rollback that has touched the component.',
      example: 'healthy http "http://${host}:8774/" status 200',
    },
    {
      keyword: 'lags', signature: '<component:ref.component> by <count:count> <unit:release|releases>', in: ['component'],
      doc: 'How many releases the component may be behind another; it may never be ahead.',
      example: 'lags nova.conductor by 1 release',
    },
    {
      keyword: 'database', signature: '<name:name> [in <server:ref.service>]', in: ['service'], body: 'database',
      doc: 'A database of the service and the service whose server holds it.',
      example: 'database main in mariadb {\n  name "nova"\n  migrate run "nova-manage db sync"\n}',
    },
    {
      keyword: 'name', signature: '<name:text>', in: ['database'], once: true,
      doc: 'The name that the database server knows the database by.',
      example: 'name "nova"',
    },
    {
      id: 'database.engine', keyword: 'engine', signature: '<engine:mariadb|mysql|postgresql>', in: ['database', 'service', 'cloud'], once: true,
      doc: 'What serves the database: how it is saved, verified and restored where no command says so follows from it. Default: `mariadb`.',
      example: 'engine postgresql',
    },
    {
      keyword: 'used by', signature: '<components:ref.component,...>', in: ['database'], once: true,
      doc: 'The components whose code works on the database. Default: those of the service that lag no other component.',
      example: 'used by nova.api, nova.conductor',
    },
    {
      keyword: 'serves code', signature: '<count:count> <unit:release|releases> behind', in: ['database'], once: true,
      doc: 'How many releases behind the schema the code may be that works on it. Default: 0.',
      example: 'serves code 1 release behind',
    },
    {
      keyword: 'floor', signature: '<schema:release> for <code:release>', in: ['database'],
      doc: 'The oldest schema that the code of a release, and of those after it, can migrate: an older one has to be brought there first.',
      example: 'floor kilo for newton',
    },
    {
      keyword: 'upgrade', in: ['service'], body: 'upgrade', bodyIs: 'required', once: true,
      doc: 'The service’s own recipe: what `jump` does when it has no block.',
      example: 'upgrade {\n  stop keystone.*\n  install keystone.*\n  migrate keystone.main\n  start keystone.*\n}',
    },
  ]),
  ...declare('Promises', [
    {
      keyword: 'keep', in: ['cloud', 'service'],
      signature: ['<component:ref.component> available [except <budget:duration>]', '<amount:amount> of <component:ref.component>'],
      doc: 'What must stay up while plans run: at least one instance, or so many; `except` allows a pause.',
      example: 'keep 2 of mariadb.server',
    },
  ]),
  ...declare('Commands', [
    ...(['stop', 'start', 'restart', 'reload', 'install'] as const).map((verb) => ({
      id: `command.${verb}`, keyword: verb, in: ['cloud', 'service', 'component'] as const, body: 'commands' as const, bodyIs: 'inline' as const, once: true as const,
      doc: `The command of \`${verb}\` for these components. It finds \`\${unit}\`, \`\${package}\`, \`\${component}\`, \`\${service}\`, \`\${release}\` and \`\${host}\`.`,
      example: verb === 'install' ? 'install run "zypper -n install ${package}-${release}"' : `${verb} run "systemctl ${verb} \${unit}"`,
    })),
    ...(['drain', 'return', 'reboot'] as const).map((verb) => ({
      id: `command.${verb}`, keyword: verb, in: ['cloud', 'group'] as const, body: 'commands' as const, bodyIs: 'inline' as const, once: true as const,
      doc: `The command of \`${verb}\` for these hosts.`,
      example: verb === 'reboot' ? 'reboot run "systemctl reboot"' : `${verb} run "move-guests ${verb} \${host}"`,
    })),
    ...(['expand', 'migrate', 'contract', 'save', 'restore', 'verify'] as const).map((verb) => ({
      id: `database.${verb}`, keyword: verb, in: ['database', 'service', 'cloud'] as const, body: 'commands' as const, bodyIs: 'inline' as const, once: true as const,
      doc: {
        expand: 'The command that adds what the next release needs, while the old code runs.',
        migrate: 'The command that brings the schema to a release. It finds `${database}`, `${service}` and `${release}`.',
        contract: 'The command that removes what the old release needed.',
        save: 'The command that saves the database to the file `${capture}`. Default: `mysqldump`, or `pg_dump`, if there is room for the dump.',
        restore: 'The command that brings the database back from the file `${capture}`, dropping what is there. Default: `mysql`, or `pg_restore`.',
        verify: 'The command that proves that `${capture}` holds the database. Default: the dump is complete; a capture may ask for more with `verify full`.',
      }[verb],
      example: {
        expand: 'expand run "keystone-manage db_sync --expand"', migrate: 'migrate run "nova-manage db sync"',
        contract: 'contract run "keystone-manage db_sync --contract"', save: 'save run "mysqldump ${database} > ${capture}"',
        restore: 'restore run "load-dump ${database} ${capture}"', verify: 'verify run "gzip -t ${capture}"',
      }[verb],
    })),
  ]),
];
