/** A tariff as an editor writes it: docs/formats/tariff.md, every key there. */
import type { Utility } from '@/api/types'

export const rates = ['sharp', 'peak', 'flat', 'valley', 'deep_valley'] as const
export type Rate = (typeof rates)[number]
export const layers = ['event', 'holiday', 'rest', 'weekday', 'range'] as const
export type Layer = (typeof layers)[number]

/** From this time of day on. */
export type Period = [from: string, rate: Rate]
export type Span = [from: string, until: string, rate: Rate]

export interface Rule {
  day?: string
  overlay?: string
  dates?: string[]
  weekdays?: number[]
  months?: number[]
  between?: [string, string]
  holiday?: string
  extent?: 'statutory' | 'first_days' | 'whole'
  first_days?: number
  break_days_min?: number
  kind?: 'rest_day' | 'make_up_workday'
}
export interface StepSet {
  months?: number[]
  limits: [limit: string, surcharge: string][]
}
export interface Component {
  name: string
  amount: string
  kind: 'floating' | 'fixed'
}
export interface Factor {
  factor: string
  of?: Rate
}
export interface Line {
  name: string
  /** Printed for all rates; else `printed` by rate. */
  price?: string
  printed?: Partial<Record<Rate, string>>
  components: Component[]
  factors: Partial<Record<Rate, Factor>>
  price_places: number
  price_rounding: 'half_up' | 'down'
  steps: StepSet[]
}
export interface Fee {
  name: string
  per: 'day' | 'month'
  amount: string
}
export type Cycle =
  | { kind: 'month' }
  | { kind: 'year'; starts: string }
  | { kind: 'season'; starts: string[] }
export interface Allowance {
  households: 'multiply' | 'add'
  per_household: string
  people_included: number
  people_max: number
  per_person: string
}
export interface Product {
  format: 1
  name: string
  utility: Utility | 'cooling'
  currency: string
  time_zone: string
  rounding: 'half_up' | 'down'
  days: Record<string, Period[]>
  overlays: Record<string, Span[]>
  holidays?: { breaks?: { holiday?: string }[] }
  calendar: Record<Layer, Rule[]>
  cycle: Cycle
  allowance: Allowance
  lines: Line[]
  fees: Fee[]
  service_percent: string
}

export const newLine = (name: string): Line => ({
  name,
  price: '',
  components: [],
  factors: {},
  price_places: 8,
  price_rounding: 'half_up',
  steps: [],
})

const noCalendar: Record<Layer, Rule[]> = { event: [], holiday: [], rest: [], weekday: [], range: [] }

/** Every key that the text left out, as the station understands its absence. */
export function complete(written: Partial<Product>): Product {
  return {
    format: 1,
    name: written.name ?? '',
    utility: written.utility ?? 'electricity',
    currency: written.currency ?? 'CNY',
    time_zone: written.time_zone ?? 'Asia/Shanghai',
    rounding: written.rounding ?? 'half_up',
    days: written.days ?? {},
    overlays: written.overlays ?? {},
    ...(written.holidays === undefined ? {} : { holidays: written.holidays }),
    calendar: { ...noCalendar, ...written.calendar },
    cycle: written.cycle ?? { kind: 'month' },
    allowance: {
      households: 'multiply',
      per_household: '0',
      people_included: 0,
      people_max: 0,
      per_person: '0',
      ...written.allowance,
    },
    lines: (written.lines ?? []).map((line) => {
      const { price, ...rest } = { ...newLine(line.name), price: undefined, ...line }
      return price === undefined ? { ...rest, printed: rest.printed ?? {} } : { ...rest, price }
    }),
    fees: written.fees ?? [],
    service_percent: written.service_percent ?? '0',
  }
}

/** Rates that some hour of some day has; `flat` alone without hours. */
export function usedRates(product: Product): Rate[] {
  if (Object.keys(product.days).length === 0) return ['flat']
  const found = new Set<Rate>()
  for (const periods of Object.values(product.days)) for (const [, rate] of periods) found.add(rate)
  for (const spans of Object.values(product.overlays)) for (const [, , rate] of spans) found.add(rate)
  return rates.filter((rate) => found.has(rate))
}

/** Gives a day or an overlay another name, in the calendar too. Requires: the new name is free. */
export function renamed(product: Product, kind: 'days' | 'overlays', from: string, to: string): Product {
  const key = kind === 'days' ? 'day' : 'overlay'
  const follow = (rules: Rule[]): Rule[] =>
    rules.map((rule) => (rule[key] === from ? { ...rule, [key]: to } : rule))
  const calendar = Object.fromEntries(
    layers.map((layer) => [layer, follow(product.calendar[layer])]),
  ) as Record<Layer, Rule[]>
  const table = Object.fromEntries(
    Object.entries(product[kind] as Record<string, unknown>).map(([name, value]) => [
      name === from ? to : name,
      value,
    ]),
  )
  return { ...product, calendar, [kind]: table }
}

/** Hours by rate: one ordinary day, and the lines' prices by rate. */
export function withHours(product: Product, dayName: string): Product {
  return {
    ...product,
    days: { [dayName]: [['00:00', 'valley'], ['08:00', 'flat'], ['10:00', 'peak'], ['12:00', 'flat'], ['14:00', 'peak'], ['19:00', 'flat']] },
    calendar: { ...noCalendar, range: [{ day: dayName }] },
  }
}
/** One price at every hour again. */
export const withoutHours = (product: Product): Product => ({
  ...product,
  days: {},
  overlays: {},
  calendar: noCalendar,
  lines: product.lines.map(({ printed, ...line }) => ({
    ...line,
    price: line.price ?? printed?.flat ?? '',
    components: [],
    factors: {},
  })),
})

/** Minutes of `HH:mm`. */
export const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** A day's periods as spans up to midnight, an overlay's spans laid on top. */
export function spansOf(periods: Period[], overlay: Span[] = []): Span[] {
  const times = new Set(['00:00', ...periods.map(([from]) => from)])
  for (const [from, until] of overlay) times.add(from).add(until)
  times.delete('24:00')
  const edges = [...times].sort()
  const spans: Span[] = []
  edges.forEach((from, index) => {
    const below = periods.filter(([start]) => start <= from).at(-1)?.[1] ?? 'flat'
    const above = overlay.find(([start, end]) => start <= from && from < end)?.[2]
    const until = edges[index + 1] ?? '24:00'
    const before = spans.at(-1)
    const rate = above ?? below
    if (before && before[2] === rate) before[1] = until
    else spans.push([from, until, rate])
  })
  return spans
}
