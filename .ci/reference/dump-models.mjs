// Photons of models in energy bins: reads [{ expression, values, low, high }] from standard input, writes one list of numbers for each.
import { readFileSync } from 'node:fs'
import { parseModel } from '../../science/dist/spectra/index.js'

const asked = JSON.parse(readFileSync(0, 'utf8'))
console.log(JSON.stringify(asked.map(({ expression, values, low, high }) => Array.from(parseModel(expression).on(Float64Array.from(low), Float64Array.from(high))(values)))))
