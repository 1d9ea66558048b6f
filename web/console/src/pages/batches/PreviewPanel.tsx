/** Who would be sent this and who not, before anything is sent. */
import { Alert, Segmented } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { reasonText } from '@/api/errors'
import type { BatchPreview } from '@/api/types'
import { ListTable } from '@/common/ListTable'
import { Panel } from '@/common/Page'
import { EmptyView } from '@/common/views'

interface Row {
  meter_id: number
  meter_code: string | null
  room: string | null
  why: string
}

/** Reasons with how many meters each keeps out, most first. */
export function countedReasons(rows: { why: string }[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const { why } of rows) counts.set(why, (counts.get(why) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a)
}

function LeftOut({ rows }: { rows: Row[] }) {
  const { t } = useTranslation()
  if (rows.length === 0) return null
  return (
    <div style={{ padding: '0 16px 8px' }}>
      <Alert
        type="info"
        showIcon
        title={t('batch.leftOutTitle', { count: rows.length })}
        description={countedReasons(rows)
          .map(([why, count]) => t('batch.reasonCount', { why, count }))
          .join(t('batch.reasonJoin'))}
      />
    </div>
  )
}

const shownPerPage = 20

export function PreviewPanel({ preview }: { preview: BatchPreview }) {
  const { t, i18n } = useTranslation()
  const [side, setSide] = useState<'meters' | 'left'>('meters')
  const [page, setPage] = useState({ side, at: 1 })
  const left: Row[] = preview.left_out.map((line) => ({
    ...line,
    why: reasonText(line.reason, i18n.language),
  }))
  const meters: Row[] = preview.meters.map((line) => ({ ...line, why: '' }))
  const rows = side === 'meters' ? meters : left
  const at = page.side === side ? page.at : 1
  return (
    <Panel
      title={<span data-testid="batch-count">{t('batch.willSend', { count: preview.count })}</span>}
      testId="batch-preview"
      extra={
        <Segmented<'meters' | 'left'>
          value={side}
          aria-label={t('batch.preview')}
          onChange={setSide}
          options={[
            { value: 'meters', label: t('batch.sideMeters', { count: meters.length }) },
            { value: 'left', label: t('batch.sideLeft', { count: left.length }) },
          ]}
        />
      }
      flush
    >
      <LeftOut rows={left} />
      <ListTable<Row>
        name="batch-preview"
        rows={rows.slice((at - 1) * shownPerPage, at * shownPerPage)}
        rowKey={(row) => row.meter_id}
        minWidth={520}
        columns={[
          {
            key: 'room',
            title: t('common.room'),
            width: 160,
            card: 'title',
            render: (row) => row.room ?? '—',
          },
          {
            key: 'meter',
            title: t('common.meter'),
            width: 140,
            render: (row) => <span className="num">{row.meter_code}</span>,
          },
          ...(side === 'left'
            ? [{ key: 'why', title: t('batch.whyLeft'), width: 260, render: (row: Row) => row.why }]
            : []),
        ]}
        paging={{
          page: at,
          pageSize: shownPerPage,
          total: rows.length,
          onChange: (next) => setPage({ side, at: next }),
        }}
        empty={<EmptyView title={t(side === 'left' ? 'batch.noneLeft' : 'batch.nobody')} />}
      />
    </Panel>
  )
}
