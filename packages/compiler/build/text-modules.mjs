/**
 * For `node --import`: lets plain Node run the sources as the bundle does, with `.md`, `.py` and `.sh` files as text.
 * Needs Node 24, which runs TypeScript by itself.
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
globalThis.BELAY_VERSION = version;

registerHooks({
  load(url, context, nextLoad) {
    if (!/\.(?:md|py|sh)$/.test(url)) return nextLoad(url, context);
    const text = readFileSync(fileURLToPath(url), 'utf8');
    return { format: 'module', source: `export default ${JSON.stringify(text)};`, shortCircuit: true };
  },
});
