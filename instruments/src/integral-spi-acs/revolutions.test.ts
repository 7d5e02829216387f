import { describe, expect, it } from 'vitest'
import { bytesSource, openFits } from '@heavens/science/fits'
import { isKnownRevolution, revolutionFromTt, ttFromIjd, ttFromUtcIso } from '@heavens/science/time'
import { realData } from '../real-data.js'
import { revolutions } from './revolutions.js'

const { passages, accuracy } = revolutions
/** 8/3 sidereal days: the orbit repeats over the ground three times in eight. */
const PERIOD = (8 / 3) * 86_164.0905

it('has whole revolutions of the length of the orbit, to three minutes', () => {
  const whole = passages.slice(1).map((to, i) => [passages[i]!, to] as const).filter(([from, to]) => to[0] === from[0] + 1)
  expect(whole).toHaveLength(16)
  for (const [from, to] of whole) expect(Math.abs(ttFromUtcIso(to[1]) - ttFromUtcIso(from[1]) - PERIOD), `revolution ${from[0]}`).toBeLessThan(180)
})

it('interpolates passages that are left out as well as it says', () => {
  for (const [k, [number, utc]] of passages.entries()) {
    const apart = passages.filter(([other], i) => Math.abs(other - number) > 10 || i === k)
    if (k === 0 || k === passages.length - 1 || apart[0]![0] === number || apart.at(-1)![0] === number) continue
    const without = apart.filter(([other]) => other !== number)
    expect(Math.abs(revolutionFromTt(ttFromUtcIso(utc), without)! - number) * PERIOD, `revolution ${number}`).toBeLessThan(accuracy)
  }
})

const FILES = [['integral/ISGRI_PIF/255900280010_isgri_model.fits.gz', 'REVOL', 2559], ['integral/lightcurves/IBIS_lc_Swift_J151857.0-572147_30-50.fits', 'REVOL', 2747]] as const
describe.each(FILES)('%s', (path, keyword, number) => {
  const real = realData(path)
  it.skipIf(!real.present)('lies in the revolution that its header names', async () => {
    const fits = await openFits(bytesSource(real.bytes(path), path))
    const { header } = fits.hdus.find((hdu) => hdu.header.has(keyword) && hdu.header.has('TSTART'))!
    expect(header.get(keyword)).toBe(number)
    expect(Math.floor(revolutionFromTt(ttFromIjd(Number(header.get('TSTART'))), passages)!)).toBe(number)
    expect(isKnownRevolution(number, passages)).toBe(false)
  })
})
