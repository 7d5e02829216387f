import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { HeavensError } from '@heavens/schemas'
import { INSTRUMENTS } from '@heavens/instruments'
import { analyse as runAnalysis, quote as quoteRequest } from '@heavens/analysis'
import { configuredLimits } from '../configured-limits.js'
import { configuredNames } from '../configured-names.js'
import { openConfiguredStores } from '../configured-stores.js'
import { EXIT } from '../exit.js'
import { printQuote } from '../print-quote.js'
import { stepBars } from '../step-bars.js'
import { goodTimeFile } from '../good-time-file.js'
import { readRoleSettings } from '../role-settings.js'

export interface AnalyseOptions {
  request: string
  /** file of good time, in place of the request's */
  gti?: string
  out: string
  data?: string
  /** print JSON, and nothing else */
  json: boolean
}

/** `heavens analyse`: the same analysis as in the dashboard, from the shell. */
export async function analyse(options: AnalyseOptions): Promise<number> {
  const settings = readRoleSettings(process.env)
  const asked = { ...configuredNames(settings), limits: configuredLimits(settings) }
  const request = await readRequest(options)
  const stores = await openConfiguredStores('analyse', options.data)
  try {
    const stop = new AbortController()
    process.once('SIGINT', () => stop.abort())
    const bars = stepBars(process.stderr.isTTY === true, options.json)
    const { products, refused } = await runAnalysis(request, { stores, instruments: INSTRUMENTS, out: options.out, signal: stop.signal, onStep: bars.show, ...asked }).finally(bars.stop)
    for (const one of refused) console.error(`${one.id}: ${one.sentence} [${one.code}]`)
    if (options.json) console.log(JSON.stringify(products))
    else for (const p of products) console.log(`${p.kind.padEnd(12)} ${p.path}`)
    return EXIT.ok
  } finally {
    await stores.close()
  }
}

/** `heavens quote`: what a request would take and give; for people on a terminal, as JSON for whatever reads it else. */
export async function quote(options: AnalyseOptions): Promise<number> {
  const settings = readRoleSettings(process.env)
  const asked = { ...configuredNames(settings), limits: configuredLimits(settings) }
  const request = await readRequest(options)
  const stores = await openConfiguredStores('analyse', options.data)
  try {
    const answer = await quoteRequest(request, stores, INSTRUMENTS, asked)
    if (options.json || !process.stdout.isTTY) console.log(JSON.stringify(answer, null, 2))
    else printQuote(answer)
    return EXIT.ok
  } finally {
    await stores.close()
  }
}

async function readRequest({ request: file, gti }: Pick<AnalyseOptions, 'request' | 'gti'>): Promise<unknown> {
  const json = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new HeavensError('bad-usage', { reason: `The request ${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause })
  })
  const time = gti === undefined ? {} : { time: await goodTimeFile(gti) }
  try {
    const request = JSON.parse(json) as unknown
    return typeof request === 'object' && request !== null && !Array.isArray(request) ? { ...request, ...time } : request
  } catch (cause) {
    throw new HeavensError('bad-request', { reason: `it is not JSON: ${cause instanceof Error ? cause.message : String(cause)}` }, { cause })
  }
}
