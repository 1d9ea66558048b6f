import { describe, expect, it } from 'vitest'
import type { BusLine, LineState, MeterLine } from '@/api/types'
import { errorsOf, goodPercent, isBackedOff, standingOf } from './line'

const line = (change: Partial<LineState>): LineState =>
  ({
    connected: true,
    meters: 19,
    lost: 0,
    allows_ms: 3_028,
    oldest_status_age_ms: 7_000,
    exchanges_ok: 0,
    errors: { timeout: 0, damaged: 0, wrong_reply: 0, exception: 0, connect: 0 },
    ...change,
  }) as LineState
const errors = { timeout: 3, damaged: 2, wrong_reply: 1, exception: 1, connect: 1 }

describe('a bus', () => {
  it.each([
    ['is good', {}, 'good'],
    ['is down before anything else', { connected: false, lost: 19 }, 'down'],
    ['with only lost meters is silent', { lost: 19 }, 'silent'],
    ['whose full sets are too much is too slow', { allows_ms: null }, 'too_slow'],
    ['that can keep 61 s is too slow', { allows_ms: 61_000 }, 'too_slow'],
    ['that could and does not is late', { oldest_status_age_ms: 61_000 }, 'late'],
    ['without meters is good', { meters: 0, allows_ms: null, oldest_status_age_ms: null }, 'good'],
  ])('%s', (_, change, standing) =>
    expect(standingOf({ line: line(change) } as BusLine)).toBe(standing),
  )
  it('has no share before the first exchange', () => expect(goodPercent(line({}))).toBeNull())
  it('counts every kind of error', () => {
    expect(errorsOf(line({ errors }))).toBe(8)
    expect(goodPercent(line({ errors, exchanges_ok: 992 }))).toBe(99.2)
  })
  it.each([
    [{ lost: false, silences: 0 }, false],
    [{ lost: true, silences: 0 }, true],
    [{ lost: false, silences: 1 }, true],
  ])('a meter %j backed off: %s', (meter, wanted) =>
    expect(isBackedOff(meter as MeterLine)).toBe(wanted),
  )
})
