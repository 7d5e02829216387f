import { truncated } from './damage.js'
import { onesComplementSum } from './checksum.js'
import { describeHdu } from './open-fits.js'
import { BLOCK, findEnd } from './parse-header.js'

export interface ChecksumVerdict {
  hdu: number
  /** null where the HDU has no CHECKSUM */
  checksum: boolean | null
  /** null where the HDU has no DATASUM */
  datasum: boolean | null
}

/** Do CHECKSUM and DATASUM of every HDU hold? Throws what openFits throws where the bytes are no sequence of HDUs. */
export function verifyChecksums(bytes: Uint8Array, name = 'the file'): ChecksumVerdict[] {
  const verdicts: ChecksumVerdict[] = []
  for (let offset = 0; offset < bytes.length; ) {
    const rest = bytes.subarray(offset)
    // Padding behind the last HDU.
    if (verdicts.length > 0 && rest.every(byte => byte === 0 || byte === 32)) break
    const end = findEnd(rest, name, offset)
    if (end < 0) throw truncated(name, `it ends inside the header of HDU ${verdicts.length}`)
    const { header, dataOffset, dataLength } = describeHdu(rest.subarray(0, end), name, verdicts.length, offset)
    const next = dataOffset + Math.ceil(dataLength / BLOCK) * BLOCK
    if (next > bytes.length) throw truncated(name, `HDU ${verdicts.length} goes on to byte ${next}, the file to ${bytes.length}`)
    const data = onesComplementSum(bytes.subarray(dataOffset, next))
    const whole = onesComplementSum(bytes.subarray(offset, dataOffset), data)
    verdicts.push({
      hdu: verdicts.length,
      checksum: header.string('CHECKSUM', '').trim() === '' ? null : whole === 0xffffffff || whole === 0,
      datasum: header.string('DATASUM', '').trim() === '' ? null : header.number('DATASUM', NaN) === data,
    })
    offset = next
  }
  return verdicts
}
