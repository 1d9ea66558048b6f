import { describe, expect, it } from 'vitest'
import { formatFen, formatYuan, moneyInWords, moneyMaxFen, parseYuan, serviceFee } from './money'

describe('formatFen', () => {
  it.each([
    ['nothing', 0, '0.00'],
    ['one fen', 1, '0.01'],
    ['minus one fen', -1, '-0.01'],
    ['jiao', 10, '0.10'],
    ['grouping', 123_456_789, '1,234,567.89'],
    ['thousand', 100_000, '1,000.00'],
    ['negative grouping', -100_005, '-1,000.05'],
    ['largest', moneyMaxFen, '90,071,992,547,409.91'],
  ])('%s', (_, fen, text) => expect(formatFen(fen)).toBe(text))
  it('shows a dash for what is absent', () => {
    expect(formatFen(null)).toBe('—')
    expect(formatYuan(undefined)).toBe('—')
  })
  it('puts the sign before the currency', () => {
    expect(formatYuan(-365)).toBe('-¥3.65')
    expect(formatYuan(365)).toBe('¥3.65')
  })
})

describe('parseYuan', () => {
  it.each([
    ['12', 1200],
    ['12.3', 1230],
    ['12.34', 1234],
    ['0.05', 5],
    ['.5', 50],
    ['12.', 1200],
    ['1,200.50', 120_050],
    ['¥ 88', 8800],
    ['１２．５０', 1250],
    ['128。5', 12_850],
    [' 7 ', 700],
    ['0', 0],
  ])('reads %s', (text, fen) => expect(parseYuan(text)).toBe(fen))
  it.each(['', '.', 'abc', '-5', '1.234', '1e3', '12元', '1.2.3', '99999999999999'])(
    'refuses %j',
    (text) => expect(parseYuan(text)).toBeNull(),
  )
  it('reads back what was shown', () => {
    for (const fen of [0, 1, 99, 100, 123_456, 9_007_199_254_740])
      expect(parseYuan(formatFen(fen))).toBe(fen)
  })
})

describe('moneyInWords', () => {
  it.each([
    [0, '零元整'],
    [1, '壹分'],
    [10, '壹角整'],
    [105, '壹元零伍分'],
    [100, '壹元整'],
    [1234, '壹拾贰元叁角肆分'],
    [10_000, '壹佰元整'],
    [10_500, '壹佰零伍元整'],
    [100_100, '壹仟零壹元整'],
    [101_000, '壹仟零壹拾元整'],
    [1_000_000, '壹万元整'],
    [1_000_100, '壹万零壹元整'],
    [1_050_000, '壹万零伍佰元整'],
    [10_000_000, '壹拾万元整'],
    [12_345_678, '壹拾贰万叁仟肆佰伍拾陆元柒角捌分'],
    [10_000_000_000, '壹亿元整'],
    [10_000_000_100, '壹亿零壹元整'],
    [10_001_000_000, '壹亿零壹万元整'],
    [12_850, '壹佰贰拾捌元伍角整'],
    [-365, '负叁元陆角伍分'],
    [2000, '贰拾元整'],
    [200_030, '贰仟元叁角整'],
  ])('%d', (fen, words) => expect(moneyInWords(fen)).toBe(words))
})

describe('the service fee of a sale', () => {
  it.each([
    ['none by default', 12_345, '0', 0],
    ['whole percents', 10_000, '3', 300],
    ['half a fen goes up', 50, '1', 1],
    ['less than half goes down', 49, '1', 0],
    ['two places', 10_000, '1.25', 125],
    ['what is no percentage costs nothing', 10_000, 'x', 0],
  ])('%s', (_, fen, percent, fee) => expect(serviceFee(fen, percent)).toBe(fee))
})
