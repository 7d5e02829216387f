import { HeavensError } from '@heavens/schemas'
import { bbody, bknpower, cutoffpl, grbm, pegpwrlw, powerlaw } from './additive-components.js'
import { diskbb } from './disc-component.js'
import { constant, phabs, tbabs } from './multiplicative-components.js'
import type { Component, ParameterShape } from './component.js'

const COMPONENTS: readonly Component[] = [powerlaw, pegpwrlw, cutoffpl, bknpower, grbm, bbody, diskbb, constant, phabs, tbabs]

export interface ModelParameter extends ParameterShape {
  /** name of the component's place in the expression: powerlaw, or powerlaw2 for the second of its kind */
  component: string
  frozen: boolean
}

/** A model expression ready to be evaluated. */
export interface SpectralModel {
  expression: string
  parameters: readonly ModelParameter[]
  /** what gives photons/cm²/s in each of these energy bins [keV]; `values` in the order of `parameters` */
  on: Bound
}

type Kind = Component['kind']
type Bound = (low: Float64Array, high: Float64Array) => (values: readonly number[]) => Float64Array
interface Node { kind: Kind; on: Bound }

/**
 * Parses
 *
 *     sum     = product { "+" product }
 *     product = factor { "*" factor }
 *     factor  = component | "(" sum ")"
 *
 * A product has at most one additive factor; the terms of a sum are all of one kind; the whole is additive. Names of
 * parameters that occur once stand alone (`PhoIndex`), others get their component before them (`bbody.norm`).
 *
 * @throws bad-usage: unknown component, wrong grammar, two spectra multiplied
 */
export function parseModel(expression: string): SpectralModel {
  const tokens = expression.match(/[A-Za-z_]\w*|\S/g) ?? []
  const parameters: ModelParameter[] = []
  const seen = new Map<string, number>()
  let at = 0
  const fail = (reason: string): never => {
    throw new HeavensError('bad-usage', { reason: `The model ${JSON.stringify(expression)} cannot be read: ${reason}` }, { path: 'model' })
  }

  const leaf = (token: string): Node => {
    const component = COMPONENTS.find(({ name }) => name === token.toLowerCase()) ?? (token.toLowerCase() === 'const' ? constant : undefined)
    if (component === undefined) return fail(`there is no component ${token}; there are ${COMPONENTS.map(({ name }) => name).join(', ')}`)
    const count = (seen.get(component.name) ?? 0) + 1
    seen.set(component.name, count)
    const from = parameters.length
    for (const shape of component.parameters) parameters.push({ ...shape, frozen: shape.frozen ?? false, component: count > 1 ? `${component.name}${count}` : component.name })
    const to = parameters.length
    return {
      kind: component.kind,
      on(low, high) {
        const evaluate = component.on(low, high)
        return (values) => {
          const out = new Float64Array(low.length)
          evaluate(values.slice(from, to), out)
          return out
        }
      },
    }
  }
  const factor = (): Node => {
    const token = tokens[at++]
    if (token === undefined) return fail('it ends where a component is expected')
    if (token !== '(') return /^\w/.test(token) ? leaf(token) : fail(`"${token}" stands where a component is expected`)
    const inner = sum()
    if (tokens[at++] !== ')') fail('a bracket is not closed')
    return inner
  }
  const join = (left: Node, right: Node, kind: Kind, combine: (a: number, b: number) => number): Node => ({
    kind,
    on(low, high) {
      const [first, second] = [left.on(low, high), right.on(low, high)]
      return (values) => {
        const out = first(values)
        const other = second(values)
        for (let i = 0; i < out.length; i++) out[i] = combine(out[i]!, other[i]!)
        return out
      }
    },
  })
  const product = (): Node => {
    let left = factor()
    while (tokens[at] === '*') {
      at++
      const right = factor()
      if (left.kind === 'add' && right.kind === 'add') fail('two spectra are multiplied')
      left = join(left, right, left.kind === 'add' || right.kind === 'add' ? 'add' : 'mul', (a, b) => a * b)
    }
    return left
  }
  const sum = (): Node => {
    let left = product()
    while (tokens[at] === '+') {
      at++
      const right = product()
      if (left.kind !== right.kind) fail('a spectrum and a factor are added')
      left = join(left, right, left.kind, (a, b) => a + b)
    }
    return left
  }

  const root = sum()
  if (at < tokens.length) fail(`"${tokens[at]}" stands where + or * is expected`)
  if (root.kind !== 'add') fail('it has no additive component, such as powerlaw')
  const often = (name: string): boolean => parameters.filter((other) => other.name === name).length > 1
  return { expression, parameters: parameters.map((p) => ({ ...p, name: often(p.name) ? `${p.component}.${p.name}` : p.name })), on: root.on }
}
