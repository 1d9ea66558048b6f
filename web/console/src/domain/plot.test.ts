import { describe, expect, it } from 'vitest'
import { nearestIndex, timeTicks, valueTicks } from './plot'

describe('value axis', () => {
  it.each([
    ['covers the values with round numbers', 0, 9.3, 4, [0, 2.5, 5, 7.5, 10]],
    ['goes below zero for an overdraft', -12, 30, 4, [-20, 0, 20, 40]],
    ['has room for a value that never changes', 0, 0, 4, [0, 0.25]],
    ['does not show binary fractions', 0, 0.3, 3, [0, 0.1, 0.2, 0.3]],
  ])('%s', (_, low, high, count, expected) =>
    expect(valueTicks(low, high, count)).toEqual(expected),
  )
})

describe('time axis', () => {
  const hour = 3_600_000
  const at = Date.parse('2026-11-22T05:20:00Z')
  it('stands on whole local hours', () =>
    expect(timeTicks(at, at + 24 * hour, 6, 8 * hour).map((t) => new Date(t).toISOString().slice(11, 16))).toEqual([
      '08:00',
      '12:00',
      '16:00',
      '20:00',
      '00:00',
      '04:00',
    ]))
  it('stands on local midnights when it shows days', () =>
    expect(timeTicks(at, at + 72 * hour, 3, 8 * hour).map((t) => (t + 8 * hour) % (24 * hour))).toEqual([0, 0, 0]))
})

describe('nearest point', () => {
  it.each([
    ['nothing to point at', [], 5, -1],
    ['before the first', [10, 20], 1, 0],
    ['after the last', [10, 20], 99, 1],
    ['the nearer of two', [10, 20, 30], 26, 2],
    ['the earlier when it is in the middle', [10, 20, 30], 25, 1],
  ])('%s', (_, times, at, expected) => expect(nearestIndex(times, at)).toBe(expected))
})
