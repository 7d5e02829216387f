// npm run bench -- NAME [--json]: both sides measured in one run; ratio = ours ÷ peer.
import { readdirSync } from 'node:fs'
const names = readdirSync(new URL('.', import.meta.url)).filter((f) => f.endsWith('.bench.mjs')).map((f) => f.slice(0, -'.bench.mjs'.length))
const [name, ...flags] = process.argv.slice(2)
if (!names.includes(name)) {
  console.error(`usage: npm run bench -- NAME [--json]    NAME: ${names.join(' ')}`)
  process.exit(2)
}
const { default: bench } = await import(`./${name}.bench.mjs`)
const result = await bench()
if (flags.includes('--json')) console.log(JSON.stringify({ name, ...result }))
else console.log(`${name}: ours ${result.ours} ${result.unit}, peer ${result.peer ?? 'absent'} ${result.unit}, ratio ${result.ratio ?? '-'}${result.note ? ` (${result.note})` : ''}`)
