import { describe, expect, it } from 'vitest'
import { complete, renamed, spansOf, usedRates, withHours, withoutHours, type Product } from './product'
import { cycleMonth, decimal, linePriceE8, sampleBill, type Sample } from './sampleBill'

const guangzhou = complete({
  lines: [
    {
      ...complete({}).lines[0]!,
      name: 'energy',
      printed: { valley: '0.29876875', flat: '0.58886875', peak: '0.96596875' },
      components: [],
      factors: {},
      price_places: 8,
      price_rounding: 'half_up',
      steps: [
        { months: [5, 6, 7, 8, 9, 10], limits: [['260', '0.05'], ['600', '0.30']] },
        { limits: [['200', '0.05'], ['400', '0.30']] },
      ],
    },
  ],
  allowance: { households: 'multiply', per_household: '0', people_included: 4, people_max: 1, per_person: '100' },
})
const single = (written: Partial<Product>, price: string, steps: [string, string][]): Product =>
  complete({
    ...written,
    lines: [{ ...guangzhou.lines[0]!, printed: undefined, price, steps: steps.length ? [{ limits: steps }] : [] }],
  })
const sample = (quantities: Sample['quantities'], more: Partial<Sample> = {}): Sample => ({
  month: 7, days: 31, quantities, before: 0, households: 1, people: 0, ...more,
})
const total = (product: Product, used: Sample): number => sampleBill(product, used).total_fen

// Figures of shared/design/tariffs.md, section 8.
describe('a sample bill', () => {
  const kwh = 1000
  const touUse = { peak: 120 * kwh, flat: 180 * kwh, valley: 100 * kwh }
  const plainGuangzhou = single({}, '0.58886875', [['260', '0.05'], ['600', '0.30']])
  const water = complete({
    utility: 'water',
    lines: [
      { ...guangzhou.lines[0]!, name: 'water', printed: undefined, price: '1.75', steps: [{ limits: [['26', '0.88'], ['34', '3.50']] }] },
      { ...guangzhou.lines[0]!, name: 'sewage', printed: undefined, price: '0.95', steps: [{ limits: [['26', '0.48'], ['34', '1.90']] }] },
    ],
  })
  const zhejiang = single({ cycle: { kind: 'year', starts: '01-01' } }, '0.538', [['2760', '0.05'], ['4800', '0.30']])
  const heat = complete({ utility: 'heat', lines: [{ ...guangzhou.lines[0]!, printed: undefined, price: '0.16', steps: [] }], fees: [{ name: 'area', per: 'month', amount: '216.00' }] })
  it.each([
    ['E7 without hours', plainGuangzhou, sample({ flat: 400 * kwh }), 24_255],
    ['E7 with hours and steps', guangzhou, sample(touUse), 25_879],
    ['E7 a large household', guangzhou, sample(touUse, { people: 6 }), 25_379],
    ['E7 yearly steps, 150 more after 2,700', zhejiang, sample({ flat: 150 * kwh }, { before: 2_700 * kwh }), 8_520],
    ['E8 water and sewage, both stepped', water, sample({ flat: 40_000 }), 15_128],
    ['E8 heat, one of five months', heat, sample({ flat: 1_000 * kwh }), 37_600],
    ['winter limits in a winter month', guangzhou, sample(touUse, { month: 12 }), 26_179],
    ['a daily fee', { ...heat, fees: [{ name: 'd', per: 'day' as const, amount: '0.10' }] }, sample({}), 310],
    ['two households double the limits', plainGuangzhou, sample({ flat: 520 * kwh }, { households: 2 }), 30_621],
  ])('%s', (_, product, used, fen) => expect(total(product, used)).toBe(fen))
  it('names what has no price', () =>
    expect(sampleBill(guangzhou, sample({ sharp: 1 })).missing).toEqual(['energy · sharp']))
})

describe('a price from components', () => {
  // E2: (0.6483 − 0.0277) × factor + 0.0277, four places.
  const line = {
    ...guangzhou.lines[0]!,
    printed: { flat: '0.6483' },
    components: [
      { name: 'purchase', amount: '0.6206', kind: 'floating' as const },
      { name: 'funds', amount: '0.0277', kind: 'fixed' as const },
    ],
    factors: { peak: { factor: '1.7' }, sharp: { factor: '1.25', of: 'peak' as const }, valley: { factor: '0.38' } },
    price_places: 4,
  }
  it.each([
    ['printed prices win', 'flat', 64_830_000n],
    ['a factor of flat', 'peak', 108_270_000n],
    ['a factor of another rate', 'sharp', 134_650_000n],
    ['below one', 'valley', 26_350_000n],
    ['no factor, no price', 'deep_valley', null],
  ] as const)('%s', (_, rate, price) => expect(linePriceE8(line, rate)).toBe(price))
  it('factors in a circle have none', () =>
    expect(linePriceE8({ ...line, factors: { peak: { factor: '2', of: 'sharp' }, sharp: { factor: '2', of: 'peak' } } }, 'peak')).toBe(null))
})

describe('the form', () => {
  const hours = withHours(single({}, '0.8', []), '平日')
  it('goes from one price to hours and back', () => {
    expect(usedRates(hours)).toEqual(['peak', 'flat', 'valley'])
    expect(withoutHours({ ...hours, lines: [{ ...guangzhou.lines[0]! }] }).lines[0]?.price).toBe('0.58886875')
    expect(usedRates(withoutHours(hours))).toEqual(['flat'])
  })
  it('renames a day in the calendar too', () => {
    const after = renamed(hours, 'days', '平日', '工作日')
    expect(Object.keys(after.days)).toEqual(['工作日'])
    expect(after.calendar.range).toEqual([{ day: '工作日' }])
  })
  it('lays an overlay on a day', () =>
    expect(spansOf([['00:00', 'valley'], ['08:00', 'flat']], [['09:00', '24:00', 'deep_valley']])).toEqual([
      ['00:00', '08:00', 'valley'],
      ['08:00', '09:00', 'flat'],
      ['09:00', '24:00', 'deep_valley'],
    ]))
  it('finds the season that a month belongs to, across New Year', () => {
    const cycle = { kind: 'season' as const, starts: ['05-01', '11-01'] }
    expect([4, 5, 10, 11, 1].map((month) => cycleMonth(cycle, month))).toEqual([11, 5, 5, 11, 11])
  })
  it.each([['0.8', 80_000_000n], ['1.123456789', null], ['', null], ['-0.05', -5_000_000n], ['1,2', null]])(
    'reads %s as a decimal',
    (text, value) => expect(decimal(text, 8)).toBe(value),
  )
})
