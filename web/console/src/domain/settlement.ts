/** The way of a closing or a change-over, for people to follow. */
import type { Settlement, SettlementKind, SettlementState } from '@/api/types'
import type { Tone } from './states'

export const settlementTone: Record<SettlementState, Tone> = {
  tripping: 'progress',
  returning: 'progress',
  debt: 'warning',
  clearing: 'progress',
  replacing: 'warning',
  opening: 'progress',
  done: 'success',
  cancelled: 'neutral',
}

const ways: Record<SettlementKind, SettlementState[]> = {
  closing: ['tripping', 'returning', 'clearing', 'done'],
  change_over: ['tripping', 'returning', 'clearing', 'replacing', 'opening', 'done'],
}
export const stepsOf = (kind: SettlementKind): SettlementState[] => ways[kind]

/** Where it stands among `stepsOf`; a debt is part of returning. */
export function stepOf({ kind, state }: Pick<Settlement, 'kind' | 'state'>): number {
  const at = state === 'debt' ? 'returning' : state
  return Math.max(0, ways[kind].indexOf(at))
}

/** It has come to its end, the one or the other. */
export const isOver = (state: SettlementState): boolean => state === 'done' || state === 'cancelled'

/** Before the clear it can be called off. */
export const canCancel = (state: SettlementState): boolean =>
  state === 'tripping' || state === 'returning' || state === 'debt'
/** While the meter does not answer, two people can agree on its balance. */
export const canGoWithoutMeter = canCancel
