import { css } from 'lit'

/** Looks of the curves panel. */
export const curvesStyle = css`
  :host { display: grid; grid-template-rows: auto 1fr; overflow: hidden; border-top: 1px solid var(--rule) }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; padding: 2px 12px; min-height: 32px; border-bottom: 1px solid var(--rule) }
  .grow { flex: 1; min-width: 0; white-space: nowrap; overflow: hidden }
  .spans { display: inline-flex }
  .spans button { border-radius: 0; border-width: 0 0 2px; padding: 1px 6px }
  .spans button[aria-pressed='true'] { color: var(--text); border-color: var(--accent) }
  button.on { color: var(--live); border-color: var(--live) }
  .rows { display: flex; flex-direction: column; min-height: 0; overflow-y: auto }
  .row { position: relative; flex: 1 1 0; min-height: 74px; display: grid; grid-template-columns: 148px 1fr; border-top: 1px solid var(--rule) }
  .row:first-child { border-top: 0 }
  .row.stale .plot { opacity: .5 }
  .silent { color: var(--new); font-weight: 400 }
  .name { padding: 4px 0 4px 12px; display: flex; flex-direction: column; align-items: flex-start; overflow: hidden; font-size: 12px; line-height: 1.25 }
  .name strong { font-weight: 600; font-size: 13px; line-height: 18px }
  .name select { min-height: 18px; max-width: 136px; color: var(--dim); margin-left: -4px; font-size: 12px }
  .unit { position: absolute; left: 208px; top: 3px; font-size: 11px; color: var(--dim); pointer-events: none; text-shadow: 0 0 3px var(--ground), 0 0 3px var(--ground) }
  .plot { position: relative; min-width: 0; overflow: hidden }
  .plot .uplot { position: absolute; inset: 0 }
  .elsewhere { position: absolute; inset: 0 0 0 148px; margin: auto; width: max-content; height: max-content; font-size: 12px; color: var(--dim); background: var(--ground); padding: 2px 8px; white-space: nowrap }
  .elsewhere button { color: var(--accent) }
  .none { margin: auto }
  .blank { position: absolute; opacity: 0 }
  .u-select { background: color-mix(in srgb, var(--accent) 25%, transparent) }
  .u-hz .u-cursor-x, .u-vt .u-cursor-y { border-right: 1px solid var(--dim) }
  .u-cursor-y { display: none }
  @media (max-width: 600px) { .elsewhere { inset: 30px 0 0; white-space: normal; max-width: 90% } .row { grid-template-columns: 1fr; grid-template-rows: auto 110px; flex: none } .name { flex-direction: row; align-items: center; gap: 8px; padding: 2px 12px } .unit { left: 60px; top: 44px } .hint { display: none } .rows { overflow: visible } .name select { min-height: 30px; max-width: 32vw } }
`
