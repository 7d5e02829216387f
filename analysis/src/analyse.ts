import { performance } from 'node:perf_hooks'
import { HeavensError, telemetryTopic } from '@heavens/schemas'
import type { Job, JobStep, Product, Provenance, RequestAsUsed } from '@heavens/schemas'
import type { Instrument } from '@heavens/instruments'
import type { Stores } from '@heavens/storage'
import { fitProducts } from './fits/fit-products.js'
import { makeProducts } from './make-products.js'
import type { AnalysisLimits } from './limits.js'
import type { NameResolver } from './names/name-resolver.js'
import { placeNamed } from './names/place-named.js'
import { makePlan } from './plan.js'
import type { Refusal } from './plan.js'
import { prepare } from './prepare.js'
import type { Prepared } from './prepare.js'
import { productFolder } from './product-folder.js'
import { productWriter } from './product-writer.js'
import type { MadeFile } from './products/product-context.js'
import { progressOf } from './progress.js'
import type { Progress } from './progress.js'
import { emptyProvenance, note } from './provenance.js'
import { startReport } from './report/start-report.js'
import { requestContext } from './request/resolve-request.js'
import { settleRequest } from './request/settle-request.js'
import { softwareVersion } from './software-version.js'

export interface AnalyseOptions {
  stores: Stores
  instruments: readonly Instrument[]
  /** folder of the products; made where it is not there */
  out: string
  onStep?(steps: JobStep[]): void
  onProduct?(product: Product): void
  signal?: AbortSignal
  /** asked for names that the catalogue lacks */
  names?: NameResolver
  /** absent: the usual ones */
  limits?: AnalysisLimits
  /** version written into the products; that of this package when absent */
  version?: string
}

export interface Analysed {
  used: RequestAsUsed
  products: Product[]
  /** how far each stream had come before it was read */
  read: NonNullable<Job['read']>
  provenance: Provenance
  /** what could not be made beside the products, with the reasons */
  refused: Refusal[]
}

/**
 * Run a request: read what it touches, make its products and write them with `report.html`, `request.json`,
 * `provenance.json` and `products.json` into a folder. The same request on the same data gives the same bytes.
 *
 * @throws HeavensError for a request that is not valid; the first reason where nothing at all can be made; cancelled
 */
export async function analyse(input: unknown, options: AnalyseOptions): Promise<Analysed> {
  const { stores, instruments, signal } = options
  const version = options.version ?? softwareVersion()
  const progress = progressOf((steps) => options.onStep?.(steps), () => performance.now())
  const folder = productFolder(options.out)
  const writer = productWriter(folder, (product) => options.onProduct?.(product), () => performance.now())
  try {
    const context = await requestContext(stores, instruments, options.limits)
    const used = await settleRequest(await placeNamed(input, options.names), context, stores.log)
    const plan = makePlan(used, context)
    const read = await reached(used, stores)
    for (const one of plan.instruments) {
      const { id, name } = one.descriptor
      progress.add(id, name, 0)
      progress.add(`${id}/read`, 'read data', 1)
      for (const product of one.products) progress.add(`${id}/${product}`, product, 1)
    }
    if (used.request.products?.spectrum?.fit !== undefined) progress.add('fit', 'fit', 0)
    const { products } = writer
    const refused = [...plan.refused]
    const provenance = emptyProvenance(used, version)
    const report = startReport(plan)
    for (const one of plan.instruments) {
      const { id } = one.descriptor
      if (one.products.length === 0) continue
      progress.start(id)
      progress.start(`${id}/read`)
      const prepared = await prepare(stores, plan, one, version, { ...(signal ? { signal } : {}), onProgress: (f) => progress.fraction(`${id}/read`, f) })
      progress.done(`${id}/read`)
      refused.push(...prepared.refused)
      const before = products.length
      refused.push(...(await makeAll(prepared, stores, progress, signal, async (file) => {
        const { path: name, bytes, ...rest } = file
        await report.file(await writer.put({ ...rest, path: `${id}/${name}`, instrument: id }, bytes), bytes)
      })))
      report.instrument(prepared)
      note(provenance, prepared)
      if (products.length === before) progress.failed(id, 'nothing could be made')
      else progress.done(id)
    }
    if (products.length === 0) throw refusalError(refused)
    const fit = used.request.products?.spectrum?.fit
    if (fit !== undefined && products.some(({ kind }) => kind === 'spectrum')) {
      progress.start('fit')
      await writer.written()
      const made = await fitProducts(products, fit, (name) => folder.read(name))
      for (const { bytes, ...rest } of made.files) {
        await report.file(await writer.put(rest, bytes), bytes)
      }
      refused.push(...made.refused)
      if (made.files.length === 0) progress.failed('fit', made.refused[0]!.sentence)
      else progress.done('fit')
    }
    await writer.put({ path: 'report.html', kind: 'report', instrument: [...new Set(products.flatMap((p) => p.instrument.split('+')))].join('+') }, report.page(provenance, refused))
    await writer.putJson('request.json', used)
    await writer.putJson('provenance.json', provenance)
    await writer.written()
    await folder.writeJson('products.json', products)
    return { used, products: [...products], read, provenance, refused }
  } catch (cause) {
    // The folder may be removed as soon as this has ended.
    await writer.settled()
    if (signal?.aborted === true) throw new HeavensError('cancelled', {}, { cause })
    throw cause
  }
}

/** The next offset of every stream of a request. */
async function reached(used: RequestAsUsed, { log }: Stores): Promise<NonNullable<Job['read']>> {
  return Promise.all(used.instruments.map(async ({ id, run }) => {
    const topic = telemetryTopic({ instrument: id, run })
    return { topic, next: (await log.bounds(topic)).next }
  }))
}

type Write = (file: MadeFile) => Promise<void>

async function makeAll(prepared: Prepared, stores: Stores, progress: Progress, signal: AbortSignal | undefined, write: Write): Promise<Refusal[]> {
  const { context, plan } = prepared
  const { id } = plan.descriptor
  const refused: Refusal[] = []
  for (const product of plan.products) {
    const step = `${id}/${product}`
    if (context === undefined) {
      progress.failed(step, prepared.refused[0]?.sentence ?? 'no data')
      continue
    }
    progress.start(step)
    try {
      for await (const { file, fraction } of makeProducts(context, product, stores.products)) {
        signal?.throwIfAborted()
        await write(file)
        progress.fraction(step, fraction)
      }
      progress.done(step)
    } catch (cause) {
      // One product that cannot be made does not cost the others; anything but a refusal is an error of the whole.
      if (!(cause instanceof HeavensError) || !['no-data', 'no-product', 'no-exposure'].includes(cause.code)) throw cause
      refused.push({ id, code: cause.code, sentence: cause.message })
      progress.failed(step, cause.message)
    }
  }
  return refused
}

/** The first refusal as an error: its sentence is already whole. */
function refusalError(refused: readonly Refusal[]): HeavensError {
  const [first] = refused
  if (first === undefined) return new HeavensError('no-data', { reason: 'the request asks for no product of any instrument with data' })
  const error = new HeavensError(first.code as 'no-data', { reason: first.sentence })
  error.message = refused.map((r) => r.sentence).filter((s, i, all) => all.indexOf(s) === i).join(' ')
  return error
}
