/** What the meter showed instead of what was wanted, field by field. */
import { useTranslation } from 'react-i18next'
import { parseDifferences } from '@/domain/differences'
import { useFieldWords } from './useFieldWords'

export function DifferenceTable({ text }: { text: string }) {
  const { t } = useTranslation()
  const words = useFieldWords()
  const rows = parseDifferences(text)
  if (rows === null) return <span className="break">{text}</span>
  if (rows.length === 0) return null
  return (
    <div className="scroll-x">
      <table className="bill" data-testid="differences">
        <thead>
          <tr>
            <th>{t('command.fieldName')}</th>
            <th className="right">{t('command.wanted')}</th>
            <th className="right">{t('command.read')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.field}${row.number}`}>
              <td>{words.name(row)}</td>
              <td className="right num">{words.value(row.wanted, row)}</td>
              <td className="right num">
                <b>{words.value(row.read, row)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
