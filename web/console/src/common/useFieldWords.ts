/** Names and values of what a meter holds, as people read them. */
import { useTranslation } from 'react-i18next'
import { differenceValue, tableEntries } from '@/domain/differences'
import { rates } from '@/domain/product'

interface Field {
  field: string
  number: number | null
  unit: string
}
interface FieldWords {
  name: (of: Field) => string
  /** Null: this side has none. */
  value: (value: string | null, of: Field) => string
}

export function useFieldWords(): FieldWords {
  const { t } = useTranslation()
  const rate = (number: number): string => {
    const known = rates[number - 1]
    return known ? t(`state.rate.${known}`) : String(number)
  }
  const table = (value: string): string | null => {
    const entries = tableEntries(value)
    const word = (at: string, number: number): string =>
      at.includes(':') ? rate(number) : t('batch.dayTableNumber', { number })
    return entries && entries.map(([at, number]) => `${at} ${word(at, number)}`).join(t('compare.join'))
  }
  return {
    name: ({ field, number }) => {
      const name = t(`command.field.${field}`)
      if (number === null) return name
      return `${name} ${field === 'rate' ? rate(number) : number}`
    },
    value: (value, { field, unit }) => {
      if (value === null) return t('common.none')
      if (value === 'empty') return t('compare.empty')
      if (field === 'overload' && value === '0') return t('meter.overloadOff')
      return table(value) ?? differenceValue(value, unit)
    },
  }
}
