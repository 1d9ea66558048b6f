/** Which slips this browser has printed: what is printed again is marked 补打. */
import { readText, writeChoice } from '@/common/remembered'

const slot = 'printed'
const keptAtMost = 2000

const list = (): string[] => (readText(slot) ?? '').split(',').filter(Boolean)
export const wasPrinted = (vendId: number): boolean => list().includes(String(vendId))

export function notePrinted(vendId: number): void {
  if (wasPrinted(vendId)) return
  writeChoice(slot, [...list(), String(vendId)].slice(-keptAtMost).join(','))
}
