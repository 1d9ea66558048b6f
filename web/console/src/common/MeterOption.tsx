/** One meter in a list of suggestions: place, customer, number and state. */
import type { Tile } from '@/api/types'
import { placeOf } from '@/domain/meter'
import { TileTag } from './StateTag'

export function MeterOption({ tile, building }: { tile: Tile; building: string | undefined }) {
  return (
    <div className="row between" style={{ flexWrap: 'nowrap', paddingBlock: 2 }}>
      <div className="grow">
        <div className="ellipsis strong">{placeOf(tile, building)}</div>
        <div className="ellipsis small muted">
          {[tile.code, tile.customer_name].filter(Boolean).join(' · ')}
        </div>
      </div>
      <TileTag state={tile.state} />
    </div>
  )
}
