/** A batch while it is being written: what the form holds, and the order that the station gets. */
import type { BatchCounts, BatchOrder, CommandKind, MeterSelection, TileState } from '@/api/types'
import { parseYuan } from './money'
import { minutesOf, rates, type Period } from './product'

export const batchKinds = [
  'trip',
  'force_on',
  'release',
  'write_prices',
  'write_settings',
  'write_time_tables',
  'set_clock',
] as const satisfies readonly CommandKind[]
export type BatchKind = (typeof batchKinds)[number]

/** Switches supply: what is done to many is confirmed by typing how many. */
export const needsCount = (kind: CommandKind): boolean => kind === 'trip' || kind === 'force_on'

export interface Season {
  /** `MM-DD` */
  from: string
  table: 1 | 2
}
export interface BatchDraft {
  kind: BatchKind
  by: 'filter' | 'list'
  buildingId: number | null
  floor: number | null
  tariffId: number | null
  states: TileState[]
  meterIds: number[]
  /** Texts as typed; empty = stays as each meter has it. */
  alarm1: string
  alarm2: string
  overloadKw: string
  overdraft: string
  days: [Period[], Period[]]
  seasons: Season[]
  includeLost: boolean
  rate: number
  busRate: number
}

export const newDraft: BatchDraft = {
  kind: 'release',
  by: 'filter',
  buildingId: null,
  floor: null,
  tariffId: null,
  states: [],
  meterIds: [],
  alarm1: '',
  alarm2: '',
  overloadKw: '',
  overdraft: '',
  days: [[['00:00', 'flat']], [['00:00', 'flat']]],
  seasons: [{ from: '01-01', table: 1 }],
  includeLost: false,
  rate: 3_000,
  busRate: 60,
}

export type DraftProblem =
  | 'noMeters'
  | 'noSettings'
  | 'badAmount'
  | 'badPower'
  | 'alarm2Above'
  | 'tooManySlots'
  | 'badSeasons'

/** As meters keep them: at most 14 periods a day, at most 4 seasons. */
const slotsMax = 14
const seasonsMax = 4

function selectionOf(draft: BatchDraft): MeterSelection {
  if (draft.by === 'list') return { meter_ids: draft.meterIds }
  return {
    ...(draft.buildingId === null ? {} : { building_id: draft.buildingId }),
    ...(draft.buildingId === null || draft.floor === null ? {} : { floor: draft.floor }),
    ...(draft.tariffId === null ? {} : { tariff_id: draft.tariffId }),
    ...(draft.states.length === 0 ? {} : { states: draft.states }),
  }
}

type Settings = Pick<BatchOrder, 'alarm1_fen' | 'alarm2_fen' | 'overload_w' | 'overdraft_fen'>
function settingsOf(draft: BatchDraft): Settings | DraftProblem {
  const found: Settings = {}
  for (const [name, text] of [
    ['alarm1_fen', draft.alarm1],
    ['alarm2_fen', draft.alarm2],
    ['overdraft_fen', draft.overdraft],
  ] as const) {
    if (text.trim() === '') continue
    const fen = parseYuan(text)
    if (fen === null || fen < 0) return 'badAmount'
    found[name] = fen
  }
  if (draft.overloadKw.trim() !== '') {
    const watts = /^\d+(\.\d{1,3})?$/.test(draft.overloadKw.trim())
      ? Math.round(Number(draft.overloadKw) * 1000)
      : NaN
    if (!(watts >= 0 && watts <= 10_000_000)) return 'badPower'
    found.overload_w = watts
  }
  if (Object.keys(found).length === 0) return 'noSettings'
  if (found.alarm1_fen !== undefined && found.alarm2_fen !== undefined && found.alarm2_fen > found.alarm1_fen)
    return 'alarm2Above'
  return found
}

type Tables = Pick<BatchOrder, 'day_table_1' | 'day_table_2' | 'seasons'>
const tableOf = (periods: Period[]) =>
  periods.map(([from, rate]) => ({ minute_of_day: minutesOf(from), rate: rates.indexOf(rate) + 1 }))
function tablesOf(draft: BatchDraft): Tables | DraftProblem {
  if (draft.days.some((day) => day.length > slotsMax)) return 'tooManySlots'
  const seasons = [...draft.seasons].sort((a, b) => a.from.localeCompare(b.from))
  const isSound =
    seasons.length > 0 &&
    seasons.length <= seasonsMax &&
    new Set(seasons.map((season) => season.from)).size === seasons.length &&
    seasons.every(({ from }) => /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(from))
  if (!isSound) return 'badSeasons'
  return {
    day_table_1: tableOf(draft.days[0]),
    day_table_2: tableOf(draft.days[1]),
    seasons: seasons.map(({ from, table }) => ({
      month: Number(from.slice(0, 2)),
      day: Number(from.slice(3)),
      day_table: table,
    })),
  }
}

/** What the station is asked to preview, or what is missing in the form. */
export function orderOf(draft: BatchDraft): BatchOrder | DraftProblem {
  if (draft.by === 'list' && draft.meterIds.length === 0) return 'noMeters'
  const content =
    draft.kind === 'write_settings'
      ? settingsOf(draft)
      : draft.kind === 'write_time_tables'
        ? tablesOf(draft)
        : {}
  if (typeof content === 'string') return content
  return {
    kind: draft.kind,
    selection: selectionOf(draft),
    ...content,
    include_lost: draft.includeLost ? 1 : 0,
    rate_per_minute: draft.rate,
    bus_rate_per_minute: draft.busRate,
  }
}

/** Meters that are to be sent something; those left out are none of them. */
export const toSend = (counts: BatchCounts): number =>
  counts.waiting + counts.sending + counts.done + counts.failed + counts.cancelled

/** Whole percent that has an outcome; 100 only when every one has. */
export function endedPercent(counts: BatchCounts): number {
  const all = toSend(counts)
  if (all === 0) return 100
  return Math.floor(((counts.done + counts.failed + counts.cancelled) / all) * 100)
}
