import type { PlotColours } from './curve-plot.js'

/** Colours of plots from the theme's variables as an element sees them. */
export function plotColours(element: Element): PlotColours {
  const style = getComputedStyle(element)
  const of = (name: string): string => style.getPropertyValue(name).trim()
  return { line: of('--text'), open: of('--faint'), background: of('--accent'), grid: of('--rule'), text: of('--dim'), hatch: of('--rule-strong'), brush: of('--accent'), fresh: of('--new'), error: of('--faint') }
}
