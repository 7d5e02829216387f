import path from 'node:path'
import { openStores, readStoreSettings, type Stores } from '@heavens/storage'
import { existingFolder } from './data-folder.js'
import { readRoleSettings } from './role-settings.js'

/** The stores that the environment names, for a command that looks at what roles have made. Throws bad-usage where the data folder is needed and not there. */
export async function openConfiguredStores(command: string, data: string | undefined): Promise<Stores> {
  const settings = readStoreSettings(process.env)
  const folder = path.resolve(data ?? readRoleSettings(process.env).HEAVENS_DATA_DIR)
  if (settings.log.kind === 'embedded' || settings.curves.kind === 'embedded' || settings.archive.kind === 'files') existingFolder(folder)
  return openStores(settings, { clientId: `heavens-${command}`, folder, log: (sentence) => console.error(sentence) })
}
