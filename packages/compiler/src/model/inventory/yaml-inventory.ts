import type { Node } from 'yaml';
import { parseHostPattern } from './host-pattern.ts';
import { EXPORT_HINT } from './ini-inventory.ts';
import type { InventoryBuilder } from './inventory-builder.ts';
import { hasControlCharacters, printable } from './printable.ts';
import type { VariableValue } from './variable-value.ts';
import { YamlDocument } from './yaml-document.ts';

/** Groups inside groups; people stop at five. */
const DEEPEST = 100;

/** Longer names of groups are refused. */
const LONGEST_NAME = 253;

const TOO_DEEP = 'the collections are nested too deeply';

/** Errors of the syntax that are shown; more are consequences. */
const MOST_SYNTAX_ERRORS = 5;

/**
 * Reads an inventory in Ansible's YAML format.
 *
 * @param options.onlyIfMapping leave the builder alone unless the text is a mapping without an error of syntax.
 * @returns whether the text was read.
 * @see https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html
 */
export async function readYaml(
  text: string,
  builder: InventoryBuilder,
  options: { onlyIfMapping?: boolean } = {},
): Promise<boolean> {
  // The library costs some milliseconds to load; most plans name no YAML inventory.
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  let document: YamlDocument;
  try {
    const parsed = yaml.parseDocument(text, {
      version: '1.1',
      schema: 'failsafe',
      merge: false,
      resolveKnownTags: false,
      uniqueKeys: false,
      prettyErrors: false,
      strict: true,
      logLevel: 'silent',
      lineCounter: lines,
    });
    document = new YamlDocument(yaml, parsed, (offset) => Math.max(1, lines.linePos(offset).line));
    if (options.onlyIfMapping === true && (parsed.errors.length > 0 || !document.isMapping(document.root)))
      return false;
    for (const error of parsed.errors.slice(0, MOST_SYNTAX_ERRORS)) {
      const line = Math.max(1, lines.linePos(error.pos[0]).line);
      builder.unreadable(
        line,
        error.message.startsWith('Maximum call stack')
          ? TOO_DEEP
          : `this is no YAML: ${error.message.replace(/\p{C}+/gu, ' ')}`,
      );
    }
    if (parsed.errors.length > 0 && !document.isMapping(document.root)) return true;
  } catch (error) {
    // The library recurses over nested collections.
    if (!(error instanceof RangeError)) throw error;
    if (options.onlyIfMapping === true) return false;
    builder.problem(1, 'error', TOO_DEEP);
    return true;
  }
  new YamlReader(document, builder).read();
  return true;
}

class YamlReader {
  readonly #document: YamlDocument;
  readonly #builder: InventoryBuilder;

  constructor(document: YamlDocument, builder: InventoryBuilder) {
    this.#document = document;
    this.#builder = builder;
  }

