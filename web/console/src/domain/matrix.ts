/** The status matrix as plain data: counting, filtering, sorting and cutting it into rows. */
import type { Site, Tile, TileState } from '@/api/types'

export const tileStates: readonly TileState[] = [
  'not_opened',
  'opened',
  'alarm1',
  'alarm2',
  'arrears',
  'lost',
]
export type TileFlag = 'forced_on' | 'tripped' | 'quarantined'
export const tileFlags: readonly TileFlag[] = ['forced_on', 'tripped', 'quarantined']
export type LegendKey = TileState | TileFlag

export interface MatrixFilter {
  text: string
  buildingId: number | null
  floor: number | null
  /** Empty = all. States and flags together: a tile passes when one of them fits. */
  keys: readonly LegendKey[]
}
export const noFilter: MatrixFilter = { text: '', buildingId: null, floor: null, keys: [] }

export type Counts = Record<LegendKey, number>

export function countTiles(tiles: readonly Tile[]): Counts {
  const counts: Counts = {
    not_opened: 0,
    opened: 0,
    alarm1: 0,
    alarm2: 0,
    arrears: 0,
    lost: 0,
    forced_on: 0,
    tripped: 0,
    quarantined: 0,
  }
  for (const tile of tiles) {
    counts[tile.state] += 1
    for (const flag of tileFlags) if (tile[flag]) counts[flag] += 1
  }
  return counts
}

const isFlag = (key: LegendKey): key is TileFlag => (tileFlags as readonly string[]).includes(key)
const fits = (tile: Tile, key: LegendKey): boolean => (isFlag(key) ? tile[key] : tile.state === key)

export function matchesText(tile: Tile, text: string): boolean {
  const needle = text.trim().toLowerCase()
  if (!needle) return true
  return [tile.code, tile.name, tile.room_number, tile.room_name, tile.customer_name].some(
    (field) => field?.toLowerCase().includes(needle),
  )
}

/** The filter without its legend keys: what the legend counts. */
export function inScope(tile: Tile, filter: MatrixFilter): boolean {
  if (filter.buildingId !== null && tile.building_id !== filter.buildingId) return false
  if (filter.floor !== null && tile.floor !== filter.floor) return false
  return matchesText(tile, filter.text)
}

export const filterTiles = (tiles: readonly Tile[], filter: MatrixFilter): Tile[] =>
  tiles.filter(
    (tile) =>
      inScope(tile, filter) &&
      (filter.keys.length === 0 || filter.keys.some((key) => fits(tile, key))),
  )

/** The flags a tile shows, in the legend's order. */
export const flagsOf = (tile: Tile): TileFlag[] => tileFlags.filter((flag) => tile[flag])

export const floorsOf = (tiles: readonly Tile[], buildingId: number | null): number[] => {
  const floors = new Set<number>()
  for (const tile of tiles) {
    if (tile.floor !== null && (buildingId === null || tile.building_id === buildingId))
      floors.add(tile.floor)
  }
  return [...floors].sort((a, b) => a - b)
}

export type MatrixRow =
  | { kind: 'building'; key: string; name: string | null; count: number }
  | { kind: 'floor'; key: string; floor: number | null; count: number }
  | { kind: 'tiles'; key: string; tiles: Tile[] }

const byRoom = new Intl.Collator('zh-CN', { numeric: true })
export const compareTiles = (a: Tile, b: Tile): number =>
  byRoom.compare(a.room_number ?? '', b.room_number ?? '') || byRoom.compare(a.code, b.code)

function grouped<K>(tiles: readonly Tile[], keyOf: (tile: Tile) => K): Map<K, Tile[]> {
  const groups = new Map<K, Tile[]>()
  for (const tile of tiles) {
    const key = keyOf(tile)
    const group = groups.get(key)
    if (group) group.push(tile)
    else groups.set(key, [tile])
  }
  return groups
}

/** Highest number last; meters without a place come at the end. */
const ordered = (a: number | null, b: number | null): number =>
  a === b ? 0 : a === null ? 1 : b === null ? -1 : a - b

/** Building, floor and tile rows of `columns` tiles each, ready for windowing. */
export function matrixRows(
  tiles: readonly Tile[],
  buildings: Site['buildings'],
  columns: number,
): MatrixRow[] {
  const rows: MatrixRow[] = []
  const names = new Map(buildings.map((building) => [building.id, building.name]))
  const groups = [...grouped(tiles, (tile) => tile.building_id)].sort(([a], [b]) => ordered(a, b))
  for (const [buildingId, inBuilding] of groups) {
    const key = `b${buildingId ?? ''}`
    const name = buildingId === null ? null : (names.get(buildingId) ?? `#${buildingId}`)
    rows.push({ kind: 'building', key, name, count: inBuilding.length })
    const floors = [...grouped(inBuilding, (tile) => tile.floor)].sort(([a], [b]) => ordered(a, b))
    for (const [floor, onFloor] of floors) {
      const floorKey = `${key}f${floor ?? ''}`
      rows.push({ kind: 'floor', key: floorKey, floor, count: onFloor.length })
      const sorted = [...onFloor].sort(compareTiles)
      for (let start = 0; start < sorted.length; start += columns) {
        rows.push({
          kind: 'tiles',
          key: `${floorKey}t${start}`,
          tiles: sorted.slice(start, start + columns),
        })
      }
    }
  }
  return rows
}

/** Replaces changed tiles; the same array when nothing changed, the same objects for the rest. */
export function mergeTiles(tiles: Tile[], changed: ReadonlyMap<number, Tile>): Tile[] {
  if (changed.size === 0) return tiles
  const missing = new Map(changed)
  const merged = tiles.map((tile) => {
    const fresh = changed.get(tile.id)
    if (!fresh) return tile
    missing.delete(tile.id)
    return fresh
  })
  return missing.size > 0 ? [...merged, ...missing.values()] : merged
}
