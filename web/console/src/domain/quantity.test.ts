import { describe, expect, it } from 'vitest'
import type { Tariff } from '@/api/types'
import {
  energyFor,
  flatPriceE8,
  formatFactor,
  formatKw,
  formatKwh,
  formatPrice,
  formatVolt,
  isSinglePrice,
} from './quantity'

const tariff = (prices: number[], steps: Tariff['steps'] = []): Tariff => ({
  id: 1,
  name: 't',
  rate_prices_e8: prices,
  steps,
})

describe('quantities', () => {
  it('scales units', () => {
    expect(formatKwh(1_234_567)).toBe('1,234.57 kWh')
    expect(formatKw(480)).toBe('0.48 kW')
    expect(formatVolt(228_400)).toBe('228.4 V')
    expect(formatFactor(958)).toBe('0.958')
  })
  it('shows a dash for what the model does not have', () => {
    expect(formatKwh(null)).toBe('—')
    expect(formatFactor(undefined)).toBe('—')
  })
  it.each([
    [85_000_000, '0.8500'],
    [78_312_345, '0.78312345'],
    [100_000_000, '1.0000'],
    [0, '0.0000'],
  ])('price %d', (e8, text) => expect(formatPrice(e8)).toBe(text))
})

describe('energy that money buys', () => {
  it('is whole Wh, rounded down, exact for large amounts', () => {
    expect(energyFor(10_000, 85_000_000)).toBe(117_647)
    expect(energyFor(900_719_925_474_099, 100_000_000)).toBe(9_007_199_254_740_990)
  })
  it('is unknown without a price', () => {
    expect(energyFor(100, null)).toBeNull()
    expect(energyFor(100, 0)).toBeNull()
  })
  it('uses the flat rate and knows when that is only an estimate', () => {
    expect(flatPriceE8(tariff([5, 4, 3, 2, 1]))).toBe(3)
    expect(flatPriceE8(undefined)).toBeNull()
    expect(isSinglePrice(tariff([3, 3, 3, 3, 3]))).toBe(true)
    expect(isSinglePrice(tariff([3, 3, 3, 2, 3]))).toBe(false)
    expect(isSinglePrice(tariff([3, 3, 3, 3, 3], [{ from_wh: 1, surcharge_e8: 1 }]))).toBe(false)
  })
})
