import { css } from 'lit'

/** Places of the panels: sky and events above, curves below; on a phone one below the other, events first. */
export const appStyle = css`
  :host { display: grid; grid-template-rows: auto 1fr; height: 100dvh; background: var(--ground) }
  main { position: relative; display: grid; grid-template-columns: minmax(0, 1fr) minmax(320px, 28vw); grid-template-rows: minmax(0, 1fr) minmax(180px, 36vh); min-height: 0 }
  .side { display: grid; grid-template-rows: minmax(80px, 1fr) auto; border-left: 1px solid var(--rule); min-height: 0; overflow: hidden }
  selected-panel { max-height: 46vh }
  sky-panel { grid-area: 1 / 1 }
  .side { grid-area: 1 / 2 }
  curves-panel { grid-area: 2 / 1 / 3 / 3 }
  side-drawer { grid-area: 1 / 2 / 3 / 3; z-index: 5; min-width: 0 }
  main.open { grid-template-columns: minmax(0, 1fr) max(400px, 28vw) }
  main.open.wide { grid-template-columns: minmax(0, 1fr) clamp(440px, 46vw, 900px) }
  main.open curves-panel { grid-area: 2 / 1 }
  main.open .side { visibility: hidden }
  side-drawer[hidden] { display: none }
  main.stale sky-panel, main.stale curves-panel, main.stale .side { opacity: .55 }
  .notices { position: fixed; left: 12px; bottom: 12px; display: grid; gap: 8px; max-width: min(560px, calc(100vw - 24px)); z-index: 20 }
  .notice { display: flex; align-items: center; gap: 12px; padding: 6px 8px 6px 12px; background: var(--raised); border: 1px solid var(--rule-strong); border-left: 3px solid var(--accent) }
  .notice.error { border-left-color: var(--danger) }
  .notice span { flex: 1; overflow-wrap: anywhere }
  .notice progress { display: block; width: 100%; height: 6px; accent-color: var(--accent) }
  .drop { position: fixed; inset: 0; z-index: 30; display: grid; place-content: center; background: color-mix(in srgb, var(--ground) 80%, transparent); font-size: 20px; pointer-events: none }
  .drop div { padding: 32px 48px; border: 1px dashed var(--accent) }
  @media (max-width: 600px) {
    :host { height: auto; min-height: 100dvh }
    main { display: flex; flex-direction: column }
    .side { order: 0; border-left: 0; display: block }
    event-list { max-height: 45vh }
    sky-panel { order: 1; min-height: 340px }
    curves-panel { order: 2 }
    side-drawer { position: fixed; inset: 0 }
    main.open .side { visibility: visible }
    selected-panel { max-height: none }
  }
`
