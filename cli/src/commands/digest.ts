import { createHash } from 'node:crypto'
import { decodeFrame, encodeFrame, TOPICS, type Candidate, type CurveBins, type SkyImage, type StreamId } from '@heavens/schemas'
import type { Stores } from '@heavens/storage'
import { EXIT } from '../exit.js'
import { openConfiguredStores } from '../configured-stores.js'

export interface DigestOptions {
  data?: string
  instrument?: string
  json: boolean
}

export interface StreamDigest extends StreamId {
  /** sha256, hex; equal where the results are equal to the bit. How often late data revised them, and what was retracted, takes no part */
  curves: string
  images: string
  candidates: string
}

/** `heavens digest`: one sha256 for each kind of result of each stream. Two runs with the same results print the same. */
export async function digest(options: DigestOptions): Promise<number> {
  const stores = await openConfiguredStores('digest', options.data)
  try {
    const digests = await streamDigests(stores, options.instrument)
    if (options.json) console.log(JSON.stringify(digests))
    else for (const d of digests) for (const kind of ['curves', 'images', 'candidates'] as const) console.log(`${d[kind]}  ${d.instrument}/${d.run} ${kind}`)
    return EXIT.ok
  } finally {
    await stores.close()
  }
}

/** The digests of all streams (of one instrument, where it is named), ordered by instrument and run. */
export async function streamDigests(stores: Stores, instrument?: string): Promise<StreamDigest[]> {
  const streams = (await stores.archive.coverage()).map((c) => c.stream).filter((s) => instrument === undefined || s.instrument === instrument)
  streams.sort((a, b) => a.instrument.localeCompare(b.instrument) || a.run.localeCompare(b.run))
  const candidates = (await stores.log.latest(TOPICS.candidates)).map((r) => JSON.parse(new TextDecoder().decode(r.value)) as Candidate)
  const images = (await stores.log.latest(TOPICS.images)).map((r) => r.value)
  const digests: StreamDigest[] = []
  for (const stream of streams) {
    const of = (x: StreamId): boolean => x.instrument === stream.instrument && x.run === stream.run
    digests.push({
      ...stream,
      curves: await curvesDigest(stores, stream),
      images: hashOf(images.map((frame) => decodeFrame<SkyImage>(frame)).filter(({ header }) => of(header)).map(({ header, arrays }) => Buffer.from(encodeFrame({ ...header, revision: 0 }, arrays))).sort(Buffer.compare)),
      candidates: hashOf(candidates.filter((c) => of(c) && c.state !== 'retracted').map((c) => Buffer.from(canonical({ ...c, id: '', revision: 0 }))).sort(Buffer.compare)),
    })
  }
  return digests
}

async function curvesDigest(stores: Stores, stream: StreamId): Promise<string> {
  const keys = (await stores.curves.keys(stream)).map((key) => ({ key, name: `${key.group}/${key.band}/${key.width}` })).sort((a, b) => a.name.localeCompare(b.name))
  const hash = createHash('sha256')
  for (const { key, name } of keys) {
    const bounds = await stores.curves.bounds(key)
    if (!bounds) continue
    hash.update(name)
    for (const part of canonicalBins(await stores.curves.read(key, bounds.first, bounds.last))) hash.update(part)
  }
  return hash.digest('hex')
}

/** The bytes of all columns but the number of revisions; every NaN is the same one. Bins without counts and exposure say nothing: late good time may leave some. */
function canonicalBins(all: CurveBins): Uint8Array[] {
  const bins = withoutEmpty(all)
  const bytes = (a: Float64Array | Float32Array | Uint16Array | Uint8Array): Uint8Array => new Uint8Array(a.buffer, a.byteOffset, a.byteLength)
  const real = (a: Float32Array): Uint8Array => bytes(a.map((x) => (Number.isNaN(x) ? NaN : x)))
  return [bytes(Float64Array.of(bins.phase)), bytes(bins.index), bytes(bins.counts), real(bins.exposure), real(bins.background), real(bins.completeness), bytes(bins.flags)]
}

function withoutEmpty(bins: CurveBins): CurveBins {
  const full = (_: number, i: number): boolean => bins.counts[i]! > 0 || bins.exposure[i]! > 0
  if (bins.index.every(full)) return bins
  const { phase, index, counts, exposure, background, revision, completeness, flags } = bins
  return {
    phase, index: index.filter(full), counts: counts.filter(full), exposure: exposure.filter(full), background: background.filter(full), revision: revision.filter(full),
    completeness: completeness.filter(full), flags: flags.filter(full),
  }
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) => (v !== null && typeof v === 'object' && !Array.isArray(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a.localeCompare(b))) : v))
}

function hashOf(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
