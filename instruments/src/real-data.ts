import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

const FOLDER = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/** Real files for tests: paths below the data folder that are present. Says aloud where they are absent, so that a skipped test is not taken for a passed one. */
export function realData(...paths: string[]): { present: boolean; bytes(path: string): Uint8Array } {
  const absent = paths.filter(path => !existsSync(`${FOLDER}/${path}`))
  if (absent.length > 0) console.warn(`Skipped: no real data at ${FOLDER} (HEAVENS_DATA) for ${absent.join(', ')}`)
  return {
    present: absent.length === 0,
    bytes: path => {
      const bytes = readFileSync(`${FOLDER}/${path}`)
      return path.endsWith('.gz') ? new Uint8Array(gunzipSync(bytes)) : new Uint8Array(bytes)
    },
  }
}

/** Every file below the data folder as a path relative to it; none where the folder is absent. */
export function allRealData(): string[] {
  return existsSync(FOLDER) ? readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter(path => /\.(fits?|lc|pha|rsp2?|evt|hk|orb)(\.gz)?$/.test(path)).sort() : []
}
