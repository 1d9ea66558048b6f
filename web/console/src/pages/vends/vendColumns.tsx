/** Columns of sales, shared by the records, the meter page and the account page. */
import { useTranslation } from 'react-i18next'
import type { Vend } from '@/api/types'
import type { ListColumn } from '@/common/ListTable'
import { VendTag } from '@/common/StateTag'
import { formatYuan } from '@/domain/money'
import { formatTime } from '@/domain/time'

// eslint-disable-next-line max-lines-per-function -- a table
export function useVendColumns(): ListColumn<Vend>[] {
  const { t } = useTranslation()
  return [
    {
      key: 'slip',
      title: t('vend.slip'),
      width: 110,
      card: 'title',
      render: (v) => <b className="num">{v.slip_number}</b>,
    },
    {
      key: 'created',
      title: t('common.time'),
      width: 160,
      sort: (a, b) => a.created_at.localeCompare(b.created_at),
      render: (v) => <span className="num">{formatTime(v.created_at)}</span>,
    },
    {
      key: 'customer',
      title: t('common.customer'),
      width: 120,
      ellipsis: true,
      render: (v) => v.customer_name ?? '—',
    },
    {
      key: 'room',
      title: t('vend.room'),
      width: 100,
      ellipsis: true,
      render: (v) => v.room ?? '—',
    },
    {
      key: 'meter',
      title: t('common.meter'),
      width: 120,
      optional: true,
      render: (v) => <span className="num">{v.meter_code}</span>,
    },
    {
      key: 'amount',
      title: t('vend.amount'),
      width: 110,
      align: 'right',
      sort: (a, b) => a.captured_fen - b.captured_fen,
      render: (v) => <b>{formatYuan(v.captured_fen)}</b>,
    },
    {
      key: 'kind',
      title: t('vend.kind'),
      width: 90,
      render: (v) => t(`state.vendKind.${v.kind}`),
    },
    {
      key: 'state',
      title: t('common.state'),
      width: 105,
      card: 'tag',
      render: (v) => <VendTag state={v.state} />,
    },
    {
      key: 'method',
      title: t('vend.method'),
      width: 95,
      render: (v) => t(`state.method.${v.method}`),
    },
    {
      key: 'after',
      title: t('vend.after'),
      width: 105,
      align: 'right',
      card: 'hide',
      render: (v) => formatYuan(v.balance_after_fen),
    },
    {
      key: 'operator',
      title: t('common.operator'),
      width: 85,
      ellipsis: true,
      render: (v) => v.operator_name ?? '—',
    },
    {
      key: 'account',
      title: t('vend.account'),
      width: 110,
      optional: true,
      card: 'hide',
      render: (v) => v.account_number ?? '—',
    },
    {
      key: 'fees',
      title: t('vend.fees'),
      width: 100,
      align: 'right',
      optional: true,
      card: 'hide',
      render: (v) => formatYuan(v.fees_fen),
    },
    {
      key: 'count',
      title: t('vend.count'),
      width: 100,
      align: 'right',
      optional: true,
      card: 'hide',
      render: (v) => v.n ?? '—',
    },
  ]
}
