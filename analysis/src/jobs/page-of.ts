/** Which jobs of a list are wanted: the last `limit` of those that were made before the job `before`. */
export interface JobPage {
  limit?: number | undefined
  /** id of a job; one that is not in the list, as it was forgotten, leaves nothing before it */
  before?: string | undefined
}

/** A page of a list, oldest first, as the list is. */
export function pageOf<T extends { id: string }>(list: readonly T[], { limit, before }: JobPage = {}): T[] {
  const end = before === undefined ? list.length : Math.max(0, list.findIndex(({ id }) => id === before))
  return list.slice(limit === undefined ? 0 : Math.max(0, end - limit), end)
}
