import type { Product } from '@heavens/schemas'
import { bytesSource, openFits } from '@heavens/science/fits'
import type { FitsFile } from '@heavens/science/fits'
import { readBackground, readCurves, readImages, readSpectrum, type Background } from './read-numbers.js'

/** One line of the numbers that matter: counts of one product in one band. */
export interface KeyNumber {
  product: 'light curve' | 'spectrum' | 'image'
  instrument: string
  group?: string
  /** keV; absent: all channels */
  band?: { id: string; eMin: number; eMax: number }
  /** undefined: it gives fluxes and counts nothing */
  counts: number | undefined
  /** live seconds; undefined: not known */
  exposure: number | undefined
  /** counts/s, less the background where one was counted beside; an image has none */
  rate?: Measured
  /** of all bins together */
  flux?: Measured & { unit: string }
  /** standard deviations, and over what */
  significance?: { sigma: number; over: string }
}

/** A value and its error of one standard deviation. */
export interface Measured {
  value: number
  error: number
  /** upper limit (95 %), where it is not seen: no count, or less than 2 σ over a counted background */
  upper?: number
}

/** What the files of an analysis say, collected file by file. */
export interface KeyNumbers {
  rows: KeyNumber[]
  /** what the files were made without, in words */
  approximations: string[]
  simulated: boolean
  /** Read a file; anything that is no light curve, spectrum, background or image is passed over. */
  read(product: Product, bytes: Uint8Array): Promise<void>
}

/** Numbers are read back from the files as they were written, so that the report says what the files say. */
export function keyNumbers(): KeyNumbers {
  const backgrounds = new Map<string, Background>()
  const out: KeyNumbers = {
    rows: [], approximations: [], simulated: false,
    async read(product, bytes) {
      if (!['light-curve', 'spectrum', 'background', 'image'].includes(product.kind)) return
      const file = await openFits(bytesSource(bytes), product.path)
      const { header } = file.hdus[0]!
      if (header.get('SIMDATA') === true) out.simulated = true
      const { instrument, group } = product
      if (header.get('IRFUSED') === false) say(out, `${instrument}: no response functions were given to it, so its exposures rest on assumed ones.`)
      const place = { instrument, ...(group === undefined ? {} : { group }) }
      const where = `${instrument}${group === undefined ? '' : ` ${group}`}`
      if (product.kind === 'background') backgrounds.set(where, await readBackground(file))
      else if (product.kind === 'spectrum') {
        const { row, response } = await readSpectrum(file, backgrounds.get(where))
        out.rows.push({ ...row, ...place })
        if (!response) say(out, `${where}: no response matrix is known for this time, so its spectrum gives counts in channels; no fluxes can be taken from it.`)
      } else if (product.kind === 'light-curve') {
        for (const row of await readCurves(file)) out.rows.push({ ...row, ...place })
        say(out, aboutCurves(file, where))
      } else {
        for (const row of await readImages(file)) out.rows.push({ ...row, ...place })
        if (file.hdus[0]!.header.get('EXPOMAP') !== true) say(out, `${where}: its pointing is not known for all of the time, so its image has no exposure map.`)
        const how = file.hdu('SIGNIFICANCE')?.header.get('ACCEPT')
        const acceptance = how === 'EXPOSURE' ? 'weighted by their exposures' : how === undefined ? 'as if the acceptance were even' : 'weighted by the acceptance of the camera'
        say(out, `${instrument}: the significance in its image compares a disc with a ring around it (Li & Ma 1983), ${acceptance}.`)
      }
    },
  }
  return out
}

function say(out: KeyNumbers, sentence: string): void {
  if (!out.approximations.includes(sentence)) out.approximations.push(sentence)
}

function aboutCurves(file: FitsFile, where: string): string {
  const header = file.hdu('RATE')?.header
  if (header?.string('HDUCLAS3', '') === 'FLUX') return `${where}: its light curves are fluxes as they were published, not made from counts here.`
  if (header?.get('BACKAPP') === true) return `${where}: its light curves are the excess over a background counted beside the source; dead time is corrected, vignetting is not.`
  return 'Light curves are counts as they came: no background is taken off and vignetting is not corrected; dead time is.'
}
