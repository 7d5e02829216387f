import { InstrumentDescriptor } from '@heavens/schemas'
import { revolutions } from './revolutions.js'

export const descriptor: InstrumentDescriptor = InstrumentDescriptor.parse({
  id: 'integral-spi-acs',
  name: 'SPI-ACS',
  mission: 'INTEGRAL',
  revolutions,
  kind: 'counter',
  data: 'rates',
  columns: [],
  groups: [{ id: 'acs', label: 'Anticoincidence shield', kind: 'bgo' }],
  // The threshold lies near 75–80 keV and differs from crystal to crystal; the upper end is nominal.
  bands: [{ id: '75-100000', label: '> 75 keV', eMin: 75, eMax: 100000 }],
  energyUnit: 'keV',
  curves: { widths: [0.1, 1, 10, 100, 1200, 86400], sparse: false, phase: 'native', main: 1 },
  triggers: {
    // One stream only, so that nothing but height can tell noise from a burst: 7 σ of the measured scatter (1.19 × Poisson).
    rate: [{ band: '75-100000', width: 0.1, sigma: 7, coincidence: 1, alpha: 0.005, delay: 40, settle: 120, muMin: 1.1, quiet: 20 }],
    image: [],
  },
  deadTime: 0,
  disorder: 1,
  lateHorizon: 7200,
  products: ['light-curve'],
  defaults: { bin: 1 },
  options: [],
})
