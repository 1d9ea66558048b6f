/** 售电记录. */
import { DownloadOutlined } from '@ant-design/icons'
import { useMutation } from '@tanstack/react-query'
import { App, Button, Input, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { download } from '@/api/client'
import { useVends, type VendFilter } from '@/api/queries'
import type { VendState } from '@/api/types'
import { ListTable } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { SearchBox } from '@/common/SearchBox'
import { useDebounced } from '@/common/useDebounced'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded, useErrorText } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { vendStates } from '@/domain/states'
import { dayRange, inZone, lastDays } from '@/domain/time'
import { useVendColumns } from './vendColumns'
import { VendDrawer } from './VendDrawer'

const spans = ['all', '1', '7', '30', 'own'] as const
type Span = (typeof spans)[number]

function CsvButton({ filter }: { filter: VendFilter }) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const errorText = useErrorText()
  const run = useMutation({
    mutationFn: () => {
      const query = new URLSearchParams(
        Object.entries(filter).map(([key, value]): [string, string] => [key, String(value)]),
      )
      const name = `sales-${inZone(Date.now()).format('YYYYMMDD-HHmm')}.csv`
      return download(`/api/v1/exports/vends.csv?${query.toString()}`, name)
    },
    onError: (error) => message.error(errorText(error)),
  })
  return (
    <Button
      icon={<DownloadOutlined />}
      loading={run.isPending}
      onClick={() => run.mutate()}
      title={t('vend.csvNote')}
      data-testid="vends-csv"
    >
      {t('vend.csv')}
    </Button>
  )
}

interface Choice {
  text: string
  state: VendState | 'all'
  span: Span
  /** YYYY-MM-DD, used when span is `own`. */
  first: string
  last: string
}

function useFilter() {
  const [choice, setChoice] = useState<Choice>({
    text: '',
    state: 'all',
    span: 'all',
    first: '',
    last: '',
  })
  const text = useDebounced(choice.text.trim())
  const days =
    choice.span === 'own' ? choice : choice.span === 'all' ? null : lastDays(Number(choice.span))
  const filter: VendFilter = {
    ...(text ? { text } : {}),
    ...(choice.state === 'all' ? {} : { state: choice.state }),
    ...(days?.first && days.last ? dayRange(days.first, days.last) : {}),
  }
  return { choice, setChoice, filter, isPlain: Object.keys(filter).length === 0 }
}

function Toolbar({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) {
  const { t } = useTranslation()
  const names: Record<Span, string> = {
    all: t('vend.anyDay'),
    1: t('common.today'),
    7: t('common.days7'),
    30: t('common.days30'),
    own: t('vend.ownDays'),
  }
  return (
    <>
      <SearchBox
        label={t('vend.search')}
        value={choice.text}
        onChange={(text) => onChange({ ...choice, text })}
        width={260}
        testId="vend-search"
      />
      <Select
        style={{ width: 140 }}
        aria-label={t('vend.state')}
        value={choice.state}
        onChange={(state) => onChange({ ...choice, state })}
        options={[
          { value: 'all' as const, label: t('common.all') },
          ...vendStates.map((value) => ({ value, label: t(`state.vend.${value}`) })),
        ]}
      />
      <Select<Span>
        style={{ width: 130 }}
        aria-label={t('vend.range')}
        value={choice.span}
        onChange={(span) => onChange({ ...choice, span, ...(span === 'own' ? lastDays(7) : {}) })}
        options={spans.map((value) => ({ value, label: names[value] }))}
      />
      {choice.span === 'own' && (
        <span className="row tight">
          <Input
            type="date"
            style={{ width: 150 }}
            aria-label={t('common.from')}
            value={choice.first}
            max={choice.last}
            onChange={(event) => onChange({ ...choice, first: event.target.value })}
          />
          <Input
            type="date"
            style={{ width: 150 }}
            aria-label={t('common.to')}
            value={choice.last}
            min={choice.first}
            onChange={(event) => onChange({ ...choice, last: event.target.value })}
          />
        </span>
      )}
    </>
  )
}

function Totals({ captured, delivered }: { captured: number; delivered: number }) {
  const { t } = useTranslation()
  return (
    <dl
      className="facts big"
      style={{
        padding: '4px 16px 12px',
        gridTemplateColumns: 'repeat(auto-fit, minmax(110px, 200px))',
      }}
    >
      <div>
        <dt>{t('vend.captured')}</dt>
        <dd className="num">{formatYuan(captured)}</dd>
      </div>
      <div>
        <dt>{t('vend.deliveredTotal')}</dt>
        <dd className="num">{formatYuan(delivered)}</dd>
      </div>
      <div>
        <dt>{t('vend.open')}</dt>
        <dd className="num">{formatYuan(captured - delivered)}</dd>
      </div>
    </dl>
  )
}

export function VendsPage() {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const { choice, setChoice, filter, isPlain } = useFilter()
  const { limit, offset, paging } = usePaging(JSON.stringify(filter))
  const vends = useVends({ ...filter, limit, offset })
  const columns = useVendColumns()
  const opened = Number(params.get('id')) || null
  const empty = isPlain ? (
    <EmptyView title={t('vend.none')} hint={t('vend.noneHint')} />
  ) : (
    <EmptyView title={t('empty.filtered')} hint={t('empty.filteredHint')} />
  )
  return (
    <>
      <PageHead
        title={t('vend.heading')}
        sub={vends.data && t('common.total', { count: vends.data.total })}
        extra={<CsvButton filter={filter} />}
      />
      <div className="panel">
        <Loaded query={vends}>
          {(list) => (
            <ListTable
              name="vends"
              columns={columns}
              rows={list.rows}
              rowKey={(vend) => vend.id}
              loading={vends.isPlaceholderData}
              empty={empty}
              minWidth={970}
              paging={paging(list.total)}
              onOpen={(vend) => setParams({ id: String(vend.id) })}
              rowTestId="vend-row"
              toolbar={
                <>
                  <Toolbar choice={choice} onChange={setChoice} />
                </>
              }
            />
          )}
        </Loaded>
        {vends.data && vends.data.total > 0 && (
          <Totals
            captured={vends.data.totals.captured_fen}
            delivered={vends.data.totals.delivered_fen}
          />
        )}
      </div>
      {opened !== null && <VendDrawer id={opened} onClose={() => setParams({})} />}
    </>
  )
}
