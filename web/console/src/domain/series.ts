/** Readings as lines and bars for a chart. */
import type { Reading } from '@/api/types'

export type Point = [at: number, value: number]
const hourMs = 3_600_000

export function linePoints(
  readings: readonly Reading[],
  value: (reading: Reading) => number | null,
): Point[] {
  const points: Point[] = []
  for (const reading of readings) {
    const y = value(reading)
    if (y !== null) points.push([Date.parse(reading.at), y])
  }
  return points
}

/**
 * kWh per hour from a register that only rises. A step backwards (meter replaced or reset) counts
 * nothing: old and new registers are never compared.
 */
export function hourlyEnergy(readings: readonly Reading[]): Point[] {
  const hours = new Map<number, number>()
  let before: number | null = null
  for (const reading of readings) {
    if (reading.energy_wh === null) continue
    if (before !== null && reading.energy_wh >= before) {
      const hour = Math.floor((Date.parse(reading.at) - 1) / hourMs) * hourMs
      hours.set(hour, (hours.get(hour) ?? 0) + (reading.energy_wh - before))
    }
    before = reading.energy_wh
  }
  return [...hours].sort(([a], [b]) => a - b).map(([hour, wh]) => [hour, wh / 1000])
}
