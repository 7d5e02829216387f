import type { RequestAsUsed } from '@heavens/schemas'
import type { SkyShape } from '@heavens/science/sky'
import type { PointResponse } from '@heavens/instruments'
import type { AnalysisLimits } from '../limits.js'
import type { Limits, Looks } from '../selection/exposed-time.js'
import type { Exposure } from '../selection/exposure.js'
import type { Interval } from '../selection/intervals.js'
import type { GroupSelection, Selection } from '../selection/selection.js'

/** An energy band of a product, [eMin, eMax) keV. */
export interface ProductBand {
  id: string
  eMin: number
  eMax: number
}

/** What the makers of products are given for one instrument. */
export interface ProductContext {
  used: RequestAsUsed
  /** hex sha256 of the request as used */
  requestSha256: string
  version: string
  /** requested intervals, closed and cut by nothing else; ascending */
  intervals: readonly Interval[]
  /** background intervals of the spectrum, ascending; empty where none were asked for */
  background: readonly Interval[]
  bands: readonly ProductBand[]
  /** as read: over the whole field, or as far from the target as any product looks (`reachOf`) */
  whole: Selection
  /** the same with the events of the region around the target only, where the photons have directions */
  region: Selection
  /** attitude within good time; undefined where it is not known for (nearly) all of it */
  looks: Looks | undefined
  /** what a place must fulfil to be seen; undefined: the whole sky is */
  limits: Limits | undefined
  /** time in which the target was seen; undefined: good time counts */
  exposed: Exposure | undefined
  /** how the instrument answers to a point; undefined: it has no such response, or the attitude is not known */
  response: PointResponse | undefined
  /** Γ of dN/dE ∝ E^−Γ, by which areas are averaged over a band */
  photonIndex: number
  /** of the instrument, as used */
  options: Readonly<Record<string, unknown>>
  /** radius of that region [deg]; undefined: no cut */
  radius: number | undefined
  /** what it is instead of a disc; then there is no radius */
  shape: SkyShape | undefined
  /** what one analysis may take */
  most: AnalysisLimits
}

/** A group as read and as cut to the region; the first says what dead time there was, the second is what is counted. */
export interface GroupContext extends ProductContext {
  all: GroupSelection
  group: GroupSelection
}

/** One file that a maker gives; `path` is relative to the folder of its instrument. */
export interface MadeFile {
  path: string
  kind: 'light-curve' | 'spectrum' | 'background' | 'response' | 'arf' | 'image' | 'events' | 'preview'
  group?: string
  band?: string
  bytes: Uint8Array
}
