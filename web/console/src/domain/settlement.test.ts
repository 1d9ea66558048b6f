import { describe, expect, it } from 'vitest'
import { canCancel, settlementTone, stepOf, stepsOf } from './settlement'

describe('the way of a settlement', () => {
  it.each([
    ['a closing begins with the trip', 'closing', 'tripping', 0],
    ['a debt is part of giving back', 'closing', 'debt', 1],
    ['a closing ends after the clear', 'closing', 'done', 3],
    ['a change-over waits for the new device', 'change_over', 'replacing', 3],
    ['and ends when it is open', 'change_over', 'done', 5],
    ['a cancelled one never got anywhere', 'closing', 'cancelled', 0],
  ] as const)('%s', (_, kind, state, step) => {
    expect(stepOf({ kind, state })).toBe(step)
  })

  it('has a tone for every step', () => {
    for (const kind of ['closing', 'change_over'] as const)
      for (const state of stepsOf(kind)) expect(settlementTone[state]).toBeTruthy()
  })

  it('cannot be called off once the clear is under way', () => {
    expect(canCancel('debt')).toBe(true)
    expect(canCancel('clearing')).toBe(false)
    expect(canCancel('done')).toBe(false)
  })
})
