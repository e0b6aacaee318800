import type { Plan } from '../../packages/compiler/src/plan/plan.ts';
import { action, CHANGE, chain, host, ofBatch, on, plan, probe, step } from './plan-builder.ts';
import { enter } from './program.ts';

export const effect = (text: string): string => `echo ${text} >>"$HOME/effects"`;

/** Everything that a plan has: parallel parts, hosts, several actions, checks, a point, a roll with a lock. */
export const whole = (): Plan =>
  plan(
    [
      ...chain(
        step('enter', [action(effect('enter'), { changes: [CHANGE] })]),
        step(
          'two',
          [
            action(effect('two-1'), { changes: [CHANGE] }),
            action(effect('two-2-$BELAY_HOST'), { changes: [CHANGE], targets: on('all', 'h1', 'h2') }),
          ],
          { verify: [probe('true')] },
        ),
        step('point', [effect('save')], { kind: 'point' }),
      ),
      step('left', [action(effect('left'), { changes: [CHANGE] })], { after: ['point'] }),
      step(
        'right',
        [action(effect('right-$BELAY_HOST'), { changes: [CHANGE], targets: on('each', 'h1', 'h2') })],
        { after: ['point'] },
      ),
      step('join', [], { kind: 'join', after: ['left', 'right'] }),
      step('roll', [], {
        kind: 'roll',
        after: ['join'],
        roll: {
          group: 'hosts',
          batches: [['h1'], ['h2']],
          pause: 0,
          maxFailures: 0,
          needed: { targets: ofBatch('all', 'h1', 'h2'), operation: { type: 'shell', shell: 'true' } },
          lock: {
            driver: 'file',
            key: 'lock',
            acquire: action(effect('lock'), { targets: ofBatch('first', 'h1', 'h2') }),
            release: action(effect('unlock'), { targets: ofBatch('first', 'h1', 'h2') }),
          },
          steps: chain(
            step('roll/drain', [
              action(effect('drain-$BELAY_HOST'), { changes: [CHANGE], targets: ofBatch('all', 'h1', 'h2') }),
            ]),
            step('roll/return', [
              action(effect('return-$BELAY_HOST'), {
                changes: [CHANGE],
                targets: ofBatch('all', 'h1', 'h2'),
              }),
            ]),
          ),
        },
      }),
      step('gate', [], { kind: 'gate', after: ['roll'], verify: [probe('true')] }),
      step('wall', [], { kind: 'no-return', after: ['gate'], text: 'users are on the new release' }),
      step('last', [action(effect('last'), { changes: [CHANGE] })], { after: ['wall'] }),
    ],
    { hosts: [host('h1', enter('h1')), host('h2', enter('h2'))] },
  );

export const EFFECTS = [
  'drain-h1',
  'drain-h2',
  'enter',
  'last',
  'left',
  'lock',
  'lock',
  'return-h1',
  'return-h2',
  'right-h1',
  'right-h2',
  'save',
  'two-1',
  'two-2-h1',
  'two-2-h2',
  'unlock',
  'unlock',
];
