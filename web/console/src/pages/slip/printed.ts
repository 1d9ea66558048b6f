/** Which slips this browser has printed: what is printed again is marked 补打. */
import { readText, writeChoice } from '@/common/remembered'

const slot = 'printed'
const keptAtMost = 2000

const list = (): string[] => (readText(slot) ?? '').split(',').filter(Boolean)
export const wasPrinted = (slip: string): boolean => list().includes(slip)

/** `slip`: a sale's id, `settlement-` or `service-` with an id. */
export function notePrinted(slip: string): void {
  if (wasPrinted(slip)) return
  writeChoice(slot, [...list(), slip].slice(-keptAtMost).join(','))
}
