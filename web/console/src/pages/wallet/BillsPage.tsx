/** 账单: a meter's month line by line, as charged from a platform wallet or priced from its readings. */
import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { useCharges, useWalletBill } from '@/api/bills'
import { asApiError } from '@/api/errors'
import { useMeter } from '@/api/queries'
import type { Charge, MeterDetail, Utility, WalletBill } from '@/api/types'
import { ListTable, type ListColumn } from '@/common/ListTable'
import { PageHead, Panel } from '@/common/Page'
import { usePaging } from '@/common/usePaging'
import { EmptyView, Loaded } from '@/common/views'
import { formatYuan } from '@/domain/money'
import { formatUse } from '@/domain/quantity'
import { formatMinute, formatTime, localMinute } from '@/domain/time'
import { BillTable } from './BillTable'
import { Recomputed } from './Recomputed'

const chargesShown = 20

function useColumns(utility: Utility): ListColumn<Charge>[] {
  const { t } = useTranslation()
  const at = (time: string, value: number) => (
    <>
      <span className="num">{formatMinute(time)}</span>{' '}
      <span className="small muted num">{formatUse(value, utility)}</span>
    </>
  )
  return [
    {
      key: 'from',
      title: t('bill.from'),
      width: 210,
      card: 'title',
      render: (c) => at(c.from_at, c.from_value),
    },
    { key: 'to', title: t('bill.to'), width: 210, render: (c) => at(c.to_at, c.to_value) },
    {
      key: 'amount',
      title: t('bill.charged'),
      width: 120,
      align: 'right',
      card: 'tag',
      render: (c) => formatYuan(c.amount_fen),
    },
    {
      key: 'at',
      title: t('bill.postedAt'),
      width: 170,
      render: (c) => <span className="num">{formatTime(c.at)}</span>,
    },
    {
      key: 'cause',
      title: t('bill.cause'),
      width: 120,
      render: (c) => t(`bill.causes.${c.cause}`, { defaultValue: c.cause }),
    },
  ]
}

function Charges({ detail, month }: { detail: MeterDetail; month: string }) {
  const { t } = useTranslation()
  const { limit, offset, paging } = usePaging(month, chargesShown)
  const charges = useCharges(detail.tile.id, month, { limit, offset }, true)
  const columns = useColumns(detail.meter.utility)
  return (
    <Panel title={t('bill.charges')} flush>
      <Loaded query={charges} rows={3}>
        {(list) => (
          <ListTable
            name="charges"
            columns={columns}
            rows={list.rows}
            rowKey={(c) => c.id}
            paging={paging(list.total)}
            loading={charges.isPlaceholderData}
            minWidth={830}
            empty={<EmptyView title={t('bill.noCharges')} hint={t('bill.noChargesHint')} />}
          />
        )}
      </Loaded>
    </Panel>
  )
}

/** A month without a bill is nothing that failed. */
const isUnknown = (error: unknown): boolean => !!error && asApiError(error).code === 'bill_unknown'

function Charged({ detail, month }: { detail: MeterDetail; month: string }) {
  const { t } = useTranslation()
  const bills = useWalletBill(detail.tile.id, month, true)
  const isNone = bills.data?.bills.length === 0 || isUnknown(bills.error)
  const panel = (bill: WalletBill) => (
    <Panel
      key={`${bill.account_id}${bill.is_shared}`}
      title={bill.is_shared ? t('bill.sharedBill') : t('bill.ownBill')}
      extra={<span className="small muted">{t('bill.upTo', { time: formatMinute(bill.to_at) })}</span>}
      testId="wallet-bill"
    >
      <BillTable bill={bill} utility={detail.meter.utility} />
    </Panel>
  )
  return (
    <>
      {isNone ? (
        <Panel title={t('bill.ownBill')}>
          <EmptyView title={t('bill.none')} hint={t('bill.noneHint')} />
        </Panel>
      ) : (
        <Loaded query={bills} rows={5}>{(found) => <>{found.bills.map(panel)}</>}</Loaded>
      )}
      <Charges detail={detail} month={month} />
    </>
  )
}

function Body({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  const [month, setMonth] = useState(() => localMinute().slice(0, 7))
  const place = [detail.tile.room_number, detail.tile.code].filter(Boolean).join(' · ')
  return (
    <>
      <PageHead
        title={t('bill.heading', { meter: place })}
        sub={<Link to={`/meters/${detail.tile.id}`}>{t('bill.toMeter')}</Link>}
        extra={
          <Input
            type="month"
            style={{ width: 170 }}
            aria-label={t('bill.month')}
            value={month}
            max={localMinute().slice(0, 7)}
            onChange={(event) => event.target.value && setMonth(event.target.value)}
            data-testid="bill-month"
          />
        }
      />
      <div className="stack">
        {detail.meter.wallet === 'platform' && <Charged detail={detail} month={month} />}
        <Recomputed detail={detail} month={month} />
      </div>
    </>
  )
}

export function BillsPage() {
  const meter = useMeter(Number(useParams().id))
  return <Loaded query={meter}>{(detail) => <Body detail={detail} />}</Loaded>
}
