import { HeavensError } from '@heavens/schemas'
import { ingestFiles } from '@heavens/ingest'
import { openEmbeddedStores } from '@heavens/storage'
import { expect, it } from 'vitest'
import { realFiles, temporaryFolder } from './heavens.js'

const response = realFiles('fermi-gbm/GRB190530A/glg_cspec_n0_bn190530430_v02.rsp2')

it.skipIf(!response.present)('does not take a file for read whose contents found no room, and reads it when there is', async () => {
  const { folder, remove } = await temporaryFolder()
  const stores = await openEmbeddedStores(folder)
  const options = { speed: Infinity, runPrefix: 'replay' }
  const full = { ...stores, products: { ...stores.products, put: async () => { throw new HeavensError('store-full', { what: 'a product', reason: 'the disk is full' }) } } }
  await expect(ingestFiles(response.paths, { ...options, stores: full })).rejects.toMatchObject({ code: 'store-full' })
  const { accepted, refused } = await ingestFiles(response.paths, { ...options, stores })
  expect(refused).toEqual([])
  expect(accepted).toHaveLength(1)
  await stores.close()
  await remove()
})
