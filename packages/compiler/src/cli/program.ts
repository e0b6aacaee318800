import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { CheckOptions } from './check.ts';
import type { CompileOptions, Target } from './compile.ts';
import type { ExplainOptions } from './explain.ts';
import type { ExplainStepOptions } from './explain-step.ts';
import type { FmtOptions } from './fmt.ts';
import type { ListOptions } from './list.ts';
import { printError, printOut } from './output.ts';
import type { ProveOptions } from './prove.ts';
import type { StatusOptions } from './status.ts';

const TARGETS: readonly Target[] = ['shell', 'json', 'ansible'];

/**
 * The commands, their options and their help. What a command does is loaded when it is called: a check should not pay for a formatter, nor
 * help for a parser.
 *
 * Parsing ends with a CommanderError after help, after the version, and on wrong usage, of which nothing is printed.
 *
 * @param called the name of the command that is called: if there is one of that name, the others are left out.
 */
export function buildProgram(version: string, called = ''): Command {
  const program = new Command('belay')
    .description(
      'Checks upgrade plans of running clouds, and compiles them to programs that can be stopped, resumed and rolled back.',
    )
    .usage('COMMAND [ARGUMENTS]')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command')
    .exitOverride()
    .configureOutput({ outputError: () => undefined, writeOut: printOut, writeErr: printError })
    .addHelpText('after', EXAMPLES.program);
  const isKnown = Object.hasOwn(COMMANDS, called);
  for (const [name, add] of Object.entries(COMMANDS)) if (!isKnown || name === called) add(program);
  return program;
}

const COMMANDS: Readonly<Record<string, (program: Command) => void>> = {
  check: addCheck,
  compile: addCompile,
  fmt: addFmt,
  explain: addExplain,
  list: addList,
  prove: addProve,
  'explain-step': addExplainStep,
  status: addStatus,
};

function addCheck(program: Command): void {
  program
    .command('check')
    .summary('check files')
    .description(
      'Checks files, and everything that they import, and prints the findings to standard output.\n' +
        'A folder stands for all *.belay files below it, without hidden folders and node_modules. "-" reads standard input.\n' +
        'Exit code: 0 no findings, 1 errors or warnings, 2 wrong usage or an unreadable file.',
    )
    .addArgument(pathsArgument())
    .addOption(setOption())
    .addOption(
      new Option('--stdin-path <PATH>', 'the file that standard input stands for; imports start there').default(
        'stdin.belay',
      ),
    )
    .addOption(findingsFormatOption())
    .addOption(colorOption())
    .addOption(rootOption())
    .addHelpText('after', EXAMPLES.check)
    .action(async (paths: string[], options: CheckOptions) => (await import('./check.ts')).check(paths, options));
}

function addCompile(program: Command): void {
  program
    .command('compile')
    .summary('write what runs a plan')
    .description(
      'Compiles the plans of a file: PLAN.sh is a bash program that runs, resumes and rolls back; PLAN.plan.json is the plan for other ' +
        'programs; PLAN.ansible/ is an Ansible project that does the same. Prints the names of what it wrote; findings go to standard error. Nothing is written if there is an error.\n' +
        'Exit code: 0 written, 1 errors, 2 wrong usage or a file that cannot be read or written.',
    )
    .argument('<FILE>', 'the file that declares the plans')
    .addOption(
      new Option('--to <TARGETS>', 'what to write: shell, json, ansible, or several')
        .argParser(parseTargets)
        .default(['shell', 'json'] satisfies Target[], 'shell,json'),
    )
    .addOption(new Option('--out <DIR>', 'the folder to write to; "-" is standard output').default('build'))
    .option('--plan <NAME>', 'compile this plan only')
    .option(
      '--cloud <NAME>',
      'compile for this cloud in place of the one that the plan names; the files are called PLAN-CLOUD.…',
    )
    .addOption(setOption())
    .addOption(findingsFormatOption())
    .addOption(colorOption())
    .addOption(rootOption())
    .addHelpText('after', EXAMPLES.compile)
    .action(async (file: string, options: CompileOptions) => (await import('./compile.ts')).compile(file, options));
}

function addFmt(program: Command): void {
  program
    .command('fmt')
    .summary('format files')
    .description(
      'Formats files in place, and prints the names of those that it changed. "-" formats standard input to standard output.\n' +
        'Exit code: 0 done, 1 a file has errors of syntax (with --check: a file is not formatted), 2 wrong usage or an unreadable file.',
    )
    .addArgument(pathsArgument())
    .option('--check', 'change nothing; print the names of the files that are not formatted', false)
    .addOption(colorOption())
    .addHelpText('after', EXAMPLES.fmt)
    .action(async (paths: string[], options: FmtOptions) => (await import('./fmt.ts')).fmt(paths, options));
}

function addExplain(program: Command): void {
  program
    .command('explain')
    .summary('explain a finding')
    .description(
      'Prints the page of a finding: what it means, a wrong and a right example. Without a code it lists all of them.',
    )
    .argument('[CODE]', 'the code or the name of the finding')
    .addOption(formatOption())
    .addOption(colorOption())
    .addHelpText('after', EXAMPLES.explain)
    .action(async (code: string | undefined, options: ExplainOptions) =>
      (await import('./explain.ts')).explain(code, options),
    );
}

function addList(program: Command): void {
  program
    .command('list')
    .summary('list plans and clouds')
    .description('Lists the plans and clouds of files, or the steps of one plan in the order in which they may start.')
    .addArgument(pathsArgument())
    .option('--steps <PLAN>', 'list the steps of this plan')
    .addOption(setOption())
    .addOption(formatOption())
    .addOption(colorOption())
    .addOption(rootOption())
    .addHelpText('after', EXAMPLES.list)
    .action(async (paths: string[], options: ListOptions) => (await import('./list.ts')).list(paths, options));
}

