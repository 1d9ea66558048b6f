import { afterEach, describe, expect, it } from 'vitest'
import { comingMonths, parseCount, standingOf, type DatedHousehold } from './household'
import { setTimeZone, timeZone } from './time'

const before = timeZone()
afterEach(() => setTimeZone(before))
const row = (id: number, from: string, in_force = false): DatedHousehold => ({
  id,
  from,
  households: 1,
  people: 0,
  in_force,
})

describe('months that may still be changed', () => {
  it('begin with the next one and cross New Year', () =>
    expect(comingMonths('2026-11-22T10:00:00Z', 3)).toEqual(['2026-12', '2027-01', '2027-02']))
  it('are those of the property: midnight in China is the evening before in UTC', () => {
    setTimeZone('Asia/Shanghai')
    expect(comingMonths('2026-11-30T15:59:59Z', 1)).toEqual(['2026-12'])
    expect(comingMonths('2026-11-30T16:00:00Z', 1)).toEqual(['2027-01'])
  })
  it('leave out none after a long month', () =>
    expect(comingMonths('2027-01-31T04:00:00Z', 2)).toEqual(['2027-02', '2027-03']))
})

describe('what was said of an account', () => {
  const all = [row(1, '2026-03'), row(2, '2026-10', true), row(3, '2026-12'), row(4, '2026-12')]
  it.each([
    ['ended when the next began', 0, 'past'],
    ['prices this month', 1, 'in_force'],
    ['was said anew for the same month', 2, 'superseded'],
    ['begins later', 3, 'coming'],
  ] as const)('%s', (_, index, standing) =>
    expect(standingOf(all[index] as DatedHousehold, all, '2026-11-22T10:00:00Z')).toBe(standing),
  )
})

describe('a typed count', () => {
  it.each([
    ['nothing typed', '  ', 1, undefined],
    ['absent', undefined, 1, undefined],
    ['a number', ' 3 ', 1, 3],
    ['none of them', '0', 1, null],
    ['nobody is possible', '0', 0, 0],
    ['a part', '1.5', 1, null],
    ['a minus', '-1', 0, null],
    ['too many', '1000001', 1, null],
    ['letters', 'two', 1, null],
  ] as const)('%s', (_, text, least, count) => expect(parseCount(text, least)).toBe(count))
})
