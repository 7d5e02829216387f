import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, it } from 'vitest'
import { start, temporaryFolder } from './heavens.js'

it('the shell asks the server that HEAVENS_SESAME_URL names, and nobody without it', async () => {
  const { folder, remove } = await temporaryFolder()
  let asked = 0
  const server = createServer((_, reply) => {
    asked++
    reply.end('<Sesame><Target><Resolver name="N=NED"><jradeg>1.5</jradeg><jdedeg>-2.5</jdedeg></Resolver></Target></Sesame>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/nph-sesame`
  await mkdir(path.join(folder, 'data'))
  await writeFile(path.join(folder, 'request.json'), JSON.stringify({ target: { name: 'Planet Nine' }, time: { intervals: [['2019-05-30T10:19:00', '2019-05-30T10:20:00']] }, instruments: [{ id: 'fermi-gbm' }] }))
  const quote = (env: Record<string, string>): Promise<{ code: number | null; stdout: string; stderr: string }> => start(['quote', '--request', path.join(folder, 'request.json'), '--data', path.join(folder, 'data')], env).ended
  const found = await quote({ HEAVENS_SESAME_URL: url })
  expect(JSON.parse(found.stdout)).toMatchObject({ used: { target: { ra: 1.5, dec: -2.5, resolver: expect.stringContaining('(NED)') as string } } })
  const alone = await quote({})
  expect([alone.code, alone.stderr]).toEqual([3, expect.stringContaining('Asked: the built-in catalogue.') as string])
  for (const wrong of ['ftp://x/', 'sesame', `${url}?x`, 'http://user:word@127.0.0.1/']) expect((await quote({ HEAVENS_SESAME_URL: wrong })).stderr).toMatch(/HEAVENS_SESAME_URL.*\[bad-setting\]/)
  expect(asked).toBe(1)
  server.close()
  await remove()
}, 60_000)
