import { logConformance } from '../conformance/log-conformance.js'
import { openTemporaryStores } from '../conformance/temporary-stores.js'

logConformance('the embedded log', async () => {
  const temporary = await openTemporaryStores()
  return { log: temporary.stores.log, reopen: async () => (await temporary.reopen()).log, destroy: temporary.destroy }
})
