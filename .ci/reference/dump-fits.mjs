// One JSON line for every column and image of the FITS files named in the arguments: what `science/fits` read, as a
// sha256 of canonical bytes (little-endian; NaN as 7ff8…; text as UTF-8 with a newline behind each).
// With --write FILE: writes a file with every kind of column instead, for the reference reader to open.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { bytesSource, openFits, readImage, readTable, verifyChecksums, writeFits } from '@heavens/science/fits'
import { everyColumn } from './every-column.mjs'

const KINDS = [[Float64Array, 'f8'], [Float32Array, 'f4'], [Int32Array, 'i4'], [Uint32Array, 'u4'], [Int16Array, 'i2'], [Uint16Array, 'u2'], [Int8Array, 'i1'], [Uint8Array, 'u1'], [BigInt64Array, 'i8'], [BigUint64Array, 'u8']]

function digest(values) {
  const hash = createHash('sha256')
  if (Array.isArray(values)) return { kind: 'text', count: values.length, sha256: hash.update(values.map((text) => `${text}\n`).join('')).digest('hex') }
  const kind = KINDS.find(([type]) => values instanceof type)[1]
  const canonical = values.slice()
  if (kind[0] === 'f') for (let i = 0; i < canonical.length; i++) if (Number.isNaN(canonical[i])) canonical[i] = NaN
  hash.update(new Uint8Array(canonical.buffer))
  return { kind, count: values.length, sha256: hash.digest('hex') }
}

const [first, ...rest] = process.argv.slice(2)
if (first === '--write') {
  writeFileSync(rest[0], writeFits(everyColumn()))
} else {
  for (const path of [first, ...rest]) {
    const packed = readFileSync(path)
    const bytes = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed
    const file = await openFits(bytesSource(bytes), path)
    const verdicts = verifyChecksums(bytes, path)
    for (const hdu of file.hdus) {
      const place = { path, hdu: hdu.index }
      const { checksum, datasum } = verdicts[hdu.index]
      const lines = [{ ...place, what: 'header', name: hdu.name, kind: hdu.kind, cards: hdu.header.cards.filter((card) => card.value !== undefined).map(({ keyword, value }) => [keyword, typeof value === 'bigint' ? `${value}` : value]), checksum, datasum }]
      if (hdu.kind === 'image') {
        const { shape, values } = await readImage(file, hdu)
        lines.push({ ...place, what: 'image', shape, ...digest(values) })
      } else {
        const { columns, rows } = await readTable(file, hdu)
        Object.values(columns).forEach((column, i) =>
          lines.push({ ...place, what: 'column', index: i + 1, name: column.name, rows, repeat: column.repeat, offsets: column.offsets && digest(column.offsets).sha256, ...digest(column.values) }))
      }
      for (const line of lines) console.log(JSON.stringify(line))
    }
  }
}
