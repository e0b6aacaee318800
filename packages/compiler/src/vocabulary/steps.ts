import { declare, SEQUENCES } from './declare.ts';

const ACTING = [...SEQUENCES, 'step'] as const;
const COMMANDS = ['step', 'action', 'check', 'commands', 'question'] as const;
const SETTINGS = ['step', 'action', 'point'] as const;

/** Steps, their actions and settings, and the way back. */
export const STEPS = [
  ...declare('Actions', [
    {
      keyword: 'stop', signature: '<components:ref.components,...> [for good] [on <target:target>] [<title:title>]', in: ACTING, body: 'action',
      doc: 'Stops components. `for good` says that they are not to be started again.',
      example: 'stop nova.*',
    },
    ...([
      ['start', 'Starts components.', 'start nova.api on first controllers'],
      ['restart', 'Restarts components.', 'restart nova.api'],
      ['reload', 'Has components read their configuration again.', 'reload nova.api'],
    ] as const).map(([keyword, doc, example]) => ({
      keyword, signature: '<components:ref.components,...> [on <target:target>] [<title:title>]', in: ACTING, body: 'action' as const, doc, example,
    })),
    {
      keyword: 'install', signature: '<components:ref.components,...> [to <release:release>] [on <target:target>] [<title:title>]', in: ACTING, body: 'action',
      doc: 'Installs the code of a release; the plan’s target if none is named.',
      example: 'install nova.*',
    },
    ...([
      ['expand', 'Adds to a database what the next release needs.', 'expand keystone.main'],
      ['migrate', 'Brings the schema of a database to a release; the plan’s target if none is named.', 'migrate nova.main to kilo { run "nova-manage db sync --version 290" }'],
      ['contract', 'Removes from a database what the old release needed.', 'contract keystone.main'],
    ] as const).map(([keyword, doc, example]) => ({
      keyword, signature: '<databases:ref.databases,...> [to <release:release>] [on <target:target>] [<title:title>]', in: ACTING, body: 'action' as const, doc, example,
    })),
    ...([
      ['drain', 'Moves the guests off hosts.', 'drain'],
      ['return', 'Gives drained hosts back to service.', 'return'],
      ['reboot', 'Reboots hosts, and waits until they are back with another boot id.', 'reboot'],
    ] as const).map(([keyword, doc, example]) => ({
      keyword, signature: '[on <target:target>] [<title:title>]', in: ACTING, body: 'action' as const, doc: `${doc} Inside a roll: those of the batch.`, example,
    })),
    {
      keyword: 'enter', signature: '<mode:ref.mode>', in: ACTING, body: 'action',
      doc: 'Enters a mode; `holding` does it and leaves it again.',
      example: 'enter noout',
    },
    {
      keyword: 'leave', signature: '<mode:ref.mode>', in: ACTING, body: 'action',
      doc: 'Leaves a mode.',
      example: 'leave noout',
    },
    {
      keyword: 'put', signature: '<file:path> at <path:path> [mode <mode:word>] [owner <owner:text>] [on <target:target>]', in: ACTING, body: 'action',
      doc: 'Puts a file of the workspace on hosts; the former file is kept beside it.',
      example: 'put "files/nova.conf" at "/etc/nova/nova.conf" on controllers',
    },
    {
      id: 'restore', keyword: 'restore', signature: '<resources:ref.resource,...> from <point:ref.point>', in: ACTING, body: 'action',
      doc: 'Brings back what a rollback point saved, on the way forward: after a reinstallation, for example.',
      example: 'restore nova.main from before_schema',
    },
  ]),
  ...declare('Opaque actions', [
    {
      keyword: 'run', signature: '<command:command> [under <release:release>] [on <target:target>]', in: [...ACTING, ...COMMANDS], body: 'action',
      doc: 'Runs a command with bash. A `${name}` in it becomes one quoted word. `under` says which release’s code has the command.',
      example: 'run "nova-manage db migrate_flavor_data" under kilo',
    },
    {
      keyword: 'script', signature: '<file:path> [arguments <arguments:text,...>] [on <target:target>]', in: [...ACTING, ...COMMANDS], body: 'action',
      doc: 'Carries a script of the workspace to the hosts and runs it there.',
      example: 'script "scripts/check-guests.sh" arguments "--all"',
    },
    {
      keyword: 'http', signature: '<url:text> [method <method:word>] [status <status:count,...>]', in: [...ACTING, 'check', 'question'], body: 'action',
      doc: 'Asks a URL from the machine that runs the plan, and expects a status.',
      example: 'http "http://${host}:8774/" status 200, 300',
    },
    {
      keyword: 'wait', signature: '<pause:duration>', in: ACTING, body: 'action',
      doc: 'Waits.',
      example: 'wait 30s',
    },
    {
      keyword: 'wait until', signature: '', in: ACTING, body: 'question', bodyIs: 'inline',
      doc: 'Waits until a question is answered with yes; `poll` says how often to ask and how long.',
      example: 'wait until run "test -e /run/ready"',
    },
    {
      id: 'check.healthy', keyword: 'healthy', signature: '<components:ref.components,...>', in: ['check'],
      doc: 'Asks components as their `healthy` says.',
      example: 'healthy nova.*, glance.*',
    },
  ]),
  ...declare('Plans', [
    {
      keyword: 'step', signature: '<name:name> [<title:title>]', in: SEQUENCES, body: 'step', bodyIs: 'required',
      doc: 'Groups actions under one name, with settings.',
      example: 'step flavors "Move the flavors" {\n  on any controllers\n  run "nova-manage db migrate_flavor_data" under kilo\n  rewrites nova.main\n}',
    },
  ]),
  ...declare('Step settings', [
    {
      id: 'step.on', keyword: 'on', signature: '<target:target>', in: ['step', 'action', 'check', 'commands', 'question', 'capture'], once: true,
      doc: 'Where: `on GROUP` (every host), `on any GROUP`, `on first GROUP`, `on each GROUP` (one at a time), `on local`, with `except`.',
      example: 'on any controllers except "ctl1.zrh"',
    },
    {
      keyword: 'as', signature: '<user:text>', in: COMMANDS, once: true,
      doc: 'The user that runs the commands, by sudo.',
      example: 'as "nova"',
    },
    {
      keyword: 'in', signature: '<directory:path>', in: COMMANDS, once: true,
      doc: 'The working directory of the commands.',
      example: 'in "/etc/nova"',
    },
    {
      keyword: 'env', signature: '<name:environment> = <value:value>', in: COMMANDS,
      doc: 'An environment variable of the commands. The only way to hand over a secret.',
      example: 'env MYSQL_PWD = db_password',
    },
    {
      keyword: 'accept exit', signature: '<codes:count,...>', in: COMMANDS, once: true,
      doc: 'Exit codes that mean success. Default: 0.',
      example: 'accept exit 0, 1',
    },
    {
      keyword: 'again on exit', signature: '<codes:count,...> [at most <limit:count>]', in: COMMANDS, once: true,
      doc: 'Exit codes that mean “more to do, run again”.',
      example: 'again on exit 1 at most 100',
    },
    {
      keyword: 'poll', signature: 'every <every:duration> for <limit:duration>', in: ['check', 'question', 'action'], once: true,
      doc: 'Asks again until the answer is yes, for so long.',
      example: 'poll every 5s for 10m',
    },
    {
      keyword: 'timeout', signature: '<limit:duration>', in: [...SETTINGS, 'check', 'commands', 'question'], once: true,
      doc: 'How long one attempt may take before it is ended and counts as failed.',
      example: 'timeout 1h',
    },
    {
      keyword: 'takes', signature: '<estimate:duration>', in: [...SETTINGS, 'commands'], once: true,
      doc: 'How long it takes, as an estimate.',
      example: 'takes 20m',
    },
    {
      keyword: 'retry', signature: '<count:count> every <delay:duration>', in: [...SETTINGS, 'check'], once: true,
      doc: 'How often to try again after a failure, and how long to wait before.',
      example: 'retry 3 every 30s',
    },
    {
      keyword: 'unless', in: ['step', 'action'], body: 'question', bodyIs: 'inline', once: true,
      doc: 'The step is done already if the answer is yes (exit 0): it is skipped then, and safe to repeat. No is exit 1. With any other exit code, or without an answer, nobody knows whether it is done, and the step fails, unless another host says no. A command that says no by another code, as `systemctl is-active` does, wants `|| exit 1`.',
      example: 'unless run "test -e /var/lib/nova/flavors-moved"',
    },
    {
      id: 'step.verify', keyword: 'verify', in: ['step', 'action'], body: 'question', bodyIs: 'inline',
      doc: 'Has to be answered with yes after the actions, else the step failed.',
      example: 'verify run "nova-manage db version | grep -qx 290"',
    },
    {
      keyword: 'repeatable', in: ['step', 'action'], once: true,
      doc: 'The step may simply be run again after a failure or a kill.',
      example: 'repeatable',
    },
  ]),
  ...declare('The way back', [
    {
      keyword: 'rewrites', signature: '<resources:ref.resource,...>', in: ['step', 'action'],
      doc: 'What an opaque action changes: components, databases, paths of files, groups of hosts, modes.',
      example: 'rewrites nova.main, "/etc/nova"',
    },
    {
      keyword: 'changes nothing', in: ['step', 'action'], once: true,
      doc: 'An opaque action that only looks.',
      example: 'changes nothing',
    },
    {
      keyword: 'undo', in: ['step', 'action'], body: 'step', bodyIs: 'inline', once: true,
      doc: 'How the step is taken back, also when it is half done.',
      example: 'undo { run "zypper -n rollback" }',
    },
    {
      id: 'undo-nothing', keyword: 'undo nothing', signature: '<reason:text>', in: ['step', 'action'], once: true,
      doc: 'Nothing has to be done to take the step back, and why.',
      example: 'undo nothing "the reinstallation takes it away"',
    },
    {
      keyword: 'irreversible', signature: '<reason:text>', in: ['step', 'action'], once: true,
      doc: 'There is no way back, and why. Only behind a point of no return.',
      example: 'irreversible "the old disks are wiped"',
    },
    {
      keyword: 'rollback point', signature: '<name:name> [<title:title>]', in: SEQUENCES.filter((kind) => kind !== 'roll'), body: 'point',
      doc: 'Saves what stands in its block, verifies what it saved, and can bring it back.',
      example: 'rollback point before_schema "Databases dumped" {\n  capture nova.main\n}',
    },
    {
      keyword: 'capture', signature: '<resources:ref.resource,...> [on <target:target>]', in: ['point'], body: 'capture',
      doc: 'Saves databases, or files and folders of hosts.',
      example: 'capture "/etc/nova", "/etc/glance" on controllers',
    },
    ...(['save', 'restore', 'verify'] as const).map((verb) => ({
      id: `capture.${verb}`, keyword: verb, in: ['capture'] as const, body: 'commands' as const, bodyIs: 'inline' as const, once: true as const,
      doc: `Replaces the command that ${verb === 'save' ? 'saves' : verb === 'restore' ? 'restores' : 'verifies what was saved'}; it finds \`\${capture}\`.`,
      example: { save: 'save run "lvcreate -s -n ${capture} vg/db"', restore: 'restore run "lvconvert --merge ${capture}"', verify: 'verify run "lvs ${capture}"' }[verb],
    })),
    {
      id: 'capture.verify-full', keyword: 'verify full', in: ['capture'], once: true,
      doc: 'Reads back all that was saved: a database is loaded into another one beside it, and the rows of each table are counted in both; files are compared. Nothing may write to them meanwhile. It needs as much room again on the database’s server.',
      example: 'verify full',
    },
    {
      keyword: 'point of no return', signature: '<reason:text>', in: SEQUENCES.filter((kind) => kind !== 'roll' && kind !== 'parallel'),
      doc: 'From here on the way is forward only, and why.',
      example: 'point of no return "the contract drops the old columns"',
    },
  ]),
];
