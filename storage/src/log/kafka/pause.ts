/** Resolves after `milliseconds`, or when `signal` aborts. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, milliseconds)
    signal?.addEventListener('abort', finish)
  })
}

/** What `work` gives, or undefined as soon as `signal` aborts; an error of `work` that comes later is of no interest then. */
export async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let leave: (() => void) | undefined
  const aborted = new Promise<undefined>((resolve) => {
    leave = () => resolve(undefined)
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', leave)
  })
  work.catch(() => undefined)
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', leave!)
  }
}
