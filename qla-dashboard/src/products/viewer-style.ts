import { css } from 'lit'

/** What the viewers of images, curves and spectra share. */
export const viewerStyle = css`
  .bar { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; padding: 4px 0; min-height: 32px }
  .bar > label, .bar > span { display: inline-flex; align-items: center; gap: 4px }
  .bar > label { color: var(--dim) }
  .bar input.number { width: 72px }
  .scroll { overflow-x: auto }
  .note { color: var(--dim); font-size: 12px; margin: 4px 0 }
  table { border-collapse: collapse; width: 100%; margin: 4px 0 8px }
  th { text-align: left; font-weight: 400; color: var(--dim); padding: 2px 12px 2px 0; font-size: 12px }
  td { padding: 2px 12px 2px 0; border-top: 1px solid var(--rule) }
  td.number, th.number { text-align: right; font-family: var(--mono); font-size: 12px; white-space: nowrap }
  th.number { font-family: inherit }
`
