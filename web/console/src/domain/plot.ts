/** Axes of a chart: round values and round local times, as many as there is room for. */

const roundSteps = [1, 2, 2.5, 5, 10]

/** Round values from at or below `low` to at or above `high`, about `count` of them. */
export function valueTicks(low: number, high: number, count: number): number[] {
  const span = high > low ? high - low : Math.abs(high) || 1
  const rough = span / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (roundSteps.find((each) => each * power >= rough * 0.999) ?? 10)
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

const minuteMs = 60_000
const timeSteps = [10, 30, 60, 120, 180, 240, 360, 720, 1440, 2880, 10_080].map((m) => m * minuteMs)

/** Round local times within [from, to]. `offsetMs` is how far local time is ahead of UTC. */
export function timeTicks(from: number, to: number, count: number, offsetMs: number): number[] {
  const rough = (to - from) / Math.max(1, count)
  const step = timeSteps.find((each) => each >= rough) ?? (timeSteps.at(-1) as number)
  const ticks: number[] = []
  const first = Math.ceil((from + offsetMs) / step) * step - offsetMs
  for (let at = first; at <= to; at += step) ticks.push(at)
  return ticks
}

/** Index of the entry nearest to `at`; -1 of none. `times` ascends. */
export function nearestIndex(times: readonly number[], at: number): number {
  let low = 0
  let high = times.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((times[middle] as number) <= at) low = middle
    else high = middle
  }
  if (high < 0) return -1
  return Math.abs((times[low] as number) - at) <= Math.abs((times[high] as number) - at) ? low : high
}
