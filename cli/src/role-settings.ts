import { z } from 'zod'
import { HeavensError } from '@heavens/schemas'

const whole = (low: number, high: number): z.ZodType<number, string> =>
  z.string().regex(/^[0-9]+$/, 'it is not a whole number').transform(Number).pipe(z.number().min(low, `it must be ${low} at least`).max(high, `it must be ${high} at most`))

/** The variables of a role's process; a variable that is set to nothing counts as not set. */
export const ROLE_VARIABLES = z.object({
  HEAVENS_DATA_DIR: z.string().default('heavens-data'),
  HEAVENS_ROLE_ID: z.string().regex(/^[A-Za-z0-9._-]{1,60}$/, 'letters, digits, dot, hyphen and underline only').default('1'),
  HEAVENS_HOST: z.string().default('127.0.0.1'),
  HEAVENS_PORT: whole(0, 65_535).default(8700),
  HEAVENS_HEALTH_HOST: z.string().default('127.0.0.1'),
  HEAVENS_HEALTH_PORT: whole(0, 65_535).optional(),
  HEAVENS_STALLED_SECONDS: whole(1, 86_400).default(30),
  HEAVENS_WORK_THREADS: whole(1, 64).default(1),
  HEAVENS_SESAME_URL: z.string().max(500).refine((text) => URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol), 'it is not an address that begins with http:// or https://')
    .refine((text) => !URL.canParse(text) || (new URL(text).search === '' && new URL(text).hash === '' && new URL(text).username === '' && new URL(text).password === ''), 'it must end before the options, such as …/cgi-bin/nph-sesame, and hold no user').optional(),
  HEAVENS_MOST_EVENTS: whole(1, 10_000_000_000).optional(),
  HEAVENS_MOST_BINS: whole(1, 100_000_000).optional(),
  HEAVENS_MOST_INTERVALS: whole(1, 100_000).optional(),
  HEAVENS_MOST_FIT_SECONDS: whole(1, 86_400).optional(),
  HEAVENS_MOST_WAITING: whole(1, 1_000_000).optional(),
  HEAVENS_SYNC_SECONDS: whole(1, 3600).default(120),
  HEAVENS_KEEP_DAYS: whole(1, 36_500).optional(),
  HEAVENS_TRIM_MINUTES: z.string().regex(/^[0-9]+(\.[0-9]+)?$/, 'it is not a number of minutes').transform(Number).pipe(z.number().min(0.05, 'it must be 0.05 at least').max(525_600, 'it must be 525600 at most')).optional(),
  HEAVENS_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'it must be debug, info, warn or error').default('info'),
  HEAVENS_TOKEN: z.string().optional(),
})

export type RoleSettings = z.output<typeof ROLE_VARIABLES>

/** Read them. Throws bad-setting with the name of the variable that is wrong; never repeats a secret. */
export function readRoleSettings(environment: Readonly<Record<string, string | undefined>>): RoleSettings {
  const given = Object.fromEntries(Object.keys(ROLE_VARIABLES.shape).flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])))
  const parsed = ROLE_VARIABLES.safeParse(given)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new HeavensError('bad-setting', { name: String(issue.path[0]), reason: issue.message })
}
