/** Immutable bytes named by their sha256 (calibration files, products). */
export interface ProductStore {
  /** Keep bytes; answers their sha256 in hex. Keeping the same bytes again is no error and costs nothing. */
  put(bytes: Uint8Array): Promise<string>
  /** Throws not-found. Checks the hash: throws store-damaged when the bytes are not what was kept. */
  get(sha256: string): Promise<Uint8Array>
  has(sha256: string): Promise<boolean>
  close(): Promise<void>
}
