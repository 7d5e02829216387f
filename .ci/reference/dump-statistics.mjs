// Our answers for check-statistics.py: reads one JSON request from standard input, prints one JSON answer.
import { readFileSync } from 'node:fs'
import { cashSignificance, cashStatistic, liMaSignificance, lnGamma, lowerGamma, normalTail, onOffUpperLimit, poissonInterval, poissonUpperLimit, seededRandom, sigmaFromTail, upperGamma, wStatistic } from '@heavens/science/statistics'
import { bayesianBlocks, bayesianBlocksBinned } from '@heavens/science/timing'

const functions = { cashSignificance, cashStatistic, liMaSignificance, lnGamma, lowerGamma, normalTail, onOffUpperLimit, poissonInterval, poissonUpperLimit, sigmaFromTail, upperGamma, wStatistic }
const { calls, blocks, binned } = JSON.parse(readFileSync(0, 'utf8'))
const answer = {
  calls: calls.map(([name, ...parameters]) => parameters[0].map((_, i) => functions[name](...parameters.map((list) => list[i])))),
  blocks: blocks.map(({ times, p0 }) => [...bayesianBlocks(times, { p0 })]),
  binned: binned.map(({ edges, counts, p0 }) => [...bayesianBlocksBinned(edges, counts, { p0 })]),
  poisson: Object.fromEntries([0.02, 0.7, 5, 9.99, 10.01, 47, 3000].map((mean) => {
    const random = seededRandom(`poisson ${mean}`)
    return [mean, Array.from({ length: 200_000 }, () => random.poisson(mean))]
  })),
  normal: (() => {
    const random = seededRandom(7)
    return Array.from({ length: 100_000 }, () => random.normal())
  })(),
}
process.stdout.write(JSON.stringify(answer, (_, value) => (value === Infinity ? 'inf' : value === -Infinity ? '-inf' : value)))
