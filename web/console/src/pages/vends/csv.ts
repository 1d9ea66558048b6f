/** Sales as CSV that Excel opens in the right encoding. */
import type { Vend } from '@/api/types'
import { formatTime } from '@/domain/time'

/** A cell that a spreadsheet cannot take for a formula. */
export function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

export function vendsCsv(rows: readonly Vend[], t: (key: string) => string): string {
  const titles = [
    'vend.slip',
    'common.time',
    'common.customer',
    'vend.account',
    'vend.room',
    'common.meter',
    'vend.amount',
    'vend.toMeter',
    'vend.fees',
    'common.state',
    'vend.method',
    'vend.before',
    'vend.after',
    'vend.count',
    'common.operator',
    'common.note',
  ]
  const money = (fen: number | null): string | null =>
    fen === null ? null : (fen / 100).toFixed(2)
  const lines = rows.map((v) =>
    [
      v.slip_number,
      formatTime(v.created_at),
      v.customer_name,
      v.account_number,
      v.room,
      v.meter_code,
      Number(money(v.captured_fen)),
      Number(money(v.to_meter_fen)),
      Number(money(v.fees_fen)),
      t(`state.vend.${v.state}`),
      t(`state.method.${v.method}`),
      v.balance_before_fen === null ? null : Number(money(v.balance_before_fen)),
      v.balance_after_fen === null ? null : Number(money(v.balance_after_fen)),
      v.n,
      v.operator_name,
      v.note,
    ]
      .map(csvCell)
      .join(','),
  )
  return `\uFEFF${[titles.map((title) => csvCell(t(title))).join(','), ...lines].join('\r\n')}\r\n`
}
