/** Physical quantities and prices from the station's integers to text. */
import type { Tariff, Utility } from '@/api/types'

const dash = '—'
const grouped = (value: number, places: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places })

type Maybe = number | null | undefined
const scaled = (value: Maybe, divisor: number, places: number, unit: string): string =>
  value === null || value === undefined ? dash : `${grouped(value / divisor, places)} ${unit}`

export const formatKwh = (wh: Maybe): string => scaled(wh, 1000, 2, 'kWh')
export const formatKw = (w: Maybe): string => scaled(w, 1000, 2, 'kW')
export const formatVolt = (mv: Maybe): string => scaled(mv, 1000, 1, 'V')
export const formatAmpere = (ma: Maybe): string => scaled(ma, 1000, 2, 'A')
export const formatHertz = (mhz: Maybe): string => scaled(mhz, 1000, 2, 'Hz')
export const formatFactor = (e3: Maybe): string =>
  e3 === null || e3 === undefined ? dash : (e3 / 1000).toFixed(3)

/** Rates in the order of meters' registers 1–5. */
export const rateNames = ['sharp', 'peak', 'flat', 'valley', 'deep_valley'] as const
const flatIndex = 2

/** `0.8500`, or up to eight places when the price has them. */
export function formatPrice(e8: number): string {
  const digits = Math.abs(e8).toString().padStart(9, '0')
  const fraction = digits.slice(-8).replace(/0{1,4}$/, '')
  return `${e8 < 0 ? '-' : ''}${digits.slice(0, -8)}.${fraction}`
}

/** The price that the sale page estimates with: the flat rate 平, without steps. */
export const flatPriceE8 = (tariff: Tariff | undefined): number | null =>
  tariff?.rate_prices_e8[flatIndex] ?? null

export const isSinglePrice = (tariff: Tariff): boolean =>
  tariff.steps.length === 0 && new Set(tariff.rate_prices_e8).size === 1

/** Energy that `fen` buys at `priceE8`, whole Wh, rounded down. Null without a price. */
export function energyFor(fen: number, priceE8: number | null): number | null {
  if (priceE8 === null || priceE8 <= 0) return null
  return Number((BigInt(Math.trunc(fen)) * 1_000_000_000n) / BigInt(priceE8))
}

/** Use of any utility: Wh or litres as the unit that is priced. */
export const formatUse = (quantity: Maybe, utility: Utility): string =>
  scaled(quantity, 1000, 2, utility === 'water' ? 'm³' : 'kWh')
export const pricedUnit = (utility: Utility): string => (utility === 'water' ? 'm³' : 'kWh')
