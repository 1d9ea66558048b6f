/** How long ago something was, as words that grow coarser. */
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { ageOf, formatTime } from '@/domain/time'
import { useNow } from './clock'

export function useAgeText(at: string | null | undefined): string {
  const { t } = useTranslation()
  const now = useNow()
  if (!at) return t('age.never')
  const age = ageOf(now - Date.parse(at))
  return t(`age.${age.unit}`, { count: age.value })
}

export function Age({ at, plain = false }: { at: string | null | undefined; plain?: boolean }) {
  const text = useAgeText(at)
  if (plain || !at) return <span className="num">{text}</span>
  return (
    <Tooltip title={formatTime(at)}>
      <span className="num">{text}</span>
    </Tooltip>
  )
}
