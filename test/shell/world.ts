import type { Action } from '../../packages/compiler/src/plan/plan.ts';
import { action, backBy, LOCAL } from './plan-builder.ts';

/** Sets a piece of the state of the world, `state/NAME` (of a host: `state/HOST.NAME`), and says so in `effects`. */
export const set = (name: string, value: string): string =>
  `mkdir -p "$HOME/state"; echo ${value} >"$HOME/state/${name}"; echo "${name}=${value}" >>"$HOME/effects"`;

export const failing = (text: string, name: string): string =>
  `[[ -e "$HOME/fail-${name}" ]] && exit 9; ${text}`;

/** An action that sets something, and whose way back sets it as it was. */
export function change(
  id: string,
  name: string,
  from: string,
  to: string,
  options: Partial<Action> = {},
): Action {
  const targets = options.targets ?? LOCAL;
  const place = targets.mode === 'local' ? name : `$BELAY_HOST.${name}`;
  return action(failing(set(place, to), id), {
    changes: [{ kind: 'component', name, becomes: 'rewritten' }],
    back: backBy(set(place, from), { targets }),
    ...options,
  });
}
