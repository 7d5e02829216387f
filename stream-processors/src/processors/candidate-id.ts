/**
 * Name of a candidate from what defines it: 64-bit FNV-1a of the text, in hex. The same data give the same name in every run.
 */
export function candidateId(...parts: readonly (string | number)[]): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of new TextEncoder().encode(parts.join('|'))) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return 'c-' + hash.toString(16).padStart(16, '0').slice(0, 12)
}
