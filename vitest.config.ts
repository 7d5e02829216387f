import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('.', import.meta.url))

/** Our own packages are taken from their sources, so that a test never sees a stale build. */
export const sources = [
  { find: /^@heavens\/([^/]+)$/, replacement: `${root}$1/src/index.ts` },
  { find: /^@heavens\/([^/]+)\/((?!json\/).+)$/, replacement: `${root}$1/src/$2/index.ts` },
]

export default defineConfig({
  resolve: { alias: sources },
  test: {
    include: ['*/src/**/*.test.ts', '*/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.browser.test.ts', '**/*.services.test.ts', '**/*.faults.test.ts'],
    testTimeout: 30_000,
    pool: 'forks',
  },
})
