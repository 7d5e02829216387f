import { defineConfig } from 'vitest/config'
import { sources } from './vitest.config.ts'

/** Tests against real servers, one file after the other: faults of a broker must not meet other tests. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['*/test/**/*.services.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    fileParallelism: false,
    pool: 'forks',
  },
})
