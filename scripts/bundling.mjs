/** What the bundles of the packages have in common. */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/**
 * Replaces a file in one step, so that a reader never sees half of it.
 *
 * @param {string} file
 * @param {string | Uint8Array} content
 */
export function writeWhole(file, content, mode = 0o644) {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  writeFileSync(temporary, content);
  chmodSync(temporary, mode);
  renameSync(temporary, file);
}

/**
 * Vitest's global setup that bundles once for all tests. Where it can't be done, tests of anything else run all the same.
 *
 * @param {() => Promise<void>} bundle
 */
export function setupOf(bundle) {
  return async () => {
    try {
      await bundle();
    } catch (error) {
      if (!isBuildFailure(error)) throw error;
      process.env.BELAY_BUNDLE_FAILED = '1';
    }
  };
}

/**
 * Bundles if a module is what Node was called with; exit code 1 if it fails.
 *
 * @param {string} module its URL
 * @param {() => Promise<void>} bundle
 */
export async function bundleIfCalled(module, bundle) {
  if (process.argv[1] !== fileURLToPath(module)) return;
  try {
    await bundle();
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    process.exitCode = 1;
  }
}

/** esbuild has printed it already. */
const isBuildFailure = (error) => Array.isArray(error.errors);
