/** `npm run -s belay -- ARGS`: the `belay` command of this checkout, run in the folder where npm was called. */
import { createRequire } from 'node:module';
import process from 'node:process';
import { bootstrap } from './bootstrap.mjs';
import { bundleFile, ensureBundle } from './bundle.mjs';

bootstrap();
ensureBundle();
// npm starts scripts in the checkout's top folder and tells in INIT_CWD where its caller was.
if (process.env.npm_lifecycle_event === 'belay' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
process.argv[1] = bundleFile;
createRequire(import.meta.url)(bundleFile);
