import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** In memory where there is any: thousands of files, and of fsync. */
export const SCRATCH = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
