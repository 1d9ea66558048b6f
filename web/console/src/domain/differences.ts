/** What a read-back showed instead of what was wanted, field by field, out of the station's one line. */

import { formatYuan } from './money'

export interface Difference {
  /** `alarm1`, `rate`, `day table`, … without number and unit. */
  field: string
  number: number | null
  /** `fen`, `e8`, `W`, `Wh`, or empty. */
  unit: string
  wanted: string
  read: string
}

const line = /^(.+?)(?: (\d+))?( from| surcharge)?(?: \((\w+)\))?: wanted (.*), read (.*)$/

/** `rate 3 (e8): wanted 85000000, read 0; …`. Null when it is not made of fields (a switch says it in words). */
export function parseDifferences(text: string): Difference[] | null {
  if (!text) return []
  const found: Difference[] = []
  for (const part of text.split('; ')) {
    const [, name, number, tail, unit, wanted, read] = line.exec(part) ?? []
    if (name === undefined || wanted === undefined || read === undefined) return null
    const field = `${name}${tail ?? ''}`.replaceAll(' ', '_')
    found.push({ field, number: number ? Number(number) : null, unit: unit ?? '', wanted, read })
  }
  return found
}

/** `00:00=3 08:00=1` or `2-29=1` as pairs; null when it is no table. */
export function tableEntries(value: string): [at: string, number: number][] | null {
  const found = value.split(' ').map((part) => /^(\d+:\d\d|\d+-\d+)=(\d+)$/.exec(part))
  return found.every((match) => match !== null)
    ? found.map(([, at = '', number]) => [at, Number(number)])
    : null
}

/** Values in the platform's own units as people read them. */
export function differenceValue(value: string, unit: string): string {
  const number = Number(value)
  if (value === '' || !Number.isFinite(number)) return value
  if (unit === 'fen') return formatYuan(number)
  if (unit === 'e8') return `¥${(number / 1e8).toFixed(8).replace(/0{1,4}$/, '')}/kWh`
  if (unit === 'W') return `${number / 1000} kW`
  if (unit === 'Wh') return `${number / 1000} kWh`
  return value
}

/** What is worth a look: everything that is not the same on both sides. */
export const differing = <T extends { result: string }>(fields: readonly T[]): T[] =>
  fields.filter((field) => field.result !== 'same')
