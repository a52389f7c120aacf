import { defineConfig } from 'vitest/config';

/** A real node: one test at a time, as root, against dist/. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.lab.ts'],
    fileParallelism: false,
    pool: 'forks',
    setupFiles: ['test/lab/clean-node.ts'],
    testTimeout: 600_000,
    hookTimeout: 1_800_000,
    passWithNoTests: false,
    // A real node under a real kubelet has bad moments of its own; a fault that is missed twice is missed.
    retry: 1,
  },
});
