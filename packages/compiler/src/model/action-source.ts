import { KINDS } from '../diagnostics/kinds.ts';
import type { Location } from '../text/source.ts';
import type { Change, Operation, Targets, Verb } from './action.ts';
import { asWho, readSettings, type CommandSettings } from './command-settings.ts';
import { bindRuns, hostScope, type BoundCommand } from './commands.ts';
import type { Declared } from './declarations.ts';
import { evaluateDuration } from './evaluate.ts';
import { reportMissingVariables } from './host-variables.ts';
import type { Frame, PlanContext } from './plan-context.ts';
import type { ActionModel } from './plan-model.ts';
import { locate } from './reporter.ts';
import { scopeOf } from './scope.ts';

/** What the plan says of how an action is done, besides what the cloud declares. */
export interface Replacement {
  /** The block of the action itself; `runs`: it has commands, which take the place of what the cloud declares. */
  readonly own?: { readonly block: Declared; readonly runs: boolean };
  /** Settings of the step around it. */
  readonly outer: CommandSettings;
  /** The action is a step of its own: a `timeout` in its block bounds the whole step, not each command. */
  readonly isStep: boolean;
  /** Seconds that the step may take. */
  readonly limit?: number;
}

/** A command of an action, from wherever it came. */
export interface ActionCommand {
  readonly operation: Operation;
  readonly under?: string;
  readonly targets?: Targets;
  /** Estimated seconds. */
  readonly takes?: number;
  /** What it does of the whole, for its title. */
  readonly about?: string;
}

/** What all the commands of an action share. */
export interface SharedByActions {
  readonly verb: Verb;
  readonly title: string;
  readonly targets: Targets;
  readonly changes: readonly Change[];
  readonly uses: readonly string[];
  readonly inverse?: readonly ActionModel[];
  readonly location: Location;
}

/** Turns commands that a cloud or a plan declares into actions. */
export class ActionSource {
  protected readonly context: PlanContext;

  constructor(context: PlanContext) {
    this.context = context;
  }

  /**
   * Binds the commands of a block that a cloud or a plan declared, with the values of what it is for. Settings of the step around come first, then
   * those of the declared block, then those of the action's own block.
   */
  protected declared(declared: Declared, values: Readonly<Record<string, string | undefined>>, replacement: Replacement, frame: Frame): (BoundCommand & Pick<ActionCommand, 'takes'>)[] {
    const here = { ...frame.here, file: declared.file, scope: hostScope(scopeOf(declared.scope, values)) };
    const statements = declared.statement.block?.statements ?? [];
    const isOwn = replacement.own?.block === declared;
    const settings = readSettings(statements, here, replacement.outer, !isOwn || !replacement.isStep);
    const commands = bindRuns(statements, here, isOwn ? settings : this.#withOwn(replacement, settings, frame), this.context.around(frame));
    const takes = isOwn ? undefined : evaluateDuration(statements.find((one) => one.declaration.id === 'takes')?.arguments['estimate'], here);
    // An estimate is about all commands of the block.
    return takes === undefined ? commands : commands.map((command, index) => ({ ...command, takes: index === 0 ? takes : 0 }));
  }

  /** The settings of a command that nobody declared. */
  protected settings(replacement: Replacement, frame: Frame): CommandSettings {
    return this.#withOwn(replacement, replacement.outer, frame);
  }

  /** What the way back of an action is bound with: what is said of who runs it, and where, holds for the way back, too. */
  protected wayBack(replacement: Replacement, frame: Frame): Replacement {
    return { outer: asWho(this.settings(replacement, frame)), isStep: false };
  }

  #withOwn({ own, isStep }: Replacement, base: CommandSettings, frame: Frame): CommandSettings {
    return own === undefined ? base : readSettings(own.block.statement.block?.statements ?? [], frame.here, base, !isStep);
  }

  /** As {@link declared}, for commands that run where what they act on is; reports those that say that they run elsewhere. */
  protected inPlace(declared: Declared, values: Readonly<Record<string, string | undefined>>, verb: Verb, targets: Targets, replacement: Replacement, frame: Frame): ActionCommand[] {
    const isOwn = replacement.own?.block === declared;
    return this.declared(declared, values, replacement, frame).map((command) => {
      // In the action's own block `on` says which of its hosts are meant.
      if (command.targets !== undefined || (command.blockTargets !== undefined && !isOwn)) {
        this.context.reporter.report(KINDS.wrongType, {
          message: `A command of \`${verb}\` runs on the hosts that it acts on, so it can not say \`on …\` itself. For a command that runs elsewhere write a \`step\` with \`on …\`, \`run …\` and \`rewrites …\`.`,
          at: locate(declared.file, command.statement.arguments['target'] ?? command.statement.keyword),
        });
      }
      reportMissingVariables(command, targets, this.context.cloud, frame.here);
      return { operation: command.operation, ...underAndTime(command) };
    });
  }

  /** Makes the actions of one verb from its commands. */
  protected actions(commands: readonly ActionCommand[], shared: SharedByActions): ActionModel[] {
    const { inverse, ...rest } = shared;
    return commands.map((command, index) => ({
      ...rest,
      ...(command.about === undefined ? {} : { title: `${shared.title}: ${command.about}` }),
      targets: command.targets ?? shared.targets,
      operation: command.operation,
      effect: 'known',
      // Several commands of one verb change the model once, with the last, and the first carries the way back of all. What only a capture brings
      // back is changed by the first already: it may be half done after any of them.
      changes: inverse === undefined || index === commands.length - 1 ? shared.changes : [],
      ...underAndTime(command),
      ...(inverse === undefined ? {} : { inverse: index === 0 ? inverse : [] }),
    }));
  }
}

/** What an action takes over from its command as it is. */
export function underAndTime({ under, takes }: Pick<ActionCommand, 'under' | 'takes'>): Pick<ActionCommand, 'under' | 'takes'> {
  return { ...(under === undefined ? {} : { under }), ...(takes === undefined ? {} : { takes }) };
}
