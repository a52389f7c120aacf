import { defineConfig } from 'vitest/config';

/** A real node: one test at a time, as root, against dist/. */
export default defineConfig({
  test: {
    include: ['test/lab/**/*.lab.ts'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 1_800_000,
    passWithNoTests: false,
  },
});
