/** What a bus says about itself, judged: is its line busy, are its statuses fresh, who is slow. */
import type { BusLine, LineState, MeterLine } from '@/api/types'
import type { Tone } from './states'

/** Every status shall be at most so old where the line allows. */
export const freshMs = 60_000

export const errorKinds = ['timeout', 'damaged', 'wrong_reply', 'exception', 'connect'] as const
export const errorsOf = (line: LineState): number =>
  errorKinds.reduce((sum, kind) => sum + line.errors[kind], 0)
export const waitingOf = (line: LineState): number =>
  line.waiting.reduce((sum, queue) => sum + queue.jobs, 0)

/** Share of exchanges that were answered well, 0–100 with one place; null before the first. */
export function goodPercent(line: LineState): number | null {
  const all = line.exchanges_ok + errorsOf(line)
  return all === 0 ? null : Math.floor((line.exchanges_ok / all) * 1000) / 10
}

export type Standing = 'down' | 'silent' | 'too_slow' | 'late' | 'good'
export const standingTone: Record<Standing, Tone> = {
  down: 'danger',
  silent: 'danger',
  too_slow: 'warning',
  late: 'warning',
  good: 'success',
}

/** `too_slow`: the line cannot keep 60 s; `late`: it could, and does not now. */
export function standingOf({ line }: BusLine): Standing {
  if (!line.connected) return 'down'
  if (line.meters > 0 && line.lost === line.meters) return 'silent'
  if (line.meters > 0 && (line.allows_ms === null || line.allows_ms > freshMs)) return 'too_slow'
  if (line.oldest_status_age_ms !== null && line.oldest_status_age_ms > freshMs) return 'late'
  return 'good'
}

/** Left out of its turn: lost, or silent so that it is asked less and less often. */
export const isBackedOff = (meter: MeterLine): boolean => meter.lost || meter.silences > 0
