import type { AnalysisRequestInput, Candidate } from '@heavens/schemas'
import { toFrame } from '../sky/frames.js'
import type { ConsoleState, Notice } from './console-state.js'
import { newestTime } from './current-run.js'
import type { Drawer } from './view.js'
import type { Subscription } from '../wire/live-client.js'
import { utcIsoFromTt } from '@heavens/science/time'

/** What a gesture on any panel does; the only code that changes the view. */
export interface Actions {
  setView(change: Partial<ConsoleState['view']>): void
  selectPosition(ra: number, dec: number, name?: string): void
  selectCandidate(id: string): void
  selectInterval(start: number, stop: number): void
  clearSelection(): void
  goLive(): void
  /** Stop the time axis where it is, or let it move again. */
  pause(): void
  showInterval(start: number, stop: number): void
  openDrawer(drawer: Drawer | null): void
  openJob(id: string): void
  /** Change how the product viewer shows what is open; null takes a part back to its default. */
  setLook(change: Readonly<Record<string, string | null>>): void
  /** Open the form with what is selected filled in. */
  analyse(prefill: Prefill): void
  /** Take what `analyse` left for the form; null when nothing. */
  takePrefill(): Prefill | null
  toggleTheme(): void
  notice(notice: Omit<Notice, 'id'>): void
  dismiss(id: number): void
  subscribe(name: string, subscription: Subscription | null): void
}

export type Prefill = Partial<AnalysisRequestInput>

export function createActions(state: ConsoleState, subscribe: Actions['subscribe']): Actions {
  let prefill: Prefill | null = null
  let notices = 0

  const setView: Actions['setView'] = (change) => {
    Object.assign(state.view, change)
    state.touch('view')
  }
  const dismiss = (id: number): void => {
    state.notices = state.notices.filter((n) => n.id !== id)
    state.touch('notices')
  }

  const actions: Actions = {
    setView,
    selectPosition(ra, dec, name) {
      state.selection = { kind: 'position', ra, dec, ...(name === undefined ? {} : { name }) }
      state.touch('selection')
    },
    selectCandidate(id) {
      const candidate = state.candidates.get(id)
      state.fresh.delete(id)
      state.selection = { kind: 'candidate', id }
      if (candidate) {
        setView({ candidate: id, ...timesAround(candidate), run: candidate.run })
        if (candidate.ra !== undefined && candidate.dec !== undefined) setView(toFrame(state.view.frame, candidate.ra, candidate.dec))
      }
      state.touch('selection', 'candidates')
    },
    selectInterval(start, stop) {
      state.brush = { start, stop }
      state.selection = { kind: 'interval', start, stop }
      state.touch('selection', 'curves')
    },
    clearSelection() {
      state.selection = null
      state.brush = null
      setView({ candidate: null })
      state.touch('selection', 'curves')
    },
    goLive: () => setView({ live: true, stop: null }),
    pause() {
      if (state.view.live) setView({ live: false, stop: newestTime(state) })
      else actions.goLive()
    },
    showInterval: (start, stop) => setView({ live: false, stop, span: Math.max(0.05, stop - start) }),
    openDrawer: (drawer) => setView({ drawer }),
    openJob: (id) => setView({ drawer: 'product', job: id, ...(state.view.job === id ? {} : { product: null, look: {} }) }),
    setLook(change) {
      const look = Object.entries({ ...state.view.look, ...change }).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== '')
      setView({ look: Object.fromEntries(look) })
    },
    analyse(next) {
      prefill = next
      setView({ drawer: 'request' })
      state.touch('form')
    },
    takePrefill() {
      const taken = prefill
      prefill = null
      return taken
    },
    toggleTheme() {
      const theme = document.documentElement.dataset['theme'] === 'light' ? 'dark' : 'light'
      document.documentElement.dataset['theme'] = theme
      try {
        localStorage.setItem('heavens-theme', theme)
      } catch (error) {
        actions.notice({ kind: 'info', text: `The theme is not remembered: ${(error as Error).message}` })
      }
      state.touch('theme')
    },
    notice(notice) {
      const id = ++notices
      state.notices = [...state.notices.slice(-3), { ...notice, id }]
      state.touch('notices')
      setTimeout(dismiss, notice.kind === 'error' ? 30_000 : notice.action ? 20_000 : 8000, id)
    },
    dismiss,
    subscribe,
  }
  return actions
}

/** The part of the time axis that shows a candidate with as much before it and after it. */
export function timesAround(c: Pick<Candidate, 'start' | 'stop'>): { live: boolean; stop: number; span: number } {
  const length = Math.max(5, c.stop - c.start)
  const span = Math.max(30, length * 3)
  return { live: false, span, stop: (c.start + c.stop) / 2 + span / 2 }
}

/** A request for the interval of a candidate, at its position where it has one. */
export function requestOfCandidate(c: Candidate): Prefill {
  return {
    label: `${c.class ?? 'event'} of ${utcIsoFromTt(c.time, 0)}`,
    time: { scale: 'utc', format: 'iso', intervals: [[utcIsoFromTt(c.start, 3), utcIsoFromTt(Math.max(c.stop, c.start + 0.1), 3)]] },
    ...(c.ra !== undefined && c.dec !== undefined ? { target: { ra: round(c.ra), dec: round(c.dec), ...(c.radius ? { radius: round(c.radius) } : {}) } } : {}),
    instruments: [{ id: c.instrument }],
    run: c.run,
  }
}

/** A request for a position over the times that the page shows. */
export function requestOfPosition(ra: number, dec: number, start: number, stop: number, run: string | null, name?: string): Prefill {
  return {
    target: name ? { name } : { ra: round(ra), dec: round(dec) },
    time: { scale: 'utc', format: 'iso', intervals: [[utcIsoFromTt(start, 3), utcIsoFromTt(stop, 3)]] },
    ...(run ? { run } : {}),
  }
}

/** A request for a brushed interval. */
export function requestOfInterval(start: number, stop: number, run: string | null): Prefill {
  return { time: { scale: 'utc', format: 'iso', intervals: [[utcIsoFromTt(start, 3), utcIsoFromTt(stop, 3)]] }, ...(run ? { run } : {}) }
}

const round = (v: number): number => Number(v.toFixed(4))
