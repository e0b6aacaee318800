import { readIni } from './ini-inventory.ts';
import type { Inventory } from './inventory.ts';
import { InventoryBuilder } from './inventory-builder.ts';

/** Larger files are refused: 10,000 hosts with ten variables each fit twice. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/**
 * Reads an Ansible inventory, INI or YAML, as Ansible does: by the extension (`.yml`, `.yaml`, `.json` are YAML, others
 * INI), and where there is none, by trying.
 *
 * What Ansible would refuse as a whole is a problem with its line here, and the rest is read. Neither programs (dynamic inventories)
 * nor plugins run. Never throws.
 *
 * @param path the file name; only its extension counts.
 */
export async function parseInventory(path: string, text: string): Promise<Inventory> {
  const builder = new InventoryBuilder();
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (content.length > MOST_CHARACTERS) {
    builder.problem(1, 'error', `the inventory has ${content.length} characters; ${MOST_CHARACTERS} are the most`);
    return builder.finish();
  }
  const name = path.slice(path.lastIndexOf('/') + 1);
  const extension = /[^.](\.[^.]*)$/.exec(name)?.[1] ?? '';
  if (/^\.(?:ya?ml|json)$/.test(extension)) {
    const { readYaml } = await import('./yaml-inventory.ts');
    await readYaml(content, builder);
    return builder.finish();
  }
  if (extension === '' && mayBeYaml(content)) {
    const { readYaml } = await import('./yaml-inventory.ts');
    const attempt = new InventoryBuilder();
    if (await readYaml(content, attempt, { onlyIfMapping: true })) return attempt.finish();
  }
  readIni(content, builder);
  return builder.finish();
}

/** Whether the first line that is neither empty nor a comment could start a YAML mapping. */
function mayBeYaml(text: string): boolean {
  const first = /^[ \t]*[^\s#].*$/m.exec(text)?.[0] ?? '';
  return /^\s*(?:---|%|\{|\?|[^[].*:(?:\s|$))/.test(first);
}
