import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = `${root}packages/compiler`;
const { version } = JSON.parse(readFileSync(`${compiler}/package.json`, 'utf8')) as { version: string };

/** Imports `.md`, `.py` and `.sh` files as text, as the bundle does. */
const textModules: Plugin = {
  name: 'belay-text-modules',
  enforce: 'pre',
  load: {
    filter: { id: /\.(?:md|py|sh)$/ },
    handler: (id) => `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`,
  },
};

export default defineConfig({
  root,
  plugins: [textModules],
  define: { BELAY_VERSION: JSON.stringify(version) },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: [`${compiler}/build/generate.mjs`, `${compiler}/build/bundle.mjs`, `${root}packages/lsp/build/bundle.mjs`],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Time limits are passed now and then on a busy machine. What is wrong is not tried again.
    retry: { count: 1, condition: /timed out in \d+ms|It did not come to this/ },
    // The machines of CI have two cores, and the end-to-end tests start many processes of their own.
    maxWorkers: 2,
  },
});
