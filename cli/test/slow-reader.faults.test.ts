import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { candidateExample, LIVE_PROTOCOL, TOPICS } from '@heavens/schemas'
import { openEmbeddedStores } from '@heavens/storage'
import { expect, it } from 'vitest'
import { percentile, supervise, until } from './faults/chaos.js'
import { temporaryFolder } from './heavens.js'

const READERS = 200
const PAUSE = 60
/** Twice a second an alert so long that the buffers of the system do not take them all. */
const EVERY = 500
const REASON = 'x'.repeat(40_000)

interface Alert {
  id: string
  seq: number
  /** milliseconds on the way */
  delay: number
}

/** A client of all alerts; its text is looked at without being parsed, so that the test does not measure itself. */
async function reader(url: string, alerts: Alert[], since?: number): Promise<WebSocket> {
  const socket = new WebSocket(url.replace(/^http/, 'ws') + '/live', LIVE_PROTOCOL)
  socket.on('message', (bytes: Buffer) => {
    const found = /^\{"type":"record","channel":"candidates","seq":(\d+),"item":\{"id":"(alert-\d+-([\d.]+))"/.exec(bytes.toString('latin1', 0, 200))
    if (found) alerts.push({ id: found[2]!, seq: Number(found[1]), delay: performance.now() - Number(found[3]) })
  })
  await new Promise((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.send(JSON.stringify({ type: 'subscribe', channel: 'candidates', ...(since === undefined ? {} : { since }) }))
  return socket
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024
}

it(`a client that stops reading for ${PAUSE} s among ${READERS}: every alert reaches it on its return, the others see no delay, what waits for it is bounded`, async () => {
  const { folder, remove } = await temporaryFolder()
  const data = path.join(folder, 'data')
  const up = await supervise('up', ['up', '--port', '0', '--data', data, '--watch', folder], {}, /at http:/)
  const stores = await openEmbeddedStores(data)
  const url = up.output().match(/at (http:\/\/127\.0\.0\.1:\d+)/)![1]!
  const others: Alert[][] = Array.from({ length: READERS }, () => [])
  const sockets: WebSocket[] = []
  try {
    for (const alerts of others) sockets.push(await reader(url, alerts))
    const late: Alert[] = []
    const slow = await reader(url, late)
    let code: number | undefined
    slow.once('close', (with_) => (code = with_))
    const sent: string[] = []
    const publish = async (seconds: number): Promise<void> => {
      for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(EVERY)) {
        const id = `alert-${sent.length}-${performance.now().toFixed(1)}`
        sent.push(id)
        await stores.log.append(TOPICS.candidates, [{ key: id, value: new TextEncoder().encode(JSON.stringify({ ...candidateExample, id, reasons: [REASON] })) }])
      }
    }
    await publish(5)
    await until(async () => others.every((alerts) => alerts.length === sent.length), (all) => all, 20)
    const before = others.flatMap((alerts) => alerts.map((a) => a.delay))
    const memory = await residentMegabytes(up.process().pid!)
    slow.pause()
    const first = sent.length
    await publish(PAUSE)
    const grown = (await residentMegabytes(up.process().pid!)) - memory
    await until(async () => others.every((alerts) => alerts.length === sent.length), (all) => all, 20)
    const during = others.flatMap((alerts) => alerts.slice(first).map((a) => a.delay))
    const seen = late.length
    slow.resume()
    // Alerts that were on their way when it was shut out still come; then it asks for the rest.
    await until(async () => late.length === sent.length || code !== undefined, (done) => done, 30)
    if (late.length < sent.length) sockets.push(await reader(url, late, late.at(-1)!.seq))
    await until(async () => late.length, (n) => n >= sent.length, 30)
    await sleep(500)
    console.log(`slow reader: ${READERS} others, ${sent.length} alerts of 40 kB; on their way p99 ${percentile(before, 0.99).toFixed(0)} ms before, ${percentile(during, 0.99).toFixed(0)} ms while one did not read; it had ${seen}, then all; shut out: ${code ?? 'no'}; memory grew by ${grown.toFixed(0)} MB`)
    expect(late.map((a) => a.id)).toEqual(sent)
    for (const alerts of others) expect(alerts.map((a) => a.id)).toEqual(sent)
    expect(seen).toBeLessThan(sent.length / 2)
    expect(percentile(during, 0.99)).toBeLessThan(1000)
    if (!Number.isNaN(grown)) expect(grown).toBeLessThan(300)
  } finally {
    for (const socket of sockets) socket.terminate()
    await stores.close()
    await up.end()
    await remove()
  }
})
