import { HeavensError } from '@heavens/schemas'
import { readDeadLetter, readDeadLetters, retryDeadLetter, retryOutcomes, type KeptLetter, type RetryOutcome } from '@heavens/ingest'
import type { Stores } from '@heavens/storage'
import { openConfiguredStores } from '../configured-stores.js'
import { EXIT } from '../exit.js'

export interface DeadLetterOptions {
  data?: string
  json: boolean
}

/** Bytes that `show` prints. */
const SHOWN = 512

/** Every APID: a retry looks for any packet; the ingest role knows which of them mean something. */
const EVERY_APID = Array.from({ length: 2047 }, (_, apid) => apid)

/** `heavens deadletter list`: what came in and could not be used, and what came of retries. */
export async function listDeadLetters(options: DeadLetterOptions): Promise<number> {
  return withStores(options, async (stores) => {
    const outcomes = await retryOutcomes(stores.log)
    const rows = []
    for await (const kept of readDeadLetters(stores.log)) rows.push(row(kept, outcomes.get(kept.offset)))
    if (options.json) console.log(JSON.stringify(rows))
    else if (rows.length === 0) console.log('There are no dead letters.')
    else for (const r of rows) console.log(`${r.offset}  ${r.received}  ${r.via}  ${r.bytes} bytes  ${r.source}: ${r.reason} [${r.code}]${r.retry ? `; retried ${r.retry.at}: ${r.retry.outcome}` : ''}`)
    return EXIT.ok
  })
}

/** `heavens deadletter show N`: the whole of its header, and the beginning of its bytes. */
export async function showDeadLetter(offset: number, options: DeadLetterOptions): Promise<number> {
  return withStores(options, async (stores) => {
    const kept = await readDeadLetter(stores.log, offset)
    const shown = row(kept, (await retryOutcomes(stores.log)).get(offset))
    if (options.json) console.log(JSON.stringify({ ...shown, base64: Buffer.from(kept.bytes).toString('base64') }))
    else {
      for (const [name, value] of Object.entries(shown)) if (value !== undefined) console.log(`${name.padEnd(10)}${typeof value === 'object' ? JSON.stringify(value) : value}`)
      console.log(hexdump(kept.bytes.subarray(0, SHOWN)))
      if (kept.bytes.length > SHOWN) console.log(`… ${kept.bytes.length - SHOWN} bytes more; --json prints all`)
    }
    return EXIT.ok
  })
}

/** `heavens deadletter retry N|all`: bring it in again by the way it came. Exit code 3 where some were refused again. */
export async function retryDeadLetters(which: string, options: DeadLetterOptions): Promise<number> {
  if (which !== 'all' && !/^\d+$/.test(which)) throw new HeavensError('bad-usage', { reason: `retry takes the offset of a dead letter, or all, not ${which}` })
  return withStores(options, async (stores) => {
    const before = await retryOutcomes(stores.log)
    const outcomes: RetryOutcome[] = []
    const retry = async (kept: KeptLetter): Promise<void> => {
      const outcome = await retryDeadLetter(stores, kept, EVERY_APID, new Date())
      outcomes.push(outcome)
      if (!options.json) console.log(`${outcome.offset}  ${outcome.outcome}: ${outcome.sentence}`)
    }
    if (which !== 'all') await retry(await readDeadLetter(stores.log, Number(which)))
    else for await (const kept of readDeadLetters(stores.log)) if (before.get(kept.offset)?.outcome !== 'accepted') await retry(kept)
    if (options.json) console.log(JSON.stringify(outcomes))
    return outcomes.some((o) => o.outcome === 'refused') ? EXIT.refused : EXIT.ok
  })
}

interface Row {
  offset: number
  received: string
  via: string
  source: string
  code: string
  reason: string
  bytes: number
  kept: number
  stream: string | undefined
  retry: RetryOutcome | undefined
}

function row({ offset, letter, bytes }: KeptLetter, retry: RetryOutcome | undefined): Row {
  return {
    offset, received: letter.received, via: letter.via ?? 'file', source: letter.file, code: letter.code, reason: letter.sentence, bytes: letter.size, kept: bytes.length,
    stream: letter.stream && `${letter.stream.instrument}/${letter.stream.run}`, retry,
  }
}

/** Offset, sixteen bytes, and their ASCII, a line each. */
function hexdump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const line = [...bytes.subarray(at, at + 16)]
    const hex = line.map((b) => b.toString(16).padStart(2, '0')).join(' ')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${line.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('')}`)
  }
  return lines.join('\n')
}

async function withStores(options: DeadLetterOptions, action: (stores: Stores) => Promise<number>): Promise<number> {
  const stores = await openConfiguredStores('deadletter', options.data)
  try {
    return await action(stores)
  } finally {
    await stores.close()
  }
}
