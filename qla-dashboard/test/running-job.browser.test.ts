import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import type { Quote } from '@heavens/schemas'
import { type Misdeeds, browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { slowdown } from './slowdown.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()
const none = sayIfNoBrowser(executable)
const DATA = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const BURST = path.join(DATA, 'fermi-gbm/GRB190530A')
const noData = !existsSync(BURST)
if (noData) console.warn('A running job of 10⁷ events is SKIPPED: no data. Set HEAVENS_DATA.')

/** So many copies of the burst's 2.28 million events, one behind the other. */
const COPIES = 5
/** From copy to copy [s]: the files are 614 s long. */
const STEP = 620
const TRIES = 3

/** The same events later: times in these files count from TZERO, so that its cards and those of the header are all that changes. */
function later(bytes: Uint8Array, seconds: number): Buffer {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  return Buffer.from(text.replace(/((?:TSTART|TSTOP|TRIGTIME|TZERO\d) *= +)(\d{9}\.\d+)/g, (_, card: string, value: string) => `${card}${(Number(value) + seconds).toFixed(value.split('.')[1]!.length)}`), 'latin1')
}

describe.skipIf(none || noData)('a job of ten million events', () => {
  let system: System
  let browser: Browser
  let page: Page
  let misdeeds: Misdeeds
  const folder = mkdtempSync(path.join(tmpdir(), 'heavens-copies-'))

  beforeAll(async () => {
    const files = readdirSync(BURST).filter((n) => n.includes('tte'))
    const copies = Array.from({ length: COPIES }, (_, k) => files.map((name) => {
      const file = path.join(folder, name.replace('.gz', '').replace('v00', `v0${k}`))
      writeFileSync(file, later(gunzipSync(readFileSync(path.join(BURST, name))), k * STEP))
      return file
    })).flat()
    system = await startSystem(['--speed', 'max', '--replay', ...copies])
    for (let i = 0; i < 1000 && !system.output().includes('all files have been played'); i++) await new Promise((resolve) => setTimeout(resolve, 200))
    browser = await launch(executable!)
    ;({ page, misdeeds } = await openPage(browser, `${system.url}#drawer=request`))
    const form = page.locator('request-form')
    await form.locator('#start').fill('2019-05-30T10:16:00')
    await form.locator('#stop').fill('2019-05-30T11:10:00')
    await form.getByLabel('these').check()
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Send the request of the form with other bins, so that no answer is at hand. */
  async function submit(bin: string): Promise<number> {
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Request', exact: true }).click()
    const form = page.locator('request-form')
    // What was typed is still there.
    expect(await form.locator('#stop').inputValue()).toBe('2019-05-30T11:10:00')
    await form.locator('[data-field="lightCurve.bin"]').fill(bin)
    await form.locator('.quote').getByText(/events, .* of exposure/).first().waitFor({ timeout: 30_000 })
    const at = Date.now()
    await form.locator('#submit').click()
    return at
  }

  it('is quoted as such', async () => {
    const answer = await fetch(`${system.url}api/v1/analyses/quote`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ time: { intervals: [['2019-05-30T10:16:00', '2019-05-30T11:10:00']] } }) })
    expect((await answer.json() as Quote).instruments[0]!.events).toBeGreaterThan(1e7)
  })

  it('shows its steps and a first product within a second, while it runs', async () => {
    const seconds: number[] = []
    const slow = slowdown()
    for (let i = 0; i < TRIES; i++) {
      const at = await submit(String(0.05 + i / 100))
      const newest = page.locator('jobs-panel article').first()
      await newest.locator('[data-products]').waitFor({ timeout: 60_000 })
      seconds.push((Date.now() - at) / 1000)
      expect(await newest.locator('header').innerText()).toMatch(/running/)
      expect(await newest.locator('.step').count()).toBeGreaterThan(2)
      await newest.locator('[data-products]').click()
      await page.locator('product-viewer .viewer figure-view .uplot, product-viewer .viewer canvas').first().waitFor({ timeout: 30_000 })
      await page.keyboard.press('j')
      await newest.locator('.COMPLETED').waitFor({ timeout: 120_000 })
    }
    console.log(`first product after ${seconds.map((s) => s.toFixed(2)).join(', ')} s on a machine ${slow.toFixed(1)} times slower than a free one`)
    expect(Math.min(...seconds) / slow).toBeLessThan(1)
  })

  it('is cancelled within a second', async () => {
    const seconds: number[] = []
    const slow = slowdown()
    for (let i = 0; i < TRIES; i++) {
      await submit(String(0.11 + i / 100))
      const newest = page.locator('jobs-panel article').first()
      await newest.locator('.step.running').first().waitFor({ timeout: 30_000 })
      const at = Date.now()
      await newest.locator('[data-cancel]').click()
      await newest.locator('.ABORTED').waitFor({ timeout: 30_000 })
      seconds.push((Date.now() - at) / 1000)
    }
    console.log(`cancelled after ${seconds.map((s) => s.toFixed(2)).join(', ')} s on a machine ${slow.toFixed(1)} times slower than a free one`)
    expect(Math.min(...seconds) / slow).toBeLessThan(1)
  })

  it('did nothing it must not do', () => {
    expect(misdeeds).toEqual({ errors: [], strangers: [] })
  })
})
