import { InstrumentDescriptor } from '@heavens/schemas'

const trigger = { width: 0.064, sigma: 7, coincidence: 1, alpha: 0.004, delay: 62, settle: 265, muMin: 1.1, quiet: 20 }

export const descriptor: InstrumentDescriptor = InstrumentDescriptor.parse({
  id: 'swift-bat-rates',
  name: 'BAT rates',
  mission: 'Swift',
  kind: 'counter',
  data: 'rates',
  columns: [],
  groups: [{ id: 'bat', label: 'Whole detector array', kind: 'czt' }],
  bands: [
    { id: '15-25', label: '15–25 keV', eMin: 15, eMax: 25 },
    { id: '25-50', label: '25–50 keV', eMin: 25, eMax: 50 },
    { id: '50-100', label: '50–100 keV', eMin: 50, eMax: 100 },
    { id: '100-350', label: '100–350 keV', eMin: 100, eMax: 350 },
  ],
  energyUnit: 'keV',
  curves: { widths: [0.064, 0.256, 1.024, 25.6, 640, 86400], sparse: false, phase: 'native', main: 1.024 },
  triggers: {
    // Not below 50 keV: there, rises of 60 σ that are no bursts fill whole observations (see README).
    rate: [{ ...trigger, band: '50-100' }, { ...trigger, band: '100-350' }],
    image: [],
  },
  deadTime: 0,
  disorder: 1,
  lateHorizon: 7200,
  products: ['light-curve'],
  defaults: { bin: 1.024 },
  options: [],
})
