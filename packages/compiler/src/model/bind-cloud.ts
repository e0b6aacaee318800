import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import { bindLet, bindSecret } from './bind-names.ts';
import { bindGroups } from './bind-groups.ts';
import { bindServices } from './bind-services.ts';
import { CommandTable, type CloudBinding } from './cloud-binding.ts';
import { addNamed, replaceNamed, type Universe } from './collect.ts';
import { capturesPath, DEFAULT_CAPTURES, type Placed } from './placed.ts';
import { declaredName, Declarations, nameLocation, reportUnknown, type Declared } from './declarations.ts';
import { literalText, wordOf, type Here } from './evaluate.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';

/** Clouds that take over each other may be so many deep. */
const LONGEST_CHAIN = 20;

/** Binds a cloud: hosts, groups, services, and the names that plans on it use. */
export function bindCloud(declared: Declared, universe: Universe): CloudBinding {
  const { reporter } = universe;
  const chain = takeOver(declared, universe);
  const declarations = new Declarations(universe.declarations);
  const scope = new Scope(universe.scope);
  const placed: Placed[] = [];
  for (const [depth, level] of chain.entries()) {
    const here: Here = { file: level.file, scope, reporter };
    const own = depth === 0 ? undefined : replacedBy(level.statement.block?.statements ?? []);
    if (own !== undefined) keepOnly(placed, (one) => !own.has(identity(one.statement)));
    for (const statement of level.statement.block?.statements ?? []) {
      placed.push({ statement, here });
      if (statement.declaration.id === 'let') bindLet(statement, here);
      else if (statement.declaration.id === 'secret') bindSecret(statement, here, declarations);
      else if (depth === 0) addNamed(declarations, statement, level.file, scope, reporter);
      else replaceNamed(declarations, { statement, file: level.file, scope });
    }
  }
  const commands = new CommandTable();
  for (const { statement, here } of placed) {
    if (statement.declaration.id.startsWith('command.') || statement.declaration.id.startsWith('database.')) {
      commands.set('cloud', { name: statement.declaration.keyword, statement, file: here.file, scope });
    }
  }
  const location = nameLocation(declared);
  const { hosts, groups, captures } = bindGroups(placed, universe, commands, location);
  const services = bindServices(placed, universe, hosts, groups, commands);
  const capturesHere = placed.find((one) => one.statement.declaration.id === 'captures');
  const title = literalText(declared.statement.arguments['title']);
  return {
    name: declared.name, ...(title === undefined ? {} : { title }), location, file: declared.file, hosts, groups, ...services,
    declarations, scope, commands,
    captures: {
      cloud: capturesHere === undefined ? DEFAULT_CAPTURES : capturesPath(capturesHere),
      groups: captures,
    },
  };
}

/** The cloud and those that it takes over, the outermost base first. */
function takeOver(declared: Declared, universe: Universe): Declared[] {
  const chain = [declared];
  for (let level = declared; ;) {
    const base = level.statement.arguments['base'];
    const name = wordOf(base);
    if (base === undefined || name === undefined) return chain;
    const found = universe.declarations.get('cloud', name);
    if (found === undefined) {
      reportUnknown('cloud', name, base, level.file, universe.declarations.names('cloud'), universe.reporter);
      return chain;
    }
    if (chain.includes(found) || chain.length >= LONGEST_CHAIN) {
      universe.reporter.report(KINDS.cyclicDefinition, {
        message: `Cloud \`${declared.name}\` takes over itself: ${[...chain.map((one) => one.name), found.name].reverse().join(' ← ')}.`,
        at: locate(level.file, base),
      });
      return chain;
    }
    chain.unshift(found);
    level = found;
  }
}

/** What a derived cloud declares itself, and so does not take over. */
function replacedBy(statements: readonly Statement[]): Set<string> {
  return new Set(statements.map(identity));
}

function identity(statement: Statement): string {
  const { id } = statement.declaration;
  const name = declaredName(statement) ?? wordOf(statement.arguments['component']) ?? '';
  return id.startsWith('connection-') ? 'connection' : `${id} ${name}`;
}

function keepOnly<T>(array: T[], keep: (one: T) => boolean): void {
  const kept = array.filter(keep);
  array.length = 0;
  array.push(...kept);
}
