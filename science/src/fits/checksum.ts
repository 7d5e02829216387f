/**
 * The checksum of FITS 4.0, section 4.4.2.7 and appendix J: the 32-bit ones' complement sum of big-endian words.
 *
 * @param bytes a multiple of 4 bytes (FITS data come in blocks of 2880)
 * @param sum   the sum so far: parts can be added in any order
 */
export function onesComplementSum(bytes: Uint8Array, sum = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  // A double holds 2^21 carries of 32 bits: fold after each million words.
  let total = sum
  const words = bytes.length >>> 2
  for (let from = 0; from < words; from += 2 ** 20) {
    const to = Math.min(words, from + 2 ** 20)
    for (let i = from; i < to; i++) total += view.getUint32(4 * i)
    total = fold(total)
  }
  return total
}

function fold(total: number): number {
  let sum = total
  while (sum > 0xffffffff) sum = (sum % 2 ** 32) + Math.floor(sum / 2 ** 32)
  return sum
}

/**
 * The 16 characters whose bytes add up to the complement of a sum, so that the whole HDU adds up to -0 (all bits set).
 * Each byte is split over four characters above '0' that are neither signs nor quotes; the string is rotated by one
 * place, because a card's value begins at a byte that is 3 beyond a word.
 */
export function encodeChecksum(sum: number): string {
  const complement = ~sum >>> 0
  const characters = new Uint8Array(16)
  for (let byte = 0; byte < 4; byte++) {
    const value = (complement >>> (24 - 8 * byte)) & 0xff
    const four = [(value >> 2) + (value & 3) + 48, (value >> 2) + 48, (value >> 2) + 48, (value >> 2) + 48]
    for (let clash = true; clash; ) {
      clash = false
      for (const pair of [0, 2]) {
        if (!isPunctuation(four[pair]!) && !isPunctuation(four[pair + 1]!)) continue
        four[pair]!++
        four[pair + 1]!--
        clash = true
      }
    }
    for (let place = 0; place < 4; place++) characters[4 * place + byte] = four[place]!
  }
  return String.fromCharCode(characters[15]!, ...characters.subarray(0, 15))
}

/** Between the digits and the letters, and between upper and lower case. */
function isPunctuation(character: number): boolean {
  return (character >= 0x3a && character <= 0x40) || (character >= 0x5b && character <= 0x60)
}
