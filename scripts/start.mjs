/** `npm start`: from a fresh checkout to a finished run of an example. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { bootstrap, root, runTool } from './bootstrap.mjs';
import { bundleFile, ensureBundle } from './bundle.mjs';

bootstrap();
ensureBundle();
const demo = path.join(root, 'scripts', 'demo.sh');
if (existsSync(demo)) {
  process.exitCode = runTool('bash', [demo]);
} else {
  process.stdout.write(`The belay command is built: ${bundleFile}\nTry: npm run -s belay -- --help\n`);
}
