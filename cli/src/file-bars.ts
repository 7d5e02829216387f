import { MultiBar, Presets } from 'cli-progress'

/** A bar for each file that is read, on a terminal; nothing elsewhere. */
export function fileBars(shown: boolean): { show(progress: { file: string; rows: number }): void; stop(): void } {
  if (!shown) return { show: () => {}, stop: () => {} }
  const bars = new MultiBar({ stream: process.stderr, format: '{file}  {value} rows', clearOnComplete: true, hideCursor: true }, Presets.rect)
  const known = new Map<string, ReturnType<MultiBar['create']>>()
  return {
    show({ file, rows }) {
      const bar = known.get(file) ?? bars.create(rows, 0, { file })
      known.set(file, bar)
      bar.setTotal(rows)
      bar.update(rows, { file })
    },
    stop: () => bars.stop(),
  }
}
