/** What a person does for a settlement: collect a debt, tell the new device, call it off, go without. */
import { useQueryClient } from '@tanstack/react-query'
import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { client, csrf, keyed, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import { useMeter } from '@/api/queries'
import type { PaymentMethod, Right, Settlement, Vend } from '@/api/types'
import { ActDialog, ReasonItem } from '@/common/ActDialog'
import { MethodItem } from '@/common/MethodItem'
import { formatYuan } from '@/domain/money'
import { canCancel, canGoWithoutMeter } from '@/domain/settlement'
import { useSession } from '@/shell/SessionContext'
import {
  AgreedReadingDialog,
  WithoutMeterDialog,
  WriteOffDialog,
} from '../proposals/ProposalDialogs'

interface DialogProps {
  settlement: Settlement
  onClose: () => void
  onDone: () => void
}

function ReplacedDialog({ settlement, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  interface Values {
    serial?: string
    ratio?: string
    keyHex?: string
  }
  return (
    <ActDialog<Values, Settlement>
      title={t('settlement.replacedTitle', { meter: settlement.meter_code })}
      text={t('settlement.replacedText')}
      okText={t('settlement.replaced')}
      onClose={onClose}
      onDone={onDone}
      send={({ serial, ratio, keyHex }) =>
        unwrap(
          client.POST('/api/v1/settlements/{id}/replaced', {
            params: { path: { id: settlement.id }, header: csrf },
            body: {
              ...(serial?.trim() ? { serial: serial.trim() } : {}),
              ...(ratio?.trim() ? { ct_ratio: Number(ratio) } : {}),
              ...(keyHex?.trim() ? { key_hex: keyHex.trim() } : {}),
            },
          }),
        )
      }
    >
      <Form.Item name="serial" label={t('settlement.newSerial')} extra={t('settlement.serialHint')}>
        <Input maxLength={20} autoFocus data-testid="act-serial" />
      </Form.Item>
      <Form.Item
        name="ratio"
        label={t('settlement.ratio')}
        extra={t('settlement.ratioHint')}
        rules={[{ pattern: /^[1-9]\d{0,4}$/, message: t('settlement.ratioBad') }]}
      >
        <Input inputMode="numeric" />
      </Form.Item>
      <Form.Item
        name="keyHex"
        label={t('settlement.key')}
        extra={t('settlement.keyHint')}
        rules={[{ pattern: /^[0-9a-fA-F]{32}$/, message: t('settlement.keyBad') }]}
      >
        <Input autoComplete="off" />
      </Form.Item>
    </ActDialog>
  )
}

function CancelDialog({ settlement, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<{ reason: string }, Settlement>
      title={t('settlement.cancelTitle', { number: settlement.number })}
      text={t('settlement.cancelText')}
      okText={t('settlement.cancel')}
      danger
      onClose={onClose}
      onDone={onDone}
      send={({ reason }) =>
        unwrap(
          client.POST('/api/v1/settlements/{id}/cancel', {
            params: { path: { id: settlement.id }, header: csrf },
            body: { reason: reason.trim() },
          }),
        )
      }
    >
      <ReasonItem />
    </ActDialog>
  )
}

function CollectDialog({ settlement, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<{ method: PaymentMethod }, Vend>
      title={t('settlement.collectTitle')}
      text={
        settlement.due_fen === null
          ? t('settlement.collectText')
          : t('settlement.collectExactly', { amount: formatYuan(settlement.due_fen) })
      }
      okText={t('settlement.collect')}
      initial={{ method: 'cash' }}
      onClose={onClose}
      onDone={onDone}
      send={({ method }, key) =>
        unwrap(
          client.POST('/api/v1/settlements/{id}/collect', {
            params: { path: { id: settlement.id }, header: keyed(key) },
            body: { kind: 'sale', method },
          }),
        )
      }
    >
      <MethodItem label={t('vend.method')} />
    </ActDialog>
  )
}

function WaiveDialog({ settlement, onClose, onDone }: DialogProps) {
  const { t } = useTranslation()
  return (
    <ActDialog<{ reason: string }, Vend>
      title={t('settlement.waiveTitle')}
      text={t('settlement.waiveText')}
      okText={t('settlement.waive')}
      danger
      onClose={onClose}
      onDone={onDone}
      send={({ reason }, key) =>
        unwrap(
          client.POST('/api/v1/settlements/{id}/collect', {
            params: { path: { id: settlement.id }, header: keyed(key) },
            body: { kind: 'adjustment', reason: reason.trim() },
          }),
        )
      }
    >
      <ReasonItem />
    </ActDialog>
  )
}

type Act = 'replaced' | 'cancel' | 'collect' | 'waive' | 'writeOff' | 'without' | 'reading'

/** What a person may do now. A platform wallet's debt and lost register are decided by two. */
function actsFor({ state }: Settlement, isPlatform: boolean, can: (right: Right) => boolean): Act[] {
  const acts: Act[] = []
  if (state === 'debt' && can('sell')) acts.push('collect')
  if (state === 'debt' && !isPlatform && can('correct')) acts.push('waive')
  if (state === 'debt' && isPlatform && can('refund')) acts.push('writeOff')
  if (state === 'replacing' && can('correct')) acts.push('replaced')
  if (canGoWithoutMeter(state) && can('refund')) acts.push(isPlatform ? 'reading' : 'without')
  if (canCancel(state) && can('refund')) acts.push('cancel')
  return acts
}

export function SettlementActions({ settlement }: { settlement: Settlement }) {
  const { t } = useTranslation()
  const { can } = useSession()
  const cache = useQueryClient()
  const [act, setAct] = useState<Act | null>(null)
  const close = () => setAct(null)
  const dialog = {
    settlement,
    onClose: close,
    onDone: () => {
      close()
      void cache.invalidateQueries({ queryKey: moneyKeys.settlements })
    },
  }
  const meter = useMeter(settlement.meter_id)
  const acts = actsFor(settlement, meter.data?.meter.wallet === 'platform', can)
  if (acts.length === 0) return null
  return (
    <div className="row">
      {acts.map((each) => (
        <Button
          key={each}
          type={each === 'replaced' || each === 'collect' ? 'primary' : 'default'}
          danger={each === 'cancel'}
          onClick={() => setAct(each)}
          data-testid={`settlement-${each}`}
        >
          {t(`settlement.${each}`)}
        </Button>
      ))}
      {act === 'replaced' && <ReplacedDialog {...dialog} />}
      {act === 'cancel' && <CancelDialog {...dialog} />}
      {act === 'collect' && <CollectDialog {...dialog} />}
      {act === 'waive' && <WaiveDialog {...dialog} />}
      {act === 'reading' && <AgreedReadingDialog settlement={settlement} onClose={close} />}
      {act === 'writeOff' && <WriteOffDialog settlement={settlement} onClose={close} />}
      {act === 'without' && <WithoutMeterDialog settlement={settlement} onClose={close} />}
    </div>
  )
}
