import type { FastifyReply, FastifyRequest } from 'fastify'
import { HeavensError } from '@heavens/schemas'
import type { ApiApp } from '../api-app.js'
import type { ApiContext } from '../context.js'
import { descriptorOf } from '../curves/select-series.js'
import { serverBase } from '../votable/server-base.js'
import { hipsProperties } from './hips-properties.js'
import { mocFits } from './sky-moc.js'
import { LAYERS, skyLayers, type LayerName, type SkyLayer } from './sky-layer.js'
import { allskyFits, allskyPng, tileFits, tilePng } from './tile-files.js'
import { tileOrders, tilesOf } from './tile-pixels.js'

interface Place { instrument: string; band: string; window: string; '*': string }

/** Tiles of one folder. */
const PER_FOLDER = 10_000

/**
 * Rolling sky images as HiPS 1.0: /hips/INSTRUMENT/BAND/WINDOW/[LAYER/] with `properties`, tiles, `Allsky.png` and `Moc.fits`; the layer is
 * significance where none is named. Tiles are made when they are asked for: they show the image as it is now.
 */
export function hipsRoutes(app: ApiApp, { options, views }: ApiContext): void {
  const layerOf = skyLayers(views.images)
  app.get('/hips/hipslist', { schema: { hide: true } }, async (request, reply) => {
    await views.whenReady()
    const places = new Set(views.images.entries().map(({ value: { header: h } }) => [h.instrument, h.band, h.window].join('/')))
    const records = [...places].flatMap((place) => LAYERS.map((name) => {
      const [instrument, band, window] = place.split('/') as [string, string, string]
      const layer = layerOf(instrument, band, window, name)
      return hipsProperties(layer, descriptorOf(options.instruments, instrument), addressOf(request, layer))
    }))
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(records.join('\n'))
  })

  app.get('/hips/:instrument/:band/:window/*', { schema: { hide: true } }, async (request, reply) => {
    await views.whenReady()
    const { instrument, band, window, '*': rest } = request.params as Place
    const [first, ...more] = rest.split('/')
    const named = LAYERS.find((name) => name === first)
    const layer = layerOf(instrument, band, window, named ?? 'significance')
    const { header } = layer
    const tag = `"${header.run}-${header.revision}-${layer.name}"`
    void reply.headers({ 'cache-control': 'no-cache', etag: tag })
    if (request.headers['if-none-match'] === tag) return reply.code(304).send()
    return answer(request, reply, layer, named === undefined ? rest : more.join('/'))
  })

  function answer(request: FastifyRequest, reply: FastifyReply, layer: SkyLayer, file: string): FastifyReply {
    if (file === 'properties') return reply.type('text/plain; charset=utf-8').send(hipsProperties(layer, descriptorOf(options.instruments, layer.header.instrument), addressOf(request, layer)))
    if (file === 'Moc.fits') return reply.type('application/fits').send(Buffer.from(mocFits(layer)))
    if (file === 'Norder3/Allsky.png') return reply.type('image/png').send(Buffer.from(allskyPng(layer)))
    if (file === 'Norder3/Allsky.fits') return reply.type('application/fits').send(Buffer.from(allskyFits(layer)))
    const [, order, folder, tile, format] = /^Norder(\d{1,2})\/Dir(\d{1,9})\/Npix(\d{1,9})\.(png|fits)$/.exec(file) ?? []
    const orders = tileOrders(layer.order)
    const [k, n] = [Number(order), Number(tile)]
    if (format === undefined || k < orders.min || k > orders.max || n >= tilesOf(k) || Number(folder) !== Math.floor(n / PER_FOLDER) * PER_FOLDER) throw new HeavensError('not-found', { what: 'HiPS file', id: file.slice(0, 200) })
    return format === 'png' ? reply.type('image/png').send(Buffer.from(tilePng(layer, k, n))) : reply.type('application/fits').send(Buffer.from(tileFits(layer, k, n)))
  }
}

function addressOf(request: FastifyRequest, { header, name }: { header: SkyLayer['header']; name: LayerName }): string {
  return `${serverBase(request)}/hips/${[header.instrument, header.band, header.window, name].map(encodeURIComponent).join('/')}`
}
