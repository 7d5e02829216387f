import { css } from 'lit'

/** Looks of the sky panel. */
export const skyStyle = css`
  :host { display: grid; grid-template-rows: auto 1fr auto; overflow: hidden; background: var(--sky-outside) }
  .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; padding: 2px 12px; min-height: 32px; border-bottom: 1px solid var(--rule) }
  .grow { flex: 1 }
  .planes { display: inline-flex }
  .planes button { border-radius: 0; border-width: 0 0 2px; padding: 1px 6px }
  .planes button[aria-pressed='true'] { color: var(--text); border-color: var(--accent) }
  .stage { position: relative; min-height: 160px; touch-action: none; cursor: crosshair; overflow: hidden }
  .stage:focus-visible { outline-offset: -2px }
  .stage.dragging { cursor: grabbing }
  canvas { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none }
  .message { position: absolute; inset: 0; display: grid; place-content: center; text-align: center; color: var(--dim); font-size: 15px; pointer-events: none; padding: 0 16px }
  .message p { margin: 0; padding: 8px 16px; background: color-mix(in srgb, var(--ground) 88%, transparent) }
  .message.low { place-content: end center; padding-bottom: 12px; font-size: 13px }
  .foot { display: flex; align-items: center; gap: 16px; padding: 2px 12px; height: 36px; border-top: 1px solid var(--rule) }
  .read { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
  .scale { position: relative; width: 190px; height: 30px; margin-right: 48px; flex: none }
  .ramp { position: absolute; inset: 4px 0 auto; height: 9px; border: 1px solid var(--rule-strong) }
  .tick { position: absolute; top: 13px; transform: translateX(-50%); font-size: 11px; color: var(--dim); white-space: nowrap }
  .unit { position: absolute; left: calc(100% + 6px); top: 1px; font-size: 11px; line-height: 1.15; color: var(--dim); white-space: nowrap }
  @media (max-width: 600px) { .stage { min-height: 240px } .foot { flex-wrap: wrap; height: auto } .scale { margin-bottom: 4px } }
`
