/** Longest delay of a timer [ms]; longer ones begin again. */
const LONGEST = 2 ** 31 - 1

/** Watches how long work takes. */
export interface TimeLimit {
  /** The limit may have changed. */
  look(): void
  /** The work is over: nothing happens any more. */
  end(): void
}

/**
 * Calls `over` once, as soon as as many seconds have gone since now as `limit` says then; 0 or undefined: no limit.
 */
export function timeLimit(limit: () => number | undefined, over: () => void): TimeLimit {
  const begun = performance.now()
  let timer: NodeJS.Timeout | undefined
  let done = false
  function look(): void {
    clearTimeout(timer)
    const seconds = limit() ?? 0
    if (done || seconds <= 0) return
    const left = begun + 1000 * seconds - performance.now()
    if (left > 0) {
      timer = setTimeout(look, Math.min(left, LONGEST))
      return
    }
    done = true
    over()
  }
  look()
  return {
    look,
    end() {
      done = true
      clearTimeout(timer)
    },
  }
}
