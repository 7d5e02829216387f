import { createConnection, createServer } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser, Page } from 'playwright-core'
import { encodePacket, SEGMENT } from '@heavens/ingest'
import { ttFromUnix } from '@heavens/science/time'
import { encodeItem } from '@heavens/storage'
import { browserPath, launch, openPage, sayIfNoBrowser } from './browser.js'
import { type System, startSystem } from './system.js'

const executable = browserPath()
const none = sayIfNoBrowser(executable)
const APID = 0x101

/** One second of events of a detector that ends now, in one space packet. */
function packet(count: number, ahead = 0): Uint8Array {
  const stop = ttFromUnix(Date.now()) + ahead
  const time = Float64Array.from({ length: 40 }, (_, i) => stop - 1 + i / 40)
  return encodePacket({
    apid: APID, flags: SEGMENT.whole, count: count % 16_384,
    data: encodeItem({ kind: 'events', source: 'n0', sequence: count, start: stop - 1, stop, count: 40, late: false, columns: { time, channel: new Uint16Array(40).fill(50), detector: new Uint8Array(40) } }),
  })
}

describe.skipIf(none)('the health panel', () => {
  let system: System
  let browser: Browser
  let page: Page
  let port: number

  beforeAll(async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as { port: number }).port
    server.close()
    await once(server, 'close')
    system = await startSystem(['--tcp', `127.0.0.1:${port}`, '--apid', `fermi-gbm=${APID}`])
    browser = await launch(executable!)
  })
  afterAll(async () => {
    await browser?.close()
    await system?.remove()
  })

  it('shows the latency of every stage and the losses of packets, and that a sender’s clock is ahead', async () => {
    const opened = await openPage(browser, `${system.url}#drawer=health`)
    page = opened.page
    await expect.poll(() => system.output(), { timeout: 30_000 }).toContain('space packets are taken')
    const socket = createConnection(port, '127.0.0.1')
    await once(socket, 'connect')
    for (const count of [16_382, 16_383, 16_386, 16_386]) {
      socket.write(packet(count))
      await page.waitForTimeout(1000)
    }
    socket.write(new Uint8Array(40).fill(0xa5))
    for (let count = 16_387; count < 16_392; count++) {
      socket.write(packet(count, 60))
      await page.waitForTimeout(1000)
    }
    if (!(await page.locator('health-panel').isVisible())) await page.keyboard.press('h')
    const stream = page.locator('health-panel section', { hasText: 'GBM' }).first()
    const row = (table: string, name: string): Promise<string> => stream.locator(`table.${table} tr`, { hasText: name }).first().innerText()
    // Packets without a loss are told together later; losses at once.
    await expect.poll(() => row('packets', String(APID)), { timeout: 20_000 }).toMatch(/^257\s+\d\s+2\s+1\s+1\s+1\s+1$/)
    for (const stage of ['reception', 'append', 'processing']) await expect.poll(() => row('stages', stage), { timeout: 20_000 }).toMatch(/^\w+\s+[\d.]+ m?s\s+[\d.]+ m?s\s+[\d.]+ m?s\s+\d+$/)
    await expect.poll(() => row('stages', 'publication'), { timeout: 20_000 }).toMatch(/ m?s/)
    await expect.poll(() => stream.locator('.warn', { hasText: 'clocks disagree' }).innerText(), { timeout: 20_000 }).toMatch(/by (5\d(\.\d)?|60) s or more: reception/)
    socket.end()
    expect(opened.misdeeds).toEqual({ errors: [], strangers: [] })
  })
})
