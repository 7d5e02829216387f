import type { SimulatedBurst, SimulatedFile, SimulatedSky } from '../instrument.js'
import { BURST_MEMORY, burstProfile } from '../simulation/burst-profile.js'
import { cellRandom } from '../simulation/cell-random.js'
import { direction, dot, hiddenByEarth } from '../simulation/direction.js'
import { goodSeconds } from '../simulation/good-seconds.js'
import { channelTable } from './channel-table.js'
import type { ChannelTable } from './channel-table.js'
import { DETECTORS } from './descriptor.js'
import { detectorNormals } from './detector-normals.js'
import { createEventBuffer, eventsWithin, pushEvent, sortEvents } from './event-buffer.js'
import type { EventBuffer } from './event-buffer.js'
import { angularResponse, backgroundShape, burstShape } from './response.js'
import { tteFile } from './tte-file.js'

/** Mean background of a detector over all channels [counts/s]; in flight about 1100, thinned here for the sake of demonstrations. */
const BACKGROUND = { nai: 260, bgo: 100 }
/** Parts of a second in which a burst's rate is taken as constant. */
const STEPS = 64
/** Seconds of one orbit, in which the background goes up and down. */
const ORBIT = 5735

/** TTE of all 14 detectors in [start, stop), one file each; none where the whole interval lies in the SAA. */
export function simulate(sky: SimulatedSky, start: number, stop: number): SimulatedFile[] {
  const good = goodSeconds(sky, start, stop)
  if (good.start.length === 0) return []
  const bursts = sky.bursts(start - BURST_MEMORY, stop)
  return DETECTORS.map((name, detector) => {
    const events = createEventBuffer(Math.ceil((stop - start) * 320 + 1000))
    const background = channelTable(detector, energy => backgroundShape(detector, energy))
    const seen = bursts.map(burst => seenBurst(sky, burst, detector))
    for (let i = 0; i < good.start.length; i++) {
      for (let second = Math.floor(good.start[i]!); second < good.stop[i]!; second++) {
        drawSecond(sky, name, detector, second, background, seen, events)
      }
    }
    return {
      name: `glg_tte_${name}_sim_${Math.round(start - sky.epoch)}.fit`, source: name, sequence: Math.round(start - sky.epoch), start, stop,
      bytes: tteFile(detector, start, stop, eventsWithin(events, start, stop), good),
    }
  })
}

/** A burst as one detector sees it: its rate over all channels against time, and its channels. */
interface SeenBurst {
  from: number
  until: number
  rate(t: number): number
  channels: ChannelTable
}

function seenBurst(sky: SimulatedSky, burst: SimulatedBurst, detector: number): SeenBurst {
  const channels = channelTable(detector, energy => burstShape(detector, energy, burst.ePeak))
  const reference = channelTable(0, energy => burstShape(0, energy, burst.ePeak))
  const state = sky.spacecraft(burst.time)
  const towards = direction(burst.ra, burst.dec)
  const hidden = hiddenByEarth(towards, direction(state.raZenith, state.decZenith), state.radius)
  const facing = hidden ? 0 : angularResponse(detector, dot(towards, detectorNormals(state)[detector]!))
  // peakRate is that of a facing NaI detector in 50–300 keV; a BGO detector counts about a third of such a detector's total.
  const peak = (burst.peakRate / reference.inTriggerBand) * facing * (detector < 12 ? 1 : 0.35)
  const profile = burstProfile(burst)
  return { from: burst.time, until: burst.time + BURST_MEMORY, rate: t => peak * profile(t), channels }
}

function drawSecond(sky: SimulatedSky, name: string, detector: number, second: number, background: ChannelTable, bursts: readonly SeenBurst[], events: EventBuffer): void {
  const random = cellRandom(sky.seed, name, second)
  const base = detector < 12 ? BACKGROUND.nai * (0.9 + 0.02 * detector) : BACKGROUND.bgo
  const mean = base * (1 + 0.12 * Math.sin((2 * Math.PI * second) / ORBIT + 0.3 * detector) + 0.04 * Math.sin((2 * Math.PI * second) / 86164))
  const count = random.poisson(mean)
  const first = events.count
  // Ordered uniform times: n + 1 exponential gaps, scaled to the second.
  let total = 0
  for (let i = 0; i < count; i++) {
    total -= Math.log(1 - random.uniform())
    pushEvent(events, total, background.lookup[Math.floor(random.uniform() * background.lookup.length)]!)
  }
  total -= Math.log(1 - random.uniform())
  const scale = 0.999999 / total
  for (let i = first; i < events.count; i++) events.time[i] = second + events.time[i]! * scale

  let added = false
  for (const burst of bursts) {
    if (burst.until <= second || burst.from >= second + 1) continue
    for (let step = 0; step < STEPS; step++) {
      const n = random.poisson(burst.rate(second + (step + 0.5) / STEPS) / STEPS)
      for (let i = 0; i < n; i++) {
        pushEvent(events, second + ((step + random.uniform()) / STEPS) * 0.999999, burst.channels.lookup[Math.floor(random.uniform() * burst.channels.lookup.length)]!)
        added = true
      }
    }
  }
  if (added) sortEvents(events, first)
}
