import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { productStoreConformance } from '../conformance/product-store-conformance.js'
import { openTemporaryStores } from '../conformance/temporary-stores.js'

productStoreConformance('the embedded product store', async () => {
  const temporary = await openTemporaryStores()
  return {
    products: temporary.stores.products,
    reopen: async () => (await temporary.reopen()).products,
    damage: (sha256) => writeFile(join(temporary.folder, 'products', sha256.slice(0, 2), sha256), 'something else'),
    destroy: temporary.destroy,
  }
})
