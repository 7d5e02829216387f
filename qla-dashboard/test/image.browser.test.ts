import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Page } from 'playwright-core'
import type { Job } from '@heavens/schemas'
import { bytesSource, openFits, readImage } from '@heavens/science/fits'
import type { System } from './system.js'
import { decodePng, difference } from './picture.js'
import { type Products, noProducts, startProducts } from './products.js'

describe.skipIf(noProducts())('the viewer of images on real data', () => {
  let given: Products
  let page: Page
  let system: System
  let crab: Job
  const open = (hash: string): Promise<void> => given.open(hash)
  const picture = (name: string): Promise<void> => given.picture(name)
  const product = (job: Job, ending: string): string => given.product(job, ending)

  beforeAll(async () => {
    given = await startProducts()
    ;({ page, system, crab } = given)
  })
  afterAll(() => given?.remove())

  it('counts what is in a region, as the file has it, and draws the profile around it', async () => {
    await open(`drawer=product&job=${crab.id}`)
    const frame = page.locator('image-view .frame')
    await frame.waitFor()
    await page.getByRole('button', { name: 'circle' }).click()
    const box = (await frame.boundingBox())!
    const at = (x: number, y: number): [number, number] => [box.x + box.width * x, box.y + box.height * y]
    await page.mouse.move(...at(0.5, 0.5))
    await page.mouse.down()
    await page.mouse.move(...at(0.55, 0.5), { steps: 3 })
    await page.mouse.move(...at(0.6, 0.5), { steps: 3 })
    await page.mouse.up()
    const table = page.locator('#region-counts')
    await table.waitFor()
    const counts = Number(/counts\s+(\d+) ±/.exec(await table.innerText())![1])
    const pixels = Number(/pixels\s+(\d+)/.exec(await table.innerText())![1])
    expect(Number(await page.locator('#regions tbody td').nth(4).innerText())).toBeGreaterThan(50)
    // The same circle on the pixels of the file: a tenth of the side in radius, about the middle.
    const bytes = new Uint8Array(await (await fetch(`${system.url}api/v1/analyses/${crab.id}/products/${product(crab, 'image.fits')}`)).arrayBuffer())
    const file = await openFits(bytesSource(bytes), 'image.fits')
    const hdu = file.hdus.find((h) => h.name === 'COUNTS')!
    const { shape, values } = await readImage(file, hdu)
    let [sum, inside] = [0, 0]
    for (let y = 0; y < shape[1]!; y++) {
      for (let x = 0; x < shape[0]!; x++) {
        if (Math.hypot(x + 0.5 - shape[0]! / 2, y + 0.5 - shape[1]! / 2) > shape[0]! * 0.1) continue
        inside++
        sum += Number(values[y * shape[0]! + x])
      }
    }
    expect(sum).toBeGreaterThan(1000)
    expect(Math.abs(pixels / inside - 1)).toBeLessThan(0.04)
    expect(Math.abs(counts / sum - 1)).toBeLessThan(0.01)
    await page.locator('region-panel figure-view .uplot').waitFor()
    await page.getByLabel('Colour map').selectOption('viridis')
    await page.getByLabel('Stretch').selectOption('log')
    await expect.poll(() => decodeURIComponent(page.url())).toMatch(/v\.region=circle,8\d\.\d+,2\d\.\d+,0\.\d+&v\.map=viridis&v\.stretch=log/)
    await picture('image')
    await page.reload()
    await table.waitFor()
    expect(Number(/counts\s+(\d+) ±/.exec(await table.innerText())![1])).toBe(counts)
    // By keys alone: the read-out moves by pixels, Enter places a region.
    await page.getByRole('button', { name: 'Remove all' }).click()
    await frame.focus()
    await page.keyboard.press('ArrowRight')
    expect(await page.locator('image-view .read').first().innerText()).toMatch(/° \+2\d\.\d+° ICRS · pixel \d+, \d+ · \d+ count/)
    await page.keyboard.press('Enter')
    await table.waitFor()
  })

  it('moves and enlarges the image, names its coordinates and sources, and keeps all of that in the address', async () => {
    await open(`drawer=product&job=${crab.id}`)
    const stage = page.locator('image-stage')
    const frame = stage.locator('.frame')
    const texts = (): Promise<string[]> => stage.locator('svg text').allTextContents()
    await expect.poll(texts, { timeout: 20_000 }).toEqual(expect.arrayContaining(['+22°', '84°', 'Crab']))
    const box = (await frame.boundingBox())!
    const before = decodePng(await frame.screenshot())
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    // Of a picture that is seen whole the wheel scrolls the page, so that one is not held up by it.
    const content = page.locator('side-drawer .content')
    await page.mouse.wheel(0, 60)
    await expect.poll(() => content.evaluate((e) => e.scrollTop)).toBeGreaterThan(0)
    await content.evaluate((e) => { e.scrollTop = 0 })
    for (let i = 0; i < 4; i++) await page.mouse.wheel(0, -100)
    await expect.poll(() => decodeURIComponent(page.url())).toMatch(/v\.at=6\d(\.\d+)?,6\d(\.\d+)?,2\.\d/)
    const middle = await page.locator('image-view .read').first().innerText()
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2 + 100, box.y + box.height / 2 + 50, { steps: 4 })
    await page.mouse.up()
    // What was under the pointer has gone with it.
    expect(await page.locator('image-view .read').first().innerText()).toBe(middle)
    await page.getByLabel('Coordinates').selectOption('galactic')
    await expect.poll(texts).toEqual(expect.arrayContaining(['b −6°']))
    expect(await page.locator('image-view .read').first().innerText()).toMatch(/^l 18\d\.\d+° b −\d/)
    await page.getByLabel('Map', { exact: true }).selectOption('SIGNIFICANCE')
    await expect.poll(() => decodeURIComponent(page.url())).toMatch(/v\.hdu=1/)
    const shown = async (): Promise<unknown[]> => [await page.getByLabel('Map', { exact: true }).inputValue(), await page.getByLabel('Coordinates').inputValue(), (await texts()).sort()]
    await page.waitForTimeout(500)
    const was = await shown()
    expect(difference(before, decodePng(await frame.screenshot()))).toBeGreaterThan(0.5)
    await picture('image-moved')
    await page.reload()
    await frame.waitFor()
    await expect.poll(shown, { timeout: 10_000 }).toEqual(was)
    // By keys: nearer, along, and back to all of it.
    await frame.focus()
    await page.keyboard.press('0')
    await expect.poll(() => decodeURIComponent(page.url())).not.toContain('v.at=')
    await page.keyboard.press('+')
    await expect.poll(() => decodeURIComponent(page.url())).toMatch(/v\.at=[\d.]+,[\d.]+,2(&|$)/)
    for (let i = 0; i < 12; i++) await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(() => decodeURIComponent(page.url())).toMatch(/v\.at=9\d(\.\d+)?,/)
  })

  it('keeps several regions with their net counts, and writes and reads them as DS9 does', async () => {
    await open(`drawer=product&job=${crab.id}&v.region=circle,83.6331,22.0145,0.5`)
    const rows = page.locator('#regions tbody tr')
    await rows.first().waitFor()
    const column = async (row: number, k: number): Promise<string> => rows.nth(row).locator('td').nth(k).innerText()
    const alone = await column(0, 3)
    const frame = page.locator('image-stage .frame')
    const box = (await frame.boundingBox())!
    await page.getByRole('button', { name: 'annulus' }).click()
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => rows.count()).toBe(2)
    await rows.nth(1).getByRole('button', { name: 'background' }).click()
    await expect.poll(() => column(1, 3)).toBe('background')
    const net = (text: string): number => Number(text.split(' ')[0])
    expect(await column(0, 3)).not.toBe(alone)
    expect(Math.abs(net(await column(0, 3)) / net(alone) - 1)).toBeLessThan(0.02)
    expect(Number(await column(0, 4))).toBeGreaterThan(50)
    await page.getByRole('button', { name: 'box' }).click()
    await page.mouse.move(box.x + box.width * 0.1, box.y + box.height * 0.1)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height * 0.2, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => rows.count()).toBe(3)
    expect(Math.abs(Number((await column(2, 4)).replace('−', '-')))).toBeLessThan(4)
    const counts = await Promise.all([0, 1, 2].map((k) => column(k, 2)))
    await picture('regions')
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save-regions').click()])
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'heavens-regions-')), 'crab.reg')
    await download.saveAs(file)
    expect(readFileSync(file, 'utf8')).toMatch(/^# Region file format: DS9 version 4\.1\nicrs\ncircle\(83\.6331,22\.0145,1800\.000"\)\nannulus\(.*\) # background\nbox\(/)
    await page.getByRole('button', { name: 'Remove all' }).click()
    await expect.poll(() => rows.count()).toBe(0)
    await page.getByLabel('Region file of DS9').setInputFiles(file)
    await expect.poll(() => rows.count()).toBe(3)
    expect(await Promise.all([0, 1, 2].map((k) => column(k, 2)))).toEqual(counts)
    // By keys: the chosen one is made larger, and removed.
    await page.getByRole('button', { name: 'Choose region 1' }).click()
    await frame.focus()
    await page.keyboard.press(']')
    await expect.poll(() => decodeURIComponent(page.url())).toContain('v.region=circle,83.6331,22.0145,0.55;')
    await page.keyboard.press('Delete')
    await expect.poll(() => rows.count()).toBe(2)
  })

  it('takes a region into a new request', async () => {
    await open(`drawer=product&job=${crab.id}&v.region=circle,84.5,21.2,0.4`)
    await page.locator('[data-take="place"]').click()
    const form = page.locator('request-form')
    await expect.poll(() => form.locator('#ra').inputValue()).toBe('84.5')
    expect([await form.locator('#dec').inputValue(), await form.locator('#radius').inputValue(), await form.locator('#start').inputValue()]).toEqual(['21.2', '0.4', '2008-08-04'])
    await form.locator('.quote').getByText(/LAT.*events/).waitFor({ timeout: 30_000 })
  })

  it('comes nearer between two fingers, and moves under one, on a phone', async () => {
    const context = await given.browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
    const phone = await context.newPage()
    await phone.goto(`${system.url}#drawer=product&job=${crab.id}`)
    const frame = phone.locator('image-stage .frame')
    await frame.locator('text').first().waitFor({ state: 'attached' })
    const box = (await frame.boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    const touch = await context.newCDPSession(phone)
    const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', points: [number, number][]): Promise<unknown> => touch.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([px, py], id) => ({ x: px, y: py, id })) })
    await send('touchStart', [[x - 20, y]])
    await send('touchStart', [[x - 20, y], [x + 20, y]])
    for (let i = 1; i <= 8; i++) await send('touchMove', [[x - 20 - i * 5, y], [x + 20 + i * 5, y]])
    await send('touchEnd', [])
    const camera = (): number[] => (/v\.at=([\d.,]+)/.exec(decodeURIComponent(phone.url()))?.[1] ?? '').split(',').map(Number)
    await expect.poll(() => camera()[2]).toBeGreaterThan(2.4)
    const [before] = camera() as [number]
    await send('touchStart', [[x, y]])
    for (let i = 1; i <= 8; i++) await send('touchMove', [[x - i * 8, y]])
    await send('touchEnd', [])
    // What is seen goes to the west, to the right on the picture.
    await expect.poll(() => camera()[0]).toBeGreaterThan(before + 5)
    expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
    await context.close()
  })

  it('did nothing it must not do', () => expect(given.misdeeds).toEqual({ errors: [], strangers: [] }))
})
