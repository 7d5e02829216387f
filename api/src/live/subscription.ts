/** One open subscription of one client. */
export interface Subscription {
  /** Send nothing more. */
  close(): void
}

/** What a client may restrict a channel to. */
export type Filter = Record<string, string | number>

/** Whether a thing with these properties passes a filter: every property that the filter names is equal. */
export function passes(filter: Filter, thing: object): boolean {
  return Object.entries(filter).every(([name, wanted]) => (thing as Record<string, unknown>)[name] === wanted)
}
