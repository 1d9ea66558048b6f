import { describe, expect, it } from 'vitest'
import { en } from '@/i18n/en'
import { zh } from '@/i18n/zh'
import { differenceValue, differing, parseDifferences, tableEntries } from './differences'

describe('differences of a read-back', () => {
  it.each([
    ['nothing differs', '', []],
    ['money', 'alarm1 (fen): wanted 5000, read 0', [['alarm1', null, 'fen', '5000', '0']]],
    ['a rate has a number', 'rate 3 (e8): wanted 85000000, read 1', [['rate', 3, 'e8', '85000000', '1']]],
    ['a step has a tail', 'step 2 from (Wh): wanted 5, read 6', [['step_from', 2, 'Wh', '5', '6']]],
    [
      'two fields, a table with spaces',
      'version: wanted 4, read 3; day table 1: wanted 08:00=2 22:00=4, read empty',
      [
        ['version', null, '', '4', '3'],
        ['day_table', 1, '', '08:00=2 22:00=4', 'empty'],
      ],
    ],
  ])('%s', (_, text, rows) =>
    expect(
      parseDifferences(text)?.map((d) => [d.field, d.number, d.unit, d.wanted, d.read]),
    ).toEqual(rows),
  )
  it('is not made up out of words', () =>
    expect(parseDifferences('trip wanted, read relay closed, not forced')).toBeNull())
  it('every field of the station has a name in both languages', () => {
    for (const field of ['version', 'alarm1', 'alarm2', 'overload', 'overdraft', 'rate', 'steps', 'step_from', 'step_surcharge', 'day_table', 'seasons'] as const) {
      expect(zh.command.field[field], field).toBeTruthy()
      expect(en.command.field[field], field).toBeTruthy()
    }
  })
  it.each([
    ['5000', 'fen', '¥50.00'],
    ['85000000', 'e8', '¥0.8500/kWh'],
    ['12000', 'W', '12 kW'],
    ['empty', '', 'empty'],
    ['', 'fen', ''],
  ])('%j %s', (value, unit, shown) => expect(differenceValue(value, unit)).toBe(shown))
})

describe('tables of a meter', () => {
  it.each([
    ['00:00=3 08:00=1', [['00:00', 3], ['08:00', 1]]],
    ['2-29=1', [['2-29', 1]]],
    ['empty', null],
    ['00:00=3 nonsense', null],
    ['', null],
  ])('%j', (value, entries) => expect(tableEntries(value)).toEqual(entries))
})

it('only what differs is picked, whichever side lacks it', () =>
  expect(
    differing([{ result: 'same' }, { result: 'differs' }, { result: 'not_in_meter' }, { result: 'not_held' }]),
  ).toHaveLength(3))
