/** Runs something after the messages that wait already. Browsers have no `setImmediate`. */
export function later(run: () => void): () => void {
  if (typeof setImmediate === 'function') {
    const handle = setImmediate(run);
    return () => clearImmediate(handle);
  }
  const handle = setTimeout(run, 0);
  return () => clearTimeout(handle);
}
