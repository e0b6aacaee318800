import { KINDS } from '../diagnostics/kinds.ts';
import type { Statement } from '../syntax/tree.ts';
import { bindGroups } from './bind-groups.ts';
import { bindServices } from './bind-services.ts';
import { CommandTable, type CloudBinding } from './cloud-binding.ts';
import { addNamed, bindNaming, isNaming, type Universe } from './collect.ts';
import { inOrderOfUse } from './name-order.ts';
import { capturesPath, DEFAULT_CAPTURES, type Placed } from './placed.ts';
import { declaredName, Declarations, nameLocation, reportUnknown, shown, type Declared } from './declarations.ts';
import { drawCycle } from './draw-cycle.ts';
import { literalText, wordOf, type Here } from './evaluate.ts';
import { locate } from './reporter.ts';
import { Scope } from './scope.ts';

/** Clouds that take over each other may be so many deep. */
const LONGEST_CHAIN = 20;

/** Binds a cloud: hosts, groups, services, and the names that plans on it use. */
export function bindCloud(declared: Declared, universe: Universe): CloudBinding {
  let cloud = universe.clouds.get(declared);
  if (cloud === undefined) {
    const make = (): CloudBinding => {
      const { value, excused } = universe.reporter.excusing(() => bind(declared, universe));
      return { ...value, excused };
    };
    cloud = universe.memory?.cloud(declared.statement, universe.reporter, make) ?? make();
    universe.clouds.set(declared, cloud);
  }
  return cloud;
}

function bind(declared: Declared, universe: Universe): Omit<CloudBinding, 'excused'> {
  const { reporter } = universe;
  const chain = takeOver(declared, universe);
  const declarations = new Declarations(universe.declarations);
  const scope = new Scope(universe.scope);
  let placed: readonly Placed[] = [];
  for (const [level, { statement: cloud, file }] of chain.entries()) {
    const here: Here = { file, scope, reporter };
    placed = replaceIn(placed, (cloud.block?.statements ?? []).map((statement) => ({ statement, here, level })));
  }
  for (const { statement, here } of inOrderOfUse(placed.filter((one) => isNaming(one.statement)))) bindNaming(statement, here, universe.settings, declarations);
  for (const { statement, here } of placed) if (!isNaming(statement)) addNamed(declarations, statement, here.file, scope, reporter);
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
    if (chain.includes(found)) {
      reportCircle(chain.slice(0, chain.indexOf(found) + 1).reverse(), universe);
      return chain;
    }
    if (chain.length >= LONGEST_CHAIN) {
      universe.reporter.report(KINDS.limitExceeded, { message: `Clouds take over each other more than ${LONGEST_CHAIN} levels deep.`, at: locate(level.file, base) });
      return chain;
    }
    chain.unshift(found);
    level = found;
  }
}

/** Clouds of which each takes over the next one, and the last the first: told from the first name, so that it is reported once. */
function reportCircle(circle: readonly Declared[], { reporter }: Universe): void {
  const names = circle.map(({ name }) => name);
  const start = names.indexOf(names.toSorted()[0] ?? '');
  const first = circle[start];
  if (first === undefined) return;
  reporter.report(KINDS.cyclicDefinition, {
    message: circle.length === 1 ? `Cloud ${shown(first.name)} takes over itself. Remove its \`from\`.` : 'These clouds take over each other in a circle. Remove one of their `from`.',
    at: locate(first.file, first.statement.arguments['base'] ?? first.statement.keyword),
    notes: circle.length === 1 ? [] : [drawCycle([...names.slice(start), ...names.slice(0, start)])],
  });
}

/** What a cloud declares again stands in the place of what it takes over; what else it declares comes after. */
function replaceIn(base: readonly Placed[], own: readonly Placed[]): Placed[] {
  const again = new Map<string, Placed[]>();
  for (const one of own) {
    const key = identity(one.statement);
    const same = again.get(key);
    if (same === undefined) again.set(key, [one]);
    else same.push(one);
  }
  const used = new Set<string>();
  const kept = base.flatMap((one) => {
    const key = identity(one.statement);
    const replacing = again.get(key);
    if (replacing === undefined) return [one];
    if (used.has(key)) return [];
    used.add(key);
    return replacing;
  });
  return [...kept, ...own.filter((one) => !used.has(identity(one.statement)))];
}

/** What makes two statements declare the same thing. */
function identity(statement: Statement): string {
  const { id } = statement.declaration;
  if (id.startsWith('connection-')) return 'connection';
  // What a name stands for counts, not whether it is a `let` or a `secret`.
  if (isNaming(statement)) return `value ${declaredName(statement) ?? ''}`;
  const about = declaredName(statement) ?? wordOf(statement.arguments['component']) ?? '';
  return `${id} ${about}${statement.arguments['amount'] === undefined ? '' : ' amount'}`;
}
