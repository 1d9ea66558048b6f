/** What the meter showed instead of what was wanted, field by field. */
import { useTranslation } from 'react-i18next'
import { differenceValue, parseDifferences } from '@/domain/differences'

export function DifferenceTable({ text }: { text: string }) {
  const { t } = useTranslation()
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
              <td>
                {t(`command.field.${row.field}`)}
                {row.number !== null && ` ${row.number}`}
              </td>
              <td className="right num">{differenceValue(row.wanted, row.unit)}</td>
              <td className="right num">
                <b>{differenceValue(row.read, row.unit)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
