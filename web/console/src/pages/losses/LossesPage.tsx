/** 损耗对比: main meters against what is behind them, by building and floor. */
import { PartitionOutlined, PlusOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useLossPeriods, useLossTrees } from '@/api/watch'
import type { LossTree } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { EmptyView, Loaded } from '@/common/views'
import { formatKwh } from '@/domain/quantity'
import { formatDay } from '@/domain/time'
import { useFloorName } from '../matrix/TileBoard'
import { TreeDialog } from './TreeDialog'

/** What the latest weighed day says. */
function Latest({ tree }: { tree: LossTree }) {
  const { t } = useTranslation()
  const periods = useLossPeriods(tree.id, { limit: 1 })
  const period = periods.data?.rows[0]
  if (!period) return <span className="muted">{periods.isPending ? '…' : t('loss.notWeighed')}</span>
  return (
    <span>
      <span className="num">
        {period.loss_wh === null ? t('loss.unknown') : formatKwh(period.loss_wh)}
      </span>{' '}
      <span className="small muted num">{formatDay(period.from)}</span>
    </span>
  )
}

export function usePlace(): (tree: LossTree) => string {
  const { t } = useTranslation()
  const floorName = useFloorName()
  return (tree) => `${tree.building} ${tree.floor === null ? t('loss.whole') : floorName(tree.floor)}`
}

function useColumns(): ListColumn<LossTree>[] {
  const { t } = useTranslation()
  const place = usePlace()
  return [
    { key: 'name', title: t('loss.name'), width: 150, card: 'title', render: (tree) => <b>{tree.name}</b> },
    { key: 'place', title: t('loss.place'), width: 150, render: place },
    {
      key: 'mains',
      title: t('loss.mains'),
      width: 200,
      render: (tree) => <span className="break">{tree.main_meters.map((m) => m.code).join(', ')}</span>,
    },
    {
      key: 'subs',
      title: t('loss.subs'),
      width: 160,
      render: (tree) =>
        tree.subs_by_room
          ? t('loss.byRoom', { count: tree.sub_meters.length })
          : t('loss.listed', { count: tree.sub_meters.length }),
    },
    { key: 'latest', title: t('loss.latest'), width: 190, render: (tree) => <Latest tree={tree} /> },
  ]
}

export function LossesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [adding, setAdding] = useState(false)
  const trees = useLossTrees()
  const columns = useColumns()
  const add = (
    <RightButton
      right="import_site"
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => setAdding(true)}
      data-testid="loss-add"
    >
      {t('loss.add')}
    </RightButton>
  )
  return (
    <>
      <PageHead title={t('loss.heading')} sub={t('loss.intro')} extra={add} />
      <div className="panel">
        <Loaded query={trees}>
          {(list) => (
            <ListTable
              name="losses"
              columns={columns}
              rows={list.rows}
              rowKey={(tree) => tree.id}
              onOpen={(tree) => void navigate(`/losses/${tree.id}`)}
              minWidth={850}
              rowTestId="loss-row"
              empty={
                <EmptyView icon={<PartitionOutlined />} title={t('loss.none')} hint={t('loss.noneHint')} />
              }
            />
          )}
        </Loaded>
      </div>
      {adding && <TreeDialog onClose={() => setAdding(false)} />}
    </>
  )
}
