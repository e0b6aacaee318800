/** What went wrong is not Belay's fault, and its message says everything: the command ends with exit code 2. */
export class CommandError extends Error {
  /** What may help, on a line of its own. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
