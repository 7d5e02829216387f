import { css } from 'lit'

/** What every panel shares: controls, focus, hairlines, figures of fixed width. Sizes on a 4-px grid. */
export const baseStyle = css`
  :host { display: block; color: var(--text); font: 13px/1.4 system-ui, -apple-system, 'Segoe UI', sans-serif; font-variant-numeric: tabular-nums; box-sizing: border-box; min-width: 0; min-height: 0 }
  *, *::before, *::after { box-sizing: border-box }
  h2 { margin: 0; font-size: 11px; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; color: var(--dim) }
  button, select, input { font: inherit; color: inherit; font-variant-numeric: inherit }
  button { background: none; border: 1px solid var(--rule-strong); border-radius: 3px; padding: 1px 8px; min-height: 24px; cursor: pointer; white-space: nowrap }
  button:hover:not(:disabled) { border-color: var(--dim); background: var(--raised) }
  button:disabled { opacity: .5; cursor: default }
  button.plain { border-color: transparent; color: var(--dim) }
  button.plain:hover { color: var(--text) }
  button[aria-pressed='true'] { border-color: var(--accent); color: var(--accent) }
  button.primary { background: var(--accent); border-color: var(--accent); color: var(--ground); font-weight: 600 }
  button.primary:hover:not(:disabled) { background: var(--accent); filter: brightness(1.1) }
  select, input:not([type='checkbox'], [type='radio'], [type='range']) { background: var(--panel); border: 1px solid var(--rule-strong); border-radius: 3px; padding: 1px 6px; min-height: 24px; min-width: 0 }
  select.quiet { border-color: transparent; background: transparent; padding: 0 2px }
  select.quiet:hover { border-color: var(--rule-strong) }
  select option { background: var(--panel); color: var(--text) }
  input[type='checkbox'], input[type='radio'] { accent-color: var(--accent); margin: 0 4px 0 0 }
  :focus { outline: none }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px }
  a { color: var(--accent) }
  .dim { color: var(--dim) }
  .mono { font-family: var(--mono); font-size: 12px }
  .bad { color: var(--danger) }
  .hidden-label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
  @media (max-width: 600px) { button, select, input:not([type='checkbox'], [type='radio'], [type='range']) { min-height: 36px } }
  @media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation: none !important; transition: none !important } }
`
