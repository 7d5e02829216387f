import { describe, expect, it } from 'vitest'
import type { AnalysisRequestInput, ResolvedTarget } from '@heavens/schemas'
import { modelFaults } from './model-faults.js'
import { namedSource } from './named-source.js'

const request = (fit: object): AnalysisRequestInput => ({ time: { intervals: [['2019-05-30T10:19:00', '2019-05-30T10:19:35']] }, products: { spectrum: { fit: fit as { model: string } } } })

describe('the model of a request', () => {
  it('is refused at its field in the words of the grammar', async () => {
    for (const [model, words] of [['bandit', 'bandit'], ['tbabs*', ''], ['(powerlaw', '']] as const) {
      const [fault, ...others] = await modelFaults(request({ model }))
      expect(others).toEqual([])
      expect(fault!.path).toBe('products.spectrum.fit.model')
      expect(fault!.message.length).toBeGreaterThan(10)
      expect(fault!.message).toContain(words)
    }
  })
  it('names its parameters where another is given', async () => {
    expect(await modelFaults(request({ model: 'powerlaw', start: { PhoIndex: 2, colour: 1 }, frozen: ['nH'] }))).toEqual([
      { path: 'products.spectrum.fit.start', message: 'colour is none of PhoIndex, norm' }, { path: 'products.spectrum.fit.frozen', message: 'nH is none of PhoIndex, norm' },
    ])
    expect(await modelFaults(request({ model: 'tbabs*powerlaw', frozen: ['nH'] }))).toEqual([])
  })
  it('is not asked for where there is none', async () => {
    expect(await modelFaults({ time: { intervals: [['2019-05-30T10:19:00', null]] } })).toEqual([])
    expect(await modelFaults(request({ model: '' }))).toEqual([])
  })
})

it('a source is known by all of its names, whatever the case, spaces and marks', () => {
  const crab: ResolvedTarget = { name: 'Crab', aliases: ['M 1', 'PSR B0531+21'], ra: 83.6331, dec: 22.0145, type: 'pulsar wind nebula' }
  for (const name of ['crab', ' CRAB ', 'm1', 'psr b0531 21']) expect(namedSource(name, [crab])).toBe(crab)
  for (const name of ['', '  ', 'cra', 'crab nebula']) expect(namedSource(name, [crab])).toBeUndefined()
})
