import type { StreamId } from '@heavens/schemas'
import type { Manifest } from './manifest.js'

/** Parts of one file. */
export interface PartReader {
  /** Bytes [from, to), fewer where the file ends before, on an 8-byte boundary; in `into` where that is given and large enough, or not. */
  read(from: number, to: number, into?: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
  close(): Promise<void>
}

/** The slice files of one stream. */
export interface SliceFiles {
  /** Throws an error with `code` ENOENT for a file that is not there. */
  read(name: string): Promise<Uint8Array>
  /** To read parts of one file. Throws as `read`, here or at the first part. */
  openParts(name: string): Promise<PartReader>
  /** Whole and durable when it resolves. Throws store-full, archive-unreachable. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /** No error where there is none. */
  remove(name: string): Promise<void>
  /** Names of files that nobody can be working on any more; those that the manifest does not name are what a crash has left. */
  leftovers(): Promise<string[]>
}

export interface StreamPlace {
  manifest: Manifest
  files: SliceFiles
}

/** Where an archive lies: a folder, or a bucket. */
export interface ArchivePlace {
  open(stream: StreamId): StreamPlace
  /** Streams that have any file. */
  streams(): Promise<StreamId[]>
}
