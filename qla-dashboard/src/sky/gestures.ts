type Point = readonly [x: number, y: number]

/** What a pointer on the sky does; points in CSS pixels of the element. */
export interface GestureHandlers {
  /** a pointer went down that may become a drag or a click */
  press?(at: Point): void
  drag(from: Point, to: Point): void
  /** the drag is over */
  release?(): void
  zoom(at: Point, factor: number): void
  /** whether the wheel does anything here; where it does not, it scrolls the page. Absent: always */
  zooms?(factor: number): boolean
  click(at: Point): void
  hover(at: { x: number; y: number } | null): void
}

export interface SkyGestures { stop(): void }

/** A pointer that moved less than this between down and up was a click [pixels]. */
const CLICK = 4

/** Drag, wheel, pinch and click on an element. */
export function listenToGestures(element: HTMLElement, handlers: GestureHandlers): SkyGestures {
  const down = new Map<number, Point>()
  let start: Point | null = null
  let moved = 0
  const abort = new AbortController()
  const at = (e: MouseEvent): Point => {
    const box = element.getBoundingClientRect()
    return [e.clientX - box.left, e.clientY - box.top]
  }
  const on = <K extends keyof HTMLElementEventMap>(type: K, listener: (e: HTMLElementEventMap[K]) => void): void => element.addEventListener(type, listener, { signal: abort.signal, passive: false })

  on('pointerdown', (e) => {
    if (e.button !== 0) return
    element.setPointerCapture(e.pointerId)
    down.set(e.pointerId, at(e))
    start = at(e)
    moved = down.size > 1 ? Infinity : 0
    if (down.size === 1) handlers.press?.(start)
    else handlers.release?.()
  })
  on('pointermove', (e) => {
    const now = at(e)
    const before = down.get(e.pointerId)
    if (!before) return handlers.hover({ x: now[0], y: now[1] })
    const other = [...down].find(([id]) => id !== e.pointerId)?.[1]
    if (other) {
      const factor = Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(10, Math.hypot(before[0] - other[0], before[1] - other[1]))
      handlers.zoom([(now[0] + other[0]) / 2, (now[1] + other[1]) / 2], factor)
    } else {
      moved = Math.max(moved, start ? Math.hypot(now[0] - start[0], now[1] - start[1]) : 0)
      if (moved >= CLICK) {
        element.classList.add('dragging')
        handlers.drag(before, now)
      } else return
    }
    down.set(e.pointerId, now)
  })
  const end = (e: PointerEvent): void => {
    const was = down.delete(e.pointerId)
    element.classList.remove('dragging')
    if (!was) return
    if (e.type === 'pointerup' && moved < CLICK) handlers.click(at(e))
    if (down.size === 0) handlers.release?.()
  }
  on('pointerup', end)
  on('pointercancel', end)
  on('pointerleave', () => handlers.hover(null))
  on('dblclick', (e) => handlers.zoom(at(e), e.shiftKey ? 0.4 : 2.5))
  on('wheel', (e) => {
    const factor = Math.exp(-Math.max(-60, Math.min(60, e.deltaY * (e.deltaMode === 1 ? 16 : 1))) * 0.004)
    if (handlers.zooms && !handlers.zooms(factor)) return
    e.preventDefault()
    handlers.zoom(at(e), factor)
  })
  return { stop: () => abort.abort() }
}
