import { describe, expect, it } from 'vitest'
import type { Tile } from '@/api/types'
import {
  countTiles,
  filterTiles,
  flagsOf,
  floorsOf,
  inScope,
  matrixRows,
  mergeTiles,
  noFilter,
} from './matrix'
import { offsetsOf, rowAt, visibleRange } from './windowing'

let next = 0
const tile = (fields: Partial<Tile> = {}): Tile => {
  next += 1
  return {
    id: next,
    code: `32${next}`,
    name: '',
    building_id: 1,
    room_id: next,
    floor: 1,
    room_number: String(100 + next),
    room_name: null,
    account_id: 1,
    customer_name: null,
    state: 'opened',
    forced_on: false,
    tripped: false,
    relay_open: false,
    quarantined: false,
    balance_fen: 0,
    energy_wh: 0,
    power_w: 0,
    last_contact_at: null,
    age_ms: null,
    ...fields,
  }
}

describe('counting', () => {
  it('counts every tile in one state, and flags beside it', () => {
    const counts = countTiles([
      tile(),
      tile({ state: 'lost', tripped: true }),
      tile({ state: 'arrears', tripped: true, quarantined: true }),
    ])
    expect(counts).toEqual({
      not_opened: 0,
      opened: 1,
      alarm1: 0,
      alarm2: 0,
      arrears: 1,
      lost: 1,
      forced_on: 0,
      tripped: 2,
      quarantined: 1,
    })
  })
  it('orders a tile’s flags as the legend does', () =>
    expect(flagsOf(tile({ quarantined: true, forced_on: true }))).toEqual([
      'forced_on',
      'quarantined',
    ]))
})

describe('filtering', () => {
  const shop = tile({ room_number: '1203', room_name: '老张面馆', customer_name: '张三' })
  const other = tile({ building_id: 2, floor: -1, state: 'lost', code: 'ABC9' })
  const tiles = [shop, other]
  it.each([
    ['room', '1203'],
    ['shop', '面馆'],
    ['customer', '张三'],
    ['spaces around', ' 1203 '],
  ])('finds by %s', (_, text) => expect(filterTiles(tiles, { ...noFilter, text })).toEqual([shop]))
  it('ignores the case of a meter number', () =>
    expect(filterTiles(tiles, { ...noFilter, text: 'abc' })).toEqual([other]))
  it('takes building and floor together', () => {
    expect(filterTiles(tiles, { ...noFilter, buildingId: 2 })).toEqual([other])
    expect(filterTiles(tiles, { ...noFilter, buildingId: 1, floor: -1 })).toEqual([])
  })
  it('takes any of the chosen states and flags', () => {
    const tripped = tile({ tripped: true })
    expect(filterTiles([...tiles, tripped], { ...noFilter, keys: ['lost', 'tripped'] })).toEqual([
      other,
      tripped,
    ])
  })
  it('counts the legend before its own keys are applied', () =>
    expect(tiles.filter((each) => inScope(each, { ...noFilter, keys: ['arrears'] }))).toHaveLength(
      2,
    ))
  it('lists floors from below ground up', () => {
    expect(floorsOf(tiles, null)).toEqual([-1, 1])
    expect(floorsOf(tiles, 1)).toEqual([1])
  })
})

describe('rows', () => {
  it('go building, floor, tiles; places unknown come last; rooms count as numbers', () => {
    const rows = matrixRows(
      [
        tile({ building_id: null, floor: null, room_number: null }),
        tile({ room_number: '110' }),
        tile({ room_number: '19' }),
        tile({ room_number: '12' }),
      ],
      [{ id: 1, name: 'A座' }],
      2,
    )
    expect(rows.map((row) => row.kind)).toEqual([
      'building',
      'floor',
      'tiles',
      'tiles',
      'building',
      'floor',
      'tiles',
    ])
    expect(
      rows.flatMap((row) =>
        row.kind === 'tiles' ? row.tiles.map((each) => each.room_number) : [],
      ),
    ).toEqual(['12', '19', '110', null])
    expect(rows[4]).toMatchObject({ kind: 'building', name: null })
  })
  it('have keys that differ', () => {
    const rows = matrixRows(
      Array.from({ length: 300 }, (_, n) => tile({ building_id: n % 3, floor: n % 7 })),
      [],
      4,
    )
    expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
  })
  it('are ready for 10,000 meters well within a frame budget', () => {
    const many = Array.from({ length: 10_000 }, (_, n) =>
      tile({ building_id: n % 5, floor: n % 40, room_number: String(n) }),
    )
    const start = performance.now()
    matrixRows(filterTiles(many, { ...noFilter, text: '1' }), [], 6)
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('live changes', () => {
  it('replace only what changed', () => {
    const [a, b] = [tile(), tile()]
    const fresh = { ...b, state: 'lost' as const }
    const merged = mergeTiles([a, b], new Map([[b.id, fresh]]))
    expect(merged[0]).toBe(a)
    expect(merged[1]).toBe(fresh)
  })
  it('add meters that an import brought, and change nothing for nothing', () => {
    const tiles = [tile()]
    expect(mergeTiles(tiles, new Map())).toBe(tiles)
    const added = tile()
    expect(mergeTiles(tiles, new Map([[added.id, added]]))).toHaveLength(2)
  })
})

describe('windowing', () => {
  const offsets = offsetsOf([10, 20, 30, 40])
  it('sums heights', () => expect([...offsets]).toEqual([0, 10, 30, 60, 100]))
  it.each([
    [0, 0],
    [9, 0],
    [10, 1],
    [29, 1],
    [30, 2],
    [99, 3],
    [500, 3],
  ])('position %d is in row %d', (position, row) => expect(rowAt(offsets, position)).toBe(row))
  it('covers the view and nothing more', () =>
    expect(visibleRange(offsets, 12, 35, 0)).toEqual({ first: 1, last: 3 }))
  it('survives an empty list', () =>
    expect(visibleRange(offsetsOf([]), 0, 800, 400)).toEqual({ first: 0, last: 0 }))
})