  read(): void {
    const { root } = this.#document;
    if (this.#document.isEmpty(root)) {
      this.#builder.problem(
        1,
        'warning',
        'the inventory is empty',
        'it is a mapping of groups, such as\nall:\n  hosts:\n    web1:',
      );
      return;
    }
    if (!this.#document.isMapping(root)) {
      this.#builder.problem(this.#document.lineOf(root), 'error', 'the inventory is not a mapping of groups');
      return;
    }
    const entries = this.#document.entries(root);
    const plugin = entries.find(({ key, value }) => key === 'plugin' && !this.#document.isEmpty(value));
    if (plugin !== undefined) {
      this.#builder.problem(
        plugin.line,
        'error',
        'this configures an inventory plugin (a dynamic inventory); Belay runs none',
        EXPORT_HINT,
      );
      return;
    }
    if (entries.some(({ key }) => key === '_meta')) {
      this.#builder.problem(
        1,
        'error',
        'this is the output of ansible-inventory --list, which is no inventory',
        EXPORT_HINT,
      );
      return;
    }
    for (const { key, source, value, line, repeated } of entries) {
      this.#warnOfRepetition(source, line, repeated);
      if (!this.#document.isMapping(value) && !this.#document.isNull(value)) {
        this.#builder.problem(line, 'warning', `${printable(source)} is no group: a mapping is expected`);
      } else if (this.#checkName(key, source, line)) {
        this.#readGroup(key, value, 0);
      }
    }
    if (this.#document.exhausted) {
      this.#builder.problem(
        1,
        'error',
        'the aliases stand for more entries than an inventory may have; some are left out',
      );
    }
  }

  #readGroup(name: string, node: Node | null, depth: number): void {
    this.#builder.addGroup(name);
    if (!this.#document.isMapping(node)) return;
    if (depth > DEEPEST) {
      this.#builder.problem(this.#document.lineOf(node), 'error', `groups are nested more than ${DEEPEST} deep`);
      return;
    }
    for (const { key, source, value, line, repeated } of this.#document.entries(node)) {
      this.#warnOfRepetition(source, line, repeated);
      if (this.#document.isNull(value)) continue;
      if (key !== 'vars' && key !== 'children' && key !== 'hosts') {
        this.#builder.problem(
          line,
          'warning',
          `${printable(source)} is ignored in the group "${name}"`,
          UNKNOWN_KEY_HINT,
        );
        continue;
      }
      const single = this.#document.text(value);
      if (single !== undefined && key !== 'vars') this.#readMember(name, key, single, null, line, depth);
      else if (!this.#document.isMapping(value)) {
        const hint =
          key === 'vars'
            ? 'each variable is a line "name: value"'
            : `each name is a line of its own that ends with ":", without "-"`;
        this.#builder.problem(line, 'error', `"${key}" of the group "${name}" is not a mapping`, hint);
      } else {
        for (const entry of this.#document.entries(value)) {
          this.#warnOfRepetition(entry.source, entry.line, entry.repeated);
          if (key === 'vars' && entry.source === '') this.#noName(entry.line);
          else if (key === 'vars')
            this.#builder.setVariable(name, entry.source, this.#document.value(entry.value), entry.line);
          else if (this.#checkName(entry.key, entry.source, entry.line)) {
            this.#readMember(name, key, entry.key, entry.value, entry.line, depth);
          }
        }
      }
    }
  }

  #readMember(
    group: string,
    kind: 'children' | 'hosts',
    name: string,
    value: Node | null,
    line: number,
    depth: number,
  ): void {
    if (kind === 'hosts') this.#readHosts(group, name, value, line);
    else if (!this.#document.isMapping(value) && !this.#document.isNull(value)) {
      this.#builder.problem(
        line,
        'error',
        `the child ${printable(name)} of "${group}" is no group: a mapping is expected`,
      );
    } else if (this.#checkName(name, name, line)) {
      this.#readGroup(name, value, depth + 1);
      this.#builder.addChild(group, name, line);
    }
  }

  #readHosts(group: string, pattern: string, value: Node | null, line: number): void {
    if (this.#builder.full) return;
    const parsed = parseHostPattern(pattern);
    if ('error' in parsed) {
      this.#builder.problem(line, 'error', `${printable(pattern)} is no host: ${parsed.error.message}`);
      return;
    }
    const variables = new Map<string, VariableValue>();
    if (this.#document.isMapping(value)) {
      for (const entry of this.#document.entries(value)) {
        this.#warnOfRepetition(entry.source, entry.line, entry.repeated);
        if (entry.source === '') this.#noName(entry.line);
        else variables.set(entry.source, this.#document.value(entry.value));
      }
    } else if (!this.#document.isEmpty(value)) {
      this.#builder.problem(line, 'error', `the variables of ${printable(pattern)} are not a mapping`);
    }
    this.#builder.addHosts(parsed.hosts, group, variables, line, parsed.port);
  }

  #checkName(key: string | undefined, source: string, line: number): key is string {
    if (key === undefined) {
      this.#builder.problem(
        line,
        'error',
        `the name ${printable(source)} is no text for YAML`,
        `write it in quotes: "${source}"`,
      );
      return false;
    }
    if (key !== '' && key.length <= LONGEST_NAME && !hasControlCharacters(key)) return true;
    this.#builder.problem(
      line,
      'error',
      `${printable(key)} can not be a name: it is empty, has more than ${LONGEST_NAME} characters, or holds control characters`,
    );
    return false;
  }

  #noName(line: number): void {
    this.#builder.problem(line, 'error', 'the name of a variable is expected');
  }

  #warnOfRepetition(source: string, line: number, repeated: boolean): void {
    if (repeated)
      this.#builder.problem(line, 'warning', `${printable(source)} stands here more than once; the last one counts`);
  }
}

const UNKNOWN_KEY_HINT = 'a group has "hosts", "children" and "vars"';
