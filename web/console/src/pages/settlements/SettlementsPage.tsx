/** 销户与换表: every settlement with how far it has come. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { useSettlements } from '@/api/money'
import type { Settlement } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead } from '@/common/Page'
import { SearchBox } from '@/common/SearchBox'
import { ToneTag } from '@/common/StateTag'
import { useDebounced } from '@/common/useDebounced'
import { usePaging } from '@/common/usePaging'
import { Loaded, NoRows } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { settlementTone } from '@/domain/settlement'
import { formatTime } from '@/domain/time'
import { SettlementDrawer } from './SettlementDrawer'

function useColumns(): ListColumn<Settlement>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'number',
      title: t('settlement.number'),
      width: 90,
      card: 'title',
      render: (s) => <b className="num">{s.number}</b>,
    },
    {
      key: 'kind',
      title: t('settlement.kindLabel'),
      width: 70,
      render: (s) => t(`settlement.kind.${s.kind}`),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 120,
      card: 'tag',
      render: (s) => (
        <ToneTag tone={s.trouble ? 'danger' : settlementTone[s.state]}>
          {t(`settlement.state.${s.state}`)}
        </ToneTag>
      ),
    },
    {
      key: 'customer',
      title: t('common.customer'),
      width: 140,
      ellipsis: true,
      render: (s) => s.customer_name ?? '—',
    },
    { key: 'room', title: t('vend.room'), width: 150, render: (s) => s.room ?? '—' },
    {
      key: 'meter',
      title: t('common.meter'),
      width: 90,
      render: (s) => <span className="num">{s.meter_code}</span>,
    },
    {
      key: 'balance',
      title: t('settlement.finalBalance'),
      width: 100,
      align: 'right',
      render: (s) => formatYuan(s.final_balance_fen),
    },
    {
      key: 'created',
      title: t('common.time'),
      width: 170,
      render: (s) => <span className="num">{formatTime(s.created_at)}</span>,
    },
    {
      key: 'operator',
      title: t('common.operator'),
      width: 85,
      render: (s) => s.operator_name ?? '—',
    },
  ]
}

export function SettlementsPage() {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const text = useDebounced(typed.trim())
  const { limit, offset, paging } = usePaging(text)
  const [params, setParams] = useSearchParams()
  const open = Number(params.get('id')) || null
  const settlements = useSettlements({ limit, offset, ...(text ? { text } : {}) })
  const columns = useColumns()
  return (
    <>
      <PageHead title={t('settlement.heading')} sub={t('settlement.intro')} />
      <div className="panel">
        <Loaded query={settlements}>
          {(list) => (
            <ListTable
              name="settlements"
              columns={columns}
              rows={list.rows}
              rowKey={(s) => s.id}
              loading={settlements.isPlaceholderData}
              paging={paging(list.total)}
              onOpen={(s) => setParams({ id: String(s.id) })}
              minWidth={985}
              rowTestId="settlement-row"
              empty={<NoRows filtered={text !== ''} title={t('settlement.none')} hint={t('settlement.noneHint')} />}
              toolbar={
                <SearchBox
                  label={t('settlement.search')}
                  value={typed}
                  onChange={setTyped}
                  width={320}
                />
              }
            />
          )}
        </Loaded>
      </div>
      {open !== null && <SettlementDrawer id={open} onClose={() => setParams({})} />}
    </>
  )
}
