/** One meter in the matrix. */
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Tile } from '@/api/types'
import { Age } from '@/common/Age'
import { legendIcon } from '@/common/StateTag'
import { flagsOf } from '@/domain/matrix'
import { formatYuan } from '@/domain/money'
import { formatKw } from '@/domain/quantity'
import { flagTone, tileTone } from '@/domain/states'

export const TileCard = memo(function TileCard({ tile }: { tile: Tile }) {
  const { t } = useTranslation()
  const Icon = legendIcon[tile.state]
  const name = tile.room_number ?? tile.name
  const balance = tile.state === 'not_opened' ? '' : formatYuan(tile.balance_fen)
  const flags = flagsOf(tile)
  return (
    <Link
      to={`/meters/${tile.id}`}
      className={`tile tile-${tileTone[tile.state]}`}
      data-testid="tile"
      data-meter={tile.id}
      data-state={tile.state}
    >
      <span className="top">
        <b className="ellipsis">{name}</b>
        <span className="badge">
          <Icon aria-hidden />
          {t(`state.tile.${tile.state}`)}
        </span>
      </span>
      <span className="who ellipsis">{tile.customer_name ?? tile.room_name ?? tile.code}</span>
      <span className="middle">
        <span className="money num">{balance}</span>
        <span className="small muted num">
          {tile.power_w === null ? '' : formatKw(tile.power_w)}
        </span>
      </span>
      <span className="bottom">
        <Age at={tile.last_contact_at} plain />
        <span className="flags">
          {flags.map((flag) => {
            const FlagIcon = legendIcon[flag]
            return (
              <span key={flag} className={`flag tone-${flagTone[flag]}`}>
                <FlagIcon aria-hidden />
                {t(`state.flag.${flag}`)}
              </span>
            )
          })}
        </span>
      </span>
    </Link>
  )
})
