import { curveStoreConformance } from '../conformance/curve-store-conformance.js'
import { openTemporaryStores } from '../conformance/temporary-stores.js'

curveStoreConformance('the embedded curve store', async () => {
  const temporary = await openTemporaryStores()
  return { curves: temporary.stores.curves, reopen: async () => (await temporary.reopen()).curves, destroy: temporary.destroy }
})
