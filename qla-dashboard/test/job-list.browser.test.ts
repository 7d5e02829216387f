import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { barriers } from './accessibility.js'
import { type Misdeeds, browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { slowdown } from './slowdown.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()

/** So many analyses are in the list. */
const JOBS = 600
/** So many the stream begins with. */
const SENT = 500

describe.skipIf(sayIfNoBrowser(executable))('a list of hundreds of analyses', () => {
  let system: System
  let browser: Browser
  let page: Page
  let misdeeds: Misdeeds

  beforeAll(async () => {
    system = await startSystem()
    const make = async (i: number): Promise<void> => {
      const request = { label: `night-${String(i).padStart(3, '0')}`, target: { name: i % 2 ? 'Crab' : 'Mkn 421' }, time: { intervals: [[`2019-05-30T10:${String(i % 60).padStart(2, '0')}:00`, '2019-05-30T12:00:00']] } }
      const answer = await fetch(`${system.url}uws`, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ REQUEST: JSON.stringify(request) }) })
      expect(answer.status).toBe(303)
    }
    for (let i = 0; i < JOBS; i += 8) await Promise.all(Array.from({ length: 8 }, (_, k) => make(i + k)))
    browser = await launch(executable!)
    ;({ page, misdeeds } = await openPage(browser, `${system.url}#drawer=jobs`))
    await page.locator('jobs-panel article').first().waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
  })

  it('shows the newest, the others on demand, and finds any', async () => {
    const articles = page.locator('jobs-panel article')
    expect(await articles.count()).toBe(100)
    await page.getByRole('button', { name: /^Show 100 more of 400/ }).click()
    expect(await articles.count()).toBe(200)
    while (await page.getByRole('button', { name: /^Show \d+ more/ }).count()) await page.getByRole('button', { name: /^Show \d+ more/ }).click()
    expect(await articles.count()).toBe(SENT)
    await page.getByRole('button', { name: 'Older analyses' }).click()
    await expect.poll(() => articles.count()).toBe(JOBS)
    await page.getByLabel('Find an analysis').fill('crab night-013')
    await expect.poll(() => articles.count()).toBe(1)
    expect(await articles.first().innerText()).toContain('night-013')
    await page.getByLabel('Find an analysis').fill('mkn')
    await expect.poll(() => page.locator('jobs-panel .filter [role="status"]').innerText()).toBe(`${JOBS / 2} of ${JOBS}`)
    await page.getByLabel('Which analyses').selectOption('done')
    await page.getByText('No analysis is like that.').waitFor()
    await page.getByLabel('Which analyses').selectOption('all')
    await page.getByLabel('Find an analysis').fill('')
    expect(await barriers(page, 'jobs-panel')).toEqual([])
  })

  it('is smooth: it scrolls through all of them without a long frame, and opens fast', async () => {
    while (await page.getByRole('button', { name: /^Show \d+ more/ }).count()) await page.getByRole('button', { name: /^Show \d+ more/ }).click()
    expect(await page.locator('jobs-panel article').count()).toBe(JOBS)
    const slow = slowdown()
    const frames = await page.locator('side-drawer .content').evaluate((content) => new Promise<number[]>((resolve) => {
      const times: number[] = []
      content.scrollTop = 0
      let last = performance.now()
      const step = (now: number): void => {
        times.push(now - last)
        last = now
        content.scrollTop += 400
        if (content.scrollTop + content.clientHeight >= content.scrollHeight - 1 || times.length > 400) resolve(times.slice(2))
        else requestAnimationFrame(step)
      }
      requestAnimationFrame(step)
    }))
    frames.sort((a, b) => a - b)
    const late = frames[Math.floor(frames.length * 0.95)]!
    console.log(`job list: ${frames.length} frames, median ${frames[Math.floor(frames.length / 2)]!.toFixed(1)} ms, 95 % within ${late.toFixed(1)} ms`)
    expect(frames[Math.floor(frames.length / 2)]!).toBeLessThan(34 * slow)
    expect(late).toBeLessThan(100 * slow)
    await page.keyboard.press('Escape')
    await page.locator('jobs-panel').waitFor({ state: 'detached' })
    const pressed = performance.now()
    await page.keyboard.press('j')
    await page.locator('jobs-panel article').first().waitFor()
    const opened = performance.now() - pressed
    console.log(`job list: opened in ${opened.toFixed(0)} ms`)
    expect(opened).toBeLessThan(500 * slow)
    expect(misdeeds).toEqual({ errors: [], strangers: [] })
  })
})
