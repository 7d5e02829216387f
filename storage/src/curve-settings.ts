import { z } from 'zod'
import { HeavensError } from '@heavens/schemas'

/** Where the light curves are, as the environment says. */
export type CurveSettings = { kind: 'embedded' } | { kind: 'influxdb'; url: string; token: string; org: string; bucket: string; spoolBytes?: number }

const text = z.string().min(1)

/** The variables of the curve store; a variable that is set to nothing counts as not set. */
export const CURVE_VARIABLES = z.object({
  HEAVENS_CURVES: z.enum(['embedded', 'influxdb'], 'it must be embedded or influxdb').default('embedded'),
  HEAVENS_INFLUX_URL: z.url({ protocol: /^https?$/, error: 'it is not an address that begins with http:// or https://' }).optional(),
  HEAVENS_INFLUX_TOKEN: text.optional(),
  HEAVENS_INFLUX_ORG: text.optional(),
  HEAVENS_INFLUX_BUCKET: text.optional(),
  HEAVENS_INFLUX_SPOOL_BYTES: z.string().regex(/^[0-9]+$/, 'it is not a whole number').transform(Number).pipe(z.number().min(1e6, 'it must be 1000000 at least')).optional(),
})

/** Read HEAVENS_CURVES and HEAVENS_INFLUX_*. Throws bad-setting with the name of the variable that is wrong; never repeats a secret. */
export function readCurveSettings(environment: Readonly<Record<string, string | undefined>>): CurveSettings {
  const given = Object.fromEntries(Object.keys(CURVE_VARIABLES.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])))
  const parsed = CURVE_VARIABLES.safeParse(given)
  if (!parsed.success) throw new HeavensError('bad-setting', { name: String(parsed.error.issues[0]!.path[0]), reason: parsed.error.issues[0]!.message })
  const set = parsed.data
  if (set.HEAVENS_CURVES === 'embedded') return { kind: 'embedded' }
  const needed = (name: 'HEAVENS_INFLUX_URL' | 'HEAVENS_INFLUX_TOKEN' | 'HEAVENS_INFLUX_ORG' | 'HEAVENS_INFLUX_BUCKET'): string => {
    const value = set[name]
    if (!value) throw new HeavensError('bad-setting', { name, reason: 'HEAVENS_CURVES is influxdb, so it must be set' })
    return value
  }
  return {
    kind: 'influxdb', url: needed('HEAVENS_INFLUX_URL'), token: needed('HEAVENS_INFLUX_TOKEN'), org: needed('HEAVENS_INFLUX_ORG'), bucket: needed('HEAVENS_INFLUX_BUCKET'),
    ...(set.HEAVENS_INFLUX_SPOOL_BYTES === undefined ? {} : { spoolBytes: set.HEAVENS_INFLUX_SPOOL_BYTES }),
  }
}
