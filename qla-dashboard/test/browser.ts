import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The browser's path: HEAVENS_CHROMIUM, or what the service beside the repository prints; undefined where there is none. */
export function browserPath(): string | undefined {
  const named = process.env['HEAVENS_CHROMIUM']
  if (named) return existsSync(named) ? named : undefined
  const service = path.join(ROOT, '../shared/services/chromium')
  if (!existsSync(service)) return undefined
  try {
    return execFileSync(service, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').at(-1)
  } catch {
    // The service could not bring a browser: the tests say that they are skipped.
    return undefined
  }
}

/** Says why browser tests are skipped, once for each file. */
export function sayIfNoBrowser(found: string | undefined): boolean {
  if (found === undefined) console.warn('Browser tests are SKIPPED: no chromium. Set HEAVENS_CHROMIUM to its path.')
  return found === undefined
}

export const launch = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })

/** What a page did that it must not do: errors on the console, and requests to another host. */
export interface Misdeeds {
  errors: string[]
  strangers: string[]
}

/** A page whose misdeeds are written down. */
export async function openPage(browser: Browser, url: string, options: { width?: number; height?: number; theme?: 'dark' | 'light'; reducedMotion?: boolean } = {}): Promise<{ page: Page; misdeeds: Misdeeds }> {
  const page = await browser.newPage({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 }, colorScheme: options.theme ?? 'dark', acceptDownloads: true,
    ...(options.reducedMotion ? { reducedMotion: 'reduce' as const } : {}),
  })
  const misdeeds: Misdeeds = { errors: [], strangers: [] }
  const own = new URL(url).host
  page.on('console', (message) => { if (message.type() === 'error') misdeeds.errors.push(message.text()) })
  page.on('pageerror', (error) => misdeeds.errors.push(String(error)))
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http') && host !== own) misdeeds.strangers.push(request.url())
  })
  page.on('websocket', (socket) => { if (new URL(socket.url()).host !== own) misdeeds.strangers.push(socket.url()) })
  await page.goto(url)
  return { page, misdeeds }
}
