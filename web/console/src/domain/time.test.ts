import { afterEach, describe, expect, it } from 'vitest'
import { ageOf, dayRange, formatSpan, formatTime, setTimeZone, timeZone } from './time'

afterEach(() => setTimeZone('Asia/Shanghai'))

describe('times', () => {
  it('are shown in the property’s zone, whatever the browser’s is', () => {
    expect(formatTime('2026-11-22T16:30:05Z')).toBe('2026-11-23 00:30:05')
    setTimeZone('Europe/Berlin')
    expect(formatTime('2026-11-22T16:30:05Z')).toBe('2026-11-22 17:30:05')
  })
  it('keep the last good zone', () => {
    setTimeZone('Nowhere/Land')
    expect(timeZone()).toBe('Asia/Shanghai')
  })
  it('make civil days into instants, the last day included', () => {
    expect(dayRange('2026-11-22', '2026-11-22')).toEqual({
      from: '2026-11-21T16:00:00.000Z',
      to: '2026-11-22T16:00:00.000Z',
    })
  })
  it('show a dash for what is absent', () => expect(formatTime(null)).toBe('—'))
})

describe('ages', () => {
  it.each([
    [-5000, 0, 'second'],
    [0, 0, 'second'],
    [59_999, 59, 'second'],
    [60_000, 1, 'minute'],
    [3_599_999, 59, 'minute'],
    [3_600_000, 1, 'hour'],
    [86_400_000, 1, 'day'],
  ])('%d ms', (ms, value, unit) => expect(ageOf(ms)).toEqual({ value, unit }))
})

describe('spans', () => {
  it.each([
    ['unknown', null, '—'],
    ['below a second', 155, '155 ms'],
    ['seconds', 3028, '3.0 s'],
    ['whole minutes', 120_000, '2 min'],
    ['minutes', 125_000, '2 min 5 s'],
    ['hours', 11_400_000, '3 h 10 min'],
    ['the last second of an hour is no 60 min', 3_599_900, '1 h'],
  ])('%s', (_, ms, text) => expect(formatSpan(ms)).toBe(text))
})
