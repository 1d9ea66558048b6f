/** Decisions to cut, out of the station's short words. */
import type { CutBreaker, CutGuard, CutLook, CutVerdict, EnforcementMode, GuardState, OwnCutState, RehearsalState, SupplyIntentKind } from '@/api/types'
import type { Tone } from './states'
import { formatYuan } from './money'
import { formatSpan, formatTime } from './time'

export const modeTone: Record<EnforcementMode, Tone> = {
  off: 'neutral',
  rehearsed: 'notice',
  on: 'danger',
}
export const verdictTones: Record<CutVerdict, Tone> = {
  nothing: 'neutral',
  stay: 'success',
  cut: 'danger',
  reclose: 'info',
}
export const guardTone: Record<GuardState, Tone> = {
  holds: 'neutral',
  fails: 'success',
  unknown: 'strange',
}
export const ownCutTone: Record<OwnCutState, Tone> = {
  intended: 'progress',
  shown: 'danger',
  reclosing: 'progress',
  ended: 'neutral',
}
export const rehearsalTone: Record<RehearsalState, Tone> = {
  draft: 'warning',
  approved: 'success',
  rejected: 'neutral',
}
export const enforcementModes = Object.keys(modeTone) as EnforcementMode[]
export const cutVerdicts = Object.keys(verdictTones) as CutVerdict[]
export const guardStates = Object.keys(guardTone) as GuardState[]
export const ownCutStates = Object.keys(ownCutTone) as OwnCutState[]
export const rehearsalStates = Object.keys(rehearsalTone) as RehearsalState[]

export const supplyIntents = Object.keys({
  manual_trip: true,
  lock_out: true,
  overload: true,
  limiting: true,
  tenant_off: true,
  settlement: true,
  arrears: true,
  force_on: true,
} satisfies Record<SupplyIntentKind, true>) as SupplyIntentKind[]

/** In the order in which people ask; complete by its type. */
export const cutGuards = Object.keys({
  platform_wallet: true,
  account_open: true,
  meter_at_rest: true,
  enforcement_on: true,
  not_protected: true,
  supply_on: true,
  fresh_reading: true,
  previous_reading: true,
  fresh_balance: true,
  previous_balance: true,
  notice_alarm1: true,
  notice_alarm2: true,
  notice_arrears: true,
  no_vend_under_way: true,
  orders_asked: true,
  cutting_day: true,
  cutting_hours: true,
  not_friendly: true,
  meter_clock: true,
  station_clock: true,
  collector_healthy: true,
  breaker_closed: true,
  rehearsed: true,
  paced: true,
} satisfies Record<CutGuard, true>) as CutGuard[]

export interface Held {
  guard: CutGuard
  state: GuardState
}
/** `fresh_balance fails, cutting_day unknown`; what is no guard of ours is left out. */
export function parseGuards(text: string): Held[] {
  return text.split(', ').flatMap((part) => {
    const [name, state] = part.split(' ')
    const guard = cutGuards.find((each) => each === name)
    const known = guardStates.find((each) => each === state)
    return guard && known ? [{ guard, state: known }] : []
  })
}

/** A value of a decision's inputs as people read it, by the ending of its name. */
export function inputValue(name: string, value: string, yes: string, no: string): string {
  if (value === '?') return '?'
  if (value === 'yes') return yes
  if (value === 'no') return no
  const number = Number(value)
  if (!Number.isFinite(number)) return value
  if (name.endsWith('_fen')) return formatYuan(number)
  if (name.endsWith('_at') || name === 'now') return formatTime(new Date(number).toISOString())
  if (name === 'hours_from_ms' || name === 'hours_to_ms' || name === 'since_midnight_ms')
    return clock(number / 60_000)
  if (name === 'friendly_from' || name === 'friendly_to') return clock(number)
  if (name.endsWith('_ms')) return number < 0 ? `−${formatSpan(-number)}` : formatSpan(number)
  return value
}
const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(Math.floor(minute % 60)).padStart(2, '0')}`

/** Which sentence says the verdict: a balance that nobody knows is not below anything. */
export const verdictWords = ({ verdict, balance_fen }: Pick<CutLook, 'verdict' | 'balance_fen'>) =>
  verdict === 'stay' && balance_fen === null ? 'unknown' : verdict

/** Who asked for the release must not be who gives it, except a landlord alone, who types this. */
export const releaseWords = (breaker: CutBreaker, language: string): string =>
  language === 'en' ? `release ${breaker.cuts}` : `放行 ${breaker.cuts}`
