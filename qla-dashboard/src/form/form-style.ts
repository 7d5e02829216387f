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
  input.medium { width: 118px }
  .parts { padding-left: 20px; display: grid; gap: 6px }
  .leaves { display: grid; grid-template-columns: repeat(auto-fill, minmax(200px, 1fr)); gap: 4px 16px; align-items: start }
  .leaves > .grow { grid-column: 1 / -1 }
  .leaf { display: grid; grid-template-columns: 76px minmax(0, 1fr) auto; gap: 6px; align-items: center; color: var(--dim) }
  .leaf input { width: 100% }
  textarea { flex: 1; min-width: 0; font-family: var(--mono); font-size: 12px; background: var(--panel); color: inherit; border: 1px solid var(--rule-strong); border-radius: 3px; padding: 4px 6px; resize: vertical }
  select.famous { max-width: 110px }
  .line > label.file { position: relative; cursor: pointer; padding: 1px 8px; min-height: 24px; border-radius: 3px }
  label.file:hover { color: var(--text) }
  label.file:focus-within { outline: 2px solid var(--accent) }
  .copy { display: inline-flex; align-items: center; flex-wrap: wrap }
  .copy button { padding: 1px 6px }
  input.time { flex: 1 1 170px; font-family: var(--mono); font-size: 12px }
  input[aria-invalid='true'] { border-color: var(--danger) }
  .fault { color: var(--danger); font-size: 12px }
  .help { color: var(--dim); font-size: 12px }
  .groups { display: flex; flex-wrap: wrap; gap: 2px 10px; padding-left: 20px }
  .options { display: grid; gap: 4px; padding-left: 20px }
  .quote { border: 1px solid var(--rule-strong); padding: 8px 12px; min-height: 76px; display: grid; gap: 2px; align-content: start }
  .quote.waiting { opacity: .6 }
  .foot { position: sticky; bottom: 0; background: var(--panel); padding: 4px 0 8px; margin-bottom: -16px; display: grid; gap: 8px }
  .foot .quote { max-height: 20vh; overflow-y: auto }
  .submit { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center }
  datalist { display: none }
  .drop-here { display: none; color: var(--accent); padding: 4px 0 }
  .time-part.over { outline: 1px dashed var(--accent); outline-offset: 4px }
  .time-part.over .drop-here { display: block }
`
