import { defineConfig } from 'vitest/config'
import { sources } from './vitest.config.js'

/** Tests that drive a real browser against the real system; they are skipped aloud where there is no browser. */
export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['*/test/**/*.browser.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // One browser and one system at a time: what is measured is the page, not the machine.
    fileParallelism: false,
  },
})
