import type { Look } from '../state/view.js'

/** A change of how a product is shown; null takes a part back to its default. */
export type LookChange = Readonly<Record<string, string | null>>

/** Tell the product viewer that the user wants another look: it goes into the URL and comes back as a property. */
export function changeLook(element: EventTarget, change: LookChange): void {
  element.dispatchEvent(new CustomEvent<LookChange>('look', { detail: change, bubbles: true, composed: true }))
}

/** Finite numbers of a comma-separated part; null where it is absent or holds anything else, or not as many as wanted. */
export function lookNumbers(look: Look, key: string, count?: number): number[] | null {
  const text = look[key]
  if (!text) return null
  const values = text.split(',').map((t) => (t.trim() === '' ? NaN : Number(t)))
  return values.every(Number.isFinite) && (count === undefined || values.length === count) ? values : null
}

/** One of the choices, else the first. */
export function lookChoice<T extends string>(look: Look, key: string, choices: readonly T[], otherwise: T = choices[0]!): T {
  return choices.find((c) => c === look[key]) ?? otherwise
}

/** Numbers as a part of a look: seven digits are enough for any screen. */
export const numbersLook = (values: readonly number[]): string => values.map((v) => String(Number(v.toPrecision(7)))).join(',')
