import type { RoleStatus } from '@heavens/schemas'
import { openConfiguredStores } from '../configured-stores.js'
import { EXIT } from '../exit.js'
import { roleStatus } from '../roles/presence.js'
import { sayWaiting } from '../roles/say-waiting.js'

export interface StatusOptions {
  data?: string
  json: boolean
}

/** `heavens status`: every role that has been there, and how it is. Exit code 1 where none is alive. */
export async function status(options: StatusOptions): Promise<number> {
  const stores = await openConfiguredStores('status', options.data)
  try {
    const roles = await roleStatus(stores.log)
    if (options.json) console.log(JSON.stringify(roles))
    else print(roles)
    return roles.some((role) => role.alive) ? EXIT.ok : EXIT.failed
  } finally {
    await stores.close()
  }
}

function print(roles: readonly RoleStatus[]): void {
  if (roles.length === 0) return console.log('No role has been there yet: start heavens ingest, process, work and api.')
  const rows = roles.map((role) => [
    role.role, role.id, role.version, role.alive ? role.state : role.state === 'stopped' ? 'stopped' : 'gone', String(role.lag), role.progress?.slice(11, 19) ?? '–', `${role.age.toFixed(1)} s ago`, role.reason ?? (role.alive && role.curves ? sayWaiting(role.curves) : undefined) ?? role.url ?? role.detail ?? '',
  ])
  const head = ['ROLE', 'ID', 'VERSION', 'STATE', 'LAG', 'PROGRESS', 'HEARD', '']
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)))
  for (const row of [head, ...rows]) console.log(row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ').trimEnd())
}
