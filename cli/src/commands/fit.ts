import { HeavensError } from '@heavens/schemas'
import { fitSpectra, luminosity, parseModel, readEffectiveArea, readResponse, readSpectrum, spectrumHdu } from '@heavens/science/spectra'
import type { FitStatistic, Grouping, JointFit, Luminosity, Response, Spectrum, SpectrumSet } from '@heavens/science/spectra'
import type { FitsFile } from '@heavens/science/fits'
import { EXIT } from '../exit.js'
import { openFitsFile } from '../open-fits-file.js'
import { givenCompanion, headerCompanion, numbered, siblingCompanion, type Companion, type CompanionKind } from '../spectrum-companions.js'

export interface FitOptions {
  response?: string
  arf?: string
  background?: string
  model: string
  /** keV */
  energy: [number, number]
  statistic: FitStatistic
  systematics: number
  grouping?: Grouping
  set: Record<string, number>
  freeze: Record<string, number | undefined>
  /** keV */
  flux?: [number, number]
  redshift?: number
  /** Mpc */
  distance?: number
  json: boolean
}

/** `heavens fit`: a spectral model on an OGIP spectrum from anywhere, or on several together. */
export async function fit(files: readonly string[], options: FitOptions): Promise<number> {
  const model = parseModel(options.model)
  const named = [options.response, options.arf, options.background].some((name) => name !== undefined && name.toLowerCase() !== 'none')
  if (files.length > 1 && named) throw new HeavensError('bad-usage', { reason: '--response, --arf and --background name the files of one spectrum; with several, each finds its own' })
  const sets: SpectrumSet[] = []
  for (const file of files) sets.push(await loaded(file, options))
  if (options.statistic === 'cash' && sets.some(({ background }) => background !== undefined)) console.error('  cash takes the counts as they are: the background is not used; wstat uses it')
  const freeze = Object.fromEntries(Object.entries(options.freeze).filter((entry): entry is [string, number] => entry[1] !== undefined))
  const result = fitSpectra(sets, {
    model, min: options.energy[0], max: options.energy[1], statistic: options.statistic, systematics: options.systematics,
    ...(options.grouping === undefined ? {} : { grouping: options.grouping }), start: { ...options.set, ...freeze }, frozen: Object.keys(options.freeze), ...(options.flux === undefined ? {} : { flux: options.flux }),
  })
  const bright = options.redshift === undefined && options.distance === undefined ? undefined : luminosity(result.flux[0]!, options)
  for (const warning of result.warnings) console.error(`  ${warning}`)
  console.log(options.json ? JSON.stringify({ ...summary(result), ...(bright === undefined ? {} : { luminosity: bright }) }) : table(options.model, result, bright))
  return EXIT.ok
}

/** A spectrum with what belongs to it. */
async function loaded(name: string, options: FitOptions): Promise<SpectrumSet> {
  const { plain: file, version: row } = numbered(name)
  const fits = await openFitsFile(file)
  const alone = await readSpectrum(fits, undefined, row)
  const answer = await companion(file, options.response, 'response', alone.responseFile, alone.counts.length)
  if (answer === undefined) throw new HeavensError('file-missing', { file: alone.responseFile ?? 'the response', reason: `${fits.name} names no response that is there; name one with --response` })
  const response = await readResponse(answer.fits, answer.version)
  const spectrum = await readSpectrum(fits, response.channelLow.length, row)
  const ancillary = await companion(file, options.arf, 'arf', spectrum.arfFile, response.energyLow.length)
  const area = ancillary === undefined ? undefined : await readEffectiveArea(ancillary.fits)
  return { spectrum, response, area, background: await findBackground(file, fits, options, spectrum, response) }
}

/** What an option names, else the header, else the only fitting file beside the spectrum: said on stderr. */
async function companion(file: string, given: string | undefined, kind: CompanionKind, header: string | undefined, size: number): Promise<Companion | undefined> {
  if (given?.toLowerCase() === 'none') return undefined
  if (given !== undefined) return givenCompanion(given)
  const byHeader = await headerCompanion(file, header)
  if (byHeader !== undefined) return byHeader
  const beside = await siblingCompanion(file, kind, size)
  if (beside !== undefined) console.error(`  ${kind}: ${beside.fits.name}, the only one beside the spectrum (its header names ${header ?? 'none'})`)
  else if (header !== undefined) throw new HeavensError('file-missing', { file: header, reason: `the header names it as ${kind}, but it is not beside the spectrum; name one with --${kind}, or none` })
  return beside
}

async function findBackground(file: string, fits: FitsFile, options: FitOptions, spectrum: Spectrum, response: Response): Promise<Spectrum | undefined> {
  const net = String(spectrumHdu(fits)?.header.get('HDUCLAS2') ?? '').trim().toUpperCase() === 'NET'
  if (net && options.background === undefined) return undefined
  const found = await companion(file, options.background, 'background', spectrum.backgroundFile, spectrum.counts.length)
  return found === undefined ? undefined : readSpectrum(found.fits, response.channelLow.length, found.version)
}

/** The shape that programs read. */
function summary({ statistic, value, dof, parameters, flux, warnings, sets }: JointFit): object {
  return { statistic, value, dof, parameters, flux, bins: binsOf(sets), warnings }
}

function table(expression: string, { statistic, value, dof, parameters, flux, sets }: JointFit, bright: Luminosity | undefined): string {
  const number = (x: number | null): string => (x === null ? '–' : x.toPrecision(4))
  const rows = parameters.map((p) => `  ${p.name.padEnd(16)} ${number(p.value).padStart(11)}  ${p.frozen ? 'frozen' : `${number(p.error[0])} / +${number(p.error[1])}`}  ${p.unit}`)
  const fluxes = flux.map((f) => `  flux ${f.min}–${f.max} keV ${number(f.value).padStart(11)}  ${number(f.error[0])} / +${number(f.error[1])}  ${f.unit}`)
  const shining = bright === undefined ? [] : [`  luminosity ${number(bright.min)}–${number(bright.max)} keV at the source ${number(bright.value)}  ${number(bright.error[0])} / +${number(bright.error[1])}  ${bright.unit}, at ${number(bright.distance)} Mpc`]
  return [`${expression}: ${statistic} ${value.toFixed(2)} for ${dof} degrees of freedom (${binsOf(sets)} bins)`, ...rows, ...fluxes, ...shining].join('\n')
}

function binsOf(sets: JointFit['sets']): number {
  return sets.reduce((sum, { bins }) => sum + bins.length, 0)
}
