import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/** The Node that the machine has by itself: the first in the PATH that none of our dependencies brought. */
const machineNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .find((file) => existsSync(file));

/** The executables of Node that the command is tried with: the one that runs this, and the machine's own. */
export const NODES: readonly string[] = [process.execPath, ...(machineNode === undefined ? [] : [machineNode])];