function addProve(program: Command): void {
  program
    .command('prove')
    .summary('print what was proven')
    .description(
      'Prints what holds in every order in which the steps of a plan may run, and how close a call it is.\n' +
        'Exit code: 0 everything holds, 1 errors, 2 wrong usage or an unreadable file.',
    )
    .argument('<FILE>', 'the file that declares the plans')
    .option('--plan <NAME>', 'this plan only')
    .option('--cloud <NAME>', 'on this cloud in place of the one that the plan names')
    .addOption(setOption())
    .addOption(new Option('--format <FORMAT>', 'for people, for programs, or for a merge request').choices(['text', 'json', 'markdown']).default('text'))
    .addOption(colorOption())
    .addOption(rootOption())
    .addHelpText('after', EXAMPLES.prove)
    .action(async (file: string, options: ProveOptions) => (await import('./prove.ts')).prove(file, options));
}

function addExplainStep(program: Command): void {
  program
    .command('explain-step')
    .summary('explain a step of a plan')
    .description('Prints what a step does, the state of the cloud before and after it as far as the plan knows it, and how far back it can go.')
    .argument('<FILE>', 'the file that declares the plan')
    .argument('<STEP>', 'the id of the step, as `belay list --steps` prints it')
    .option('--plan <NAME>', 'this plan only')
    .option('--cloud <NAME>', 'on this cloud in place of the one that the plan names')
    .addOption(setOption())
    .addOption(formatOption())
    .addOption(rootOption())
    .addHelpText('after', EXAMPLES.explainStep)
    .action(async (file: string, step: string, options: ExplainStepOptions) => (await import('./explain-step.ts')).explainStep(file, step, options));
}

function addStatus(program: Command): void {
  program
    .command('status')
    .summary('print where a run stands')
    .description(
      'Prints what a journal says, whether the shell program or Ansible wrote it: what is done, failed, begun and, with the plan, left. Only reads.\n' +
        'Exit code: 0, 1 the last run failed, 2 wrong usage or an unreadable file.',
    )
    .argument('<JOURNAL>', 'the journal, or the folder that it is in')
    .option('--plan <FILE>', 'the plan of the journal, PLAN.plan.json, to say what is left')
    .addOption(formatOption())
    .addHelpText('after', EXAMPLES.status)
    .action(async (file: string, options: StatusOptions) => (await import('./status.ts')).status(file, options));
}

function pathsArgument(): Argument {
  return new Argument('[PATH...]', 'files and folders').default(['.'], 'the working directory');
}

function formatOption(): Option {
  return new Option('--format <FORMAT>', 'for people or for programs').choices(['text', 'json']).default('text');
}

function findingsFormatOption(): Option {
  return new Option('--format <FORMAT>', 'how findings are printed: for people; for programs; gnu: one a line, FILE:LINE:COLUMN: error: MESSAGE [CODE], for editors and logs')
    .choices(['text', 'json', 'gnu'])
    .default('text');
}

function colorOption(): Option {
  return new Option('--color <WHEN>', 'whether to color; auto: on a terminal, unless NO_COLOR is set')
    .choices(['auto', 'always', 'never'])
    .default('auto');
}

function rootOption(): Option {
  return new Option(
    '--root <DIR>',
    'the workspace: no file outside of it is read (default: the nearest folder above with .git)',
  );
}

function setOption(): Option {
  return new Option('--set <NAME=VALUE>', 'the value of a parameter; may be repeated')
    .argParser(addSetting)
    .default({}, 'none');
}

function addSetting(text: string, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [, name, value = ''] = /^([^=]+)=([^]*)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('NAME=VALUE is expected.');
  return Object.fromEntries([...Object.entries(before), [name, value]]);
}

function parseTargets(text: string): Target[] {
  const targets = text.split(',').map((target) => target.trim());
  const unknown = targets.find((target) => !TARGETS.some((known) => known === target));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`Allowed are ${TARGETS.join(', ')}, with commas between them.`);
  return TARGETS.filter((target) => targets.includes(target));
}

const EXAMPLES = {
  program: `
Examples:
  belay check .                                 check all plans below this folder
  belay compile upgrade.belay --out build       write build/PLAN.sh and build/PLAN.plan.json
  belay explain B0101                           what a finding means
  belay list                                    which plans and clouds there are`,
  check: `
Examples:
  belay check upgrade.belay
  belay check plans clouds --format json
  belay check . --format gnu                    a finding a line, for editors and logs
  belay check plans --set batch=25%
  git show main:upgrade.belay | belay check - --stdin-path upgrade.belay`,
  compile: `
Examples:
  belay compile upgrade.belay                          to build/PLAN.sh and build/PLAN.plan.json
  belay compile upgrade.belay --to shell --out .
  belay compile upgrade.belay --plan reboot --cloud lab --set batch=1
  belay compile upgrade.belay --to json --out - | jq .steps[].id`,
  fmt: `
Examples:
  belay fmt .
  belay fmt --check plans
  belay fmt - < upgrade.belay`,
  explain: `
Examples:
  belay explain B0101
  belay explain unknown-name
  belay explain                                 all codes, a line each`,
  prove: `
Examples:
  belay prove upgrade.belay
  belay prove upgrade.belay --format markdown >> merge-request.md`,
  explainStep: `
Examples:
  belay explain-step upgrade.belay nova/flavors
  belay explain-step upgrade.belay nova/flavors --format json`,
  status: `
Examples:
  belay status .belay/skip_kilo
  belay status .belay/skip_kilo/journal --plan build/skip_kilo.plan.json`,
  list: `
Examples:
  belay list
  belay list upgrade.belay --steps skip_kilo
  belay list plans --format json`,
} as const;
