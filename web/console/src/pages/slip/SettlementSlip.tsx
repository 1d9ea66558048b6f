/** 三联单 of a closing or a change-over: final readings, money, both devices. */
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { client, unwrap } from '@/api/client'
import { moneyKeys } from '@/api/money'
import type { SettlementSlip as Slip } from '@/api/types'
import { formatKwh } from '@/domain/quantity'
import { formatTime } from '@/domain/time'
import { slipMoney, type SlipCell } from './SlipFrame'
import { SlipModal, type Paper } from './SlipModal'

const useSettlementSlip = (id: number) =>
  useQuery({
    queryKey: [...moneyKeys.settlement(id), 'slip'],
    queryFn: () =>
      unwrap(client.GET('/api/v1/settlements/{id}/slip', { params: { path: { id } } })),
    staleTime: 0,
    gcTime: 0,
  })

function useRows(): (slip: Slip) => SlipCell[][] {
  const { t } = useTranslation()
  return ({ settlement, amount_fen, amount_words_zh }) => [
    [
      [t('slip.customer'), settlement.customer_name],
      [t('slip.account'), settlement.account_number],
      [t('slip.meter'), settlement.meter_code],
    ],
    [
      [t('slip.room'), settlement.room],
      [t('settlement.kindLabel'), t(`settlement.kind.${settlement.kind}`)],
      [t('settlement.finalAt'), formatTime(settlement.final_at)],
    ],
    [
      [t('settlement.oldSerial'), settlement.old_serial ?? '—'],
      [t('settlement.finalReading'), formatKwh(settlement.final_wh)],
      [t('settlement.finalBalance'), slipMoney(settlement.final_balance_fen), 'money'],
    ],
    settlement.kind === 'change_over'
      ? [
          [t('settlement.newSerial'), settlement.new_serial ?? '—'],
          [t('settlement.startReading'), formatKwh(settlement.start_wh)],
          [t('slip.carried'), slipMoney(amount_fen), 'money'],
        ]
      : [
          [t('slip.back'), slipMoney(amount_fen), 'money'],
          [t('slip.words'), amount_words_zh, 'words'],
        ],
    [[t('money.reason'), settlement.reason, 'words']],
  ]
}

export function SettlementSlip({ id, onClose }: { id: number; onClose: () => void }) {
  const { t } = useTranslation()
  const query = useSettlementSlip(id)
  const rows = useRows()
  const paper = (slip: Slip): Paper => ({
    number: slip.settlement.number,
    operator: slip.settlement.operator_name,
    warning:
      slip.settlement.state === 'done'
        ? undefined
        : t('slip.notEnded', { state: t(`settlement.state.${slip.settlement.state}`) }),
    rows: rows(slip),
  })
  return <SlipModal slot={`settlement-${id}`} query={query} paper={paper} onClose={onClose} />
}
