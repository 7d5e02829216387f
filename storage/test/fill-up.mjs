/** Appends 256 kB records until there is no room, and says how it ended: node fill-up.mjs <folder> */
import { openEmbeddedStores } from '../dist/index.js'

const stores = await openEmbeddedStores(process.argv[2])
let durable = 0
try {
  for (; durable < 100; durable++) await stores.log.append('heavens.telemetry.full', [{ key: null, value: new Uint8Array(1 << 18).fill(durable) }])
  console.log(JSON.stringify({ durable, code: 'none' }))
} catch (error) {
  const again = await stores.log.append('heavens.telemetry.full', [{ key: null, value: new Uint8Array(1 << 18) }]).then(() => 'none', (e) => e.code)
  const { next } = await stores.log.bounds('heavens.telemetry.full')
  const product = await stores.products.put(new Uint8Array(4 << 20)).then(() => 'none', (e) => e.code)
  console.log(JSON.stringify({ durable, code: error.code, sentence: error.message, again, next, product }))
}
