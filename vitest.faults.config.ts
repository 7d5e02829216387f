import { defineConfig } from 'vitest/config'
import { sources } from './vitest.config.ts'

/** Processes killed, stopped and fed with bad input, against an oracle that counts everything again; one file after the other. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['*/test/**/*.faults.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    pool: 'forks',
  },
})
