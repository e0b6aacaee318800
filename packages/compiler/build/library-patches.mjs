/**
 * What libraries do when they are loaded, and a command that is over in some milliseconds has no use for.
 *
 * Each patch replaces a piece of a library's source on its way into the bundle. If the piece is not there once, the build ends: a new version
 * of the library has to be looked at.
 */
import { readFileSync } from 'node:fs';

const PATCHES = [
  {
    why: 'Commander starts programs for commands that are files of their own. Belay has none, and the module takes 4 ms to load.',
    file: 'commander/lib/command.js',
    from: "import childProcess from 'node:child_process';",
    to: 'const childProcess = undefined;',
  },
  {
    why: 'To ask whether standard output is a terminal takes 3 ms, since a stream is made for it. The command says itself whether to color.',
    file: 'picocolors/picocolors.js',
    from: '(p.stdout || {}).isTTY',
    to: 'false',
  },
  {
    why: 'V8 takes an object with fast properties for a prototype and lays it out anew after each change; recording the grammar makes 160 changes, in 3 ms.',
    file: 'chevrotain/lib/src/parse/parser/parser.js',
    from: 'toFastProperties(this);',
    to: '',
  },
  {
    why: 'The same: the properties are made fast after the recording.',
    file: 'chevrotain/lib/src/parse/parser/parser.js',
    from: 'this.disableRecording();',
    to: 'this.disableRecording();\n                    toFastProperties(this);',
  },
];

/**
 * For `import process from 'node:process'` esbuild makes a copy of the module with all its properties, in each file that imports it. The
 * module itself will do.
 */
function importWithoutCopy(source) {
  return source.replaceAll(/^import (\w+) from '(node:\w+)';$/gm, "const $1 = require('$2');");
}

/** An esbuild plugin that applies the patches, and takes modules of Node as they are. */
export const libraryPatches = {
  name: 'library-patches',
  setup(build) {
    const seen = new Set();
    build.onStart(() => seen.clear());
    build.onLoad({ filter: /[\\/](?:src[\\/]cli|node_modules[\\/](?:commander|picocolors|chevrotain))[\\/].*\.[jt]s$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const { file, from, to } of PATCHES.filter((patch) => path.replaceAll('\\', '/').endsWith(`/node_modules/${patch.file}`))) {
        if (contents.split(from).length !== 2) return { errors: [{ text: `"${from}" does not stand in ${path} once; see library-patches.mjs` }] };
        contents = contents.replace(from, () => to);
        seen.add(file);
      }
      return { contents: importWithoutCopy(contents), loader: path.endsWith('.ts') ? 'ts' : 'js' };
    });
    build.onEnd(() => ({
      errors: PATCHES.filter(({ file }) => !seen.has(file)).map(({ file }) => ({ text: `${file} is not part of the bundle any more; see library-patches.mjs` })),
    }));
  },
};
