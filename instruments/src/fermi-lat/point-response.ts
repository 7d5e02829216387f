import type { FitsFile } from '@heavens/science/fits'
import type { PointResponse, ResponseFile } from '../instrument.js'
import { keyword } from '../reading/keyword.js'
import { readAzimuthDependence } from './azimuth-dependence.js'
import { readEffectiveArea } from './effective-area.js'
import { readRedistribution } from './energy-dispersion.js'
import { readContainment } from './point-spread.js'
import { areaFactor, areaOnAxis, containment68 } from './response.js'

const KEV_PER_MEV = 1e3

/** First words of the tables by which a file of response functions is known; what follows is the type of events (_FRONT, _BACK …). */
export const RESPONSE_TABLES = { aeff: 'EFFECTIVE AREA', psf: 'RPSF', edisp: 'ENERGY DISPERSION' } as const

/**
 * The response of all types of events of a class together. Without a file of the effective area all is assumed; without one of
 * the point-spread function or of the energy dispersion that part is not known.
 *
 * @throws HeavensError file-unusable: a file that is not as CAL/GEN/92-019 has it
 */
export async function pointResponse(files: readonly ResponseFile[]): Promise<PointResponse> {
  const [aeff, psf, edisp] = (['aeff', 'psf', 'edisp'] as const).map(type => files.findLast(file => file.type === type))
  if (aeff === undefined) return assumedResponse
  const types = eventTypes(aeff.file, 'aeff')
  const areas = await Promise.all(types.map(type => readEffectiveArea(aeff.file, type)))
  const known = await Promise.all(types.map(type => readAzimuthDependence(aeff.file, type)))
  const azimuths = known.every(one => one !== undefined) ? known : undefined
  const area = (energy: number, cosine: number, live: number): number => areas.reduce((sum, of) => sum + of(energy / KEV_PER_MEV, cosine, live), 0)
  const response: PointResponse = {
    name: versionOf(aeff.file), files: [aeff, psf, edisp].flatMap(file => (file === undefined ? [] : [{ file: file.file.name, sha256: file.sha256 }])),
    note: `area of ${types.map(type => type.slice(1).toLowerCase()).join(' + ')} events with the efficiency by live fraction; ${azimuths === undefined ? 'azimuth averaged' : 'by azimuth in light curves and spectra, averaged over it in images'}; no fisheye correction`,
    area,
  }
  // Types of events share by their area: of a photon it is not known which it is.
  const shares = (energy: number, cosine: number): number[] => {
    const own = areas.map(of => of(energy, cosine, 1))
    const sum = own.reduce((a, b) => a + b, 0)
    return own.map(one => (sum > 0 ? one / sum : 1 / own.length))
  }
  if (azimuths !== undefined) {
    response.azimuth = (energy, cosine, azimuth) => shares(energy / KEV_PER_MEV, cosine).reduce((sum, share, i) => sum + share * azimuths[i]!(energy / KEV_PER_MEV, cosine, azimuth), 0)
  }
  if (psf !== undefined) {
    const spreads = await Promise.all(types.map(type => readContainment(psf.file, type)))
    response.containment = (energy, cosine, radius) => {
      const e = energy / KEV_PER_MEV
      return shares(e, cosine).reduce((sum, share, i) => sum + share * spreads[i]!(e, cosine, radius), 0)
    }
  }
  if (edisp !== undefined) {
    const dispersions = await Promise.all(types.map(type => readRedistribution(edisp.file, type)))
    response.redistribution = (energy, cosine, edges) => {
      const e = energy / KEV_PER_MEV
      const own = edges.map(edge => edge / KEV_PER_MEV)
      const out = new Float64Array(edges.length - 1)
      shares(e, cosine).forEach((share, i) => dispersions[i]!(e, cosine, own).forEach((probability, c) => (out[c]! += share * probability)))
      return out
    }
  }
  return response
}

/** What is taken where no files are configured: round figures of P8R3_SOURCE_V2, see response.ts. */
const assumedResponse: PointResponse = {
  name: 'assumed', files: [],
  note: 'no response functions are configured: round figures of P8R3_SOURCE_V2, within 12 % on axis',
  area: (energy, cosine) => areaOnAxis(energy / KEV_PER_MEV) * areaFactor(cosine),
  // A Gaussian of the same 68 %; the real function has longer tails.
  containment: (energy, _, radius) => 1 - Math.exp(Math.log(0.32) * (radius / containment68(energy / KEV_PER_MEV)) ** 2),
}

/** Endings of the tables of a file: '_FRONT', '_BACK' … */
function eventTypes(file: FitsFile, kind: keyof typeof RESPONSE_TABLES): string[] {
  const first = RESPONSE_TABLES[kind]
  return file.hdus.filter(hdu => hdu.name.toUpperCase().startsWith(first)).map(hdu => hdu.name.slice(first.length))
}

/** VERSION(P8R3_SOURCE_V2) of CBD10001. */
function versionOf(file: FitsFile): string {
  return /VERSION\(([^)]+)\)/.exec(keyword(file, 'CBD10001'))?.[1] ?? file.name
}
