import { z } from 'zod'
import { HeavensError } from '@heavens/schemas'

/** Where the event archive and the products are, as the environment says. */
export type ArchiveSettings = { kind: 'files' }

/** The variables of the archive and the product store; a variable that is set to nothing counts as not set. */
export const ARCHIVE_VARIABLES = z.object({
  HEAVENS_ARCHIVE: z.enum(['files'], 'it must be files').default('files'),
})

/** Read HEAVENS_ARCHIVE and what belongs to it. Throws bad-setting with the name of the variable that is wrong; never repeats a secret. */
export function readArchiveSettings(environment: Readonly<Record<string, string | undefined>>): ArchiveSettings {
  const parsed = ARCHIVE_VARIABLES.safeParse({ HEAVENS_ARCHIVE: environment['HEAVENS_ARCHIVE'] || undefined })
  if (!parsed.success) throw new HeavensError('bad-setting', { name: String(parsed.error.issues[0]!.path[0]), reason: parsed.error.issues[0]!.message })
  return { kind: parsed.data.HEAVENS_ARCHIVE }
}
