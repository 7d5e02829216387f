import {
  CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, S3ServiceException,
} from '@aws-sdk/client-s3'
import { HeavensError } from '@heavens/schemas'

export interface S3Settings {
  endpoint: string
  region: string
  bucket: string
  accessKey: string
  secretKey: string
}

export interface StoredObject {
  bytes: Uint8Array
  /** names this version of the object */
  etag: string
}

/** What is needed of a bucket; no type of the client leaves this file. Every call throws archive-unreachable or archive-refused. */
export interface ObjectStore {
  /** undefined where there is none; 'unchanged' where it still has this etag */
  get(key: string, unless?: string): Promise<StoredObject | 'unchanged' | undefined>
  /** Bytes [from, to), fewer where the object ends before; undefined where there is none */
  getPart(key: string, from: number, to: number): Promise<Uint8Array | undefined>
  has(key: string): Promise<boolean>
  /** Whole or not at all. `only`: the etag that it must have, or null where there must be none. Answers the new etag, undefined when `only` did not hold. */
  put(key: string, bytes: Uint8Array, only?: string | null): Promise<string | undefined>
  remove(key: string): Promise<void>
  /** Keys that begin with `prefix`; with `folders` the next parts of their names up to a slash instead. */
  list(prefix: string, folders?: boolean): Promise<string[]>
  close(): void
}

const statusOf = (error: unknown): number => (error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0)

/** An error of the client, named. */
function named(error: unknown, what: string): HeavensError {
  const status = statusOf(error)
  const reason = `${what}: ${error instanceof Error ? `${error.name} ${error.message}`.trim() : String(error)}`
  if (status === 507 || (error instanceof S3ServiceException && error.name === 'XMinioStorageFull')) return new HeavensError('store-full', { what: 'the archive', reason }, { cause: error })
  return new HeavensError(status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'archive-refused' : 'archive-unreachable', { reason }, { cause: error })
}

/** Connect to a bucket, making it where it is missing. Throws archive-unreachable, archive-refused with what is wrong. */
export async function openObjectStore(settings: S3Settings): Promise<ObjectStore> {
  const { bucket } = settings
  const client = new S3Client({
    endpoint: settings.endpoint, region: settings.region, forcePathStyle: true, credentials: { accessKeyId: settings.accessKey, secretAccessKey: settings.secretKey }, maxAttempts: 4,
    requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000 },
  })
  const refuse = (reason: string, cause: unknown): never => { throw new HeavensError('archive-refused', { reason }, { cause }) }
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    const status = statusOf(error)
    if (status === 404) {
      await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((cause: unknown) => {
        // Another process may have made it at the same moment.
        if (cause instanceof S3ServiceException && cause.name === 'BucketAlreadyOwnedByYou') return
        refuse(`there is no bucket ${bucket}, and it may not be made (HEAVENS_S3_BUCKET)`, cause)
      })
    } else if (status === 403 || status === 401 || status === 400) refuse(`the keys in HEAVENS_S3_ACCESS_KEY and HEAVENS_S3_SECRET_KEY are not accepted for the bucket ${bucket}`, error)
    else throw named(error, settings.endpoint)
  }
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'may-write', Body: new Uint8Array() })).catch((error: unknown) => {
    if (statusOf(error) === 403) refuse(`the keys may not write to the bucket ${bucket} (HEAVENS_S3_ACCESS_KEY)`, error)
    throw named(error, settings.endpoint)
  })
  return {
    async get(key, unless) {
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(unless === undefined ? {} : { IfNoneMatch: unless }) }))
        return { bytes: await answer.Body!.transformToByteArray(), etag: answer.ETag! }
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        if (statusOf(error) === 304) return 'unchanged'
        throw named(error, `reading ${key}`)
      }
    },
    async getPart(key, from, to) {
      if (to <= from) return new Uint8Array()
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${from}-${to - 1}` }))
        return await answer.Body!.transformToByteArray()
      } catch (error) {
        if (statusOf(error) === 404) return undefined
        // 416: it ends before `from`.
        if (statusOf(error) === 416) return new Uint8Array()
        throw named(error, `reading ${key}`)
      }
    },
    async has(key) {
      try {
        await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
        return true
      } catch (error) {
        if (statusOf(error) === 404) return false
        throw named(error, `looking for ${key}`)
      }
    },
    async put(key, bytes, only) {
      try {
        const condition = only === undefined ? {} : only === null ? { IfNoneMatch: '*' } : { IfMatch: only }
        return (await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, ...condition }))).ETag!
      } catch (error) {
        // 412: another version is there; 409: another one is being written; 404: there is none any more.
        if (only !== undefined && [404, 409, 412].includes(statusOf(error))) return undefined
        throw named(error, `writing ${key}`)
      }
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).catch((error: unknown) => { throw named(error, `removing ${key}`) })
    },
    async list(prefix, folders = false) {
      const found: string[] = []
      for (let token: string | undefined, more = true; more; more = token !== undefined) {
        const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ...(folders ? { Delimiter: '/' } : {}), ...(token ? { ContinuationToken: token } : {}) }))
          .catch((error: unknown) => { throw named(error, `listing ${prefix}`) })
        if (folders) for (const { Prefix } of page.CommonPrefixes ?? []) found.push(Prefix!.slice(prefix.length, -1))
        else for (const { Key } of page.Contents ?? []) found.push(Key!.slice(prefix.length))
        token = page.NextContinuationToken
      }
      return found
    },
    close: () => client.destroy(),
  }
}
