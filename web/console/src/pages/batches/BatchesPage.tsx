/** 批量操作: every batch, how far it is, and a new one. */
import { PlusOutlined } from '@ant-design/icons'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useBatches } from '@/api/control'
import type { Batch, BatchState } from '@/api/types'
import { asked, ChoiceFilter, type Choice } from '@/common/ChoiceFilter'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { RightButton } from '@/common/RightButton'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { batchKinds, type BatchKind } from '@/domain/batch'
import { batchStates } from '@/domain/states'
import { formatTime } from '@/domain/time'
import { BatchBar, BatchTag } from './BatchTags'

function useColumns(): ListColumn<Batch>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'kind',
      title: t('batch.what'),
      width: 150,
      card: 'title',
      render: (b) => (
        <>
          <b>{t(`state.commandKind.${b.kind}`)}</b> <span className="muted num">#{b.id}</span>
        </>
      ),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 130,
      card: 'tag',
      render: (b) => <BatchTag batch={b} />,
    },
    {
      key: 'progress',
      title: t('batch.progress'),
      width: 190,
      render: (b) => <BatchBar batch={b} />,
    },
    {
      key: 'left',
      title: t('batch.leftOut'),
      width: 85,
      align: 'right',
      render: (b) => <span className="num">{b.counts.left_out}</span>,
    },
    {
      key: 'reason',
      title: t('common.reason'),
      width: 190,
      ellipsis: true,
      render: (b) => b.reason || (b.origin === 'operator' ? '—' : t(`state.origin.${b.origin}`)),
    },
    {
      key: 'operator',
      title: t('common.operator'),
      width: 95,
      render: (b) => b.operator_name ?? '—',
    },
    {
      key: 'created',
      title: t('batch.started'),
      width: 170,
      render: (b) => <span className="num">{formatTime(b.created_at)}</span>,
    },
    {
      key: 'finished',
      title: t('batch.ended'),
      width: 170,
      optional: true,
      render: (b) => <span className="num">{formatTime(b.finished_at)}</span>,
    },
  ]
}

export function BatchesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [filter, setFilter] = useState<Choice<BatchState, BatchKind>>({ state: 'all', kind: 'all' })
  const { state, kind } = filter
  const { limit, offset, paging } = usePaging(`${state}${kind}`)
  const batches = useBatches({ limit, offset, ...asked(filter) })
  const columns = useColumns()
  const add = (
    <RightButton
      right="switch_supply"
      type="primary"
      icon={<PlusOutlined />}
      onClick={() => void navigate('/batches/new')}
      data-testid="batch-new"
    >
      {t('batch.new')}
    </RightButton>
  )
  return (
    <>
      <PageHead title={t('batch.heading')} sub={t('batch.intro')} extra={add} />
      <div className="panel">
        <Loaded query={batches}>
          {(list) => (
            <ListTable
              name="batches"
              columns={columns}
              rows={list.rows}
              rowKey={(b) => b.id}
              loading={batches.isPlaceholderData}
              paging={paging(list.total)}
              onOpen={(b) => void navigate(`/batches/${b.id}`)}
              minWidth={1005}
              rowTestId="batch-row"
              empty={
                <NoRows
                  filtered={state !== 'all' || kind !== 'all'}
                  title={t('batch.none')}
                  hint={t('batch.noneHint')}
                />
              }
              toolbar={
                <ChoiceFilter states={batchStates} kinds={batchKinds} stateNames="state.batch" choice={filter} onChange={setFilter} />
              }
            />
          )}
        </Loaded>
      </div>
    </>
  )
}
