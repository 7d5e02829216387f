import { InstrumentDescriptor } from '@heavens/schemas'

/** The 14 detectors in the order of their index on the log: 12 sodium iodide, 2 bismuth germanate. */
export const DETECTORS = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9', 'na', 'nb', 'b0', 'b1'] as const

export const SODIUM_IODIDE = DETECTORS.slice(0, 12)

export const descriptor: InstrumentDescriptor = InstrumentDescriptor.parse({
  id: 'fermi-gbm',
  name: 'GBM',
  mission: 'Fermi',
  kind: 'counter',
  data: 'events',
  columns: ['channel', 'detector'],
  groups: DETECTORS.map((id, index) => index < 12
    ? { id, label: `NaI ${index}`, kind: 'nai' }
    : { id, label: `BGO ${index - 12}`, kind: 'bgo' }),
  bands: [
    { id: '8-20', label: '8–20 keV', eMin: 8, eMax: 20 },
    { id: '20-50', label: '20–50 keV', eMin: 20, eMax: 50 },
    { id: '50-300', label: '50–300 keV', eMin: 50, eMax: 300 },
    { id: '300-1000', label: '300–1000 keV', eMin: 300, eMax: 1000 },
    { id: '1000-40000', label: '1–40 MeV', eMin: 1000, eMax: 40000 },
  ],
  energyUnit: 'keV',
  curves: { widths: [0.016, 0.064, 0.256, 1.024, 25.6, 640, 86400], sparse: false, phase: 'absolute', main: 1.024 },
  triggers: {
    rate: [{ band: '50-300', groups: SODIUM_IODIDE, width: 0.064, sigma: 5, coincidence: 2, alpha: 0.004, delay: 62, settle: 265, muMin: 1.1, quiet: 20 }],
    image: [],
  },
  // EVT_DEAD of the TTE headers; the overflow channel costs four times that (EVTDEDHI).
  deadTime: 2.6e-6,
  // The TTE files seen are sorted; a second of room for detectors whose packets come at different times.
  disorder: 1,
  lateHorizon: 7200,
  products: ['light-curve', 'spectrum', 'events'],
  defaults: { bin: 1.024 },
  options: [
    { id: 'detectors', label: 'Detectors', kind: 'choice', choices: ['all', 'sodium iodide', 'bismuth germanate'], default: 'all', help: 'Which kind of detector takes part where none is named.' },
  ],
})
