/** 三联单 of a sale or refund; contents and heading come from the station. */
import { useTranslation } from 'react-i18next'
import { useSlip } from '@/api/queries'
import type { Slip } from '@/api/types'
import { formatTime } from '@/domain/time'
import { slipMoney, type SlipCell } from './SlipFrame'
import { SlipModal, type Paper } from './SlipModal'

function useRows(): (slip: Slip) => SlipCell[][] {
  const { t } = useTranslation()
  return ({ vend, amount_words_zh }) => [
    [
      [t('slip.customer'), vend.customer_name],
      [t('slip.account'), vend.account_number],
      [t('slip.meter'), vend.meter_code],
    ],
    [
      [t('slip.room'), vend.room],
      [t('slip.method'), t(`state.method.${vend.method}`)],
      [t('slip.count'), vend.n ?? '—'],
    ],
    [
      [t('slip.amount'), slipMoney(vend.captured_fen), 'money'],
      [t('slip.words'), amount_words_zh, 'words'],
    ],
    [
      [t('slip.toMeter'), slipMoney(vend.to_meter_fen), 'money'],
      [t('slip.before'), slipMoney(vend.balance_before_fen), 'money'],
      [t('slip.after'), slipMoney(vend.balance_after_fen), 'money'],
    ],
    [
      [t('slip.soldAt'), formatTime(vend.created_at)],
      [t('slip.fees'), slipMoney(vend.fees_fen), 'money'],
      [t('slip.note'), vend.note],
    ],
  ]
}

/** A sale that is not in the meter, or a refund that was not paid, must not pass for one that is. */
const ended = new Set(['delivered', 'refunded'])

export function SaleSlip({ vendId, onClose }: { vendId: number; onClose: () => void }) {
  const { t } = useTranslation()
  const query = useSlip(vendId)
  const rows = useRows()
  const paper = (slip: Slip): Paper => ({
    number: slip.vend.slip_number,
    operator: slip.vend.operator_name,
    warning: ended.has(slip.vend.state)
      ? undefined
      : t('slip.notDelivered', { state: t(`state.vend.${slip.vend.state}`) }),
    rows: rows(slip),
  })
  return <SlipModal slot={String(vendId)} query={query} paper={paper} onClose={onClose} />
}
