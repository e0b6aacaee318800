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
    why: 'A table of 65,536 numbers takes 4 ms to fill. They are computed as fast as they are looked up.',
    file: 'chevrotain/lib/src/scan/lexer.js',
    from: ': charCodeToOptimizedIdxMap[charCode];',
    to: ': 255 + ~~(charCode / 255);',
  },
  {
    why: 'The same.',
    file: 'chevrotain/lib/src/scan/lexer.js',
    from: '    tracer("initCharCodeToOptimizedIndexMap", () => {\n        initCharCodeToOptimizedIndexMap();\n    });\n',
    to: '',
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

/** An esbuild plugin that applies the patches. */
export const libraryPatches = {
  name: 'library-patches',
  setup(build) {
    const files = new Set();
    build.onStart(() => files.clear());
    build.onLoad({ filter: /[\\/]node_modules[\\/](?:commander|picocolors|chevrotain)[\\/].*\.js$/ }, ({ path }) => {
      const patches = PATCHES.filter(({ file }) => path.replaceAll('\\', '/').endsWith(`/node_modules/${file}`));
      if (patches.length === 0) return undefined;
      let contents = readFileSync(path, 'utf8');
      for (const { file, from, to } of patches) {
        files.add(file);
        if (contents.split(from).length !== 2) return { errors: [{ text: `"${from}" does not stand in ${path} once; see library-patches.mjs` }] };
        contents = contents.replace(from, () => to);
      }
      return { contents, loader: 'js' };
    });
    build.onEnd(() => {
      const missed = PATCHES.filter(({ file }) => !files.has(file)).map(({ file }) => ({ text: `${file} is not part of the bundle any more; see library-patches.mjs` }));
      return { errors: missed };
    });
  },
};

/**
 * An esbuild plugin that takes a module of Node as it is: for `import process from 'node:process'` esbuild makes a copy of the module with all its
 * properties, in each file that imports it.
 */
export const plainNodeModules = {
  name: 'plain-node-modules',
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/]cli[\\/][^\\/]+\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(/^import (\w+) from '(node:\w+)';$/gm, "const $1 = require('$2');"),
      loader: 'ts',
    }));
  },
};
