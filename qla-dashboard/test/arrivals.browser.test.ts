import { existsSync, readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { type Misdeeds, browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()
const none = sayIfNoBrowser(executable)
const DATA = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const BURST = path.join(DATA, 'fermi-gbm/GRB190530A')
const noData = !existsSync(BURST)
if (noData) console.warn('The drop of a real file is SKIPPED: no data. Set HEAVENS_DATA.')

/** Drop files on the page as a person would. */
async function drop(page: Page, files: readonly { name: string; bytes: Uint8Array }[]): Promise<void> {
  const transfer = await page.evaluateHandle(() => new DataTransfer())
  // Bytes go over as text: our page may fetch no data: address.
  for (const { name, bytes } of files) {
    await transfer.evaluate((data, [file, text]) => {
      const raw = atob(text!)
      data.items.add(new File([Uint8Array.from(raw, (c) => c.charCodeAt(0))], file!))
    }, [name, Buffer.from(bytes).toString('base64')] as const)
  }
  await page.dispatchEvent('heavens-app', 'drop', { dataTransfer: transfer })
}

describe.skipIf(none)('what arrives, and what comes back', () => {
  let system: System
  let browser: Browser
  let page: Page
  let misdeeds: Misdeeds

  beforeAll(async () => {
    system = await startSystem(['--scenario', 'quiet'])
    browser = await launch(executable!)
    ;({ page, misdeeds } = await openPage(browser, system.url))
    await page.getByText('SIMULATED').first().waitFor({ timeout: 30_000 })
  })
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
  })

  it.skipIf(noData)('takes in real files that are dropped on it, and flags the burst in them', async () => {
    const files = readdirSync(BURST).filter((n) => /tte/.test(n)).map((name) => ({ name, bytes: readFileSync(path.join(BURST, name)) }))
    await drop(page, files)
    const notice = page.locator('.notice').filter({ hasText: 'taken in' })
    await notice.waitFor({ timeout: 120_000 })
    expect(await notice.innerText()).toMatch(/fermi-gbm.*2\.2\d M events/)
    await notice.getByRole('button', { name: 'Show' }).click()
    await page.locator('event-list [data-event]').first().waitFor({ timeout: 60_000 })
    await page.locator('event-list').getByText('2019-05-30').first().waitFor({ timeout: 60_000 })
    await page.locator('top-bar .simulated').waitFor({ state: 'detached', timeout: 10_000 })
    expect(misdeeds).toEqual({ errors: [], strangers: [] })
  })

  it('says why a file is refused', async () => {
    await drop(page, [{ name: 'notes.fits', bytes: new TextEncoder().encode('not a FITS file') }])
    const notice = page.locator('.notice.error').filter({ hasText: 'notes.fits' })
    await notice.waitFor({ timeout: 30_000 })
    expect(await notice.innerText()).toMatch(/\(fits-[a-z-]+\)/)
  })

  it('says that the server is away, comes back by itself, and goes on', async () => {
    await page.reload()
    await page.locator('sky-panel .scale, curves-panel .uplot').first().waitFor({ timeout: 60_000 })
    await page.keyboard.press('h')
    const restarted = system.restart(2500)
    await page.getByText(/disconnected for/).waitFor({ timeout: 20_000 })
    await restarted
    await page.locator('.notice').filter({ hasText: 'Connected again' }).waitFor({ timeout: 60_000 })
    await page.locator('top-bar').getByText('LIVE').waitFor({ timeout: 20_000 })
    await page.locator('health-panel').getByText('flowing').first().waitFor({ timeout: 30_000 })
    expect(await page.locator('main.stale').count()).toBe(0)
  })
})
