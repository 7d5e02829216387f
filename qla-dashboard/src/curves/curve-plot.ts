import uPlot from 'uplot'
import type { Candidate } from '@heavens/schemas'
import { roomFor } from './rooms.js'
import type { Steps } from './steps.js'
import { tickStep, tickText, utcTicks } from './time-ticks.js'

export interface PlotColours {
  line: string
  open: string
  background: string
  grid: string
  text: string
  hatch: string
  brush: string
  fresh: string
  error: string
}

/** What is drawn over and under the lines of every row. */
export interface PlotMarks {
  candidates: readonly Candidate[]
  brush: { start: number; stop: number } | null
  /** width of a bin, for error bars where bins are wide enough to see them */
  binWidth: number
  exposure: number
}

export interface CurvePlot {
  update(steps: Steps, range: { start: number; stop: number }, marks: PlotMarks): void
  resize(width: number, height: number): void
  destroy(): void
}

export interface PlotOptions {
  element: HTMLElement
  width: number
  height: number
  /** only the last row writes the times */
  axis: boolean
  sync: string
  colours: PlotColours
  brushed(start: number, stop: number): void
  hovered(time: number | null): void
}

const GUTTER = 52

/** One row of curves: rate against time. uPlot draws the lines, hooks draw gaps, candidates, error bars and the brush. */
export function createCurvePlot(o: PlotOptions): CurvePlot {
  let gaps: Steps['gaps'] = []
  let revised: Steps['revised'] = []
  let marks: PlotMarks = { candidates: [], brush: null, binWidth: 1, exposure: 0 }
  let range = { start: 0, stop: 1 }
  let ceiling = 1
  const most = (): number => Math.max(2, Math.floor(o.width / 110))
  const { colours } = o
  const line = (label: string, stroke: string, dash?: number[]): uPlot.Series => ({ label, stroke, width: 1, points: { show: false }, spanGaps: false, ...(dash ? { dash } : {}) })

  const plot = new uPlot({
    width: o.width, height: o.height, legend: { show: false }, pxAlign: 1,
    cursor: { sync: { key: o.sync, setSeries: false }, drag: { x: true, y: false, setScale: false, dist: 4 }, points: { show: false }, y: false },
    scales: { x: { time: false, range: () => [range.start, range.stop] }, y: { range: () => [0, ceiling] } },
    axes: [
      { show: o.axis, size: 22, gap: 4, stroke: colours.text, font: '11px system-ui, sans-serif', grid: { stroke: colours.grid, width: 1 }, ticks: { show: false },
        splits: (_u, _i, min, max) => utcTicks(min, max, most()), values: (_u, splits) => splits.map((t) => tickText(t, tickStep(range.stop - range.start, most()))) },
      { size: GUTTER, gap: 4, stroke: colours.text, font: '11px system-ui, sans-serif', grid: { stroke: colours.grid, width: 1 }, ticks: { show: false }, space: 22, values: (_u, splits) => splits.map(rateText) },
    ],
    series: [{}, line('rate', colours.line), line('open bins', colours.open, [2, 2]), line('background', colours.background, [5, 4])],
    hooks: {
      drawClear: [(u) => { drawGaps(u, gaps, colours); drawBrush(u, marks.brush, colours) }],
      draw: [(u) => { drawErrors(u, marks, colours); drawRevised(u, revised, colours); drawCandidates(u, marks.candidates, colours) }],
      setSelect: [(u) => {
        if (u.select.width < 3) return
        const [start, stop] = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')]
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        o.brushed(start, stop)
      }],
      setCursor: [(u) => o.hovered(u.cursor.left === undefined || u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, 'x'))],
    },
    padding: [6, 8, o.axis ? 0 : 4, 0],
  }, [[], [], [], []], o.element)

  return {
    update(steps, next, nextMarks) {
      gaps = steps.gaps
      revised = steps.revised
      marks = nextMarks
      range = next
      // The axis changes only when data leave it or use less than a third of it.
      if (steps.largest > ceiling || steps.largest < ceiling / 3) ceiling = roomFor(steps.largest)
      plot.setData([steps.x, steps.rate, steps.open, steps.background] as uPlot.AlignedData)
    },
    resize(width, height) {
      if (plot.width !== width || plot.height !== height) plot.setSize({ width, height })
    },
    destroy: () => plot.destroy(),
  }
}

