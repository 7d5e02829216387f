import { describe, expect, it } from 'vitest'
import { Band, InstrumentDescriptor, instrumentDescriptorExample, RateTrigger, rateTriggerExample } from './descriptor.js'

/** Paths of what is wrong with the example after a change. */
function wrongAfter(change: (d: InstrumentDescriptor) => void): string[] {
  const descriptor = structuredClone(instrumentDescriptorExample)
  change(descriptor)
  const result = InstrumentDescriptor.safeParse(descriptor)
  return result.success ? [] : result.error.issues.map((issue) => issue.path.join('.'))
}

describe('a band', () => {
  it.each([[50, 50], [300, 50], [-1, 50]])('from %d to %d keV is refused', (eMin, eMax) => {
    expect(Band.safeParse({ id: 'x', label: 'x', eMin, eMax }).success).toBe(false)
  })

  it.each(['50 300', '50–300', '', 'A'])('called "%s" is refused: ids go into topics, file names and addresses', (id) => {
    expect(Band.safeParse({ id, label: 'x', eMin: 1, eMax: 2 }).success).toBe(false)
  })
})

it('fills in the defaults of a trigger', () => {
  const { muMin: _muMin, quiet: _quiet, ...rest } = rateTriggerExample
  expect(RateTrigger.parse(rest)).toEqual({ ...rest, muMin: 1.1, quiet: 20 })
})

describe('an instrument descriptor', () => {
  it('may leave out images and what only imagers have', () => {
    expect(wrongAfter((d) => { delete d.images; d.triggers.image = [] })).toEqual([])
  })

  it('may have an image trigger on the sum of its bands', () => {
    expect(wrongAfter((d) => { d.triggers.image[0]!.band = 'all' })).toEqual([])
  })

  it.each<[string, string, (d: InstrumentDescriptor) => void]>([
    ['revolutions that descend', 'revolutions.passages.1', (d) => { d.revolutions = { passages: [[2, '2019-01-02T00:00:00'], [1, '2019-01-03T00:00:00']], accuracy: 1, source: 'x' } }],
    ['no group', 'groups', (d) => { d.groups = []; d.triggers.rate = [] }],
    ['two groups of one id', 'groups', (d) => { d.groups[1]!.id = 'n0'; d.triggers.rate = [] }],
    ['two bands of one id', 'bands', (d) => { d.bands.push({ ...d.bands[0]! }) }],
    ['an id with a dot, which would be read as a run', 'id', (d) => { d.id = 'fermi.gbm' }],
    ['a width that is no multiple of the one before', 'curves.widths.1', (d) => { d.curves.widths = [0.064, 0.1]; d.curves.main = 0.064 }],
    ['widths that descend', 'curves.widths.1', (d) => { d.curves.widths = [0.064, 0.016] }],
    ['a main width that is not made', 'curves.main', (d) => { d.curves.main = 1 }],
    ['a trigger on a band that it lacks', 'triggers.rate.0.band', (d) => { d.triggers.rate[0]!.band = '8-50' }],
    ['a trigger on a width that is not made', 'triggers.rate.0.width', (d) => { d.triggers.rate[0]!.width = 0.1 }],
    ['a trigger on a group that it lacks', 'triggers.rate.0.groups', (d) => { d.triggers.rate[0]!.groups = ['n0', 'b0'] }],
    ['more coincident groups than take part', 'triggers.rate.0.coincidence', (d) => { d.triggers.rate[0]!.coincidence = 4 }],
    ['an image trigger on a window that it lacks', 'triggers.image.0.window', (d) => { d.triggers.image[0]!.window = '1d' }],
    ['an image trigger on a band that it lacks', 'triggers.image.0.band', (d) => { d.triggers.image[0]!.band = '8-50' }],
  ])('must not have %s', (_, path, change) => {
    expect(wrongAfter(change)).toContain(path)
  })

  it('may have widths whose ratio is whole only up to rounding', () => {
    expect(wrongAfter((d) => { d.curves.widths = [0.1, 0.3, 0.9]; d.curves.main = 0.1; d.triggers.rate = [] })).toEqual([])
  })
})
