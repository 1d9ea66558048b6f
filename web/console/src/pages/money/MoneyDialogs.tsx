/** 退电, 转账, 余额调整, 补助: one dialog each. */
import { Form, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { client, keyed, unwrap } from '@/api/client'
import type { MeterDetail, PaymentMethod, Vend } from '@/api/types'
import { ActDialog, AmountItem, parseSigned, ReasonItem } from '@/common/ActDialog'
import { MethodItem } from '@/common/MethodItem'
import { Facts } from '@/common/Page'
import { formatYuan } from '@/domain/money'

interface MoneyDialogProps {
  detail: MeterDetail
  onClose: () => void
  onDone: (vend: Vend) => void
}

const placeOf = ({ tile }: MeterDetail) => [tile.room_number, tile.code].filter(Boolean).join(' · ')
const waitMs = 4_000

function Holder({ detail }: { detail: MeterDetail }) {
  const { t } = useTranslation()
  return (
    <div className="progress-box" style={{ margin: '0 0 16px' }}>
      <Facts
        items={[
          { label: t('supply.customer'), value: detail.tile.customer_name ?? '—' },
          {
            label: t('supply.balance'),
            value: <span className="num">{formatYuan(detail.tile.balance_fen)}</span>,
          },
        ]}
      />
    </div>
  )
}

export function RefundDialog({ detail, onClose, onDone }: MoneyDialogProps) {
  const { t } = useTranslation()
  interface Values {
    amount?: string
    method: PaymentMethod
    note?: string
  }
  return (
    <ActDialog<Values, Vend>
      title={t('money.refundTitle', { meter: placeOf(detail) })}
      text={t('money.refundText')}
      okText={t('money.act.refund')}
      danger
      initial={{ method: 'cash' }}
      onClose={onClose}
      onDone={onDone}
      send={({ amount, method, note }, key) => {
        const fen = amount?.trim() ? parseSigned(amount.trim()) : null
        return unwrap(
          client.POST('/api/v1/meters/{id}/refunds', {
            params: { path: { id: detail.tile.id }, header: keyed(key) },
            body: {
              ...(fen === null ? {} : { amount_fen: fen }),
              method,
              note: note ?? '',
              wait_ms: waitMs,
            },
          }),
        )
      }}
    >
      <Holder detail={detail} />
      <AmountItem name="amount" label={t('money.refundAmount')} extra={t('money.refundAll')} optional />
      <MethodItem label={t('money.payBy')} />
      <Form.Item name="note" label={t('common.note')}>
        <Input maxLength={200} />
      </Form.Item>
    </ActDialog>
  )
}

export function TransferDialog({ detail, onClose, onDone }: MoneyDialogProps) {
  const { t } = useTranslation()
  interface Values {
    to: number
    amount: string
    note?: string
  }
  const targets = (detail.account?.meters ?? []).filter((meter) => meter.id !== detail.tile.id)
  return (
    <ActDialog<Values, Vend>
      title={t('money.transferTitle', { meter: placeOf(detail) })}
      text={t('money.transferText')}
      okText={t('money.act.transfer')}
      onClose={onClose}
      onDone={onDone}
      send={async ({ to, amount, note }, key) => {
        const made = await unwrap(
          client.POST('/api/v1/transfers', {
            params: { header: keyed(key) },
            body: {
              from_meter_id: detail.tile.id,
              to_meter_id: to,
              amount_fen: parseSigned(amount.trim()) ?? 0,
              note: note ?? '',
              wait_ms: waitMs,
            },
          }),
        )
        return made.out
      }}
    >
      <Holder detail={detail} />
      <Form.Item
        name="to"
        label={t('money.transferTo')}
        rules={[{ required: true, message: t('money.transferToNeeded') }]}
      >
        <Select options={targets.map((meter) => ({ value: meter.id, label: meter.code }))} />
      </Form.Item>
      <AmountItem name="amount" label={t('money.amount')} />
      <Form.Item name="note" label={t('common.note')}>
        <Input maxLength={200} />
      </Form.Item>
    </ActDialog>
  )
}

interface Credit {
  amount: string
  reason: string
}

export function AdjustDialog({ detail, onClose, onDone }: MoneyDialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<Credit, Vend>
      title={t('money.adjustTitle', { meter: placeOf(detail) })}
      text={t('money.adjustText')}
      okText={t('money.act.adjust')}
      onClose={onClose}
      onDone={onDone}
      send={({ amount, reason }, key) =>
        unwrap(
          client.POST('/api/v1/meters/{id}/adjustments', {
            params: { path: { id: detail.tile.id }, header: keyed(key) },
            body: {
              amount_fen: parseSigned(amount.trim(), true) ?? 0,
              reason: reason.trim(),
              wait_ms: waitMs,
            },
          }),
        )
      }
    >
      <Holder detail={detail} />
      <AmountItem name="amount" label={t('money.amount')} extra={t('money.adjustHint')} signed />
      <ReasonItem />
    </ActDialog>
  )
}

export function GrantDialog({ detail, onClose, onDone }: MoneyDialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<Credit, Vend>
      title={t('money.grantTitle', { meter: placeOf(detail) })}
      text={t('money.grantText')}
      okText={t('money.act.grant')}
      onClose={onClose}
      onDone={onDone}
      send={({ amount, reason }, key) =>
        unwrap(
          client.POST('/api/v1/meters/{id}/grants', {
            params: { path: { id: detail.tile.id }, header: keyed(key) },
            body: {
              amount_fen: parseSigned(amount.trim()) ?? 0,
              reason: reason.trim(),
              wait_ms: waitMs,
            },
          }),
        )
      }
    >
      <Holder detail={detail} />
      <AmountItem name="amount" label={t('money.amount')} />
      <ReasonItem />
    </ActDialog>
  )
}
