import { css } from 'lit'

/** Looks of the request form. */
export const formStyle = css`
  form { padding: 8px 16px 24px; display: grid; gap: 12px }
  fieldset { border: 0; border-top: 1px solid var(--rule); margin: 0; padding: 8px 0 0; display: grid; gap: 6px; min-width: 0 }
  legend { float: left; width: 100%; padding: 0; margin-bottom: 2px; font-size: 11px; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; color: var(--dim) }
  legend + * { clear: both }
  .modes { display: flex; gap: 4px; align-items: center }
  .line { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center }
  .line > label { display: inline-flex; align-items: center; gap: 4px; color: var(--dim) }
  input.wide { flex: 1; min-width: 150px }
  input.number { width: 84px }
  input.time { flex: 1 1 170px; font-family: var(--mono); font-size: 12px }
  input[aria-invalid='true'] { border-color: var(--danger) }
  .fault { color: var(--danger); font-size: 12px }
  .help { color: var(--dim); font-size: 12px }
  .groups { display: flex; flex-wrap: wrap; gap: 2px 10px; padding-left: 20px }
  .options { display: grid; gap: 4px; padding-left: 20px }
  .quote { border: 1px solid var(--rule-strong); padding: 8px 12px; min-height: 76px; display: grid; gap: 2px; align-content: start }
  .quote.waiting { opacity: .6 }
  .submit { display: flex; gap: 8px; align-items: center }
  datalist { display: none }
`
