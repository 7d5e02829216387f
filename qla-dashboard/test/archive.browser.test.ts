import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { type Misdeeds, browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()
const none = sayIfNoBrowser(executable)
const DATA = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
/** Nine years apart: one file of a burst, and a day of photons. */
const FILES = ['fermi-gbm/GRB180120A/glg_tte_n9_bn180120207_v00.fit.gz', 'fermi-lat/gammalib_p8v3/ft1.fits.gz'].map((name) => path.join(DATA, name))
const noData = !FILES.every((file) => existsSync(file))
if (noData) console.warn('The page over past missions is SKIPPED: no data. Set HEAVENS_DATA.')

describe.skipIf(none || noData)('the page over past missions', () => {
  let system: System
  let browser: Browser
  let page: Page
  let misdeeds: Misdeeds

  beforeAll(async () => {
    system = await startSystem(['--speed', 'max', '--replay', ...FILES])
    for (let i = 0; i < 600 && !system.output().includes('all files have been played'); i++) await new Promise((resolve) => setTimeout(resolve, 200))
    browser = await launch(executable!)
    ;({ page, misdeeds } = await openPage(browser, system.url))
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
  })

  it('says of a curve that has nothing at the time shown when it has, and goes there', async () => {
    const there = page.locator('curves-panel .elsewhere')
    await there.waitFor({ timeout: 30_000 })
    expect(await there.innerText()).toMatch(/◀ data from 2008-08-04 15:\d\d to 2008-08-0\d \d\d:\d\d UTC/)
    await page.getByRole('button', { name: 'Show the data of LAT' }).click()
    await page.locator('curves-panel .elsewhere').getByText('2018-01-20').waitFor({ timeout: 10_000 })
    expect(await there.innerText()).toMatch(/data from 2018-01-20 04:\d\d to 2018-01-20 05:\d\d UTC ▶/)
    expect(misdeeds).toEqual({ errors: [], strangers: [] })
  })
})
