/** What a line or a bar stands for; its colour follows from that. */
export type FigureRole = 'data' | 'model' | 'background' | 'blocks' | 'second'

/** A line; null breaks it. x and y are of one length. */
export interface FigureLine {
  role: FigureRole
  x: readonly number[]
  y: readonly (number | null)[]
}

/** An error bar at x from low to high; `from` and `to` draw its width in x as well. `limit`: an upper limit, drawn as an arrow down from high. */
export interface FigureBar {
  x: number
  low: number
  high: number
  from?: number
  to?: number
  limit?: boolean
  /** absent: that of the row's bars */
  role?: FigureRole
}

/** One panel of a figure; all panels share the x axis. */
export interface FigureRow {
  /** what the y axis shows, with its unit */
  label: string
  /** height [CSS px] without the x axis */
  height: number
  log: boolean
  lines: readonly FigureLine[]
  bars: readonly FigureBar[]
  barRole?: FigureRole
  /** a level that is drawn as a thin line, as 0 of residuals */
  level?: number
  /** fixed ends of the y axis */
  bounds?: readonly [number, number]
}

/** Kind of the x axis: seconds from the start, keV or degrees. */
export type FigureAxis = 'seconds' | 'energy' | 'angle'

export interface Figure {
  axis: FigureAxis
  log: boolean
  rows: readonly FigureRow[]
  /** where the cursor stops when it is moved by keys */
  stops: readonly number[]
  /** what is at x, in words */
  read(x: number): string
}

/** Ends of the x axis over all lines and bars: [0, 1] where there is nothing. */
export function extentOfX({ rows, log }: Pick<Figure, 'rows' | 'log'>): [number, number] {
  let [low, high] = [Infinity, -Infinity]
  const take = (v: number): void => {
    if (!Number.isFinite(v) || (log && v <= 0)) return
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  for (const row of rows) {
    for (const line of row.lines) for (const x of line.x) take(x)
    for (const bar of row.bars) { take(bar.from ?? bar.x); take(bar.to ?? bar.x) }
  }
  if (low > high) return log ? [1, 10] : [0, 1]
  return high > low ? [low, high] : log ? [low / 2, low * 2] : [low - 0.5, low + 0.5]
}

/** Ends of a row's y axis over what is seen between two x, with a little room; bars count, but on a logarithmic axis never more than a factor of 30 under the lines. */
export function extentOfY(row: FigureRow, from: number, to: number): [number, number] {
  if (row.bounds) return [...row.bounds]
  let [low, high] = [Infinity, -Infinity]
  const take = (v: number | null): void => {
    if (v === null || !Number.isFinite(v) || (row.log && v <= 0)) return
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  for (const line of row.lines) {
    for (let i = 0; i < line.x.length; i++) if (line.x[i]! >= from && line.x[i]! <= to) take(line.y[i]!)
  }
  const floor = row.log ? low / 30 : -Infinity
  for (const bar of row.bars) {
    if (bar.x < from || bar.x > to) continue
    take(bar.high)
    if (bar.limit !== true && (bar.low >= floor || !Number.isFinite(floor))) take(bar.low)
  }
  if (row.level !== undefined) take(row.level)
  if (low > high) return row.log ? [0.1, 10] : [0, 1]
  if (row.log) return [low / 1.3, high * 1.3]
  const room = (high - low || Math.abs(high) || 1) * 0.06
  // Rates begin at 0 unless something is below it.
  return [low >= 0 && low < high * 0.4 ? 0 : low - room, high + room]
}
