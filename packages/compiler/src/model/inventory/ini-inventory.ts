import { parseHostPattern } from './host-pattern.ts';
import type { InventoryBuilder } from './inventory-builder.ts';
import { hasControlCharacters, printable } from './printable.ts';
import { readPythonLiteral } from './python-literal.ts';
import { splitWords } from './shlex.ts';
import { textValue, type VariableValue } from './variable-value.ts';

/** Group names and their sections, as Ansible's INI plugin reads them. */
const SECTION = /^\[([^:\]\s]+)(?::(\w+))?\]\s*(?:#.*)?$/;
/** A section whose bracket is not closed; a host may start with a range, which is. */
const OPEN_SECTION = /^\[([^:\]\s]+)(?::(\w+))?\s*(?:#[^\]]*)?$/;
const GROUP_NAME = /^([^:\]\s]+)\s*(?:#.*)?$/;

/** Python, and so Ansible, takes more characters for the end of a line than editors do. */
// oxlint-disable-next-line no-control-regex
const LINE_BREAK = /[\r\v\f\u001c-\u001e\u0085\u2028\u2029]/;

/** Longer names of groups are refused. */
const LONGEST_NAME = 253;

/** A child or a section of variables whose group has not been declared yet. */
interface Pending {
  readonly line: number;
  readonly state: 'children' | 'vars';
  readonly parents: string[];
}

/**
 * Reads an inventory in Ansible's INI format. A line that makes no sense is reported and left out.
 *
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ini_inventory.html
 */
export function readIni(text: string, builder: InventoryBuilder): void {
  new IniReader(builder).read(text);
}

class IniReader {
  readonly #builder: InventoryBuilder;
  readonly #pending = new Map<string, Pending>();
  #group = 'ungrouped';
  #state: 'hosts' | 'children' | 'vars' | 'unknown' = 'hosts';
  #line = 0;

  constructor(builder: InventoryBuilder) {
    this.#builder = builder;
  }

  read(text: string): void {
    if (text.startsWith('#!')) {
      this.#builder.problem(1, 'error', 'this is a program (a dynamic inventory); Belay runs none', EXPORT_HINT);
      return;
    }
    for (const line of text.split('\n')) {
      if (this.#builder.full) break;
      this.#line += 1;
      for (const part of line.split(LINE_BREAK)) this.#readLine(part.trim());
    }
    for (const [name, { line, state, parents }] of this.#pending) {
      const message =
        state === 'vars'
          ? `[${name}:vars] sets variables of a group that is not declared`
          : `the group "${name}" is a child of "${parents.join('", "')}", but is not declared`;
      this.#builder.problem(line, 'error', message, `declare it with a line [${name}]`);
    }
  }

  #readLine(line: string): void {
    if (line === '' || line.startsWith('#') || line.startsWith(';')) return;
    const section = SECTION.exec(line);
    if (section !== null) this.#startSection(section[1] ?? '', section[2] ?? 'hosts');
    else if (line.startsWith('[') && line.endsWith(']')) {
      this.#problem(
        `the section ${printable(line)} can not be read`,
        'a section is [group], [group:children] or [group:vars], without spaces',
      );
      this.#state = 'unknown';
    } else if (OPEN_SECTION.test(line)) {
      const [, group = '', kind] = OPEN_SECTION.exec(line) ?? [];
      const name = kind === undefined ? group : `${group}:${kind}`;
      this.#problem('this section has no closing bracket', `write ${printable(`[${name}]`)}`);
      this.#startSection(group, kind ?? 'hosts');
    } else if (this.#state === 'hosts') this.#readHosts(line);
    else if (this.#state === 'vars') this.#readVariable(line);
    else if (this.#state === 'children') this.#readChild(line);
  }

  #startSection(group: string, kind: string): void {
    if (!this.#checkName(group)) {
      this.#state = 'unknown';
      return;
    }
    if (kind !== 'hosts' && kind !== 'children' && kind !== 'vars') {
      this.#problem(
        `the section [${group}:${kind}] is of an unknown kind`,
        `it is [${group}], [${group}:children] or [${group}:vars]`,
      );
      this.#state = 'unknown';
      return;
    }
    this.#group = group;
    this.#state = kind;
    const waiting = this.#pending.get(group);
    if (!this.#builder.groups.has(group)) {
      if (kind === 'vars' && waiting === undefined)
        this.#pending.set(group, { line: this.#line, state: 'vars', parents: [] });
      this.#builder.addGroup(group);
    }
    if (waiting !== undefined && kind !== 'vars') {
      for (const parent of waiting.parents) this.#builder.addChild(parent, group, waiting.line);
      this.#pending.delete(group);
    }
  }

  #readHosts(line: string): void {
    const split = splitWords(line);
    if ('error' in split) {
      this.#problem(split.error, 'values with spaces stand in quotes: name="some text"');
      return;
    }
    const [pattern = '', ...assignments] = split.words;
    if (pattern === '---') {
      this.#problem('"---" starts a YAML file, but this one is read as INI', 'end the name of the file with .yml');
      return;
    }
    const parsed = parseHostPattern(pattern);
    if ('error' in parsed) {
      const assignment = /^[A-Za-z_][A-Za-z0-9_]*=/.test(line)
        ? `variables of a group stand in a section [${this.#group}:vars]`
        : undefined;
      this.#problem(`${printable(pattern)} is no host: ${parsed.error.message}`, assignment);
      return;
    }
    const variables = new Map<string, VariableValue>();
    for (const assignment of assignments) {
      const equals = assignment.indexOf('=');
      if (equals > 0) variables.set(assignment.slice(0, equals), readPythonLiteral(assignment.slice(equals + 1)));
      else
        this.#problem(
          `name=value is expected after the host, not ${printable(assignment)}`,
          'values with spaces stand in quotes: name="some text"',
        );
    }
    this.#builder.addHosts(parsed.hosts, this.#group, variables, this.#line, parsed.port);
  }

  #readVariable(line: string): void {
    const equals = line.indexOf('=');
    const name = line.slice(0, equals).trim();
    if (equals < 0 || name === '') {
      this.#problem(`name=value is expected in [${this.#group}:vars], not ${printable(line)}`);
      return;
    }
    const text = line.slice(equals + 1).trim();
    this.#builder.setVariable(this.#group, name, text === '' ? textValue('') : readPythonLiteral(text), this.#line);
  }

  #readChild(line: string): void {
    const child = GROUP_NAME.exec(line)?.[1];
    if (child === undefined) {
      this.#problem(`the name of a group is expected in [${this.#group}:children], not ${printable(line)}`);
      return;
    }
    if (!this.#checkName(child)) return;
    const waiting = this.#pending.get(child);
    if (this.#builder.groups.has(child)) this.#builder.addChild(this.#group, child, this.#line);
    else if (waiting === undefined)
      this.#pending.set(child, { line: this.#line, state: 'children', parents: [this.#group] });
    else waiting.parents.push(this.#group);
  }

  #checkName(name: string): boolean {
    if (name.length <= LONGEST_NAME && !hasControlCharacters(name)) return true;
    this.#problem(
      name.length > LONGEST_NAME
        ? `the name of a group has at most ${LONGEST_NAME} characters`
        : 'the name of a group holds no control characters',
    );
    return false;
  }

  #problem(message: string, hint?: string): void {
    this.#builder.problem(this.#line, 'error', message, hint);
  }
}

export const EXPORT_HINT = 'write down what it finds: ansible-inventory -i FILE --list --export --yaml > hosts.yml';
