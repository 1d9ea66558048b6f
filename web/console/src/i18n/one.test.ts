import { describe, expect, it } from 'vitest'
import { oneOf } from './one'

describe('a single one', () => {
  it.each([
    ['1 meters are left out', '1 meter is left out'],
    ['1 tries', '1 try'],
    ['1 failed meters are sent the same again', '1 failed meter is sent the same again'],
    ['1 groups off, turns of 60 min', '1 group off, turns of 60 min'],
    ['2 groups, 1 meters', '2 groups, 1 meter'],
    ['11 meters are left out', '11 meters are left out'],
    ['0.1 meters', '0.1 meters'],
    ['1 buses', '1 bus'],
    ['1 in all', '1 in all'],
    ['1 块表', '1 块表'],
  ])('%s', (text, words) => expect(oneOf(text)).toBe(words))
})
