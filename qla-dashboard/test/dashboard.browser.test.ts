import { readFileSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import type { Job } from '@heavens/schemas'
import { verifyChecksums } from '@heavens/science/fits'
import { type Misdeeds, browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { brightness, colourCount, decodePng, difference } from './picture.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()
const none = sayIfNoBrowser(executable)
const assets = new URL('../dist/assets/', import.meta.url)
const screenshot = new URL('../../docs/screenshot.png', import.meta.url)

/** Canvases of the whole page, through the shadow roots. */
const canvases = (page: Page): Promise<number> => page.locator('canvas').count()
const hasMap = (page: Page): Promise<void> => page.locator('sky-panel .scale').waitFor({ timeout: 60_000 })

describe.skipIf(none)('the dashboard in a browser', () => {
  let system: System
  let browser: Browser
  let page: Page
  let misdeeds: Misdeeds

  beforeAll(async () => {
    system = await startSystem()
    browser = await launch(executable!)
    ;({ page, misdeeds } = await openPage(browser, system.url))
  })
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
  })

  it('is there at once, with its name, its sky and its curves, and says that the telemetry is simulated', async () => {
    expect(await page.title()).toBe('HEAVENS Quick-Look')
    await page.getByText('SIMULATED').first().waitFor({ timeout: 30_000 })
    await hasMap(page)
    await page.locator('curves-panel .uplot').first().waitFor({ timeout: 30_000 })
    expect(await canvases(page)).toBeGreaterThanOrEqual(4)
  })

  it('is alive: two pictures of it differ, in the sky and in the curves', async () => {
    for (const panel of ['sky-panel', 'curves-panel']) {
      const before = decodePng(await page.locator(panel).screenshot())
      await page.waitForTimeout(2500)
      const after = decodePng(await page.locator(panel).screenshot())
      expect({ panel, changed: difference(before, after) > 0.0003 }).toEqual({ panel, changed: true })
    }
  })

  it('flags a burst within two minutes of its start', async () => {
    // Not one of the simulated history: one that came while the page was open, in several detectors.
    const burst = page.locator('event-list li', { hasText: 'GBM' }).first()
    await burst.waitFor({ timeout: 130_000 })
    const text = await burst.innerText()
    expect(text).toMatch(/burst/)
    expect(text).toMatch(/\d σ/)
    expect(text).toMatch(/simulated/)
  })

  it('stands in the README as a picture that is not blank', async () => {
    await page.waitForTimeout(12_000)
    await page.locator('event-list li', { hasText: 'GBM' }).locator('[data-event]').first().click()
    await page.getByRole('button', { name: '5 min' }).click()
    await page.keyboard.press('l')
    await page.mouse.move(720, 10)
    await page.evaluate(() => {
      let element = document.activeElement
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
      if (element instanceof HTMLElement) element.blur()
    })
    await page.waitForTimeout(2500)
    const png = await page.screenshot()
    const picture = decodePng(png)
    expect([picture.width, picture.height]).toEqual([1440, 900])
    expect(colourCount(picture)).toBeGreaterThan(200)
    expect(brightness(picture)).toBeLessThan(70)
    await mkdir(new URL('.', screenshot), { recursive: true })
    await writeFile(screenshot, png)
  })

  it('shows an event in words, and the curves around it', async () => {
    const selected = await page.locator('selected-panel dl').innerText()
    expect(selected).toMatch(/significance/)
    expect(await page.locator('selected-panel button.primary').innerText()).toBe('Analyse')
    await page.keyboard.press('l')
    await page.getByRole('button', { name: '● live' }).waitFor()
  })

  it('has two themes that differ, and remembers the one chosen', async () => {
    const dark = brightness(decodePng(await page.screenshot()))
    await page.keyboard.press('t')
    await page.waitForTimeout(800)
    const light = brightness(decodePng(await page.screenshot()))
    expect(light - dark).toBeGreaterThan(80)
    await page.reload()
    await hasMap(page)
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light')
    await page.keyboard.press('t')
  })

  it('leads from a click on the sky to FITS files', async () => {
    await page.keyboard.press('Escape')
    const stage = page.locator('sky-panel .stage')
    const box = (await stage.boundingBox())!
    await page.mouse.click(box.x + box.width * 0.44, box.y + box.height * 0.5)
    await page.locator('#analyse-here').click()
    const form = page.locator('request-form')
    await form.locator('#start').waitFor()
    expect(await form.locator('#start').inputValue()).toMatch(/^\d{4}-\d\d-\d\dT/)
    const named = await form.locator('#target-name').count()
    expect(await form.locator(named ? '#target-name' : '#ra').inputValue()).not.toBe('')
    await form.getByText(/of exposure/).first().waitFor({ timeout: 20_000 })
    await form.locator('#submit').click()
    await page.locator('jobs-panel [data-products]').first().waitFor({ timeout: 60_000 })
    await page.locator('jobs-panel .COMPLETED').first().waitFor({ timeout: 60_000 })
    const [job] = await (await fetch(`${system.url}api/v1/analyses`)).json() as Job[]
    await page.locator(`[data-products="${job!.id}"]`).click()
    await page.locator('product-viewer .viewer canvas').first().waitFor({ timeout: 30_000 })

    const links = page.locator('product-viewer a[download]')
    expect(await links.count()).toBeGreaterThan(job!.products.length)
    const fits = job!.products.find((p) => p.path.endsWith('.fits'))!
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: `Download ${fits.path}` }).click()])
    const bytes = await streamBytes(await download.createReadStream())
    expect(bytes.length).toBe(fits.bytes)
    expect(verifyChecksums(bytes, fits.path).every((v) => v.datasum === true && v.checksum === true)).toBe(true)
  })

  it('opens an image by a reader that was not written here', async () => {
    const button = page.locator('product-viewer [data-product$="image.fits"]')
    if (await button.count() === 0) return console.warn('no image among the products: its viewer is not tested')
    await button.first().click()
    await page.getByText(/read by fitsjs/).waitFor({ timeout: 20_000 })
    const { width, height } = (await page.locator('image-view canvas').boundingBox())!
    await page.locator('image-view canvas').hover({ position: { x: width / 2, y: height / 2 } })
    expect(await page.locator('image-view .read').innerText()).toMatch(/° [+−].*ICRS · pixel \d+, \d+ · /)
  })

  it('paints within a second', async () => {
    // The best of three, and not at first: hours of simulated history keep the machine busy when the system has just started.
    const times: number[] = []
    for (let i = 0; i < 3; i++) {
      await page.reload()
      await hasMap(page)
      times.push(await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity))
    }
    expect(Math.min(...times)).toBeLessThan(1000)
  })

  it('is light: at most 350 kB of JavaScript, compressed', () => {
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, assets))).length, 0)
    expect(scripts.length).toBeGreaterThan(3)
    expect(bytes).toBeLessThan(350_000)
  })

  it('did nothing it must not do', () => {
    expect(misdeeds.errors).toEqual([])
    expect(misdeeds.strangers).toEqual([])
  })

  it('can be used by keyboard alone, from an event to its products', async () => {
    const { page: second, misdeeds: own } = await openPage(browser, system.url, { width: 1024, height: 768, reducedMotion: true })
    await second.locator('event-list [data-event]').first().waitFor({ timeout: 60_000 })
    await second.keyboard.press('n')
    await second.locator('selected-panel h3').waitFor()
    await press(second, 'Tab', () => focusText(second), 'Analyse')
    await second.keyboard.press('Enter')
    await second.locator('request-form').getByText(/of exposure/).first().waitFor({ timeout: 20_000 })
    await press(second, 'Tab', () => focusText(second), 'Run the analysis')
    await second.keyboard.press('Enter')
    await second.locator('jobs-panel article.chosen .COMPLETED').waitFor({ timeout: 60_000 })
    await press(second, 'Tab', () => focusText(second), 'Products')
    await second.keyboard.press('Enter')
    await second.locator('product-viewer .viewer canvas').first().waitFor({ timeout: 30_000 })
    await second.keyboard.press('Escape')
    await second.keyboard.press('?')
    await second.getByRole('dialog').waitFor()
    await second.keyboard.press('Escape')
    await second.getByRole('dialog').waitFor({ state: 'hidden' })
    expect(own).toEqual({ errors: [], strangers: [] })
    await second.close()
  })

  it('fits a phone: events first, nothing wider than the screen', async () => {
    const { page: phone, misdeeds: own } = await openPage(browser, system.url, { width: 390, height: 844 })
    await hasMap(phone)
    const order = await phone.evaluate(() => {
      const root = document.querySelector('heavens-app')!.shadowRoot!
      const top = (name: string): number => root.querySelector(name)!.getBoundingClientRect().top
      return { events: top('event-list'), sky: top('sky-panel'), curves: top('curves-panel'), wide: document.documentElement.scrollWidth }
    })
    expect(order.events).toBeLessThan(order.sky)
    expect(order.sky).toBeLessThan(order.curves)
    expect(order.wide).toBeLessThanOrEqual(390)
    expect(own).toEqual({ errors: [], strangers: [] })
    await phone.close()
  })
})

/** Press a key until the focus is where it should be; at most 120 times. */
async function press(page: Page, key: string, text: () => Promise<string>, wanted: string): Promise<void> {
  for (let i = 0; i < 120; i++) {
    if ((await text()) === wanted) return
    await page.keyboard.press(key)
  }
  throw new Error(`${wanted} is not reached by ${key}`)
}

/** Text of the control that has the focus, through the shadow roots. */
function focusText(page: Page): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
    return element?.textContent?.trim() ?? ''
  })
}

async function streamBytes(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of stream) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}
