import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { HeavensError } from '@heavens/schemas'
import { asFolderError } from '@heavens/storage'

/**
 * Make sure that no other process writes to a data folder, and mark it as ours. Reading (analyses, quotes) needs no mark.
 * The mark of a process that is no longer there is taken over. Throws folder-busy, folder-unusable. Call the answer to give the folder free.
 */
export async function claimDataFolder(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => { throw asFolderError(folder, error) })
  const mark = path.join(folder, 'writer.pid')
  for (;;) {
    try {
      const file = await open(mark, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return () => rm(mark, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw asFolderError(folder, error)
    }
    const pid = Number(await readFile(mark, 'utf8').catch(() => ''))
    if (pid > 0 && pid !== process.pid && isRunning(pid)) throw new HeavensError('folder-busy', { folder, pid })
    await rm(mark, { force: true })
  }
}

/** Roles that run as processes of their own share a folder, but not with `heavens up`. Throws folder-busy. */
export async function refuseClaimed(folder: string): Promise<void> {
  const pid = Number(await readFile(path.join(folder, 'writer.pid'), 'utf8').catch(() => ''))
  if (pid > 0 && pid !== process.pid && isRunning(pid)) throw new HeavensError('folder-busy', { folder, pid })
}

/** Whether a process is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process exists, though we may not signal it.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The folder, for commands that only read. Throws bad-usage where there is none. */
export function existingFolder(folder: string): string {
  if (!existsSync(folder)) throw new HeavensError('bad-usage', { reason: `There is no data folder ${folder}; replay files into it first, or name another with --data` })
  return folder
}
