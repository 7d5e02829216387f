import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Job } from '@heavens/schemas'
import { barriers } from './accessibility.js'
import { type Misdeeds, openPage } from './browser.js'
import { decodePng, difference } from './picture.js'
import { BURST, PICTURES, type Products, noProducts, startProducts } from './products.js'
import type { System } from './system.js'

const run = promisify(execFile)

describe.skipIf(noProducts())('the form and the viewer on real data', () => {
  let given: Products
  let page: Page
  let system: System
  let browser: Browser
  let misdeeds: Misdeeds
  let burst: Job
  let crab: Job
  const open = (hash: string): Promise<void> => given.open(hash)
  const picture = (name: string): Promise<void> => given.picture(name)
  const jobs = (): Promise<Job[]> => given.jobs()
  const product = (job: Job, ending: string): string => given.product(job, ending)
  const readOut = (name: string): Locator => given.readOut(name)

  beforeAll(async () => {
    given = await startProducts()
    ;({ page, system, browser, misdeeds, burst, crab } = given)
  })
  afterAll(() => given?.remove())

  it('joins bins, finds blocks and draws hardness without a new job', async () => {
    await open(`drawer=product&job=${burst.id}&product=${product(burst, 'n1/light-curve.fits')}`)
    const view = page.locator('curve-view')
    const figure = view.locator('figure-view .rows')
    await expect.poll(() => figure.getAttribute('aria-label')).toBe('Light curve, 547 bins of 64 ms')
    await view.locator('#bin').selectOption({ label: '640 ms' })
    await expect.poll(() => figure.getAttribute('aria-label')).toBe('Light curve, 55 bins of 640 ms')
    await view.locator('#blocks').check()
    await expect.poll(() => view.locator('.note').innerText()).toMatch(/(\d\d) blocks, a false change in 5 of 100/)
    await view.locator('#hardness').check()
    await view.getByText(/^hardness: \(/).waitFor()
    // By keys: the cursor goes from bin to bin, + comes nearer.
    await figure.focus()
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight')
    expect(await readOut('curve-view').innerText()).toMatch(/^12\.16 … 12\.8 s · 8–20 keV: [\d.]+ ± [\d.]+ counts\/s · .* · hardness −?0\.\d+ ± 0\.\d+$/)
    await page.keyboard.press('+')
    await view.getByRole('button', { name: 'Show all' }).waitFor()
    await expect.poll(() => decodeURIComponent(page.url())).toMatch(/v\.bin=0\.64&v\.blocks=0\.05&v\.hardness=0,2&v\.zoom=[\d.]+,[\d.]+/)
    expect((await jobs()).length).toBe(2)
    await picture('light-curve')
  })

  it('adds detectors and bands, bin by bin', async () => {
    const at = async (look: string): Promise<number> => {
      await open(`drawer=product&job=${burst.id}&product=${product(burst, 'n1/light-curve.fits')}&v.bin=0.64${look}`)
      const figure = page.locator('curve-view figure-view .rows')
      await expect.poll(() => figure.getAttribute('aria-label')).toBe('Light curve, 55 bins of 640 ms')
      await figure.focus()
      for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowRight')
      return Number(/ s · (?:.*?: )?([\d.]+) ± [\d.]+ counts\/s/.exec(await readOut('curve-view').innerText())![1])
    }
    const alone = [await at('&v.bands=0'), await at('&v.bands=1')]
    const bands = await at('&v.bands=0,1&v.added=1')
    expect(Math.abs(bands / (alone[0]! + alone[1]!) - 1)).toBeLessThan(0.01)
    const view = page.locator('curve-view')
    await view.getByLabel('n0', { exact: true }).check()
    await expect.poll(() => decodeURIComponent(page.url())).toContain('v.det=n0,n1')
    const two = await at('&v.bands=0&v.det=n0,n1')
    expect(two).toBeGreaterThan(alone[0]! * 1.3)
    await view.getByLabel('n1', { exact: true }).uncheck()
    await expect.poll(() => decodeURIComponent(page.url())).toContain('v.det=n0')
    const other = await at('&v.bands=0&v.det=n0')
    expect(Math.abs(two / (alone[0]! + other) - 1)).toBeLessThan(0.01)
  })

  it('reads of a large curve what is seen, and draws bins with counts in them', async () => {
    const curve = crab.products.find((p) => p.kind === 'light-curve')!
    expect(curve.bytes).toBeGreaterThan(1e7)
    let bytes = 0
    const listen = (answer: { url(): string; headers(): Record<string, string> }): void => { if (answer.url().includes('light-curve.fits')) bytes += Number(answer.headers()['content-length']) }
    page.on('response', listen)
    await open(`drawer=product&job=${crab.id}&product=${curve.path}&v.bin=600&v.zoom=100000000,102000000`)
    const figure = page.locator('curve-view figure-view .rows')
    await expect.poll(() => figure.getAttribute('aria-label')).toMatch(/^Light curve, \d+ bins of 10 min$/)
    expect(bytes).toBeLessThan(curve.bytes / 3)
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByText(/Drawn in bins of [\d.]+ h, as finer ones would be more than 20,000/).waitFor({ timeout: 30_000 })
    page.off('response', listen)
    await open(`drawer=product&job=${crab.id}&product=${curve.path}`)
    await page.getByText(/are joined so that there are some counts in each/).waitFor({ timeout: 30_000 })
    await picture('long-curve')
  })

  it('restores the whole view from its address', async () => {
    await open(`drawer=product&job=${burst.id}&product=${product(burst, 'n1/light-curve.fits')}&v.bin=0.64&v.blocks=0.05&v.hardness=0,2&v.zoom=8,20`)
    await expect.poll(() => page.locator('curve-view figure-view .rows').getAttribute('aria-label')).toBe('Light curve, 55 bins of 640 ms')
    await page.locator('#copy-link').click()
    const address = await page.evaluate(() => navigator.clipboard.readText())
    const before = decodePng(await page.locator('curve-view figure-view .rows').screenshot())
    await page.mouse.move(5, 5)
    await page.goto('about:blank')
    await page.goto(address)
    await expect.poll(() => page.locator('curve-view figure-view .rows').getAttribute('aria-label')).toBe('Light curve, 55 bins of 640 ms')
    await page.waitForTimeout(500)
    const after = decodePng(await page.locator('curve-view figure-view .rows').screenshot())
    // The focus ring and the cursor are all that may differ.
    expect(difference(before, after)).toBeLessThan(0.03)
  })

  it('takes an interval that was drawn with the mouse into a new request', async () => {
    const rows = page.locator('curve-view figure-view .rows')
    const box = (await rows.boundingBox())!
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.7, box.y + 40, { steps: 5 })
    await page.mouse.up()
    await page.locator('[data-take="background"]').click()
    const background = await page.locator('request-form [data-field="spectrum.background"]').inputValue()
    expect(background).toMatch(/^-100 -10, 1\d(\.\d+)? 2\d(\.\d+)?, 80 200$/)
  })

  it('fits spectra together, shows residuals and the unfolded view, and brings the fit back by its address', async () => {
    await open(`drawer=product&job=${burst.id}&product=${product(burst, 'n0/spectrum.pha')}`)
    const panel = page.locator('fit-panel')
    await panel.locator('#fit-model').fill('bandit')
    await panel.getByRole('alert').getByText(/there is no component bandit/).waitFor()
    await panel.locator('#fit-model').fill('grbm')
    await panel.getByLabel('Lowest energy of the fit in keV').fill('10')
    await panel.getByLabel('Highest energy of the fit in keV').fill('900')
    await panel.getByLabel('Statistic').selectOption('chi2')
    await panel.getByLabel('fermi-gbm n1').check()
    await panel.locator('#fit').click()
    await page.locator('fit-view tr[data-parameter="alpha"]').waitFor({ timeout: 60_000 })
    const wanted = await (await fetch(`${system.url}api/v1/analyses/${burst.id}/fits`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ spectra: [product(burst, 'n0/spectrum.pha'), product(burst, 'n1/spectrum.pha')], fit: { model: 'grbm', energy: [10, 900], statistic: 'chi2' } }),
    })).json() as { parameters: { name: string; value: number }[]; dof: number }
    const alpha = Number((await page.locator('fit-view tr[data-parameter="alpha"] td').nth(1).innerText()).replace('−', '-'))
    expect(alpha).toBeCloseTo(wanted.parameters.find((p) => p.name === 'alpha')!.value, 2)
    expect(await page.locator('fit-view .fit-line').innerText()).toContain(`for ${wanted.dof} degrees of freedom`)
    expect(await page.locator('fit-view tr[data-parameter]').count()).toBe(wanted.parameters.length)
    await page.getByText('(data − model) / error').waitFor()
    await page.getByRole('button', { name: 'Unfolded' }).click()
    await page.getByText('E² N(E) · keV/cm²/s').waitFor()
    await expect.poll(() => decodeURIComponent(page.url())).toContain('v.plot=unfolded')
    await picture('fit')
    await page.reload()
    await page.locator('fit-view tr[data-parameter="alpha"]').waitFor({ timeout: 60_000 })
    await page.getByText('E² N(E) · keV/cm²/s').waitFor()
    await page.getByRole('button', { name: 'Start from these values' }).click()
    expect(Number(await panel.getByLabel('Start of alpha').inputValue())).toBeCloseTo(alpha, 2)
  })

  it('draws spectra of several detectors over each other', async () => {
    const [n0, n1] = [product(burst, 'n0/spectrum.pha'), product(burst, 'n1/spectrum.pha')]
    await open(`drawer=product&job=${burst.id}&product=${n1}`)
    const view = page.locator('spectrum-view')
    await view.getByLabel('fermi-gbm n0').first().check()
    await view.getByText('┼ fermi-gbm n0').waitFor()
    await expect.poll(() => decodeURIComponent(page.url())).toContain(`v.over=${n0}`)
    await view.locator('#net').check()
    await view.locator('figure-view .rows').focus()
    for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowRight')
    await expect.poll(() => readOut('spectrum-view').innerText()).toMatch(/keV · fermi-gbm n1: [\d.]+ ± [\d.]+ counts\/s\/keV · background [\d.]+ · fermi-gbm n0: [\d.]+ ± /)
    await picture('spectra')
  })

  it('tells the flux where it is asked for, gives its table, and keeps fits with the job', async () => {
    await open(`drawer=product&job=${burst.id}&product=${product(burst, 'n1/spectrum.pha')}`)
    const panel = page.locator('fit-panel')
    await panel.locator('#fit-model').fill('cutoffpl')
    for (const [label, value] of [['Lowest energy of the fit in keV', '50'], ['Highest energy of the fit in keV', '800'], ['Lowest energy of the flux in keV', '100'], ['Highest energy of the flux in keV', '500'], ['Start of PhoIndex', '1.1']] as const) await panel.getByLabel(label).fill(value)
    await panel.getByLabel('Keep PhoIndex where it starts').check()
    await panel.locator('#fit').click()
    const results = page.locator('fit-view table')
    await results.getByText('flux 100 keV – 500 keV').first().waitFor({ timeout: 60_000 })
    expect(await results.locator('tr[data-parameter="PhoIndex"]').innerText()).toMatch(/1\.1\s+frozen/)
    await page.locator('#copy-table').click()
    await page.getByText('copied, with tabs').waitFor()
    const rows = (await page.evaluate(() => navigator.clipboard.readText())).trim().split('\n').map((line) => line.split('\t'))
    expect(rows[0]).toEqual(['# cutoffpl'])
    expect(rows.find((r) => r[0] === 'PhoIndex')).toEqual(['PhoIndex', '1.1', '', '', '', 'yes'])
    expect(Number(rows.find((r) => r[0]!.startsWith('flux 100-500'))![1])).toBeGreaterThan(0)
    // Another page knows of it: it is kept with the job, not with the page.
    const { page: other } = await openPage(browser, `${system.url}#drawer=product&job=${burst.id}&product=${product(burst, 'n1/spectrum.pha')}`)
    const kept = other.locator('kept-fits tr[data-fit="cutoffpl"]')
    await kept.waitFor()
    expect(await kept.innerText()).toMatch(/50 – 800 keV\s+fermi-gbm n1\s+W [\d.]+ \/ \d+/)
    await kept.getByRole('button').click()
    await other.locator('fit-view tr[data-parameter="PhoIndex"]').waitFor({ timeout: 60_000 })
    expect(await other.locator('fit-view tr[data-parameter="PhoIndex"]').innerText()).toMatch(/1\.1\s+frozen/)
    await other.close()
    await picture('kept-fits')
  })

  it('shows the fit that the request asked for', async () => {
    const fit = burst.products.find((p) => p.kind === 'fit' && p.path.endsWith('.json'))!
    await open(`drawer=product&job=${burst.id}&product=${fit.path}`)
    await page.getByText('net counts/s/keV').waitFor()
    expect(await page.locator('fit-view tr[data-parameter]').count()).toBe(4)
  })

  it('gives every file, all of them, and the report', async () => {
    await open(`drawer=product&job=${crab.id}`)
    for (const [selector, start] of [['#archive', crab.id], ['#report', '<!']] as const) {
      const href = await page.locator(`product-viewer ${selector}`).getAttribute('href')
      const answer = await fetch(href!)
      expect(answer.status).toBe(200)
      expect((await answer.text()).slice(0, 200).toLowerCase()).toContain(start)
    }
  })

  it('has a form for every part of a request, with faults at their fields and the quote under it', async () => {
    await open('drawer=request')
    const form = page.locator('request-form')
    await form.getByRole('button', { name: 'Advanced' }).click()
    await form.getByLabel('Famous objects').selectOption('Crab')
    expect(await form.locator('#target-name').inputValue()).toBe('Crab')
    await form.getByLabel('How the target is given').selectOption('none')
    await form.getByRole('button', { name: 'Paste a list…' }).click()
    await form.getByLabel('List of intervals').fill('2019-05-30 10:19:00 2019-05-30 10:19:20\n2019-05-30 10:19:25 2019-05-30 10:19:30')
    await form.getByRole('button', { name: 'Take these 2 intervals' }).click()
    await form.getByLabel('FITS file of good time').setInputFiles(path.join(BURST, readdirSync(BURST).find((n) => n.includes('tte_n0'))!))
    await expect.poll(() => form.locator('#start').inputValue()).toBe('2019-05-30T10:16:50.148584')
    await form.getByRole('button', { name: 'Paste a list…' }).click()
    await form.getByLabel('List of intervals').fill('2019-05-30 10:19:00 2019-05-30 10:19:20\n2019-05-30 10:19:25 2019-05-30 10:19:30')
    await form.getByRole('button', { name: 'Take these 2 intervals' }).click()
    await form.getByLabel('Time format').selectOption('met')
    expect(Number(await form.locator('#start').inputValue())).toBeCloseTo(580904345, 0)
    await form.getByLabel('Time format').selectOption('seconds')
    await form.getByLabel('some').check()
    await form.getByLabel('GBM').check()
    await form.getByLabel('n2', { exact: true }).uncheck()
    await form.getByLabel('these').check()
    await form.locator('[data-field="image"]').check()
    await form.locator('[data-field="image.size"]').fill('400')
    const fault = form.locator('.leaves > div', { has: page.locator('[data-field="image.size"]') }).getByRole('alert')
    await fault.waitFor()
    expect(await fault.innerText()).toBe('side must be at most 180')
    expect(await form.locator('[data-field="image.size"]').getAttribute('aria-invalid')).toBe('true')
    await form.locator('[data-field="image"]').uncheck()
    await form.locator('[data-field="spectrum.fit"]').check()
    await form.locator('[data-field="spectrum.fit.model"]').fill('powerlaw')
    await form.locator('[data-field="spectrum.background"]').fill('-100 -10')
    await form.locator('[data-field="lightCurve.bin"]').fill('0.256')
    await form.locator('.quote').getByText(/GBM.*events, 2\d(\.\d+)? s of exposure/).waitFor({ timeout: 30_000 })
    await form.locator('#label').fill("duty's test")
    await picture('form')
  })

  it('says at their fields what a model or a name is not, before anything is sent', async () => {
    const form = page.locator('request-form')
    const model = form.locator('[data-field="spectrum.fit.model"]')
    const faultOf = (field: string): Locator => form.locator('.leaves > div', { has: page.locator(`[data-field="${field}"]`) }).getByRole('alert')
    await model.fill('tbabs*bandit')
    await faultOf('spectrum.fit.model').getByText(/there is no component bandit/).waitFor()
    expect(await model.getAttribute('aria-invalid')).toBe('true')
    await model.fill('powerlaw')
    await form.locator('[data-field="spectrum.fit.frozen"]').fill('nH')
    await faultOf('spectrum.fit.frozen').getByText('nH is none of PhoIndex, norm').waitFor()
    await form.locator('[data-field="spectrum.fit.frozen"]').fill('')
    await form.getByLabel('How the target is given').selectOption('name')
    await form.locator('#target-name').fill('mrk 42')
    await form.locator('#target-name').fill('mrk 421')
    await expect.poll(() => form.locator('#named').innerText()).toMatch(/^M.* 421 · .* · 166\.1\d+° \+38\.2\d+° ICRS$/)
    await form.getByLabel('How the target is given').selectOption('none')
    await expect.poll(() => form.locator('.fault').count()).toBe(0)
  })

  it('takes good time that is dropped on its times', async () => {
    const form = page.locator('request-form')
    const before = await form.locator('#start').inputValue()
    const list = '2019-05-30T10:19:00 2019-05-30T10:19:20\n2019-05-30T10:19:25 2019-05-30T10:19:30\n'
    const data = await page.evaluateHandle((text) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([text], 'good.txt', { type: 'text/plain' }))
      return transfer
    }, list)
    const times = form.locator('.time-part')
    await times.dispatchEvent('dragover', { dataTransfer: data })
    await form.getByText('Drop good time (GTI) here').waitFor()
    expect(await page.locator('heavens-app .drop').count()).toBe(0)
    await times.dispatchEvent('drop', { dataTransfer: data })
    await expect.poll(() => form.locator('#start-1').inputValue()).toMatch(/^2019-05-30T10:19:25/)
    expect(await form.locator('#start').inputValue()).not.toBe(before)
    // As it was, for what follows.
    await form.getByLabel('Time format').selectOption('seconds')
    await form.getByLabel('Reference time in UTC').fill('2019-05-30T10:19:00')
    await expect.poll(() => form.locator('.quote').innerText()).toMatch(/GBM/)
  })

  it('copies the very request: curl and Python run it', async () => {
    const copied = async (kind: string): Promise<string> => {
      await page.locator(`request-form [data-copy="${kind}"]`).click()
      await page.locator('.notice').filter({ hasText: 'is copied as' }).last().waitFor()
      return page.evaluate(() => navigator.clipboard.readText())
    }
    const { stdout } = await run('bash', ['-c', await copied('curl')])
    const job = JSON.parse(stdout) as Job
    expect(job.request).toMatchObject({
      label: "duty's test", time: { format: 'seconds', reference: '2019-05-30T10:19:00', intervals: [[0, 20], [25, 30]] },
      products: { lightCurve: { bin: 0.256 }, spectrum: { background: [[-100, -10]], fit: { model: 'powerlaw' } } },
    })
    expect((job.request as { instruments: { groups: string[] }[] }).instruments[0]!.groups).not.toContain('n2')
    expect(await copied('shell')).toMatch(/heavens analyse --request request\.json --out analysis\n$/)
    const python = await copied('Python')
    const requests = await run('python3', ['-c', 'import requests']).then(() => true, () => false)
    if (!requests) return console.warn('The copied Python is not run: python3 has no requests.')
    const folder = mkdtempSync(path.join(tmpdir(), 'heavens-copied-'))
    expect((await run('python3', ['-c', python], { cwd: folder, timeout: 120_000 })).stdout).toMatch(/^j-\w+ COMPLETED/)
    expect(readdirSync(folder)[0]).toMatch(/^j-\w+\.tar$/)
  })

  it.each(['dark', 'light'] as const)('is named and readable in every part, %s', async (theme) => {
    const { page: themed, misdeeds: own } = await openPage(browser, `${system.url}#drawer=request`, { theme })
    await themed.locator('request-form').getByRole('button', { name: 'Advanced' }).click()
    await themed.locator('request-form').getByLabel('some').check()
    await themed.locator('request-form').getByLabel('GBM').check()
    await themed.locator('request-form').getByLabel('these').check()
    await themed.locator('#start').fill('yesterday')
    await themed.locator('request-form .fault').first().waitFor()
    const found = [...await barriers(themed, 'request-form')]
    for (const [job, ending, ready] of [[burst, 'n0/light-curve.fits', 'curve-view .uplot'], [burst, 'n0/spectrum.pha', 'fit-panel #fit-model'], [burst, 'n0/fit.json', 'fit-view table'], [crab, 'image.fits', 'image-view canvas']] as const) {
      await themed.goto('about:blank')
      await themed.goto(`${system.url}#drawer=product&job=${job.id}&product=${product(job, ending)}&v.region=circle,83.63,22.01,0.5`)
      await themed.locator(ready).first().waitFor()
      await themed.waitForTimeout(300)
      found.push(...await barriers(themed, 'product-viewer'))
    }
    await themed.keyboard.press('j')
    await themed.locator('jobs-panel article').first().waitFor()
    found.push(...await barriers(themed, 'jobs-panel'))
    expect(found).toEqual([])
    // That the check bites: a control without a name and a pale text are found.
    await themed.locator('jobs-panel article').first().evaluate((e) => e.insertAdjacentHTML('beforeend', '<button></button><input><span style="color:#777;background:#888">pale</span>'))
    expect((await barriers(themed, 'jobs-panel')).map((b) => b.what.split(' ')[0])).toEqual(['no', 'no', 'contrast'])
    expect(own).toEqual({ errors: [], strangers: [] })
    await themed.close()
  })

  it('fits a phone', async () => {
    const { page: phone } = await openPage(browser, `${system.url}#drawer=product&job=${crab.id}&v.region=circle,83.63,22.01,0.5`, { width: 390, height: 844 })
    await phone.locator('#region-counts').waitFor()
    const wide = await phone.locator('product-viewer').evaluate((e) => e.shadowRoot!.querySelector('.all')!.scrollWidth)
    expect(wide).toBeLessThanOrEqual(390)
    if (PICTURES) await phone.screenshot({ path: path.join(PICTURES, 'phone.png') })
    await phone.close()
  })

  it('did nothing it must not do', () => {
    expect(misdeeds.errors).toEqual([])
    expect(misdeeds.strangers).toEqual([])
  })
})
