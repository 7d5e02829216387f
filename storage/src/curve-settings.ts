import { z } from 'zod'
import { HeavensError } from '@heavens/schemas'

/** Where the light curves are, as the environment says. */
export type CurveSettings = { kind: 'embedded' }

/** The variables of the curve store; a variable that is set to nothing counts as not set. */
export const CURVE_VARIABLES = z.object({
  HEAVENS_CURVES: z.enum(['embedded'], 'it must be embedded').default('embedded'),
})

/** Read HEAVENS_CURVES and what belongs to it. Throws bad-setting with the name of the variable that is wrong; never repeats a secret. */
export function readCurveSettings(environment: Readonly<Record<string, string | undefined>>): CurveSettings {
  const parsed = CURVE_VARIABLES.safeParse({ HEAVENS_CURVES: environment['HEAVENS_CURVES'] || undefined })
  if (!parsed.success) throw new HeavensError('bad-setting', { name: String(parsed.error.issues[0]!.path[0]), reason: parsed.error.issues[0]!.message })
  return { kind: parsed.data.HEAVENS_CURVES }
}
