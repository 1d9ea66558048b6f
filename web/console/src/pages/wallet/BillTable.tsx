/** A month's bill: lines with what they consist of, fees, the sum. */
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { Utility } from '@/api/types'
import { formatYuan } from '@/domain/money'
import { formatPrice, formatUse, pricedUnit } from '@/domain/quantity'

export interface BillPart {
  rate: string
  step: number
  quantity: number
  unit_price_e8: number
}
export interface Bill {
  lines: { name: string; quantity: number; amount_fen: number; parts?: BillPart[] }[]
  fees: { name: string; amount_fen: number }[]
  total_fen: number
}

/** Names that people wrote stay; the few that the station makes are translated. */
export function useLineName(): (name: string) => string {
  const { t } = useTranslation()
  return (name) => t(`bill.line.${name}`, { defaultValue: name })
}

export function BillTable({ bill, utility }: { bill: Bill; utility: Utility }) {
  const { t } = useTranslation()
  const lineName = useLineName()
  const rateName = (part: BillPart): string => {
    if (part.rate === '') return t('bill.stepAdds', { step: part.step + 1 })
    const rate = t(`state.rate.${part.rate}`, { defaultValue: part.rate })
    return part.step > 0 ? `${rate} · ${t('bill.step', { step: part.step + 1 })}` : rate
  }
  return (
    <div className="scroll-x">
      <table className="bill">
        <thead>
          <tr>
            <th>{t('bill.item')}</th>
            <th className="right">{t('bill.quantity')}</th>
            <th className="right">{t('bill.price', { unit: pricedUnit(utility) })}</th>
            <th className="right">{t('bill.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {bill.lines.map((line) => (
            <Fragment key={line.name}>
              <tr>
                <td>{lineName(line.name)}</td>
                <td className="right num">{formatUse(line.quantity, utility)}</td>
                <td />
                <td className="right num strong">{formatYuan(line.amount_fen)}</td>
              </tr>
              {line.parts?.map((part) => (
                <tr key={`${part.rate}${part.step}${part.unit_price_e8}`} className="part">
                  <td>{rateName(part)}</td>
                  <td className="right num">{formatUse(part.quantity, utility)}</td>
                  <td className="right num">{formatPrice(part.unit_price_e8)}</td>
                  <td />
                </tr>
              ))}
            </Fragment>
          ))}
          {bill.fees.map((fee) => (
            <tr key={fee.name}>
              <td>{fee.name}</td>
              <td />
              <td />
              <td className="right num strong">{formatYuan(fee.amount_fen)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3}>{t('bill.total')}</td>
            <td className="right num" data-testid="bill-total">
              {formatYuan(bill.total_fen)}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  )
}
