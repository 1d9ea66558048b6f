/** The same meters as a table: sortable, windowed, with a choice of columns. */
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Site, Tile } from '@/api/types'
import { Age } from '@/common/Age'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { FlagTag, TileTag } from '@/common/StateTag'
import { compareTiles, flagsOf, tileStates } from '@/domain/matrix'
import { formatYuan } from '@/domain/money'
import { formatKw, formatKwh } from '@/domain/quantity'
import { useFloorName } from './TileBoard'

const compareText = (a: string | null, b: string | null): number =>
  (a ?? '').localeCompare(b ?? '', 'zh-CN', { numeric: true })
const compareNumber = (a: number | null, b: number | null): number =>
  (a ?? -Infinity) - (b ?? -Infinity)

function useSupplyText(): (tile: Tile) => string {
  const { t } = useTranslation()
  return (tile) =>
    tile.relay_open === null
      ? t('matrix.unknown')
      : tile.relay_open
        ? t('matrix.off')
        : t('matrix.on')
}

// eslint-disable-next-line max-lines-per-function -- a table
export function useTileColumns(buildings: Site['buildings']): ListColumn<Tile>[] {
  const { t } = useTranslation()
  const floorName = useFloorName()
  const supply = useSupplyText()
  const names = useMemo(() => new Map(buildings.map((b) => [b.id, b.name])), [buildings])
  const building = (tile: Tile): string => names.get(tile.building_id ?? -1) ?? '—'
  return [
    {
      key: 'room',
      title: t('common.room'),
      width: 110,
      card: 'title',
      sort: compareTiles,
      render: (tile) => (
        <span>
          <span className="muted">{names.get(tile.building_id ?? -1)}</span>{' '}
          <b>{tile.room_number ?? tile.name}</b>
        </span>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 105,
      card: 'tag',
      sort: (a, b) => tileStates.indexOf(a.state) - tileStates.indexOf(b.state),
      render: (tile) => <TileTag state={tile.state} />,
    },
    {
      key: 'flags',
      title: t('matrix.flags'),
      width: 95,
      card: 'tag',
      render: (tile) => (
        <span className="row tight">
          {flagsOf(tile).map((flag) => (
            <FlagTag key={flag} flag={flag} />
          ))}
        </span>
      ),
    },
    {
      key: 'customer',
      title: t('common.customer'),
      width: 130,
      ellipsis: true,
      sort: (a, b) => compareText(a.customer_name, b.customer_name),
      render: (tile) => tile.customer_name ?? tile.room_name ?? '—',
    },
    {
      key: 'balance',
      title: t('matrix.balance'),
      width: 105,
      align: 'right',
      sort: (a, b) => compareNumber(a.balance_fen, b.balance_fen),
      render: (tile) => (tile.state === 'not_opened' ? '—' : formatYuan(tile.balance_fen)),
    },
    {
      key: 'power',
      title: t('matrix.power'),
      width: 95,
      align: 'right',
      sort: (a, b) => compareNumber(a.power_w, b.power_w),
      render: (tile) => formatKw(tile.power_w),
    },
    {
      key: 'energy',
      title: t('matrix.energy'),
      width: 130,
      align: 'right',
      sort: (a, b) => compareNumber(a.energy_wh, b.energy_wh),
      render: (tile) => formatKwh(tile.energy_wh),
    },
    { key: 'supply', title: t('matrix.supply'), width: 65, render: supply },
    {
      key: 'age',
      title: t('matrix.lastContact'),
      width: 110,
      sort: (a, b) => compareText(a.last_contact_at, b.last_contact_at),
      render: (tile) => <Age at={tile.last_contact_at} />,
    },
    {
      key: 'code',
      title: t('meter.code'),
      width: 140,
      sort: (a, b) => compareText(a.code, b.code),
      render: (tile) => <span className="num">{tile.code}</span>,
    },
    {
      key: 'building',
      title: t('common.building'),
      width: 110,
      ellipsis: true,
      optional: true,
      card: 'hide',
      sort: (a, b) => compareText(building(a), building(b)),
      render: building,
    },
    {
      key: 'floor',
      title: t('common.floor'),
      width: 90,
      optional: true,
      card: 'hide',
      sort: (a, b) => compareNumber(a.floor, b.floor),
      render: (tile) => floorName(tile.floor),
    },
    {
      key: 'location',
      title: t('matrix.location'),
      width: 150,
      ellipsis: true,
      optional: true,
      card: 'hide',
      render: (tile) => tile.name,
    },
  ]
}

interface TileTableProps {
  name: string
  tiles: readonly Tile[]
  buildings: Site['buildings']
  empty: ReactNode
  toolbar?: ReactNode
}
export function TileTable({ name, tiles, buildings, empty, toolbar }: TileTableProps) {
  const navigate = useNavigate()
  const columns = useTileColumns(buildings)
  const sorted = useMemo(
    () =>
      [...tiles].sort(
        (a, b) =>
          compareNumber(a.building_id, b.building_id) ||
          compareNumber(a.floor, b.floor) ||
          compareTiles(a, b),
      ),
    [tiles],
  )
  const height = Math.max(320, innerHeight - 330)
  return (
    <ListTable
      name={name}
      columns={columns}
      rows={sorted}
      rowKey={(tile) => tile.id}
      empty={empty}
      toolbar={toolbar}
      minWidth={1080}
      virtualHeight={height}
      onOpen={(tile) => void navigate(`/meters/${tile.id}`)}
      rowTestId="tile-row"
    />
  )
}
