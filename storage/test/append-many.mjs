/** Appends numbered records to a shared topic and to one of its own, as a thread or as a process: folder, name, count. */
import { workerData } from 'node:worker_threads'
import { openEmbeddedStores } from '../dist/index.js'

const [folder, name, count] = workerData ?? process.argv.slice(2)
const stores = await openEmbeddedStores(folder)
for (let i = 0; i < Number(count); i++) {
  await Promise.all(['heavens.telemetry.shared', `heavens.telemetry.${name}`].map((topic) => stores.log.append(topic, [{ key: name, value: new TextEncoder().encode(String(i)) }])))
}
await stores.close()
