import type { StoreSettings } from '@heavens/storage'

/** Which stores a worker opens for itself: what crosses a thread border must be plain data. */
export type StoreConfig = { kind: 'embedded'; dir: string } | { kind: 'settings'; dir: string; settings: StoreSettings; clientId: string }
