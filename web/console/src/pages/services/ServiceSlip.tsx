/** 收据 of a payment for property fee, rent or shared areas. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSite } from '@/api/queries'
import type { Account, ServiceRecord } from '@/api/types'
import { stationNow } from '@/common/clock'
import { moneyInWords } from '@/domain/money'
import { formatTime } from '@/domain/time'
import { useSession } from '@/shell/SessionContext'
import { slipMoney, type SlipCell } from '../slip/SlipFrame'
import { SlipModal } from '../slip/SlipModal'

interface ServiceSlipProps {
  account: Account
  record: ServiceRecord
  onClose: () => void
}
export function ServiceSlip({ account, record, onClose }: ServiceSlipProps) {
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
  const printable = site.data && {
    title: t('service.slipTitle'),
    property_name: site.data.property?.name ?? '',
    copies: ['stub', 'customer', 'finance'].map((copy) => t(`slip.copies.${copy}`)),
    printed_at: printedAt,
  }
  return (
    <SlipModal
      slot={`service-${record.id}`}
      query={{ ...site, data: printable }}
      paper={() => ({ number: record.number, operator: session.user.name, rows })}
      onClose={onClose}
    />
  )
}
