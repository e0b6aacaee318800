import process from 'node:process';
import { CommanderError, type Command } from 'commander';
import { suggest } from '../text/suggest.ts';
import { CommandError } from './command-error.ts';
import { FAILURE, FINE } from './exit-codes.ts';
import { complain, printError } from './output.ts';
import { buildProgram } from './program.ts';

/** The `belay` command. Exit codes: 0 fine, 1 findings, 2 wrong usage or failure. */
async function main(): Promise<void> {
  const program = buildProgram(BELAY_VERSION, process.argv[2]);
  try {
    checkWorkingDirectory();
    if (process.argv.length <= 2) {
      process.exitCode = FAILURE;
      printError(program.helpInformation());
      return;
    }
    await program.parseAsync();
  } catch (error) {
    process.exitCode = explainFailure(error, program);
  }
}

/** Commander suggests no option for `--opiton=value`. */
function suggestOption(error: CommanderError, command: Command): string {
  const mistyped = error.code === 'commander.unknownOption' ? /'(--[^=']+)=/.exec(error.message)?.[1] : undefined;
  if (mistyped === undefined) return '';
  const [near] = suggest(
    mistyped,
    command.options.map((option) => option.long ?? ''),
  );
  return near === undefined ? '' : ` (Did you mean ${near}?)`;
}

function checkWorkingDirectory(): void {
  try {
    process.cwd();
  } catch {
    throw new CommandError('the working directory does not exist any more');
  }
}

/** Says what went wrong, and with which code the process ends. */
function explainFailure(error: unknown, program: Command): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return FINE;
    const command = program.commands.find((known) => known.name() === process.argv[2]);
    complain(error.message.replace(/^error: /, '') + suggestOption(error, command ?? program));
    complain(`try: belay ${command === undefined ? '' : `${command.name()} `}--help`);
  } else if (error instanceof CommandError) {
    complain(error.message);
    if (error.hint !== undefined) complain(error.hint);
  } else if (process.env['BELAY_DEBUG'] === '1') {
    printError(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  } else {
    const message = error instanceof Error ? error.message : String(error);
    complain(
      `internal error: ${message} (a bug in Belay ${BELAY_VERSION}; report it with the output of the same command under BELAY_DEBUG=1)`,
    );
  }
  return FAILURE;
}

void main();
