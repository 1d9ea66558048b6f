import { describe, expect, it } from 'vitest'
import type { BatchCounts } from '@/api/types'
import { en } from '@/i18n/en'
import { zh } from '@/i18n/zh'
import { endedPercent, needsCount, newDraft, orderOf, type BatchDraft, type DraftProblem } from './batch'

const draft = (change: Partial<BatchDraft>): BatchDraft => ({ ...newDraft, ...change })
const settings = (change: Partial<BatchDraft>) => orderOf(draft({ kind: 'write_settings', ...change }))
const day = (count: number): BatchDraft['days'][0] =>
  Array.from({ length: count }, (_, i) => [`${String(i).padStart(2, '0')}:00`, 'flat'])

describe('a draft of a batch', () => {
  it.each<[string, Partial<BatchDraft>, DraftProblem]>([
    ['a list without meters', { by: 'list' }, 'noMeters'],
    ['settings that change nothing', { kind: 'write_settings' }, 'noSettings'],
    ['an amount that is none', { kind: 'write_settings', alarm1: 'viel' }, 'badAmount'],
    ['a power that is none', { kind: 'write_settings', overloadKw: '-1' }, 'badPower'],
    ['a power beyond every meter', { kind: 'write_settings', overloadKw: '10001' }, 'badPower'],
    ['alarm 2 above alarm 1', { kind: 'write_settings', alarm1: '20', alarm2: '50' }, 'alarm2Above'],
    ['15 periods', { kind: 'write_time_tables', days: [day(15), day(1)] }, 'tooManySlots'],
    ['no season', { kind: 'write_time_tables', seasons: [] }, 'badSeasons'],
    [
      'two seasons from one day',
      { kind: 'write_time_tables', seasons: [{ from: '01-01', table: 1 }, { from: '01-01', table: 2 }] },
      'badSeasons',
    ],
  ])('%s is refused', (_, change, problem) => {
    expect(orderOf(draft(change))).toBe(problem)
    expect(zh.batch.problem[problem] && en.batch.problem[problem]).toBeTruthy()
  })
  it('keeps a floor only together with its building', () => {
    expect(orderOf(draft({ floor: 3 }))).toMatchObject({ selection: {} })
    expect(orderOf(draft({ buildingId: 1, floor: 3 }))).toMatchObject({
      selection: { building_id: 1, floor: 3 },
    })
  })
  it('selects the list or the filter, never both', () =>
    expect(orderOf(draft({ by: 'list', meterIds: [4], buildingId: 1 }))).toMatchObject({
      selection: { meter_ids: [4] },
    }))
  it('sends money in fen, power in watts, and only what was filled in', () => {
    expect(settings({ alarm1: '50', overloadKw: '1.5' })).toMatchObject({ alarm1_fen: 5000, overload_w: 1500 })
    expect(settings({ alarm1: '50' })).not.toHaveProperty('alarm2_fen')
  })
  it('overload 0 switches the limit off', () =>
    expect(settings({ overloadKw: '0' })).toMatchObject({ overload_w: 0 }))
  it('numbers rates as meters do, and puts seasons in order', () =>
    expect(
      orderOf(
        draft({
          kind: 'write_time_tables',
          days: [[['00:00', 'valley'], ['08:00', 'sharp']], day(1)],
          seasons: [{ from: '09-01', table: 1 }, { from: '07-01', table: 2 }],
        }),
      ),
    ).toMatchObject({
      day_table_1: [{ minute_of_day: 0, rate: 4 }, { minute_of_day: 480, rate: 1 }],
      seasons: [{ month: 7, day: 1, day_table: 2 }, { month: 9, day: 1, day_table: 1 }],
    }))
  it('asks for the count of what switches supply against the meter', () =>
    expect(['trip', 'force_on', 'release'].map((kind) => needsCount(kind as 'trip'))).toEqual([true, true, false]))
})

describe('progress', () => {
  const counts = (change: Partial<BatchCounts>): BatchCounts => ({
    waiting: 0, sending: 0, done: 0, failed: 0, cancelled: 0, left_out: 0, ...change,
  })
  it.each([
    ['nobody to send to', { left_out: 5 }, 100],
    ['not one ended', { waiting: 10 }, 0],
    ['the last one on its way is not 100', { done: 999, sending: 1 }, 99],
    ['failed ones have ended', { done: 1, failed: 1 }, 100],
  ])('%s', (_, change, percent) => expect(endedPercent(counts(change))).toBe(percent))
})
