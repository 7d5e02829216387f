/** Which jobs of a list are wanted: of those that are so, the last `limit` that were made before the job `before`. */
export interface JobPage<T> {
  limit?: number | undefined
  /** id of a job; one that is not in the list, as it was forgotten, leaves nothing before it */
  before?: string | undefined
  /** looks at a job and changes nothing; absent: all */
  where?: ((job: Readonly<T>) => boolean) | undefined
}

/** A page of a list, oldest first, as the list is. Looked for from its end, so that a page of the newest costs no look at the rest. */
export function pageOf<T extends { id: string }>(list: readonly T[], { limit = Infinity, before, where = () => true }: JobPage<T> = {}): T[] {
  const end = before === undefined ? list.length : list.findLastIndex(({ id }) => id === before)
  const found: T[] = []
  for (let i = end - 1; i >= 0 && found.length < limit; i--) if (where(list[i]!)) found.push(list[i]!)
  return found.reverse()
}
