import scriptUrl from 'fitsjs/lib/fits.js?url'

/** The parts of fitsjs that are used: a reader of FITS images that was not written here. */
interface FitsJsUnit {
  width: number
  height: number
  bitpix: number
  bzero: number
  bscale: number
  frameLength: number
  blob?: Blob
  _getFrame(buffer: ArrayBuffer, bitpix: number, bzero: number, bscale: number): ArrayLike<number>
}
interface FitsJsFile {
  hdus: { header: { get(key: string): unknown }; data?: FitsJsUnit }[]
}
interface FitsJs {
  FITS: new (file: Blob, ready: (this: FitsJsFile, file: FitsJsFile) => void) => unknown
}

/** What an image must be for fitsjs to read it right: it is silently wrong on unsigned and 64-bit numbers and on scaled ones. */
export function fitsjsReadsRight(bitpix: number, bzero: number, bscale: number): boolean {
  return [8, 16, 32, -32].includes(bitpix) && bzero === 0 && bscale === 1
}

/**
 * Pixels of an image HDU as fitsjs reads them; null where it could not. It works only as a classic script, so it is loaded from
 * our own origin when the first image is opened. Its worker is not used (our page lets no blob run as a script): its decoder is
 * called directly.
 *
 * @param index  HDU number, 0 = primary
 */
export async function readByFitsjs(bytes: Uint8Array<ArrayBuffer>, index: number): Promise<{ width: number; height: number; values: ArrayLike<number> } | null> {
  const { FITS } = await loadFitsjs()
  const file = await new Promise<FitsJsFile>((resolve, reject) => {
    setTimeout(() => reject(new Error('fitsjs gave no answer')), 20_000)
    // Its constructor calls back with the file once all headers are read.
    const parsed = new FITS(new Blob([bytes]), function ready(file) { resolve(file ?? (parsed as FitsJsFile)) })
  })
  const unit = file.hdus[index]?.data
  if (!unit?.blob || !fitsjsReadsRight(unit.bitpix, unit.bzero, unit.bscale)) return null
  const buffer = await unit.blob.slice(0, unit.frameLength).arrayBuffer()
  return { width: unit.width, height: unit.height, values: unit._getFrame(buffer, unit.bitpix, unit.bzero, unit.bscale) }
}

async function loadFitsjs(): Promise<FitsJs> {
  const page = globalThis as { astro?: FitsJs }
  if (!page.astro) {
    await new Promise<void>((resolve, reject) => {
      const script = document.createElement('script')
      script.src = scriptUrl
      script.onload = () => resolve()
      script.onerror = () => reject(new Error('fitsjs could not be loaded'))
      document.head.append(script)
    })
  }
  if (!page.astro) throw new Error('fitsjs could not be started')
  return page.astro
}
