import { InstrumentDescriptor } from '@heavens/schemas'

const TEV = 1e9

export const descriptor: InstrumentDescriptor = InstrumentDescriptor.parse({
  id: 'hegra',
  name: 'HEGRA',
  mission: 'HEGRA',
  kind: 'photometer',
  data: 'rates',
  columns: [],
  groups: [
    { id: 'mkn-421', label: 'Mkn 421', place: { ra: 166.1138, dec: 38.2088 } },
    { id: 'mkn-501', label: 'Mkn 501', place: { ra: 253.4676, dec: 39.7602 } },
    { id: '1es-1959', label: '1ES 1959+650', place: { ra: 299.9994, dec: 65.1485 } },
  ],
  // The threshold near zenith is 0.5 TeV for the system of telescopes, 1 TeV and more for single ones; the upper end is nominal.
  bands: [{ id: '1-30', label: '> 1 TeV', eMin: TEV, eMax: 30 * TEV }],
  energyUnit: 'TeV',
  rateUnit: 'Crab',
  // A night, a week, four weeks; days begin where the first of them does.
  curves: { widths: [86400, 604800, 2419200], sparse: false, phase: 'native', main: 86400 },
  // What came out of nights is published months later: nothing to be told of at once.
  triggers: { rate: [], image: [] },
  deadTime: 0,
  disorder: 86400,
  lateHorizon: 2419200,
  products: ['light-curve'],
  defaults: { bin: 86400 },
  options: [],
})
