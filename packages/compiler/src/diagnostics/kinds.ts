import type { DiagnosticCategory, DiagnosticKind, Level } from './diagnostic.ts';

function kind(code: string, name: string, category: DiagnosticCategory, summary: string, level: Level = 'error'): DiagnosticKind {
  return { code, name, level, category, since: '0.1', summary };
}

/**
 * What reading and binding report. The findings of rules are declared with their rules. Codes are never reused; a page
 * in `pages/` shows a wrong and a right example of each.
 */
export const KINDS = {
  strayCharacter: kind('B0001', 'stray-character', 'Syntax', 'A character stands where no statement can use it.'),
  unterminatedText: kind('B0002', 'unterminated-text', 'Syntax', 'A text has no closing quotes.'),
  unbalancedBrackets: kind('B0003', 'unbalanced-brackets', 'Syntax', 'A brace or bracket has no partner.'),
  conflictMarker: kind('B0004', 'conflict-marker', 'Syntax', 'The file holds a conflict marker of Git.'),
  unknownStatement: kind('B0005', 'unknown-statement', 'Syntax', 'A line starts with a word that starts no statement in this block.'),
  malformedStatement: kind('B0006', 'malformed-statement', 'Syntax', 'A statement has something else than its signature expects.'),
  malformedText: kind('B0007', 'malformed-text', 'Syntax', 'A text has an escape or an interpolation that can not be read.'),
  misplacedBlock: kind('B0008', 'misplaced-block', 'Syntax', 'A statement lacks its block, or has one that it can not have.'),
  repeatedStatement: kind('B0009', 'repeated-statement', 'Syntax', 'A statement that may stand once in a block stands there again.'),
  hiddenCharacter: kind('B0010', 'hidden-character', 'Safety', 'The file holds a character that changes how the text looks without being seen.'),
  limitExceeded: kind('B0011', 'limit-exceeded', 'Limits', 'Something is larger than Belay accepts.'),

  unknownName: kind('B0101', 'unknown-name', 'Names', 'A name is used that nothing declares.'),
  duplicateName: kind('B0102', 'duplicate-name', 'Names', 'Two declarations in the same place share a name.'),
  missingFile: kind('B0103', 'missing-file', 'Names', 'A file that is named can not be read.'),
  importCycle: kind('B0104', 'import-cycle', 'Names', 'Files import each other in a circle.'),
  missingDeclaration: kind('B0105', 'missing-declaration', 'Names', 'A statement needs another one that is not there.'),
  cyclicDefinition: kind('B0106', 'cyclic-definition', 'Names', 'A declaration takes part in its own definition.'),
  unusedAllow: kind('B0107', 'unused-allow', 'Names', 'An `allow` accepts a finding that does not exist.', 'warning'),
  unusedDeclaration: kind('B0108', 'unused-declaration', 'Names', 'A plan declares a recipe, check or mode that it does not use.', 'note'),

  wrongType: kind('B0201', 'wrong-type', 'Types', 'A value is of another type than its place expects.'),
  wrongArguments: kind('B0202', 'wrong-arguments', 'Types', 'A recipe is given other arguments than it has parameters.'),
  unquotableValue: kind('B0203', 'unquotable-value', 'Safety', 'A value stands in a command where it can not be made one shell word.'),

  rawSplice: kind('B0204', 'raw-splice', 'Safety', 'A value that is not constant is spliced into a command without quotes.', 'warning'),
  secretInCommand: kind('B0205', 'secret-in-command', 'Safety', 'A secret would stand on a command line, in a log, or in the plan.'),
  missingCommand: kind('B0206', 'missing-command', 'Types', 'Nothing says how an action is done.'),
  incompleteDeployment: kind('B0207', 'incomplete-deployment', 'Types', 'A `deploy` lacks a part, or has one that its kind has no use for.'),
  malformedName: kind('B0208', 'malformed-name', 'Safety', 'A name in a `deploy` can not be the name of what it stands for.'),

  malformedHosts: kind('B0301', 'malformed-hosts', 'Hosts', 'A host pattern can not be read.'),
  malformedInventory: kind('B0302', 'malformed-inventory', 'Hosts', 'An inventory has something that can not be read.'),
  emptyTarget: kind('B0303', 'empty-target', 'Hosts', 'An action would run on no host.'),
  notOneHost: kind('B0304', 'not-one-host', 'Hosts', 'A component that a cluster deploys is put on several hosts.'),
  doubtfulInventory: kind('B0305', 'doubtful-inventory', 'Hosts', 'An inventory has something that Ansible passes over, or takes in another way than it looks.', 'note'),
} as const;