function rateText(v: number): string {
  return v >= 10_000 ? `${Number((v / 1000).toPrecision(3))}k` : String(Number(v.toPrecision(3)))
}

function drawGaps(u: uPlot, gaps: Steps['gaps'], colours: PlotColours): void {
  const { ctx, bbox } = u
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.setLineDash([])
  ctx.strokeStyle = colours.hatch
  ctx.lineWidth = devicePixelRatio
  for (const [start, stop] of gaps) {
    const [a, b] = [u.valToPos(start, 'x', true), u.valToPos(stop, 'x', true)]
    if (b - a < 2) continue
    ctx.save()
    ctx.beginPath()
    ctx.rect(a, bbox.top, b - a, bbox.height)
    ctx.clip()
    ctx.beginPath()
    // Lines on a grid of the page, so that they stand still while the gap moves by.
    const pitch = 7 * devicePixelRatio
    for (let x = Math.floor((a - bbox.height) / pitch) * pitch; x < b; x += pitch) {
      ctx.moveTo(x, bbox.top + bbox.height)
      ctx.lineTo(x + bbox.height, bbox.top)
    }
    ctx.stroke()
    ctx.restore()
  }
  ctx.restore()
}

function drawBrush(u: uPlot, brush: PlotMarks['brush'], colours: PlotColours): void {
  if (!brush) return
  const { ctx, bbox } = u
  const a = Math.max(bbox.left, u.valToPos(brush.start, 'x', true))
  const b = Math.min(bbox.left + bbox.width, u.valToPos(brush.stop, 'x', true))
  if (b <= a) return
  ctx.save()
  ctx.globalAlpha = 0.22
  ctx.fillStyle = colours.brush
  ctx.fillRect(a, bbox.top, b - a, bbox.height)
  ctx.restore()
}

/** √n error bars, drawn where a bin is at least 9 pixels wide. */
function drawErrors(u: uPlot, marks: PlotMarks, colours: PlotColours): void {
  const { ctx, bbox } = u
  const pixels = u.valToPos(marks.binWidth, 'x', true) - u.valToPos(0, 'x', true)
  if (pixels < 9 * devicePixelRatio || marks.exposure <= 0) return
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.setLineDash([])
  ctx.strokeStyle = colours.error
  ctx.lineWidth = devicePixelRatio
  ctx.beginPath()
  const [x, rate] = [u.data[0], u.data[1]!]
  for (let i = 0; i + 1 < x.length; i += 2) {
    const r = rate[i]
    if (r === null || r === undefined || r === 0) continue
    const error = Math.sqrt(r * marks.exposure) / marks.exposure
    const at = u.valToPos((x[i]! + x[i + 1]!) / 2, 'x', true)
    ctx.moveTo(at, u.valToPos(r - error, 'y', true))
    ctx.lineTo(at, u.valToPos(r + error, 'y', true))
  }
  ctx.stroke()
  ctx.restore()
}

/** A short stroke on the time axis under each bin that late data have changed. */
function drawRevised(u: uPlot, revised: Steps['revised'], colours: PlotColours): void {
  const { ctx, bbox } = u
  ctx.save()
  ctx.fillStyle = colours.brush
  for (const t of revised) {
    const x = u.valToPos(t, 'x', true)
    if (x >= bbox.left && x <= bbox.left + bbox.width) ctx.fillRect(x - devicePixelRatio, bbox.top + bbox.height - 5 * devicePixelRatio, 2 * devicePixelRatio, 5 * devicePixelRatio)
  }
  ctx.restore()
}

function drawCandidates(u: uPlot, candidates: readonly Candidate[], colours: PlotColours): void {
  const { ctx, bbox } = u
  ctx.save()
  ctx.strokeStyle = colours.fresh
  ctx.fillStyle = colours.fresh
  ctx.lineWidth = devicePixelRatio
  for (const c of candidates) {
    const x = u.valToPos(c.time, 'x', true)
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.setLineDash(c.state === 'retracted' ? [2, 4] : [])
    ctx.globalAlpha = 0.75
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.globalAlpha = 1
    const s = 4 * devicePixelRatio
    ctx.beginPath()
    ctx.moveTo(x - s, bbox.top)
    ctx.lineTo(x + s, bbox.top)
    ctx.lineTo(x, bbox.top + 1.6 * s)
    ctx.fill()
  }
  ctx.restore()
}
