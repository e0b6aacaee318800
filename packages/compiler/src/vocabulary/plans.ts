import { declare, SEQUENCES } from './declare.ts';

/** Plans, their order, and the named parts that they use. */
export const PLANS = [
  ...declare('Plans', [
    {
      keyword: 'plan', signature: '<name:name> [<title:title>]', in: ['file'], body: 'plan', bodyIs: 'required',
      doc: 'One upgrade: what is done, in order, and how to get back.',
      example: 'plan night_one "Keystone to liberty" {\n  on zurich\n  release kilo -> liberty\n  jump keystone\n}',
    },
    {
      id: 'plan.on', keyword: 'on', signature: '<cloud:ref.cloud>', in: ['plan'], once: true,
      doc: 'The cloud that the plan upgrades.',
      example: 'on zurich',
    },
    {
      keyword: 'jump', signature: '<service:ref.service> [leaving <leaving:ref.components,...> [stopped]]', in: SEQUENCES, body: 'jump',
      doc: 'Takes a service to the target release. Without a block it does what the service’s `upgrade` says. At its end everything of the service runs there, but for what it is `leaving` behind, or `leaving … stopped`: there already, and started later.',
      example: 'jump nova leaving nova.compute',
    },
    {
      keyword: 'mode', signature: '<name:name> [<title:title>]', in: ['file', 'cloud', 'plan'], body: 'mode', bodyIs: 'required',
      doc: 'A state of the cloud that is entered and has to be left again, such as “the scheduler is off”.',
      example: 'mode noout {\n  enter on first monitors { run "ceph osd set noout" }\n  leave on first monitors { run "ceph osd unset noout" }\n}',
    },
    {
      id: 'mode.enter', keyword: 'enter', signature: '[on <target:target>]', in: ['mode'], body: 'commands', bodyIs: 'required',
      doc: 'How the mode is entered.',
      example: 'enter on all { run "systemctl stop chef-client" }',
    },
    {
      id: 'mode.leave', keyword: 'leave', signature: '[on <target:target>]', in: ['mode'], body: 'commands', bodyIs: 'required',
      doc: 'How the mode is left.',
      example: 'leave on all { run "systemctl start chef-client" }',
    },
    {
      keyword: 'check', signature: '<name:name> [<title:title>]', in: ['file', 'cloud', 'plan'], body: 'check', bodyIs: 'required',
      doc: 'A named question about the cloud, for `gate`.',
      example: 'check backup_space "Room for a second copy" {\n  on databases\n  run "test -d /srv/backup"\n}',
    },
  ]),
  ...declare('Order', [
    {
      keyword: 'stage', signature: '<name:name> [<title:title>]', in: SEQUENCES, body: 'stage', bodyIs: 'required',
      doc: 'Names a part of the plan.',
      example: 'stage control_plane "The control plane" {\n  jump keystone\n}',
    },
    {
      keyword: 'parallel', signature: '[<title:title>]', in: SEQUENCES, body: 'parallel', bodyIs: 'required',
      doc: 'Its statements have no order, but for `needs`, `after`, and data: what touches the same thing has to be ordered.',
      example: 'parallel {\n  jump glance\n  jump cinder\n}',
    },
    {
      keyword: 'after', signature: '<steps:ref.step,...>', in: ['step', 'action', 'stage', 'jump', 'roll', 'parallel', 'holding', 'within', 'point'],
      doc: 'Inside `parallel`: waits for a neighbor.',
      example: 'after warm_up',
    },
    {
      keyword: 'holding', signature: '<modes:ref.mode,...>', in: SEQUENCES, body: 'holding', bodyIs: 'required',
      doc: 'Enters the modes, does what stands in the block, and leaves them again.',
      example: 'holding config_management {\n  jump keystone\n}',
    },
    {
      keyword: 'gate', signature: '<checks:ref.check,...>', in: SEQUENCES, body: 'action',
      doc: 'Goes on only if the checks pass.',
      example: 'gate backup_space',
    },
    {
      id: 'gate-healthy', keyword: 'gate healthy', signature: '<components:ref.components,...> [on <target:target>]', in: SEQUENCES, body: 'action',
      doc: 'Goes on only if the components answer as their `healthy` says.',
      example: 'gate healthy nova.*',
    },
    {
      keyword: 'approve', signature: '<question:text>', in: SEQUENCES, body: 'action',
      doc: 'Waits for a person’s yes.',
      example: 'approve "The dumps are verified. Start the migrations?"',
    },
  ]),
  ...declare('Windows and waves', [
    {
      keyword: 'window', signature: '<name:name> [<title:title>]', in: ['file', 'cloud', 'plan'], body: 'window', bodyIs: 'required',
      doc: 'A maintenance window that comes again.',
      example: 'window night { every tue, wed at 22:00 for 8h zone "Europe/Zurich" }',
    },
    {
      keyword: 'every', signature: '<days:day,...> at <at:clock> for <length:duration> zone <zone:text>', in: ['window'], once: true,
      doc: 'When the window opens, for how long, and in which time zone.',
      example: 'every tue, wed at 22:00 for 8h zone "Europe/Zurich"',
    },
    {
      keyword: 'within', signature: '<window:ref.window>', in: SEQUENCES, body: 'within', bodyIs: 'required',
      doc: 'Its statements run inside the window.',
      example: 'within night {\n  jump nova\n}',
    },
    {
      keyword: 'wave', signature: '<clouds:ref.cloud,...> [soak <soak:duration>]', in: ['plan'],
      doc: 'Clouds that take the plan together; the next wave waits for the journal of this one, and for its soak time.',
      example: 'wave gra1 soak 7d',
    },
  ]),
  ...declare('Rolls', [
    {
      keyword: 'roll', signature: '<group:ref.group> [<title:title>]', in: SEQUENCES.filter((kind) => kind !== 'roll'), body: 'roll', bodyIs: 'required',
      doc: 'Runs its block over the hosts of a group, batch by batch.',
      example: 'roll computes {\n  batch 10%\n  reboot\n}',
    },
    {
      keyword: 'batch', signature: '<amount:amount>', in: ['roll'], once: true,
      doc: 'How many hosts at a time: a number, or a share of the group. Default: 1.',
      example: 'batch 10%',
    },
    {
      keyword: 'canary', signature: '<count:count>', in: ['roll'], once: true,
      doc: 'The first batch has so many hosts.',
      example: 'canary 1',
    },
    {
      keyword: 'pause', signature: '<pause:duration>', in: ['roll'], once: true,
      doc: 'How long to wait between two batches.',
      example: 'pause 10m',
    },
    {
      keyword: 'max failures', signature: '<count:count>', in: ['roll'], once: true,
      doc: 'How many hosts may fail before the roll stops. Default: 0.',
      example: 'max failures 1',
    },
    {
      keyword: 'needed', in: ['roll'], body: 'question', bodyIs: 'inline', once: true,
      doc: 'Which hosts need the roll: those where the command exits 0. Where it exits 1 the host does not need it, is left out, and counts as having what the roll brings, in the proofs too. With any other exit code, or without an answer, the host could not be asked, and counts as failed. Asked before the lock is taken, and again after. A command that says no by another code wants `|| exit 1`.',
      example: 'needed run "test -e /var/run/reboot-required"',
    },
    {
      keyword: 'lock', signature: '<driver:word> <key:text> [on <target:target>]', in: ['roll'], body: 'lock', once: true,
      doc: 'A lock that a batch holds: taken before it, given back after it; `needed` is asked again once it is taken, and gates in the roll come after it. A batch with a failed host keeps it. Drivers: `consul`, `etcd`, `flock`, or any word with `acquire` and `release` blocks. Without `ttl`, a lock of `consul` or `etcd` is a key that stays until it is given back, whatever happens to the run. `flock` is a file on this machine, or on the one host that is named, and always has a `ttl`. The host where a lock is taken needs `consul`, `etcdctl` or `flock`; with `ttl`, `curl` instead of `consul`.',
      example: 'lock consul "service/reboot/lock"',
    },
    {
      keyword: 'ttl', signature: '<ttl:duration>', in: ['lock'], once: true,
      doc: 'The lock lapses so long after the run has died. While the run lives it renews the lock three times in that time, for `consul` and `etcd` by another host of the target if one does not answer. A run that finds its lock lost ends the batch, and stops before the next one. When a run stops while it holds the lock, for a failure or because it was asked to, the lock lasts until the run goes on or back. `consul`: a session, 10s to 24h; `etcd`: a lease, `flock`: from 5s, as a rule 1m. Ansible can not renew a lock while tasks run, so such a plan is not compiled to it.',
      example: 'ttl 1m',
    },
    {
      keyword: 'acquire', in: ['lock'], body: 'commands', bodyIs: 'inline', once: true,
      doc: 'Takes the lock; fails if another holds it, and passes if this run holds it already: `$BELAY_RUN` is the same for the whole run. It finds `${key}`.',
      example: 'acquire run "ln -s $BELAY_RUN /locks/${key} || test \\"$(readlink /locks/${key})\\" = $BELAY_RUN"',
    },
    {
      keyword: 'release', signature: '', id: 'lock.release', in: ['lock'], body: 'commands', bodyIs: 'inline', once: true,
      doc: 'Gives the lock back. It has to leave the lock of another alone, and to pass if there is none: a rollback also calls it where `acquire` was cut off, and nobody knows whether the lock was taken.',
      example: 'release run "test \\"$(readlink /locks/${key})\\" != $BELAY_RUN || rm /locks/${key}"',
    },
    {
      keyword: 'renew', in: ['lock'], body: 'commands', bodyIs: 'inline', once: true,
      doc: 'Renews a lock that has a `ttl`, of a driver of your own. Exit 3 says that this run does not hold it any more; any other failure, that nobody could be asked. It finds `${key}`, and `${ttl}` in seconds.',
      example: 'renew run "lockctl renew ${key} --for ${ttl}s"',
    },
    {
      keyword: 'keep', signature: '', id: 'lock.keep', in: ['lock'], body: 'commands', bodyIs: 'inline', once: true,
      doc: 'Makes a lock with a `ttl`, of a driver of your own, last without being renewed, until `acquire` or `release`. Without it the lock of a run that has stopped lapses.',
      example: 'keep run "lockctl renew ${key} --for ever"',
    },
  ]),
];
