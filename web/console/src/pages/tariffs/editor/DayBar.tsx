/** Hours of a day as a bar: rate by colour, word and place. */
import { useTranslation } from 'react-i18next'
import { minutesOf, type Rate, type Span } from '@/domain/product'
import type { Tone } from '@/domain/states'

export const rateTone: Record<Rate, Tone> = {
  sharp: 'danger',
  peak: 'warning',
  flat: 'info',
  valley: 'success',
  deep_valley: 'strange',
}

const untilOf = (until: string): number => (until === '24:00' ? 1440 : minutesOf(until))

export function DayBar({ spans, label }: { spans: Span[]; label: string }) {
  const { t } = useTranslation()
  const text = spans.map(([from, until, rate]) => `${from}–${until} ${t(`state.rate.${rate}`)}`)
  return (
    <div className="day-bar" role="img" aria-label={`${label}: ${text.join(', ')}`}>
      {spans.map(([from, until, rate], index) => (
        <span
          key={from}
          className={`tone-${rateTone[rate]}`}
          style={{ flex: `${untilOf(until) - minutesOf(from)} 0 0` }}
          title={text[index]}
        >
          <b>{t(`state.rate.${rate}`)}</b>
          <i>{from}</i>
        </span>
      ))}
    </div>
  )
}
