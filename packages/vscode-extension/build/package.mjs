/**
 * Packs the extension into `dist/belay.vsix`, from what `bundle.mjs` built. The same sources give the same bytes.
 *
 * The packer, vsce, is installed with the workbench of the tests, in test/vscode-host: it is large, and nothing else needs it.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const root = path.join(packageFolder, '..', '..');
const packer = path.join(root, 'test', 'vscode-host', 'node_modules', '@vscode', 'vsce', 'vsce');

/** Where the package is written, if nobody says otherwise. */
const vsixFile = path.join(packageFolder, 'dist', 'belay.vsix');

/** What is packed as it is, from the package's folder. */
const FILES = [
  'README.md', 'language-configuration.json', 'syntaxes', 'snippets', 'icons/belay.png', 'icons/belay-file-light.svg', 'icons/belay-file-dark.svg', 'dist/extension.cjs',
  'dist/language-client.cjs', 'dist/belay.cjs', 'dist/belay-lsp.cjs',
];

/**
 * Writes the package.
 *
 * @param to its file
 * @param without what is left out of it, for the tests' control
 * @returns its size in bytes
 * @throws Error if the packer refuses, with what it said
 */
function packExtension(to, without) {
  const staging = mkdtempSync(path.join(packageFolder, 'dist', 'vsix-'));
  for (const file of FILES.filter((one) => !without.includes(one))) {
    mkdirSync(path.dirname(path.join(staging, file)), { recursive: true });
    cpSync(path.join(packageFolder, file), path.join(staging, file), { recursive: true });
  }
  copyFileSync(path.join(root, 'LICENSE'), path.join(staging, 'LICENSE.txt'));
  writeFileSync(path.join(staging, 'package.json'), `${JSON.stringify(packedManifest(), undefined, 2)}\n`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [packer, 'package', '--no-dependencies', '--allow-missing-repository', '--out', to], {
    cwd: staging, encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: '1767225600' },
  });
  rmSync(staging, { recursive: true, force: true });
  if (status !== 0) throw new Error(`vsce ended with ${status}:\n${stdout}${stderr}`);
  return statSync(to).size;
}

/** The manifest without what only building needs, and with a setting for each rule that warns. */
function packedManifest() {
  const { devDependencies: _, private: __, ...manifest } = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));
  manifest.contributes.configuration.properties['belay.rules'].properties = ruleSettings();
  return manifest;
}

/** What can be set for the rules whose findings are no errors, by their names, as a JSON Schema; the command that is packed lists them. */
function ruleSettings() {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(packageFolder, 'dist', 'belay.cjs'), 'explain', '--format', 'json'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`belay explain ended with ${status}: ${stderr}`);
  const softer = JSON.parse(stdout).filter(({ level }) => level !== 'error');
  return Object.fromEntries(softer.map(({ code, name, level, summary }) => [
    name, { markdownDescription: `${code}: ${summary}`, enum: ['error', 'warning', 'note', 'off'], default: level },
  ]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: vsixFile }, without: { type: 'string', multiple: true, default: [] } } });
  const size = packExtension(path.resolve(values.out), values.without);
  process.stdout.write(`${values.out}: ${(size / 1024).toFixed(0)} KiB\n`);
}
