/**
 * The first lines of the bundle. They run the program, a text, with V8's code cache: compiling is half of what a check costs, and with the
 * cache V8 takes over what earlier runs compiled.
 *
 * The cache is code, so it is not read where anybody else could have written it. Without a cache everything works as well.
 */
/* global PROGRAM, PROGRAM_HASH */
const fs = require('node:fs');
const { Script } = require('node:vm');

/** So many runs of a command add to its cache: what one plan needs, another may not need. */
const ADDING_RUNS = 3;
/** The newest files stay. There is one for each build of Belay, version of V8, and command; each has about two megabytes. */
const MOST_FILES = 16;

const me = process.geteuid?.();
const { XDG_CACHE_HOME: cacheHome, HOME: home } = process.env;
const parent = cacheHome || home;
const folders = cacheHome ? [`${cacheHome}/belay`] : [`${home}/.cache`, `${home}/.cache/belay`];
const folder = folders.at(-1);
const command = /^[a-z][a-z-]{0,19}$/.exec(process.argv[2] ?? '')?.[0] ?? '';
const file = `${folder}/${PROGRAM_HASH}-${process.versions.v8}-${process.arch}-${command}`;

/** Whether something belongs to the caller, and nobody else can write to it. */
function isSafe({ uid, mode }) {
  return uid === me && (mode & 0o022) === 0;
}

/** Whether the folder of the caches can be used, or may be made. */
function canCache() {
  if (me === undefined || !parent?.startsWith('/')) return false;
  try {
    const stats = fs.lstatSync(folder, { throwIfNoEntry: false });
    return stats === undefined ? fs.statSync(parent).uid === me : stats.isDirectory() && isSafe(stats);
  } catch {
    return false;
  }
}

/** A file holds the cache twice, since V8 crashes on a damaged one, and then the number of runs that it was made by. */
function readCache() {
  let handle;
  try {
    handle = fs.openSync(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
    const stats = fs.fstatSync(handle);
    if (!stats.isFile() || !isSafe(stats)) return undefined;
    const bytes = fs.readFileSync(handle);
    const size = bytes.length >> 1;
    const data = bytes.subarray(0, size);
    return data.equals(bytes.subarray(size, 2 * size)) ? { data, runs: bytes.at(-1) } : undefined;
  } catch {
    return undefined;
  } finally {
    if (handle !== undefined) fs.closeSync(handle);
  }
}

function writeCache(script, runs) {
  // One by one: Node's recursive way never ends where a folder can't be made, as in /proc.
  for (const path of folders) if (!fs.existsSync(path)) fs.mkdirSync(path, 0o700);
  fs.accessSync(folder, fs.constants.W_OK);
  const data = script.createCachedData();
  const temporary = `${file}.${process.pid}`;
  try {
    fs.writeFileSync(temporary, Buffer.concat([data, data, Buffer.of(runs)]), { mode: 0o600, flag: 'wx' });
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
  const files = fs.readdirSync(folder).map((name) => ({ path: `${folder}/${name}`, time: fs.statSync(`${folder}/${name}`).mtimeMs }));
  for (const { path } of files.sort((a, b) => b.time - a.time).slice(MOST_FILES)) fs.rmSync(path);
}

const useCache = canCache();
const cache = useCache ? readCache() : undefined;
const script = new Script(PROGRAM, { filename: __filename, cachedData: cache?.data });
const runs = cache === undefined || script.cachedDataRejected ? 0 : cache.runs;
if (useCache && runs < ADDING_RUNS) {
  process.on('exit', (code) => {
    // After wrong usage, or where no file could be read, little has been compiled.
    if (code === 2) return;
    try {
      writeCache(script, runs + 1);
    } catch {
      // Nobody asked for a cache.
    }
  });
}
script.runInThisContext()(exports, require, module, __filename, __dirname);
