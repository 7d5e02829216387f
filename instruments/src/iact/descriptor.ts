import { type FormOption, InstrumentDescriptor } from '@heavens/schemas'

const TEV = 1e9

const degrees = (id: string, label: string, value: number, min: number, max: number, help: string): FormOption => ({ id, label, kind: 'number', unit: 'deg', min, max, default: value, help })

export const descriptor: InstrumentDescriptor = InstrumentDescriptor.parse({
  id: 'iact',
  name: 'IACT',
  mission: 'GADF',
  kind: 'imager',
  data: 'events',
  columns: ['energy', 'ra', 'dec'],
  groups: [{ id: 'array', label: 'telescope array' }],
  bands: [
    { id: '0.1-0.3', label: '0.1–0.3 TeV', eMin: 0.1 * TEV, eMax: 0.3 * TEV },
    { id: '0.3-1', label: '0.3–1 TeV', eMin: 0.3 * TEV, eMax: TEV },
    { id: '1-3', label: '1–3 TeV', eMin: TEV, eMax: 3 * TEV },
    { id: '3-10', label: '3–10 TeV', eMin: 3 * TEV, eMax: 10 * TEV },
    { id: '10-100', label: '10–100 TeV', eMin: 10 * TEV, eMax: 100 * TEV },
  ],
  energyUnit: 'TeV',
  // Four minutes show the flares of PKS 2155−304; six of them make a row of the slower curve.
  curves: { widths: [10, 240, 1440], sparse: true, phase: 'absolute', main: 240 },
  // Most events are hadrons spread over the field, which no image trigger of ours models.
  triggers: { rate: [], image: [] },
  // Dead time is in DEADC, which comes with the pointing; nothing is taken off per event.
  deadTime: 0,
  disorder: 1,
  lateHorizon: 86400,
  fieldOfView: 2.5,
  // Wider than three times the point-spread function: no photon of the source is in its own background.
  reflected: { exclusion: 0.3 },
  products: ['light-curve', 'image', 'spectrum', 'events'],
  defaults: { bin: 240, radius: 0.11, pixel: 0.02, size: 4 },
  options: [
    degrees('on-radius', 'On-region radius', 0.11, 0.02, 1, 'Events within this of the target are its own; a radius of the target goes before it.'),
    degrees('exclusion', 'Excluded around the target', 0.3, 0, 2, 'No background is taken within this of the target.'),
    degrees('ring-inner', 'Ring, inner radius', 0.5, 0.1, 2, 'The background of an image is counted in a ring around each pixel.'),
    { id: 'index', label: 'Photon index', kind: 'number', unit: '', min: 0, max: 6, default: 2.5, help: 'Fluxes of light curves are those of a power law with this index.' },
    degrees('ring-outer', 'Ring, outer radius', 0.8, 0.1, 2.5, 'Outer edge of the ring.'),
  ],
})
