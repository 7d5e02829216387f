import uPlot from 'uplot'
import { axisText, numberText, roundTicks } from './axis-text.js'
import { type Figure, type FigureBar, type FigureLine, type FigureRole, type FigureRow, extentOfY } from './figure.js'
import { logTicks, namedTicks } from './log-ticks.js'

export interface FigureColours extends Record<FigureRole, string> {
  error: string
  grid: string
  text: string
}

/** The theme's variable behind each role. */
export const ROLE_COLOURS: Readonly<Record<FigureRole, string>> = { data: '--text', model: '--accent', background: '--dim', blocks: '--new', second: '--live' }

/** Colours of a figure from the theme's variables as an element sees them. */
export function figureColours(element: Element): FigureColours {
  const style = getComputedStyle(element)
  const of = (name: string): string => style.getPropertyValue(name).trim()
  const roles = Object.fromEntries(Object.entries(ROLE_COLOURS).map(([role, name]) => [role, of(name)])) as Record<FigureRole, string>
  return { ...roles, error: of('--faint'), grid: of('--rule'), text: of('--dim') }
}

export interface FigurePlotOptions {
  element: HTMLElement
  figure: Figure
  row: FigureRow
  /** ends of the x axis */
  range: readonly [number, number]
  /** only the last row writes the x axis */
  last: boolean
  sync: string
  colours: FigureColours
  zoomed(from: number, to: number): void
  hovered(x: number | null): void
}

/** Height of the x axis under the last row [CSS px]. */
export const X_AXIS = 26
const GUTTER = 58

/** One row of a figure: uPlot has the axes, the cursor and the selection; lines and bars are drawn by hooks, each with its own x. */
export function figurePlot(o: FigurePlotOptions): uPlot {
  const { figure, row, colours, range: [from, to] } = o
  const y = extentOfY(row, from, to)
  const axis = { stroke: colours.text, font: '11px system-ui, sans-serif', grid: { stroke: colours.grid, width: 1 }, ticks: { show: false } }
  const part = (log: boolean): object => (log ? { filter: (_u: uPlot, splits: number[]) => namedTicks(splits), splits: (_u: uPlot, _axis: number, low: number, high: number) => logTicks(low, high) } : {})
  return new uPlot({
    width: o.element.clientWidth, height: row.height + (o.last ? X_AXIS : 0), legend: { show: false }, padding: [6, 10, o.last ? 0 : 6, 0],
    cursor: { sync: { key: o.sync, setSeries: false }, drag: { x: true, y: false, setScale: false, dist: 4 }, points: { show: false }, y: false },
    scales: { x: { time: false, distr: figure.log ? 3 : 1, range: () => [from, to] }, y: { distr: row.log ? 3 : 1, range: () => y } },
    axes: [
      { ...axis, ...(figure.log ? part(true) : { splits: (u: uPlot, _axis: number, low: number, high: number) => roundTicks(low, high, figure.axis, Math.max(2, u.width / 90)) }), show: o.last, size: X_AXIS, values: (_u, splits) => splits.map((v) => (v === null ? '' : axisText(v, figure.axis, to - from))) },
      { ...axis, ...part(row.log), size: GUTTER, space: 24, values: (_u, splits) => splits.map((v) => (v === null ? '' : numberText(v))) },
    ],
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      draw: [(u) => inBox(u, () => {
        if (row.level !== undefined) drawLine(u, { role: 'background', x: [from, to], y: [row.level, row.level] }, colours.grid, 1)
        const bars = (): void => { for (const role of new Set(row.bars.map((b) => b.role ?? row.barRole))) drawBars(u, row.bars.filter((b) => (b.role ?? row.barRole) === role), role ? colours[role] : colours.error, y[0]) }
        // Error bars of a curve lie under it; points are the data themselves and lie over their model.
        if (!row.barRole) bars()
        for (const line of row.lines) drawLine(u, line, colours[line.role], line.role === 'blocks' || line.role === 'model' ? 1.5 : 1, line.role === 'background' ? [5, 4] : [])
        if (row.barRole) bars()
      })],
      setSelect: [(u) => {
        if (u.select.width < 3) return
        const [a, b] = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')]
        u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        o.zoomed(a, b)
      }],
      setCursor: [(u) => o.hovered(u.cursor.left === undefined || u.cursor.left < 0 ? null : u.posToVal(u.cursor.left, 'x'))],
    },
  }, [[from, to], [y[0], y[1]]], o.element)
}

function inBox(u: uPlot, draw: () => void): void {
  const { ctx, bbox } = u
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  draw()
  ctx.restore()
}

function drawLine(u: uPlot, { x, y }: FigureLine, colour: string, width: number, dash: readonly number[] = []): void {
  const { ctx } = u
  ctx.strokeStyle = colour
  ctx.lineWidth = width * devicePixelRatio
  ctx.setLineDash(dash.map((d) => d * devicePixelRatio))
  ctx.beginPath()
  let down = false
  for (let i = 0; i < x.length; i++) {
    const value = y[i]
    if (value === null || value === undefined || (u.scales['y']!.distr === 3 && value <= 0)) { down = false; continue }
    const [px, py] = [u.valToPos(x[i]!, 'x', true), u.valToPos(value, 'y', true)]
    if (down) ctx.lineTo(px, py)
    else ctx.moveTo(px, py)
    down = true
  }
  ctx.stroke()
}

function drawBars(u: uPlot, bars: readonly FigureBar[], colour: string, floor: number): void {
  const { ctx } = u
  const log = u.scales['y']!.distr === 3
  ctx.setLineDash([])
  ctx.strokeStyle = colour
  ctx.lineWidth = devicePixelRatio
  ctx.beginPath()
  for (const { x, low, high, from, to, limit } of bars) {
    const at = u.valToPos(x, 'x', true)
    const top = u.valToPos(high, 'y', true)
    if (limit) {
      const s = 4 * devicePixelRatio
      ctx.moveTo(at, top)
      ctx.lineTo(at, top + 4 * s)
      ctx.moveTo(at - s, top + 3 * s)
      ctx.lineTo(at, top + 4 * s)
      ctx.lineTo(at + s, top + 3 * s)
    } else {
      ctx.moveTo(at, u.valToPos(log && low <= 0 ? floor : low, 'y', true))
      ctx.lineTo(at, top)
    }
    if (from !== undefined && to !== undefined) {
      const level = limit ? top : u.valToPos(log ? Math.sqrt(Math.max(low, high / 1e6) * high) : (low + high) / 2, 'y', true)
      ctx.moveTo(u.valToPos(from, 'x', true), level)
      ctx.lineTo(u.valToPos(to, 'x', true), level)
    }
  }
  ctx.stroke()
}
