// Our answers for check-time.py: reads one JSON request from standard input, prints one JSON answer.
import { readFileSync } from 'node:fs'
import * as time from '@heavens/science/time'

const { iso, mjdUtc, met, headers } = JSON.parse(readFileSync(0, 'utf8'))
const parsed = iso.map((text) => time.ttFromUtcIso(text))
process.stdout.write(JSON.stringify({
  parsed,
  written: parsed.map((t) => time.utcIsoFromTt(t, 6)),
  mjdUtc: parsed.map((t) => time.mjdUtcFromTt(t)),
  mjdTt: parsed.map((t) => time.mjdTtFromTt(t)),
  unix: parsed.map((t) => time.unixFromTt(t)),
  fromUnix: parsed.map((t) => time.ttFromUnix(time.unixFromTt(t))),
  fromMjdUtc: mjdUtc.map((mjd) => time.ttFromMjdUtc(mjd)),
  missions: Object.fromEntries(met.map(([mission, values]) => [mission, values.map((x) => time.ttFromMet(x, time.missionClock(mission)))])),
  headers: headers.map(([cards, values]) => {
    const reference = time.timeReference({ get: (keyword) => cards[keyword] })
    return values.map((x) => reference.toTt(x))
  }),
  expires: time.leapSecondsExpire(),
}))
