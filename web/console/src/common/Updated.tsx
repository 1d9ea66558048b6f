/** When an answer that is asked for again and again was last given. */
import { useTranslation } from 'react-i18next'
import { useAgeText } from './Age'
import { stationNow } from './clock'

interface UpdatedProps {
  /** By this browser's clock, as react-query keeps it. */
  atMs: number
  /** Absent: the station tells of changes by itself. */
  everySeconds?: number
}
export function Updated({ atMs, everySeconds }: UpdatedProps) {
  const { t } = useTranslation()
  const offsetMs = stationNow() - Date.now()
  const age = useAgeText(atMs > 0 ? new Date(atMs + offsetMs).toISOString() : null)
  return (
    <span className="small muted num" data-testid="updated">
      {everySeconds === undefined
        ? t('common.updatedLive', { age })
        : t('common.updated', { age, seconds: everySeconds })}
    </span>
  )
}
