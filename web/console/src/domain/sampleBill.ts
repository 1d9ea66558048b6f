/** A sample month under a product that is being written, exact: what the station will bill for these quantities. */
import type { Cycle, Line, Product, Rate, StepSet } from './product'

/** Round a/b half away from zero (or down), both as big integers, b above 0. */
function divided(a: bigint, b: bigint, rounding: 'half_up' | 'down'): bigint {
  const negative = a < 0n
  const size = negative ? -a : a
  const whole = rounding === 'down' ? size / b : (2n * size + b) / (2n * b)
  return negative ? -whole : whole
}

/** A decimal with at most `places` places as an integer; null when it is none. */
export function decimal(text: string | undefined, places: number): bigint | null {
  const match = /^(-?)(\d{1,12})(?:\.(\d*))?$/.exec((text ?? '').trim())
  if (!match || (match[3] ?? '').length > places) return null
  const value = BigInt((match[2] ?? '0') + (match[3] ?? '').padEnd(places, '0'))
  return match[1] ? -value : value
}

const million = 1_000_000n
const chainMax = 3

/** The factor of a rate as a fraction of 10^6 per link. */
function factorOf(line: Line, rate: Rate, depth = 0): { value: bigint; scale: bigint } | null {
  const own = line.factors[rate]
  if (!own) return rate === 'flat' ? { value: 1n, scale: 1n } : null
  const value = decimal(own.factor, 6)
  if (value === null || depth >= chainMax) return null
  const of = own.of ?? 'flat'
  const below = of === rate ? null : factorOf(line, of, depth + 1)
  return below && { value: value * below.value, scale: million * below.scale }
}

/** The price of a rate in 10^-8: printed, else from the components; null when there is neither. */
export function linePriceE8(line: Line, rate: Rate): bigint | null {
  if (line.price !== undefined) return decimal(line.price, 8)
  if (line.printed?.[rate]) return decimal(line.printed[rate], 8)
  const factor = factorOf(line, rate)
  if (line.components.length === 0 || !factor) return null
  let floating = 0n
  let fixed = 0n
  for (const component of line.components) {
    const amount = decimal(component.amount, 8)
    if (amount === null) return null
    if (component.kind === 'floating') floating += amount
    else fixed += amount
  }
  const unit = 10n ** BigInt(8 - line.price_places)
  const exact = floating * factor.value + fixed * factor.scale
  return divided(exact, factor.scale * unit, line.price_rounding) * unit
}

/** The month in which the cycle began that `month` belongs to. */
export function cycleMonth(cycle: Cycle, month: number): number {
  const monthOf = (text: string): number => Number(text.slice(0, 2))
  if (cycle.kind === 'month') return month
  if (cycle.kind === 'year') return monthOf(cycle.starts)
  const starts = cycle.starts.map(monthOf).sort((a, b) => a - b)
  return starts.filter((start) => start <= month).at(-1) ?? starts.at(-1) ?? month
}

export interface Sample {
  month: number
  days: number
  /** Wh or litres. */
  quantities: Partial<Record<Rate, number>>
  /** Used in the cycle before. */
  before: number
  households: number
  people: number
}
export interface SamplePart {
  rate: Rate | ''
  step: number
  quantity: number
  unit_price_e8: number
}
export interface SampleBill {
  lines: { name: string; quantity: number; amount_fen: number; parts: SamplePart[] }[]
  fees: { name: string; amount_fen: number }[]
  total_fen: number
  /** Lines and rates without a price. */
  missing: string[]
}

/** Limits in Wh or litres with the household's allowance, ascending, and the surcharge in 10^-8. */
function limitsOf(set: StepSet | undefined, product: Product, sample: Sample) {
  const { allowance } = product
  const households = BigInt(Math.max(1, sample.households))
  const extraPeople = Math.max(0, sample.people - allowance.people_included)
  const persons = BigInt(sample.people === 0 ? 0 : Math.min(extraPeople, allowance.people_max))
  const extra =
    (allowance.households === 'add'
      ? (decimal(allowance.per_household, 8) ?? 0n) * (households - 1n)
      : 0n) +
    (decimal(allowance.per_person, 8) ?? 0n) * persons
  return (set?.limits ?? []).map(([limit, surcharge]) => {
    const own = decimal(limit, 8) ?? 0n
    const grown = (allowance.households === 'multiply' ? own * households : own) + extra
    return { limit: grown / 100_000n, surcharge: decimal(surcharge, 8) ?? 0n }
  })
}

function stepParts(line: Line, product: Product, sample: Sample, used: bigint): SamplePart[] {
  const began = cycleMonth(product.cycle, sample.month)
  const set = line.steps.find((each) => !each.months?.length || each.months.includes(began))
  const limits = limitsOf(set, product, sample)
  const before = BigInt(sample.before)
  const after = before + used
  return limits.flatMap(({ limit, surcharge }, index) => {
    const next = limits[index + 1]?.limit
    const from = limit > before ? limit : before
    const to = next !== undefined && next < after ? next : after
    if (to <= from) return []
    return [{ rate: '' as const, step: index + 1, quantity: Number(to - from), unit_price_e8: Number(surcharge) }]
  })
}

function monthFees(product: Product, sample: Sample): SampleBill['fees'] {
  return product.fees.map(({ name, per, amount }) => {
    const fen = Number(decimal(amount, 2) ?? 0n)
    return { name, amount_fen: per === 'day' ? fen * sample.days : fen }
  })
}

export function sampleBill(product: Product, sample: Sample): SampleBill {
  const missing: string[] = []
  const entries = Object.entries(sample.quantities).filter(([, q]) => q > 0) as [Rate, number][]
  const used = entries.reduce((sum, [, quantity]) => sum + BigInt(quantity), 0n)
  const lines = product.lines.map((line) => {
    const parts: SamplePart[] = []
    for (const [rate, quantity] of entries) {
      const price = linePriceE8(line, rate)
      if (price === null) missing.push(`${line.name} · ${rate}`)
      else parts.push({ rate, step: 0, quantity, unit_price_e8: Number(price) })
    }
    parts.push(...stepParts(line, product, sample, used))
    const exact = parts.reduce((sum, p) => sum + BigInt(p.quantity) * BigInt(p.unit_price_e8), 0n)
    const amount_fen = Number(divided(exact, 1_000_000_000n, product.rounding))
    return { name: line.name, quantity: Number(used), amount_fen, parts }
  })
  const fees = monthFees(product, sample)
  const total_fen = [...lines, ...fees].reduce((sum, each) => sum + each.amount_fen, 0)
  return { lines, fees, total_fen, missing }
}
