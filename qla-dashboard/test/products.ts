import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import type { AnalysisRequestInput, Job } from '@heavens/schemas'
import { type Misdeeds, browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { colourCount, decodePng } from './picture.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()
const DATA = process.env['HEAVENS_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
export const BURST = path.join(DATA, 'fermi-gbm/GRB190530A')
const CRAB = path.join(DATA, 'fermi-lat/crab/events.fits.gz')
/** Where pictures are left for a person to look at; nowhere when it is not set. */
export const PICTURES = process.env['HEAVENS_PICTURES']

/** Whether there is nothing to test with; says so, once for each file. */
export function noProducts(): boolean {
  const noData = !existsSync(BURST) || !existsSync(CRAB)
  if (noData) console.warn('The viewer on real products is SKIPPED: no data. Set HEAVENS_DATA.')
  return sayIfNoBrowser(executable) || noData
}

const BURST_REQUEST: AnalysisRequestInput = {
  label: 'GRB 190530A', time: { intervals: [['2019-05-30T10:19:00', '2019-05-30T10:19:35']] }, instruments: [{ id: 'fermi-gbm' }],
  products: { lightCurve: { bin: 0.064 }, spectrum: { background: [[-100, -10], [80, 200]], fit: { model: 'grbm', energy: [10, 900] } } },
}
const CRAB_REQUEST: AnalysisRequestInput = {
  label: 'Crab', target: { name: 'Crab', radius: 1 }, time: { intervals: [['2008-08-04', '2016-01-01']] }, instruments: [{ id: 'fermi-lat' }], products: { image: { pixel: 0.05, size: 6 }, lightCurve: { bin: 600 } },
}

/** A system with a burst and a source that have been analysed, and a page that looks at them. */
export interface Products {
  system: System
  browser: Browser
  page: Page
  misdeeds: Misdeeds
  burst: Job
  crab: Job
  jobs(): Promise<Job[]>
  /** Go to a view by its hash, on a page of its own history. */
  open(hash: string): Promise<void>
  /** Path of the product that ends so. */
  product(job: Job, ending: string): string
  /** The line below a figure. */
  readOut(name: string): Locator
  /** A screenshot for people; fails where the page is empty. */
  picture(name: string): Promise<void>
  remove(): Promise<void>
}

export async function startProducts(): Promise<Products> {
  const files = readdirSync(BURST).filter((n) => /tte|cspec_n.*rsp2/.test(n)).map((n) => path.join(BURST, n))
  const system = await startSystem(['--speed', 'max', '--replay', ...files, CRAB])
  for (let i = 0; i < 300 && !system.output().includes('all files have been played'); i++) await new Promise((resolve) => setTimeout(resolve, 200))
  const jobs = async (): Promise<Job[]> => await (await fetch(`${system.url}api/v1/analyses`)).json() as Job[]
  const analyse = async (request: AnalysisRequestInput): Promise<Job> => {
    const answer = await fetch(`${system.url}api/v1/analyses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) })
    const { id } = await answer.json() as Job
    for (let i = 0; i < 400; i++) {
      const job = (await jobs()).find((j) => j.id === id)!
      if (!['PENDING', 'QUEUED', 'EXECUTING'].includes(job.phase)) return job
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    throw new Error(`${id} does not end`)
  }
  const [burst, crab] = [await analyse(BURST_REQUEST), await analyse(CRAB_REQUEST)]
  expect([burst.phase, burst.error, crab.phase]).toEqual(['COMPLETED', undefined, 'COMPLETED'])
  const browser = await launch(executable!)
  const { page, misdeeds } = await openPage(browser, system.url)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  return {
    system, browser, page, misdeeds, burst, crab, jobs,
    async open(hash) {
      await page.goto('about:blank')
      await page.goto(`${system.url}#${hash}`)
    },
    product: (job, ending) => job.products.find((p) => p.path.endsWith(ending))!.path,
    readOut: (name) => page.locator(`${name} figure-view .read`).first(),
    async picture(name) {
      const png = await page.screenshot(PICTURES ? { path: path.join(PICTURES, `${name}.png`) } : {})
      expect(colourCount(decodePng(png))).toBeGreaterThan(60)
    },
    async remove() {
      await browser.close()
      await system.remove()
    },
  }
}
