import { open, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'

/** An append may need this much [bytes]: with less, a write that failed did so for lack of room. */
const MARGIN = 8 << 20

/** Whether the environment in a folder can grow: the disk has room, and the system allows a file larger than it is now. */
export async function hasRoom(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize < MARGIN) return false
  const { size } = await stat(join(folder, 'data.mdb'))
  const path = join(folder, `${randomUUID()}.part`)
  const probe = await open(path, 'wx')
  try {
    await probe.truncate(size + MARGIN)
    return true
  } catch {
    return false
  } finally {
    await probe.close()
    await rm(path, { force: true })
  }
}
