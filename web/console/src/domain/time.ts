/** Times from the station (UTC text) as people read them, in the property's time zone. */
import dayjs from 'dayjs'
import timezone from 'dayjs/plugin/timezone'
import utc from 'dayjs/plugin/utc'

dayjs.extend(utc)
dayjs.extend(timezone)

let zone = 'Asia/Shanghai'
/** Called when the property is known. Unknown names are ignored. */
export function setTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    zone = name
  } catch {
    // An unknown name from the station must not break every screen: the last good one stays.
  }
}
export const timeZone = (): string => zone

export const inZone = (at: string | number | Date) => dayjs(at).tz(zone)
type MaybeTime = string | null | undefined
const shown = (at: MaybeTime, pattern: string): string => (at ? inZone(at).format(pattern) : '—')

export const formatTime = (at: MaybeTime): string => shown(at, 'YYYY-MM-DD HH:mm:ss')
export const formatMinute = (at: MaybeTime): string => shown(at, 'MM-DD HH:mm')
export const formatClock = (at: MaybeTime): string => shown(at, 'HH:mm:ss')
export const formatDay = (at: MaybeTime): string => shown(at, 'YYYY-MM-DD')

/** First and last instant of the civil days `from`…`to` (YYYY-MM-DD) as UTC text. */
export function dayRange(from: string, to: string): { from: string; to: string } {
  return {
    from: dayjs.tz(`${from}T00:00:00`, zone).toISOString(),
    to: dayjs.tz(`${to}T00:00:00`, zone).add(1, 'day').toISOString(),
  }
}

/** The instant of `YYYY-MM-DDTHH:mm` on the property's clock, as UTC text. */
export const instantOf = (local: string): string => dayjs.tz(local, zone).toISOString()
/** Now, as a date-and-time field wants it. */
export const localMinute = (): string => inZone(Date.now()).format('YYYY-MM-DDTHH:mm')

export interface Age {
  value: number
  unit: 'second' | 'minute' | 'hour' | 'day'
}

/** Coarse age, so that a screen full of them does not flicker. */
export function ageOf(ms: number): Age {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return { value: seconds, unit: 'second' }
  if (seconds < 3600) return { value: Math.floor(seconds / 60), unit: 'minute' }
  if (seconds < 86_400) return { value: Math.floor(seconds / 3600), unit: 'hour' }
  return { value: Math.floor(seconds / 86_400), unit: 'day' }
}

/** How long something takes: `155 ms`, `3.0 s`, `2 min 5 s`, `3 h 10 min`. */
export function formatSpan(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return '—'
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const pair = (big: number, unit: string, small: number, part: string): string =>
    small === 0 ? `${big} ${unit}` : `${big} ${unit} ${small} ${part}`
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'min', seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

/** The last `count` civil days up to today, as YYYY-MM-DD. */
export function lastDays(count: number): { first: string; last: string } {
  const today = inZone(Date.now())
  return {
    first: today.subtract(count - 1, 'day').format('YYYY-MM-DD'),
    last: today.format('YYYY-MM-DD'),
  }
}
