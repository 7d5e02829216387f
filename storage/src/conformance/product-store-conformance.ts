import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ProductStore } from '../products/product-store.js'

/** `damage` changes the kept bytes of a product behind the store's back. */
export interface ProductStoreSubject {
  products: ProductStore
  reopen(): Promise<ProductStore>
  damage(sha256: string): Promise<void>
  destroy(): Promise<void>
}

/** What every product store must do. */
export function productStoreConformance(name: string, open: () => Promise<ProductStoreSubject>): void {
  describe(`${name} is a product store`, () => {
    let subject: ProductStoreSubject
    let products: ProductStore
    beforeEach(async () => {
      subject = await open()
      products = subject.products
    })
    afterEach(async () => {
      await subject.destroy()
    })
    const bytes = new Uint8Array(100_000).map((_, i) => i % 251)
    const sha256 = createHash('sha256').update(bytes).digest('hex')

    it('names bytes by their hash and gives them back', async () => {
      expect(await products.has(sha256)).toBe(false)
      expect(await products.put(bytes)).toBe(sha256)
      expect(await products.has(sha256)).toBe(true)
      expect(Buffer.compare(await products.get(sha256), bytes)).toBe(0)
    })

    it('keeps the same bytes once, also when many put them at the same time', async () => {
      expect(await Promise.all(Array.from({ length: 8 }, () => products.put(bytes)))).toEqual(Array(8).fill(sha256))
      expect(Buffer.compare(await products.get(sha256), bytes)).toBe(0)
    })

    it('keeps nothing at all as well', async () => {
      const empty = await products.put(new Uint8Array())
      expect((await products.get(empty)).length).toBe(0)
    })

    it('says not-found for what it does not have, and for what is no hash', async () => {
      await expect(products.get(sha256)).rejects.toMatchObject({ code: 'not-found' })
      await expect(products.get('../secret')).rejects.toMatchObject({ code: 'not-found' })
      expect(await products.has('../secret')).toBe(false)
    })

    it('says store-damaged when the bytes have changed, and takes them again', async () => {
      await products.put(bytes)
      await subject.damage(sha256)
      await expect(products.get(sha256)).rejects.toMatchObject({ code: 'store-damaged' })
      await products.put(bytes)
      expect(Buffer.compare(await products.get(sha256), bytes)).toBe(0)
    })

    it('has them again after it was closed and opened', async () => {
      await products.put(bytes)
      products = await subject.reopen()
      expect(Buffer.compare(await products.get(sha256), bytes)).toBe(0)
    })
  })
}
