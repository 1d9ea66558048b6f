/** 收据 of a payment for property fee, rent or shared areas. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSite } from '@/api/queries'
import type { Account, ServiceRecord } from '@/api/types'
import { stationNow } from '@/common/clock'
import { moneyInWords } from '@/domain/money'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { PrintModal } from '../slip/PrintModal'
import { SlipFrame, slipMoney, type SlipCell } from '../slip/SlipFrame'

interface ServiceSlipProps {
  account: Account
  record: ServiceRecord
  onClose: () => void
}
export function ServiceSlipModal({ account, record, onClose }: ServiceSlipProps) {
  const { t } = useTranslation()
  const site = useSite()
  const { session } = useSession()
  const [printedAt] = useState(() => new Date(stationNow()).toISOString())
  const rows: SlipCell[][] = [
    [
      [t('slip.customer'), account.customer_name],
      [t('slip.account'), account.number],
      [t('slip.method'), record.method ? t(`state.method.${record.method}`) : '—'],
    ],
    [
      [t('service.kind'), t(`state.ledger.${record.service}`)],
      [t('service.period'), record.period || '—'],
      [t('common.time'), formatTime(record.at)],
    ],
    [
      [t('slip.paid'), slipMoney(record.amount_fen), 'money'],
      [t('slip.words'), moneyInWords(record.amount_fen), 'words'],
    ],
    [
      [t('service.after'), slipMoney(record.owed_after_fen), 'money'],
      [t('slip.note'), record.note, 'words'],
    ],
  ]
  const sheets = (found: NonNullable<typeof site.data>, isReprint: boolean) =>
    ['stub', 'customer', 'finance'].map((copy, index) => (
      <SlipFrame
        key={copy}
        title={t('service.slipTitle')}
        property={found.property?.name ?? ''}
        number={record.number}
        copy={t(`slip.copies.${copy}`)}
        index={index}
        isReprint={isReprint}
        operator={session.user.name}
        printedAt={printedAt}
        rows={rows}
      />
    ))
  return (
    <PrintModal slot={`service-${record.id}`} query={site} sheets={sheets} onClose={onClose} />
  )
}
