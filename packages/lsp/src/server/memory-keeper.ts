import v8 from 'node:v8';
import vm from 'node:vm';

/** So much, in bytes, the heap has to be larger than what was used of it when memory was last given back. */
const WORTH_IT = 24 * 1024 * 1024;

/** So much it has to be larger in a short pause: who goes on typing would wait. */
const TOO_MUCH = 128 * 1024 * 1024;

/** Where it is larger by less than this, memory is not given back again for so long, in milliseconds. */
const MUCH = 48 * 1024 * 1024;
const PAUSE = 2_000;

/**
 * Makes a function that gives memory back which is not used any more, if there is much of it; it takes some 10 ms, so it is called when nobody
 * waits.
 *
 * V8 would put 250 MB on the heap before it looks for the first time what of that is still used. Having looked once, it goes by what it found.
 */
export function memoryKeeper(): (isShort: boolean) => void {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as (how: { readonly type: string; readonly execution: string; readonly flavor: string }) => void;
  v8.setFlagsFromString('--no-expose-gc');
  let used = 0;
  let last = -PAUSE;
  return (isShort) => {
    const more = v8.getHeapStatistics().total_heap_size - used;
    if (more < (isShort ? TOO_MUCH : WORTH_IT) || (more < MUCH && performance.now() - last < PAUSE)) return;
    // The last resort also gives back the room for what is new, which has grown by then.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    used = v8.getHeapStatistics().used_heap_size;
    last = performance.now();
  };
}
