import { describe, expect, it } from 'vitest'
import { en } from '@/i18n/en'
import { zh } from '@/i18n/zh'
import { cutGuards, inputValue, parseGuards, verdictWords } from './cut'

describe('guards of a decision', () => {
  it.each([
    ['all held', '', []],
    ['one fails', 'fresh_balance fails', [['fresh_balance', 'fails']]],
    ['two, one unknown', 'fresh_balance fails, cutting_day unknown', [['fresh_balance', 'fails'], ['cutting_day', 'unknown']]],
    ['a guard of a later station', 'moon_phase fails, paced fails', [['paced', 'fails']]],
  ])('%s', (_, text, held) =>
    expect(parseGuards(text).map(({ guard, state }) => [guard, state])).toEqual(held),
  )
  it('all 24 have words in both languages, for holding and for keeping the supply on', () => {
    expect(cutGuards).toHaveLength(24)
    for (const guard of cutGuards)
      for (const { cut } of [zh, en]) expect(cut.guard[guard] && cut.keeps[guard], guard).toBeTruthy()
  })
})

describe('inputs of a decision', () => {
  it.each([
    ['unknown stays unknown', 'enforcement', '?', '?'],
    ['money', 'threshold_fen', '-5000', '-¥50.00'],
    ['a local clock', 'hours_from_ms', '32400000', '09:00'],
    ['minutes after midnight', 'friendly_to', '570', '09:30'],
    ['a span', 'fresh_age_max_ms', '60000', '1 min'],
    ['a clock that is behind', 'clock_skew_ms', '-3000', '−3.0 s'],
    ['an instant', 'fresh_at', '1795392000000', '2026-11-23 08:00:00'],
    ['yes', 'own_cut', 'yes', '是'],
    ['a word', 'wallet', 'platform', 'platform'],
  ])('%s', (_, name, value, shown) => expect(inputValue(name, value, '是', '否')).toBe(shown))
})

describe('the sentence of a verdict', () => {
  it.each([
    ['an unknown balance is not below anything', 'stay', null, 'unknown'],
    ['a low one is', 'stay', -1, 'stay'],
    ['enough money', 'nothing', null, 'nothing'],
    ['all guards hold', 'cut', -1, 'cut'],
  ] as const)('%s', (_, verdict, balance_fen, words) =>
    expect(verdictWords({ verdict, balance_fen })).toBe(words))
})
