import { join } from 'node:path';

/** For tests that start the program from its source: without it each start compiles all of it again. */
export const withCompileCache: NodeJS.ProcessEnv = {
  ...process.env,
  NODE_COMPILE_CACHE: join(import.meta.dirname, '../../node_modules/.cache/node-compile'),
};
