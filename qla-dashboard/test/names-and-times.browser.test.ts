import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Job } from '@heavens/schemas'
import { type Misdeeds, browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()
const none = sayIfNoBrowser(executable)

// A server of names on this machine: the page asks ours, which asks it.
const asked: string[] = []
const names = createServer((request, reply) => {
  asked.push(decodeURIComponent(request.url!.split('?')[1]!))
  const known = asked.at(-1)!.toLowerCase() === 'planet nine'
  reply.end(`<Sesame><Target><name>x</name><Resolver name="S=Simbad">${known ? '<otype>Pl?</otype><jradeg>45.5</jradeg><jdedeg>-3.25</jdedeg>' : '<INFO>*** Nothing found ***</INFO>'}</Resolver></Target></Sesame>`)
})

describe.skipIf(none)('names and times of the form', () => {
  let system: System
  let browser: Browser
  let page: Page
  let misdeeds: Misdeeds
  let form: Locator
  const folder = mkdtempSync(path.join(tmpdir(), 'heavens-names-'))
  beforeAll(async () => {
    await new Promise<void>((resolve) => names.listen(0, '127.0.0.1', resolve))
    system = await startSystem(['--scenario', 'quiet'], { HEAVENS_SESAME_URL: `http://127.0.0.1:${(names.address() as AddressInfo).port}/nph-sesame` })
    browser = await launch(executable!)
    ;({ page, misdeeds } = await openPage(browser, `${system.url}#drawer=request`))
    form = page.locator('request-form')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
    names.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('shows what the resolver of the server knows, says what nobody knows, and asks nobody for what the catalogue knows', async () => {
    // The form checks itself from when it has a time.
    await form.locator('#start').fill('2019-06-14T00:00:00')
    await form.locator('#stop').fill('2019-06-15T00:00:00')
    const field = form.getByLabel('Name of the target')
    await field.fill('Crab')
    await form.locator('#named').getByText(/^Crab · /).waitFor()
    expect(asked).toEqual([])
    await field.fill('Planet Nine')
    await form.locator('#named').getByText(/^Planet Nine · Pl\? · .* · Sesame at 127\.0\.0\.1:\d+ \(Simbad\)$/).waitFor()
    await expect.poll(() => field.getAttribute('aria-invalid')).toBe('false')
    await field.fill('Nowhere at all')
    await form.getByText('No source is known by the name Nowhere at all; give a position instead.').waitFor()
    expect(asked).toContain('Planet Nine')
  })

  it('writes times in revolutions where a mission has them', async () => {
    await form.getByLabel('Name of the target').fill('Planet Nine')
    await form.getByLabel('Time format').selectOption('revolution')
    expect(await form.locator('#start').inputValue()).toMatch(/^2102\.06328/)
    await expect.poll(() => form.getByLabel('Mission').inputValue()).toBe('INTEGRAL')
    await form.getByLabel('Time format').selectOption('iso')
    expect((await form.locator('#start').inputValue()).slice(0, 19)).toBe('2019-06-14T00:00:00')
  })

  it('takes good time from a list as from FITS', async () => {
    await form.getByText('Advanced').click()
    const list = path.join(folder, 'good.txt')
    writeFileSync(list, '# good\n2019-06-14T00:00:00 2019-06-14T00:10:00\n2019-06-14T00:20:00 2019-06-14T00:30:00\n2019-06-14T00:05:00 2019-06-14T00:12:00\n')
    await form.locator('input[type=file]').setInputFiles(list)
    await expect.poll(() => form.getByLabel('Stop 1').inputValue()).toBe('2019-06-14T00:12:00.000000')
    expect(await form.getByLabel('Start 2').inputValue()).toBe('2019-06-14T00:20:00.000000')
  })

  it('sends the name, and the job has its place', async () => {
    await form.getByRole('button', { name: /^(Run|Submit|Analyse|Send)/ }).first().click()
    await expect.poll(async () => ((await (await fetch(`${system.url}api/v1/analyses`)).json()) as Job[]).map((job) => job.used?.target)).toEqual([{ name: 'Planet Nine', ra: 45.5, dec: -3.25, resolver: expect.stringContaining('Sesame at') as string }])
  })

  it('did nothing it must not do', () => {
    expect(misdeeds).toEqual({ errors: [], strangers: [] })
  })
})
