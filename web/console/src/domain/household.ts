/** Households behind an account: said by month, for months that have not begun. */
import { inZone } from './time'

const kCountMax = 1_000_000

export interface DatedHousehold {
  id: number
  from: string
  households: number
  people: number
  in_force: boolean
}

/** `superseded`: something else was said for the same month later. */
export type Standing = 'in_force' | 'coming' | 'past' | 'superseded'

export const monthOf = (at: string | number | Date): string => inZone(at).format('YYYY-MM')

/** The months that may still be changed, the next one first. */
export function comingMonths(now: string | number | Date, count = 12): string[] {
  const first = inZone(now).startOf('month')
  return Array.from({ length: count }, (_, i) => first.add(i + 1, 'month').format('YYYY-MM'))
}

export function standingOf(
  one: DatedHousehold,
  all: readonly DatedHousehold[],
  now: string | number | Date,
): Standing {
  if (one.in_force) return 'in_force'
  if (all.some((other) => other.from === one.from && other.id > one.id)) return 'superseded'
  return one.from > monthOf(now) ? 'coming' : 'past'
}

/** A typed number of at least `least`; undefined = nothing typed, null = no such number. */
export function parseCount(text: string | undefined, least: number): number | undefined | null {
  const typed = (text ?? '').trim()
  if (typed === '') return undefined
  if (!/^\d{1,7}$/.test(typed)) return null
  const count = Number(typed)
  return count >= least && count <= kCountMax ? count : null
}
