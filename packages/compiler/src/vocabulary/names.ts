import { declare, SEQUENCES } from './declare.ts';

/** Files, names, reuse, and the releases of a train. */
export const NAMES = [
  ...declare('Files and names', [
    {
      keyword: 'use', signature: '<catalogue:ref.catalogue>', in: ['file'],
      doc: 'Brings a catalogue that ships with Belay: its train of releases and its services.',
      example: 'use openstack',
    },
    {
      keyword: 'import', signature: '<path:path>', in: ['file'],
      doc: 'Shares the declarations of another file. The path is relative to this file and may not leave the workspace.',
      example: 'import "clouds/zurich.belay"',
    },
    {
      keyword: 'let', signature: '<name:name> = <value:value>', in: ['file', 'cloud', ...SEQUENCES],
      doc: 'Names a value.',
      example: 'let dumps = "/srv/backup/dumps"',
    },
    {
      keyword: 'param', signature: '<name:name> : <type:type> [= <value:value>]', in: ['file', 'plan'],
      doc: 'Names a value that `--set NAME=VALUE` can replace; it has a type, and maybe a default.',
      example: 'param batch: percent = 10%',
    },
    {
      keyword: 'secret', signature: '<name:name> from <how:env|file|command> <source:text>', in: ['file', 'cloud', 'plan'],
      doc: 'Names a secret. It is read when the plan runs, on the machine that runs it, and handed to a command by `env` only.',
      example: 'secret db_password from env "DB_PASSWORD"',
    },
    {
      keyword: 'recipe', signature: '<name:name> [<parameters:parameters>]', in: ['file', 'cloud', 'plan'], body: 'recipe', bodyIs: 'required',
      doc: 'Names a sequence of statements with typed parameters, for `apply`.',
      example: 'recipe bounce(what: component) {\n  stop what\n  start what\n}',
    },
    {
      keyword: 'apply', signature: '<recipe:ref.recipe> [<arguments:arguments>]', in: SEQUENCES,
      doc: 'Puts the statements of a recipe here, with its parameters filled in.',
      example: 'apply bounce(nova.api)',
    },
    {
      keyword: 'allow', signature: '<rule:ref.rule> <reason:text>', in: [...SEQUENCES, 'step', 'action', 'cloud', 'service', 'file'],
      doc: 'Accepts what a rule warns of in this block, and says why. Errors can not be allowed; an unused `allow` is a finding.',
      example: 'allow needs-order "keystone stays on juno until the last service has moved"',
    },
  ]),
  ...declare('Releases', [
    {
      keyword: 'train', signature: '<name:name> [<title:title>]', in: ['file', 'catalogue'], body: 'train', bodyIs: 'required',
      doc: 'Declares an ordered train of releases, the oldest first.',
      example: 'train acme {\n  release v1\n  release v2 slurp\n}',
    },
    {
      id: 'train.release', keyword: 'release', signature: '<name:release> [slurp]', in: ['train'],
      doc: 'A release of the train. `slurp` marks one from which the next such release may be reached directly.',
      example: 'release v2 slurp',
    },
    {
      id: 'plan.release', keyword: 'release', signature: '<from:release> -> <to:release> [skipping <skipping:release,...>]', in: ['plan'], once: true,
      doc: 'The jump of the plan: from which release to which, and what it skips.',
      example: 'release juno -> liberty skipping kilo',
    },
    {
      keyword: 'catalogue', signature: '<name:name> [<title:title>]', in: ['file'], body: 'catalogue', bodyIs: 'required',
      doc: 'Holds services to be taken over by clouds with `service NAME from CATALOGUE.SERVICE`.',
      example: 'catalogue house {\n  service proxy {\n    component server on edge { unit "haproxy" }\n  }\n}',
    },
  ]),
];
