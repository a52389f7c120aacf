import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

// On two CPUs vitest takes one worker; most tests wait for files and processes. Three took 61 s there, four 10 s less, five no less than four.
const maxWorkers = Math.max(4, availableParallelism());

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/lab/**'],
    // Many tests start programs, and a fork copies the page tables: 1.4 ms from a small process, 48 ms from one that all threads share.
    pool: 'forks',
    maxWorkers,
    isolate: false,
    // For what hangs; at a load of 20 on two CPUs the slowest one took 19 s.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
