import { describe, expect, it } from 'vitest'
import type { Reading } from '@/api/types'
import { hourlyEnergy, linePoints } from './series'

const reading = (at: string, energy_wh: number | null, power_w: number | null = 0): Reading => ({
  at,
  energy_wh,
  power_w,
  balance_fen: null,
  voltage_mv: [],
  line_current_ma: [],
  power_factor_e3: null,
  frequency_mhz: null,
  relay_open: null,
})
const hour = (text: string): number => Date.parse(text)

describe('hourly energy', () => {
  it('adds the steps that end in an hour, a reading on the hour closing the one before', () => {
    const rows = [
      reading('2026-11-22T08:00:00Z', 1000),
      reading('2026-11-22T08:30:00Z', 1500),
      reading('2026-11-22T09:00:00Z', 2100),
      reading('2026-11-22T09:30:00Z', 2200),
    ]
    expect(hourlyEnergy(rows)).toEqual([
      [hour('2026-11-22T08:00:00Z'), 1.1],
      [hour('2026-11-22T09:00:00Z'), 0.1],
    ])
  })
  it('never compares the registers of two meters', () => {
    const rows = [
      reading('2026-11-22T08:00:00Z', 9_000_000),
      reading('2026-11-22T08:30:00Z', 0),
      reading('2026-11-22T08:59:00Z', 400),
    ]
    expect(hourlyEnergy(rows)).toEqual([[hour('2026-11-22T08:00:00Z'), 0.4]])
  })
  it('skips readings without a register', () => {
    expect(
      hourlyEnergy([
        reading('2026-11-22T08:00:00Z', 100),
        reading('2026-11-22T08:10:00Z', null),
        reading('2026-11-22T08:20:00Z', 300),
      ]),
    ).toEqual([[hour('2026-11-22T08:00:00Z'), 0.2]])
  })
  it('is empty for one reading', () =>
    expect(hourlyEnergy([reading('2026-11-22T08:00:00Z', 100)])).toEqual([]))
})

it('lines leave out what was not measured', () => {
  expect(
    linePoints(
      [reading('2026-11-22T08:00:00Z', 1, 5), reading('2026-11-22T08:10:00Z', 1, null)],
      (r) => r.power_w,
    ),
  ).toEqual([[hour('2026-11-22T08:00:00Z'), 5]])
})
