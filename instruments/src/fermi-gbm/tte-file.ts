import { writeFits } from '@heavens/science/fits'
import type { CardInput } from '@heavens/science/fits'
import type { Intervals } from '../reading/good-time.js'
import { fermiMet, fermiTimeCards } from '../simulation/fermi-clock.js'
import { detectorName } from './detector-index.js'
import { CHANNELS, channelBounds } from './response.js'

/**
 * A TTE file as the GBM operations centre writes it: empty primary, EBOUNDS (CHANNEL, E_MIN, E_MAX), EVENTS (TIME, PHA), GTI (START, STOP).
 * ORIGIN and OBJECT say that it is simulated.
 *
 * @param events TT seconds, ascending, and channel
 */
export function tteFile(detector: number, start: number, stop: number, events: { time: Float64Array; channel: Int16Array }, good: Intervals): Uint8Array {
  const name = detectorName(detector)
  const cards: CardInput[] = [
    ['TELESCOP', 'GLAST', 'name of the mission'], ['INSTRUME', 'GBM', 'instrument'], ['DETNAM', name, 'detector'],
    ['ORIGIN', 'HEAVENS simulator', 'not real data'], ['OBJECT', 'SIMULATED', 'not real data'], ...fermiTimeCards(start, stop),
  ]
  const bounds = channelBounds(detector)
  return writeFits([
    { kind: 'image', cards: [['FILETYPE', 'GBM PHOTON LIST'], ['DATATYPE', 'TTE'], ...cards] },
    {
      kind: 'bintable', name: 'EBOUNDS', rows: CHANNELS,
      cards: [...cards, ['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'RESPONSE'], ['HDUCLAS2', 'EBOUNDS'], ['HDUVERS', '1.2.0'], ['CHANTYPE', 'PHA'], ['DETCHANS', CHANNELS]],
      columns: [
        { name: 'CHANNEL', format: '1I', values: Int16Array.from({ length: CHANNELS }, (_, i) => i) },
        { name: 'E_MIN', format: '1E', unit: 'keV', values: bounds.eMin },
        { name: 'E_MAX', format: '1E', unit: 'keV', values: bounds.eMax },
      ],
    },
    {
      kind: 'bintable', name: 'EVENTS', rows: events.time.length,
      cards: [...cards, ['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'EVENTS'], ['EVT_DEAD', 2.6e-6, 'dead time per event [s]'], ['DETCHANS', CHANNELS]],
      columns: [
        { name: 'TIME', format: '1D', unit: 's', values: events.time.map(fermiMet) },
        { name: 'PHA', format: '1I', values: events.channel },
      ],
    },
    {
      kind: 'bintable', name: 'GTI', rows: good.start.length,
      cards: [...cards, ['HDUCLASS', 'OGIP'], ['HDUCLAS1', 'GTI'], ['HDUVERS', '1.2.0']],
      columns: [
        { name: 'START', format: '1D', unit: 's', values: good.start.map(fermiMet) },
        { name: 'STOP', format: '1D', unit: 's', values: good.stop.map(fermiMet) },
      ],
    },
  ])
}
