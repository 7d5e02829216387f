/**
 * How much slower the machine is for us than it would be for itself: wall time over processor time of a fixed piece of work, 1 when nothing
 * else runs. A limit of a second means a second of a machine that is free; tests multiply by this where others may work beside them.
 *
 * @param seconds processor time to spend on it
 */
export function slowdown(seconds = 0.4): number {
  const wall = performance.now()
  const before = process.cpuUsage()
  let [sum, used] = [0, 0]
  while (used < seconds) {
    for (let i = 0; i < 1e6; i++) sum += Math.sqrt(i)
    const { user, system } = process.cpuUsage(before)
    used = (user + system) / 1e6
  }
  const ratio = (performance.now() - wall) / 1000 / used
  // The sum is used, so that the loop is not optimised away.
  return Math.max(1, Number.isFinite(sum) ? ratio : 1)
}
