import { InstrumentDescriptor } from '@heavens/schemas'

const GEV = 1e6

export const descriptor: InstrumentDescriptor = InstrumentDescriptor.parse({
  id: 'fermi-lat',
  name: 'LAT',
  mission: 'Fermi',
  kind: 'imager',
  data: 'events',
  columns: ['energy', 'ra', 'dec', 'flags'],
  groups: [{ id: 'lat', label: 'LAT' }],
  // Disjoint: a photon counts in one band or out of band. The sky is also made for their sum, under the id 'all'.
  bands: [
    { id: '0.1-1', label: '0.1–1 GeV', eMin: 0.1 * GEV, eMax: GEV },
    { id: '1-10', label: '1–10 GeV', eMin: GEV, eMax: 10 * GEV },
    { id: '10-100', label: '10–100 GeV', eMin: 10 * GEV, eMax: 100 * GEV },
    { id: '100-2000', label: '0.1–2 TeV', eMin: 100 * GEV, eMax: 2000 * GEV },
  ],
  energyUnit: 'GeV',
  curves: { widths: [25.6, 640, 86400], sparse: true, phase: 'absolute', main: 640 },
  images: {
    nside: 128,
    windows: [
      { id: '1ks', label: '1 ks', seconds: 1000 },
      { id: '1d', label: '1 day', seconds: 86400 },
      { id: 'run', label: 'all', seconds: null },
    ],
    psfRadius: 1,
  },
  triggers: {
    rate: [],
    image: [
      { band: 'all', window: '1ks', sigma: 6, psfRadius: 1 },
      // A flare of hours to days is drowned in no shorter window.
      { band: 'all', window: '1d', sigma: 6, psfRadius: 1 },
    ],
  },
  // Livetime fractions come with the attitude (FT2); nothing is taken off per photon.
  deadTime: 0,
  disorder: 1,
  lateHorizon: 86400,
  fieldOfView: 66,
  // Of the area factor 1.07 cos θ − 0.09 in response.ts, to 2 %.
  areaSlope: 1.09,
  zenithCut: 100,
  products: ['light-curve', 'image', 'spectrum', 'events'],
  defaults: { bin: 640, radius: 2, pixel: 0.2, size: 20 },
  options: [
    { id: 'zenith', label: 'Largest zenith angle', kind: 'number', unit: 'deg', default: 100, help: 'Photons from further down are mostly of the Earth’s limb.' },
    { id: 'theta', label: 'Largest off-axis angle', kind: 'number', unit: 'deg', default: 66, help: 'Photons from further off the boresight are left out, and so is the time for which they could have come. More than 66° changes nothing.' },
    { id: 'background', label: 'Background', kind: 'choice', choices: ['none', 'ring'], default: 'none', help: 'ring: counted around the region and taken off light curves; beside the spectrum. The glow of the Milky Way is most of what falls into a region.' },
    { id: 'background-inner', label: 'Background ring, inner radius', kind: 'number', unit: 'deg', default: 5, help: 'Wide enough for the photons of the source to stay inside.' },
    { id: 'background-outer', label: 'Background ring, outer radius', kind: 'number', unit: 'deg', default: 8, help: 'Outer edge of the ring.' },
    { id: 'index', label: 'Photon index', kind: 'number', unit: '', default: 2, help: 'Effective areas of a band are averaged over photons of a power law with this index.' },
  ],
})
