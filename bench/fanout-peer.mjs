// The peer of the fan-out bench: bare ws, one buffer with the time in it to every client.
import { createRequire } from 'node:module'

const { WebSocketServer } = createRequire(new URL('../api/package.json', import.meta.url))('ws')
const [hertz, seconds, bytes] = process.argv.slice(2).map(Number)
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
server.once('listening', () => process.send(server.address().port))
process.once('message', () => {
  let left = hertz * seconds
  const timer = setInterval(() => {
    const message = Buffer.alloc(bytes)
    message.writeDoubleBE(performance.timeOrigin + performance.now(), 0)
    for (const client of server.clients) client.send(message)
    if (--left > 0) return
    clearInterval(timer)
    setTimeout(() => process.exit(0), 1000)
  }, 1000 / hertz)
})
