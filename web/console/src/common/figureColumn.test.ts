import { describe, expect, it } from 'vitest'
import { byFigure } from './figureColumn'

describe('figures', () => {
  it('are in order, rows without one last and equal to each other', () => {
    const sorted = [3, null, -1, null, 2].sort(byFigure((value) => value))
    expect(sorted).toEqual([-1, 2, 3, null, null])
    expect(byFigure<null>(() => null)(null, null)).toBe(0)
  })
})
