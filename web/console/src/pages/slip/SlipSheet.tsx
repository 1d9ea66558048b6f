/** One copy of the slip; contents and heading come from the station. */
import { useTranslation } from 'react-i18next'
import type { Slip } from '@/api/types'
import { formatFen } from '@/domain/money'
import { formatTime } from '@/domain/time'
import './slip.css'

interface SlipSheetProps {
  slip: Slip
  copy: string
  index: number
  isReprint: boolean
}

function Rows({ slip }: { slip: Slip }) {
  const { t } = useTranslation()
  const { vend } = slip
  const money = (fen: number | null): string => (fen === null ? '—' : `¥ ${formatFen(fen)}`)
  return (
    <table>
      <tbody>
        <tr>
          <th>{t('slip.customer')}</th>
          <td>{vend.customer_name}</td>
          <th>{t('slip.account')}</th>
          <td>{vend.account_number}</td>
          <th>{t('slip.meter')}</th>
          <td>{vend.meter_code}</td>
        </tr>
        <tr>
          <th>{t('slip.room')}</th>
          <td>{vend.room}</td>
          <th>{t('slip.method')}</th>
          <td>{t(`state.method.${vend.method}`)}</td>
          <th>{t('slip.count')}</th>
          <td>{vend.n ?? '—'}</td>
        </tr>
        <tr>
          <th>{t('slip.amount')}</th>
          <td className="money">{money(vend.captured_fen)}</td>
          <th>{t('slip.words')}</th>
          <td className="words" colSpan={3}>
            {slip.amount_words_zh}
          </td>
        </tr>
        <tr>
          <th>{t('slip.toMeter')}</th>
          <td className="money">{money(vend.to_meter_fen)}</td>
          <th>{t('slip.before')}</th>
          <td className="money">{money(vend.balance_before_fen)}</td>
          <th>{t('slip.after')}</th>
          <td className="money">{money(vend.balance_after_fen)}</td>
        </tr>
        <tr>
          <th>{t('slip.soldAt')}</th>
          <td>{formatTime(vend.created_at)}</td>
          <th>{t('slip.fees')}</th>
          <td className="money">{money(vend.fees_fen)}</td>
          <th>{t('slip.note')}</th>
          <td>{vend.note}</td>
        </tr>
      </tbody>
    </table>
  )
}

export function SlipSheet({ slip, copy, index, isReprint }: SlipSheetProps) {
  const { t } = useTranslation()
  const { vend } = slip
  return (
    <article className="slip" data-testid="slip">
      <header>
        <span>
          {t('slip.copy', { index: index + 1 })} · {copy}
          {isReprint && <span className="reprint">{t('slip.reprint')}</span>}
        </span>
        <span className="title">
          {slip.title}
          <small>{slip.property_name}</small>
        </span>
        <span className="number">
          {t('slip.number')}：{vend.slip_number}
        </span>
      </header>
      <Rows slip={slip} />
      <footer>
        <span>
          {t('slip.operator')}：{vend.operator_name}
        </span>
        <span>
          {t('slip.printedAt')}：{formatTime(slip.printed_at)}
        </span>
        {vend.state === 'delivered' ? (
          <span>{t('slip.keep')}</span>
        ) : (
          <span className="warn">
            {t('slip.notDelivered', { state: t(`state.vend.${vend.state}`) })}
          </span>
        )}
        <span>
          {t('slip.sign')}：<i className="line" />
        </span>
        <span>
          {t('slip.seal')}：<i className="line" />
        </span>
      </footer>
    </article>
  )
}
