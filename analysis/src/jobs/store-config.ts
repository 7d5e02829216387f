/** Which stores a worker opens for itself: what crosses a thread border must be plain data. */
export interface StoreConfig {
  kind: 'embedded'
  dir: string
}
