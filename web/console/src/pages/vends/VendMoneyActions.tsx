/** What a sale's end leaves to do: reverse it, pay out what is owed, correct its channel, decide it. */
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, keyed, unwrap } from '@/api/client'
import { useTakeVend } from '@/api/money'
import type { PaymentMethod, Vend } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { MethodItem } from '@/common/MethodItem'
import { formatYuan } from '@/domain/money'
import { useSession } from '@/shell/SessionContext'
import { ManualPayoutDialog, ResolveDialog } from '../proposals/ProposalDialogs'

type Act = 'reverse' | 'payOut' | 'payoutFailed' | 'correct' | 'resolve' | 'manual'

interface DialogProps {
  vend: Vend
  onClose: () => void
  onDone: (vend: Vend) => void
}
const owedBy = (vend: Vend): number => Math.abs(vend.captured_fen)

function ReverseDialog({ vend, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<{ reason: string }, Vend>
      title={t('money.reverseTitle', { slip: vend.slip_number })}
      text={t('money.reverseText', { amount: formatYuan(vend.captured_fen) })}
      okText={t('money.reverse')}
      danger
      onClose={onClose}
      onDone={onDone}
      send={({ reason }, key) =>
        unwrap(
          client.POST('/api/v1/vends/{id}/reverse', {
            params: { path: { id: vend.id }, header: keyed(key) },
            body: { reason: reason.trim(), wait_ms: 4_000 },
          }),
        )
      }
    >
      <ReasonItem />
    </ActDialog>
  )
}

function PayOutDialog({ vend, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  interface Values {
    method: PaymentMethod
    reference?: string
  }
  return (
    <ActDialog<Values, Vend>
      title={t('money.payOutTitle', { amount: formatYuan(owedBy(vend)) })}
      text={t('money.payOutText')}
      okText={t('money.payOut')}
      initial={{ method: vend.method }}
      onClose={onClose}
      onDone={onDone}
      send={({ method, reference }) =>
        unwrap(
          client.POST('/api/v1/vends/{id}/pay-out', {
            params: { path: { id: vend.id }, header: csrf },
            body: { method, reference: reference?.trim() ?? '' },
          }),
        )
      }
    >
      <MethodItem label={t('money.payBy')} />
      <Form.Item name="reference" label={t('money.reference')} extra={t('money.referenceHint')}>
        <Input maxLength={200} />
      </Form.Item>
    </ActDialog>
  )
}

function PayoutFailedDialog({ vend, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<{ reason: string }, Vend>
      title={t('money.payoutFailedTitle', { slip: vend.slip_number })}
      text={t('money.payoutFailedText')}
      okText={t('money.payoutFailed')}
      danger
      onClose={onClose}
      onDone={onDone}
      send={({ reason }) =>
        unwrap(
          client.POST('/api/v1/vends/{id}/payout-failed', {
            params: { path: { id: vend.id }, header: csrf },
            body: { reason: reason.trim() },
          }),
        )
      }
    >
      <ReasonItem />
    </ActDialog>
  )
}

function CorrectDialog({ vend, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  interface Values {
    method: PaymentMethod
    reason: string
  }
  return (
    <ActDialog<Values, Vend>
      title={t('money.correctTitle', { slip: vend.slip_number })}
      text={t('money.correctText')}
      okText={t('money.correct')}
      initial={{ method: vend.method }}
      onClose={onClose}
      onDone={onDone}
      send={({ method, reason }) =>
        unwrap(
          client.POST('/api/v1/vends/{id}/correct-method', {
            params: { path: { id: vend.id }, header: csrf },
            body: { method, reason: reason.trim() },
          }),
        )
      }
    >
      <MethodItem label={t('vend.method')} />
      <ReasonItem />
    </ActDialog>
  )
}

/** Which acts the vend's kind and state leave open. */
function actsFor(vend: Vend, can: (right: 'refund' | 'correct') => boolean): Act[] {
  const acts: Act[] = []
  const isSale = vend.kind === 'sale'
  if (isSale && vend.state === 'delivered' && can('refund')) acts.push('reverse')
  if (vend.state === 'refund_due' && can('refund')) acts.push('payOut', 'payoutFailed')
  if (vend.state === 'refund_failed' && can('refund')) acts.push('manual')
  if (vend.state === 'quarantine' && can('refund')) acts.push('resolve')
  const hasMoney = !['created', 'closed', 'refunded'].includes(vend.state)
  if (isSale && hasMoney && can('correct')) acts.push('correct')
  return acts
}

export function VendMoneyActions({ vend }: { vend: Vend }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const take = useTakeVend()
  const [act, setAct] = useState<Act | null>(null)
  const close = () => setAct(null)
  const dialog = {
    vend,
    onClose: close,
    onDone: (next: Vend) => {
      take(next)
      close()
    },
  }
  return (
    <>
      {actsFor(vend, can).map((each) => (
        <Button
          key={each}
          type={each === 'payOut' ? 'primary' : 'default'}
          danger={each === 'reverse' || each === 'payoutFailed'}
          onClick={() => setAct(each)}
          data-testid={`vend-${each}`}
        >
          {t(`money.${each}`)}
        </Button>
      ))}
      {act === 'reverse' && <ReverseDialog {...dialog} />}
      {act === 'payOut' && <PayOutDialog {...dialog} />}
      {act === 'payoutFailed' && <PayoutFailedDialog {...dialog} />}
      {act === 'correct' && <CorrectDialog {...dialog} />}
      {act === 'resolve' && <ResolveDialog vend={vend} onClose={close} />}
      {act === 'manual' && <ManualPayoutDialog vend={vend} onClose={close} />}
    </>
  )
}
