/** Proposing what another person has to approve. */
import { useQueryClient } from '@tanstack/react-query'
import { App, Form, Input, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { client, keyed, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import { useMeters } from '@/api/queries'
import type {
  PaymentMethod,
  Proposal,
  ProposalRequest,
  Resolution,
  Settlement,
  Tile,
  Vend,
} from '@/api/types'
import { ActDialog, AmountItem, parseSigned } from '@/common/ActDialog'
import { MethodItem } from '@/common/MethodItem'
import { formatYuan } from '@/domain/money'
import { decimal } from '@/domain/sampleBill'
import { instantOf, localMinute } from '@/domain/time'

const post = (key: string, body: ProposalRequest) =>
  unwrap(client.POST('/api/v1/proposals', { params: { header: keyed(key) }, body }))

function EvidenceItem() {
  const { t } = useTranslation()
  return (
    <Form.Item
      name="evidence"
      label={t('proposal.evidence')}
      extra={t('proposal.evidenceHint')}
      rules={[{ required: true, min: 10, message: t('proposal.evidenceNeeded') }]}
    >
      <Input.TextArea
        maxLength={1000}
        autoSize={{ minRows: 3, maxRows: 6 }}
        data-testid="act-evidence"
      />
    </Form.Item>
  )
}

function useProposed(onClose: () => void): (proposal: Proposal) => void {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const cache = useQueryClient()
  return () => {
    message.success(t('proposal.made'))
    void cache.invalidateQueries({ queryKey: moneyKeys.proposals })
    onClose()
  }
}

interface Evidence {
  evidence: string
}

export function ResolveDialog({ vend, onClose }: { vend: Vend; onClose: () => void }) {
  const { t } = useTranslation()
  const done = useProposed(onClose)
  const meters = useMeters()
  interface Values extends Evidence {
    resolution: Resolution
    target?: number
  }
  const isInto = vend.to_meter_fen > 0
  const choices: Resolution[] = isInto
    ? ['delivered', 'undelivered', 'moved']
    : ['delivered', 'undelivered']
  const targets = (meters.data?.rows ?? [])
    .filter((tile) => tile.account_id === vend.account_id && tile.id !== vend.meter_id)
    .map((tile) => ({ value: tile.id, label: tile.code }))
  return (
    <ActDialog<Values, Proposal>
      title={t('proposal.resolveTitle', { slip: vend.slip_number })}
      text={t('proposal.resolveText')}
      okText={t('proposal.propose')}
      initial={{ resolution: 'delivered' }}
      onClose={onClose}
      onDone={done}
      send={({ resolution, target, evidence }, key) =>
        post(key, {
          kind: 'resolve_vend',
          meter_id: vend.meter_id,
          vend_id: vend.id,
          resolution,
          ...(resolution === 'moved' ? { target_meter_id: target } : {}),
          evidence: evidence.trim(),
        })
      }
    >
      <Form.Item name="resolution" label={t('proposal.resolution')}>
        <Radio.Group
          options={choices.map((value) => ({ value, label: t(`proposal.outcome.${value}`) }))}
        />
      </Form.Item>
      {isInto && (
        <Form.Item
          name="target"
          label={t('proposal.target')}
          dependencies={['resolution']}
          extra={t('proposal.targetHint')}
        >
          <Select allowClear options={targets} />
        </Form.Item>
      )}
      <EvidenceItem />
    </ActDialog>
  )
}

export function ManualPayoutDialog({ vend, onClose }: { vend: Vend; onClose: () => void }) {
  const { t } = useTranslation()
  const done = useProposed(onClose)
  interface Values extends Evidence {
    method: PaymentMethod
    reference: string
  }
  return (
    <ActDialog<Values, Proposal>
      title={t('proposal.payoutTitle', { amount: formatYuan(Math.abs(vend.captured_fen)) })}
      text={t('proposal.payoutText')}
      okText={t('proposal.propose')}
      initial={{ method: 'transfer' }}
      onClose={onClose}
      onDone={done}
      send={({ method, reference, evidence }, key) =>
        post(key, {
          kind: 'manual_payout',
          meter_id: vend.meter_id,
          vend_id: vend.id,
          paid_out_by: method,
          reference: reference.trim(),
          evidence: evidence.trim(),
        })
      }
    >
      <MethodItem label={t('money.payBy')} />
      <Form.Item
        name="reference"
        label={t('money.reference')}
        rules={[{ required: true, whitespace: true, message: t('proposal.referenceNeeded') }]}
      >
        <Input maxLength={200} />
      </Form.Item>
      <EvidenceItem />
    </ActDialog>
  )
}

interface AgreedProps {
  /** Whose texts: `proposal.<words>Title`, `…Text`, `…Amount`, `…AmountHint`. */
  words: 'release' | 'without'
  meterCode: string
  signed?: boolean
  body: (fen: number | null) => Omit<ProposalRequest, 'evidence'>
  onClose: () => void
}
/** An amount that two people agree on, or none, with what they saw. */
function AgreedDialog({ words, meterCode, signed, body, onClose }: AgreedProps) {
  const { t } = useTranslation()
  const done = useProposed(onClose)
  interface Values extends Evidence {
    amount?: string
  }
  return (
    <ActDialog<Values, Proposal>
      title={t(`proposal.${words}Title`, { meter: meterCode })}
      text={t(`proposal.${words}Text`)}
      okText={t('proposal.propose')}
      onClose={onClose}
      onDone={done}
      send={({ amount, evidence }, key) =>
        post(key, {
          ...body(amount?.trim() ? parseSigned(amount.trim(), signed) : null),
          evidence: evidence.trim(),
        })
      }
    >
      <AmountItem
        name="amount"
        label={t(`proposal.${words}Amount`)}
        extra={t(`proposal.${words}AmountHint`)}
        optional
        signed={signed}
      />
      <EvidenceItem />
    </ActDialog>
  )
}

export function ReleaseDialog({ tile, onClose }: { tile: Tile; onClose: () => void }) {
  const body = (fen: number | null) => ({
    kind: 'release_meter' as const,
    meter_id: tile.id,
    ...(fen === null ? {} : { amount_fen: fen }),
  })
  return <AgreedDialog words="release" meterCode={tile.code} signed body={body} onClose={onClose} />
}

interface WithoutProps {
  settlement: Settlement
  onClose: () => void
}
export function WithoutMeterDialog({ settlement, onClose }: WithoutProps) {
  const body = (fen: number | null) => ({
    kind: 'settle_without_meter' as const,
    meter_id: settlement.meter_id,
    settlement_id: settlement.id,
    amount_fen: fen ?? 0,
  })
  return (
    <AgreedDialog words="without" meterCode={settlement.meter_code} body={body} onClose={onClose} />
  )
}

/** 平台钱包：旧表读不出时，两人确认最后读数。 */
export function AgreedReadingDialog({ settlement, onClose }: WithoutProps) {
  const { t } = useTranslation()
  const done = useProposed(onClose)
  interface Values extends Evidence {
    reading: string
    at: string
  }
  const checkReading = (_: unknown, typed: string | undefined) =>
    decimal(typed, 3) === null || (typed ?? '').startsWith('-')
      ? Promise.reject(new Error(t('proposal.readingBad')))
      : Promise.resolve()
  return (
    <ActDialog<Values, Proposal>
      title={t('proposal.readingTitle', { meter: settlement.meter_code })}
      text={t('proposal.readingText')}
      okText={t('proposal.propose')}
      initial={{ at: localMinute() }}
      onClose={onClose}
      onDone={done}
      send={({ reading, at, evidence }, key) =>
        post(key, {
          kind: 'settle_without_meter',
          meter_id: settlement.meter_id,
          settlement_id: settlement.id,
          final_wh: Number(decimal(reading, 3)),
          final_at: instantOf(at),
          evidence: evidence.trim(),
        })
      }
    >
      <Form.Item
        name="reading"
        label={t('proposal.reading')}
        required
        rules={[{ validator: checkReading }]}
      >
        <Input inputMode="decimal" autoFocus data-testid="act-reading" />
      </Form.Item>
      <Form.Item
        name="at"
        label={t('proposal.readingAt')}
        rules={[{ required: true, message: t('notice.atNeeded') }]}
      >
        <Input type="datetime-local" max={localMinute()} />
      </Form.Item>
      <EvidenceItem />
    </ActDialog>
  )
}

/** 平台钱包：正好核销欠款，由两人确认。 */
export function WriteOffDialog({ settlement, onClose }: WithoutProps) {
  const { t } = useTranslation()
  const done = useProposed(onClose)
  return (
    <ActDialog<Evidence, Proposal>
      title={t('proposal.writeOffTitle', { amount: formatYuan(settlement.due_fen) })}
      text={t('proposal.writeOffText')}
      okText={t('proposal.propose')}
      onClose={onClose}
      onDone={done}
      send={({ evidence }, key) =>
        post(key, {
          kind: 'settle_without_meter',
          meter_id: settlement.meter_id,
          settlement_id: settlement.id,
          amount_fen: settlement.due_fen ?? 0,
          evidence: evidence.trim(),
        })
      }
    >
      <EvidenceItem />
    </ActDialog>
  )
}
