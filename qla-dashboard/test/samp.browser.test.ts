import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Job } from '@heavens/schemas'
import { browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { startSystem, type System } from './system.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FILES = path.join(process.env['HEAVENS_DATA'] ?? path.join(ROOT, '../shared/data'), 'fermi-gbm/GRB190530A')
const SERVICE = path.join(ROOT, '../shared/services/python-reference')

const executable = browserPath()
const python = process.env['HEAVENS_PYTHON'] ?? (existsSync(SERVICE) ? execFileSync(SERVICE, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim().split('\n').at(-1) : undefined)
const none = sayIfNoBrowser(executable) || python === undefined || !existsSync(FILES)
if (none) console.warn('The test of SAMP is SKIPPED: it needs a chromium, a Python with astropy and the files of GRB190530A.')

interface Told { ready?: true; mtype?: string; params?: { url: string; name: string } }

/** A hub of astropy with a client that tells what it is sent. */
interface Hub { next(): Promise<Told>; stop(): Promise<void> }

async function startHub(): Promise<Hub> {
  const child: ChildProcess = spawn(python!, [path.join(ROOT, '.ci/reference/samp-hub.py'), path.join('/tmp', `heavens-samp-${process.pid}`)], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const next = async (): Promise<Told> => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw new Error('the hub has ended')
      // Its own log goes to the same place.
      if (value.startsWith('{')) return JSON.parse(value) as Told
    }
  }
  expect(await next()).toEqual({ ready: true })
  return { next, stop: () => new Promise((resolve) => (child.once('exit', () => resolve()), child.stdin!.end())) }
}

describe.skipIf(none)('sending products by SAMP', () => {
  let system: System
  let browser: Browser
  let page: Page
  let job: Job
  beforeAll(async () => {
    system = await startSystem(['--replay', ...readdirSync(FILES).filter((f) => f.startsWith('glg_tte_n0')).map((f) => path.join(FILES, f)), '--speed', 'max'])
    const request = { time: { format: 'iso', scale: 'utc', intervals: [['2019-05-30T10:19:08Z', '2019-05-30T10:19:30Z']] }, instruments: [{ id: 'fermi-gbm', groups: ['n0'] }], products: { lightCurve: { bin: 1 } } }
    for (let i = 0; i < 240 && job?.phase !== 'COMPLETED'; i++) {
      const answer = await fetch(`${system.url}api/v1/analyses`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(request) })
      if (answer.ok) job = (await answer.json()) as Job
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    browser = await launch(executable!)
    ;({ page } = await openPage(browser, `${system.url}#drawer=product&job=${job.id}`))
    await page.locator('#send-samp').waitFor({ timeout: 30_000 })
  })
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
  })

  it('says that there is no hub', async () => {
    await page.locator('#send-samp').click()
    const notice = page.getByText('No SAMP hub answers on this machine').first()
    await notice.waitFor({ timeout: 10_000 })
    expect(await notice.isVisible()).toBe(true)
  })

  it('offers the file to a program, which can fetch it', async () => {
    const hub = await startHub()
    try {
      await page.locator('#send-samp').click()
      const { mtype, params } = await hub.next()
      expect(mtype).toBe('table.load.fits')
      expect(params!.name).toBe('fermi-gbm/n0/light-curve.fits')
      const file = await fetch(params!.url)
      expect([file.status, (await file.text()).slice(0, 9)]).toEqual([200, 'SIMPLE  ='])
      await page.getByText('was offered to one program').first().waitFor({ timeout: 10_000 })
    } finally {
      await hub.stop()
    }
  })

  it('may talk to no other port of this machine', async () => {
    const refused = await page.evaluate(() => fetch('http://localhost:21013/', { method: 'POST', body: 'x' }).then(() => 'answered', (error: Error) => error.message))
    expect(refused).toMatch(/fetch/)
    expect(await page.evaluate(() => new Promise<string>((resolve) => {
      document.addEventListener('securitypolicyviolation', (event) => resolve(event.violatedDirective), { once: true })
      fetch('http://localhost:21013/').catch(() => undefined)
    }))).toBe('connect-src')
  })
})
