import { describe, expect, it } from 'vitest'
import { levelsOf, shownLevel, storedLevel } from './alarmRule'

describe('levels of alarm rules', () => {
  it.each([
    ['the station keeps thousandths', 'loss', 80, 8, '%'],
    ['hundredths', 'flying', 120, 120, '%'],
    ['a single Wh survives', 'falling', 1, 0.001, 'kWh'],
    ['Wh as kWh', 'standing_still', 500, 0.5, 'kWh'],
  ] as const)('%s: %s %d is %d %s', (_, kind, stored, shown, unit) => {
    const level = levelsOf(kind)?.level
    expect(level?.unit).toBe(unit)
    if (!level) return
    expect(shownLevel(stored, level)).toBe(shown)
    expect(storedLevel(shown, level)).toBe(stored)
  })
  it('kinds with holds only have none', () => expect(levelsOf('meter_lost')).toBeUndefined())
})
