/** One copy of any slip: heading, a table of cells, who and when, signatures. */
import { Fragment, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { formatFen } from '@/domain/money'
import { formatTime } from '@/domain/time'
import './slip.css'

/** Label, content, and how the content looks. A cell of `words` takes the rest of its row. */
export type SlipCell = [label: string, value: ReactNode, look?: 'money' | 'words']

export const slipMoney = (fen: number | null): string =>
  fen === null ? '—' : `${fen < 0 ? '-' : ''}¥ ${formatFen(Math.abs(fen))}`

interface SlipFrameProps {
  title: string
  property: string
  number: string
  copy: string
  index: number
  isReprint: boolean
  operator: string | null
  printedAt: string
  /** Printed in a frame in place of "keep this". */
  warning?: string
  rows: SlipCell[][]
}
const columns = 3

export function SlipFrame(props: SlipFrameProps) {
  const { t } = useTranslation()
  return (
    <article className="slip" data-testid="slip">
      <header>
        <span>
          {t('slip.copy', { index: props.index + 1 })} · {props.copy}
          {props.isReprint && <span className="reprint">{t('slip.reprint')}</span>}
        </span>
        <span className="title">
          {props.title}
          <small>{props.property}</small>
        </span>
        <span className="number">
          {t('slip.number')}：{props.number}
        </span>
      </header>
      <table>
        <tbody>
          {props.rows.map((cells) => (
            <tr key={cells[0]?.[0]}>
              {cells.map(([label, value, look], at) => (
                <Fragment key={label}>
                  <th>{label}</th>
                  <td className={look} colSpan={look === 'words' ? 2 * (columns - at) - 1 : undefined}>
                    {value}
                  </td>
                </Fragment>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <footer>
        <span>
          {t('slip.operator')}：{props.operator ?? '—'}
        </span>
        <span>
          {t('slip.printedAt')}：{formatTime(props.printedAt)}
        </span>
        {props.warning ? <span className="warn">{props.warning}</span> : <span>{t('slip.keep')}</span>}
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
