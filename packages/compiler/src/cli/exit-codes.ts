/** Nothing to complain about. */
export const FINE = 0;

/** The input has findings. */
export const FINDINGS = 1;

/** The command was misused, a file can not be read or written, or Belay itself failed. */
export const FAILURE = 2;
