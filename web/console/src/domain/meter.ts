/** What the station already knows about a meter that an operator is about to act on. */
import type { Tile } from '@/api/types'

/** Why a sale to this meter cannot start, as a key of i18n `sale.blocked.*`; null when it can. */
export function saleBlock(tile: Tile): 'not_opened' | 'quarantined' | null {
  if (tile.account_id === null || tile.state === 'not_opened') return 'not_opened'
  if (tile.quarantined) return 'quarantined'
  return null
}

/** `A座 12 层 1203 · 老张面馆`, as far as it is known. */
export function placeOf(tile: Tile, building: string | undefined): string {
  const room = [building, tile.room_number].filter(Boolean).join(' ')
  return [room || tile.name, tile.room_name].filter(Boolean).join(' · ')
}
