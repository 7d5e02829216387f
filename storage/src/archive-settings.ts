import { z } from 'zod'
import { HeavensError } from '@heavens/schemas'
import type { S3Settings } from './s3/object-store.js'

/** Where the event archive and the products are, as the environment says. */
export type ArchiveSettings = { kind: 'files' } | ({ kind: 's3' } & S3Settings)

const text = z.string().min(1)

/** The variables of the archive and the product store; a variable that is set to nothing counts as not set. */
export const ARCHIVE_VARIABLES = z.object({
  HEAVENS_ARCHIVE: z.enum(['files', 's3'], 'it must be files or s3').default('files'),
  HEAVENS_S3_ENDPOINT: z.url({ protocol: /^https?$/, error: 'it is not an address that begins with http:// or https://' }).optional(),
  HEAVENS_S3_REGION: text.default('us-east-1'),
  HEAVENS_S3_BUCKET: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'it is not the name of a bucket').optional(),
  HEAVENS_S3_ACCESS_KEY: text.optional(),
  HEAVENS_S3_SECRET_KEY: text.optional(),
})

/** Read HEAVENS_ARCHIVE and HEAVENS_S3_*. Throws bad-setting with the name of the variable that is wrong; never repeats a secret. */
export function readArchiveSettings(environment: Readonly<Record<string, string | undefined>>): ArchiveSettings {
  const given = Object.fromEntries(Object.keys(ARCHIVE_VARIABLES.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])))
  const parsed = ARCHIVE_VARIABLES.safeParse(given)
  if (!parsed.success) throw new HeavensError('bad-setting', { name: String(parsed.error.issues[0]!.path[0]), reason: parsed.error.issues[0]!.message })
  const set = parsed.data
  if (set.HEAVENS_ARCHIVE === 'files') return { kind: 'files' }
  const needed = (name: 'HEAVENS_S3_ENDPOINT' | 'HEAVENS_S3_BUCKET' | 'HEAVENS_S3_ACCESS_KEY' | 'HEAVENS_S3_SECRET_KEY'): string => {
    const value = set[name]
    if (!value) throw new HeavensError('bad-setting', { name, reason: 'HEAVENS_ARCHIVE is s3, so it must be set' })
    return value
  }
  return {
    kind: 's3', endpoint: needed('HEAVENS_S3_ENDPOINT'), region: set.HEAVENS_S3_REGION, bucket: needed('HEAVENS_S3_BUCKET'), accessKey: needed('HEAVENS_S3_ACCESS_KEY'), secretKey: needed('HEAVENS_S3_SECRET_KEY'),
  }
}
