// HDUs with every kind of column and pixel our writer knows, including the values at the ends of their ranges.
const rows = 7
const edges = { u2: [0, 1, 32767, 32768, 65535, 5, 6], u4: [0, 1, 2147483647, 2147483648, 4294967295, 5, 6], i1: [-128, -1, 0, 1, 127, 5, 6] }
const doubles = [0, -0, 1.5, Number.MAX_VALUE, Number.MIN_VALUE, Infinity, NaN]
const lengths = [3, 0, 1, 5, 0, 2, 4]
const ragged = (Type, value) => lengths.map((length, row) => Type.from({ length }, (_, k) => value(row, k)))

export function everyColumn() {
  return [
    {
      kind: 'bintable', name: 'EVERY', rows,
      cards: [
        ['OBJECT', "O'Neill's “source” — a name of many words, which does not fit one card of 80 characters and goes on & on", 'long'],
        ['ANSWER', 42, 'integer'], ['PI', Math.PI], ['TINY', -1.2345678901234567e-100, 'longer than 20 characters'], ['HUGE', 1e21], ['FLAG', true], ['BIG', 9007199254740993n],
        ['HISTORY', 'x'.repeat(150)], ['COMMENT', 'accents: é'],
      ],
      columns: [
        { name: 'L', format: 'L', values: Uint8Array.from([1, 0, 1, 0, 0, 1, 1]) },
        { name: 'X', format: '11X', values: Uint8Array.from({ length: 11 * rows }, (_, i) => (i * i) % 3 & 1) },
        { name: 'B', format: '2B', values: Uint8Array.from({ length: 2 * rows }, (_, i) => 255 - i), unit: 'count' },
        { name: 'SB', format: 'B', values: Int8Array.from(edges.i1) },
        { name: 'I', format: 'I', values: Int16Array.from([-32768, -1, 0, 1, 32767, 5, 6]), tlmin: -32768, tlmax: 32767 },
        { name: 'UI', format: 'I', values: Uint16Array.from(edges.u2) },
        { name: 'J', format: '3J', values: Int32Array.from({ length: 3 * rows }, (_, i) => (i - 10) * 200000000) },
        { name: 'UJ', format: 'J', values: Uint32Array.from(edges.u4) },
        { name: 'K', format: 'K', values: BigInt64Array.from([-(2n ** 63n), -1n, 0n, 1n, 2n ** 63n - 1n, 5n, 6n]) },
        { name: 'UK', format: 'K', values: BigUint64Array.from([0n, 1n, 2n ** 63n, 2n ** 64n - 1n, 4n, 5n, 6n]) },
        { name: 'A', format: '12A', values: ['', 'a', "it's", 'twelve chars', ' x', 'two  blanks', 'b'] },
        { name: 'E', format: '6E', dims: [3, 2], unit: 'keV', values: Float32Array.from({ length: 6 * rows }, (_, i) => (i % 9 === 8 ? NaN : i / 7)) },
        { name: 'D', format: 'D', unit: 's', values: Float64Array.from(doubles) },
        { name: 'C', format: 'C', values: Float32Array.from({ length: 2 * rows }, (_, i) => i / 3) },
        { name: 'M', format: '2M', values: Float64Array.from({ length: 4 * rows }, (_, i) => -i / 3) },
        { name: 'PE', format: '1PE', values: ragged(Float32Array, (r, k) => r + k / 10) },
        { name: 'PUI', format: '1PI', values: ragged(Uint16Array, (r, k) => 65535 - r - k) },
        { name: 'PJ', format: '1PJ', values: ragged(Int32Array, (r, k) => -r * k) },
        { name: 'PB', format: '1PB', values: ragged(Uint8Array, (r, k) => r + k) },
        { name: 'QD', format: '1QD', values: ragged(Float64Array, (r, k) => r / (k + 1)) },
      ],
    },
    { kind: 'image', name: 'U1', shape: [3, 2], values: Uint8Array.from([0, 1, 2, 253, 254, 255]) },
    { kind: 'image', name: 'I2', shape: [3], values: Int16Array.from([-32768, 0, 32767]) },
    { kind: 'image', name: 'U2', shape: [3], values: Uint16Array.from([0, 32768, 65535]) },
    { kind: 'image', name: 'I4', shape: [1, 1, 2], values: Int32Array.from([-5, 5]) },
    { kind: 'image', name: 'U4', shape: [2], values: Uint32Array.from([0, 4294967295]) },
    { kind: 'image', name: 'I8', shape: [2], values: BigInt64Array.from([-(2n ** 63n), 2n ** 63n - 1n]) },
    { kind: 'image', name: 'U8', shape: [2], values: BigUint64Array.from([0n, 2n ** 64n - 1n]) },
    { kind: 'image', name: 'F4', shape: [2, 2], values: Float32Array.from([1.5, NaN, -Infinity, 1e-40]) },
    { kind: 'image', name: 'F8', shape: [7], values: Float64Array.from(doubles) },
    { kind: 'bintable', name: 'NOROWS', rows: 0, columns: [{ name: 'START', format: '1D', unit: 's', values: new Float64Array(0) }, { name: 'V', format: '1PE', values: [] }] },
  ]
}
