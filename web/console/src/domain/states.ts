/** Every state the station can report, with the tone that its tag has. Texts live in i18n `state.*`. */
import type {
  ComparedResult,
  ComparedStanding,
  AccountState,
  AlarmAct,
  AlarmKind,
  BatchOutcome,
  BatchState,
  BusTransport,
  CheckPoint,
  CheckScope,
  CheckState,
  CheckVerdict,
  CommandKind,
  CommandOrigin,
  CommandState,
  LedgerAccountKind,
  NoticeChannel,
  NoticeLevel,
  NoticeState,
  PaymentMethod,
  ProposalKind,
  ProposalState,
  PulsePrompt,
  PulseState,
  PulseVerdict,
  Resolution,
  Right,
  Role,
  ServiceKind,
  Severity,
  TileState,
  Utility,
  VendKind,
  VendState,
  Wallet,
  WalletLevel,
  WalletUnit,
} from '@/api/types'
import type { TileFlag } from './matrix'

export type Tone =
  | 'neutral'
  | 'info'
  | 'progress'
  | 'success'
  | 'notice'
  | 'warning'
  | 'danger'
  | 'strange'

export const tileTone: Record<TileState, Tone> = {
  not_opened: 'neutral',
  opened: 'success',
  alarm1: 'notice',
  alarm2: 'warning',
  arrears: 'danger',
  lost: 'strange',
}
export const flagTone: Record<TileFlag, Tone> = {
  forced_on: 'info',
  tripped: 'danger',
  quarantined: 'strange',
}
export const vendTone: Record<VendState, Tone> = {
  created: 'neutral',
  paid: 'progress',
  sent: 'progress',
  cancelling: 'progress',
  delivered: 'success',
  refund_due: 'warning',
  refunded: 'neutral',
  refund_failed: 'danger',
  quarantine: 'strange',
  closed: 'neutral',
  moved: 'neutral',
}
export const commandTone: Record<CommandState, Tone> = {
  pending: 'progress',
  done: 'success',
  failed: 'danger',
  superseded: 'neutral',
}
export const accountTone: Record<AccountState, Tone> = {
  opening: 'progress',
  open: 'success',
  closing: 'progress',
  closed: 'neutral',
}
export const noticeTone: Record<NoticeState, Tone> = {
  queued: 'neutral',
  sent: 'progress',
  delivered: 'success',
  failed: 'danger',
}
export const noticeLevelTone: Record<NoticeLevel, Tone> = {
  alarm1: 'notice',
  alarm2: 'warning',
  arrears: 'danger',
  cut_announced: 'danger',
  credited: 'success',
}
export const walletLevelTone: Record<WalletLevel, Tone> = {
  enough: 'success',
  alarm1: 'notice',
  alarm2: 'warning',
  arrears: 'danger',
  cut_due: 'danger',
}
export const batchTone: Record<BatchState, Tone> = {
  running: 'progress',
  paused: 'warning',
  cancelled: 'neutral',
  finished: 'success',
}
export const outcomeTone: Record<BatchOutcome, Tone> = {
  waiting: 'neutral',
  sending: 'progress',
  done: 'success',
  failed: 'danger',
  cancelled: 'neutral',
  left_out: 'notice',
}
export const checkTone: Record<CheckState, Tone> = {
  running: 'progress',
  done: 'success',
  stopped: 'neutral',
  interrupted: 'warning',
}
export const verdictTone: Record<CheckVerdict, Tone> = {
  ok: 'success',
  failed: 'danger',
  unknown: 'strange',
}
export const pulseTone: Record<PulseVerdict, Tone> = {
  matches: 'success',
  other: 'danger',
  unclear: 'warning',
  ratio_off: 'danger',
  unmetered: 'danger',
  not_seen: 'warning',
  no_answer: 'strange',
}
export const severityTone: Record<Severity, Tone> = {
  info: 'info',
  warning: 'warning',
  critical: 'danger',
}

/** Complete by their types: a value that the contract gains does not compile until it is listed. */
const listed = <K extends string>(record: Record<K, true>): K[] => Object.keys(record) as K[]
export const batchStates = Object.keys(batchTone) as BatchState[]
export const batchOutcomes = Object.keys(outcomeTone) as BatchOutcome[]
export const checkStates = Object.keys(checkTone) as CheckState[]
export const checkVerdicts = Object.keys(verdictTone) as CheckVerdict[]
export const pulseVerdicts = Object.keys(pulseTone) as PulseVerdict[]
export const commandOrigins = listed<CommandOrigin>({
  operator: true,
  opening: true,
  settlement: true,
  arrears: true,
  limiting: true,
  tariff: true,
  clock: true,
})
export const alarmActs = listed<AlarmAct>({ raised: true, acknowledged: true, cleared: true })
export const checkScopes = listed<CheckScope>({
  gateway: true,
  bus: true,
  building: true,
  meter: true,
})
export const checkPoints = listed<CheckPoint>({
  answers: true,
  model: true,
  serial: true,
  ct_ratio: true,
  clock: true,
  relay: true,
  readings: true,
})
export const pulseStates = listed<PulseState>({ on: true, off: true, done: true, cancelled: true })
export const pulsePrompts = listed<PulsePrompt>({
  wait: true,
  switch_on: true,
  switch_off: true,
  begin_again: true,
  nothing: true,
})
export const vendStates = Object.keys(vendTone) as VendState[]
export const commandStates = Object.keys(commandTone) as CommandState[]
export const accountStates = Object.keys(accountTone) as AccountState[]
export const severities = Object.keys(severityTone) as Severity[]
export const paymentMethods = listed<PaymentMethod>({
  cash: true,
  bank_card: true,
  transfer: true,
  wechat: true,
  alipay: true,
  unionpay: true,
})
export const commandKinds = listed<CommandKind>({
  trip: true,
  force_on: true,
  release: true,
  open_account: true,
  write_settings: true,
  write_prices: true,
  write_time_tables: true,
  set_clock: true,
})
export const alarmKinds = listed<AlarmKind>({
  alarm1: true,
  alarm2: true,
  arrears: true,
  overload: true,
  cover: true,
  clock: true,
  meter_lost: true,
  gateway_lost: true,
  vend_stuck: true,
  vend_quarantined: true,
  wrong_meter: true,
  wallet_difference: true,
  billing_held: true,
  relay_welded: true,
  reclose_failed: true,
  relay_mismatch: true,
  cut_breaker: true,
  limiting_blind: true,
  impossible_reading: true,
  falling: true,
  flying: true,
  standing_still: true,
  ct_ratio: true,
  loss: true,
})
export const roles = listed<Role>({
  administrator: true,
  manager: true,
  cashier: true,
  viewer: true,
})
export const rights = listed<Right>({
  view: true,
  open_account: true,
  sell: true,
  cancel_sale: true,
  switch_supply: true,
  acknowledge: true,
  import_site: true,
  manage_users: true,
  refund: true,
  correct: true,
  decide: true,
  manage_tariffs: true,
  limit_supply: true,
})
export const transports = listed<BusTransport>({
  modbus_tcp: true,
  rtu_over_tcp: true,
  serial: true,
})
export const ledgerKinds = listed<LedgerAccountKind>({
  channel: true,
  pending: true,
  delivered: true,
  fee: true,
  refund_due: true,
  quarantined: true,
  transfer: true,
  grant: true,
  adjustment: true,
  suspense: true,
  written_off: true,
  wallet: true,
  revenue: true,
  property_fee: true,
  rent: true,
  shared_area: true,
})
export const vendKinds = listed<VendKind>({
  sale: true,
  refund: true,
  reversal: true,
  grant: true,
  adjustment: true,
  transfer_out: true,
  transfer_in: true,
})
export const proposalKinds = listed<ProposalKind>({
  resolve_vend: true,
  release_meter: true,
  manual_payout: true,
  settle_without_meter: true,
})
export const proposalStates = listed<ProposalState>({ open: true, approved: true, rejected: true })
export const resolutions = listed<Resolution>({ delivered: true, undelivered: true, moved: true })
export const utilities = listed<Utility>({ electricity: true, water: true, heat: true })
export const wallets = listed<Wallet>({ meter: true, platform: true })
export const noticeStates = Object.keys(noticeTone) as NoticeState[]
export const noticeLevels = Object.keys(noticeLevelTone) as NoticeLevel[]
export const walletLevels = Object.keys(walletLevelTone) as WalletLevel[]
export const noticeChannels = listed<NoticeChannel>({
  sms: true,
  message: true,
  paper: true,
  call: true,
})
export const walletUnits = listed<WalletUnit>({ money: true, quantity: true })
export const services = listed<ServiceKind>({ property_fee: true, rent: true, shared_area: true })

/** No further step happens by itself. */
const restingVend = new Set<VendState>([
  'delivered',
  'refund_due',
  'refunded',
  'refund_failed',
  'quarantine',
  'closed',
  'moved',
])
export const isVendAtRest = (state: VendState): boolean => restingVend.has(state)
/** The station is still trying: "try again now" ends its pause. */
export const canRetryVend = (state: VendState): boolean => state === 'paid' || state === 'sent'
export const canCancelVend = (state: VendState): boolean => state === 'paid' || state === 'sent'

export interface VendProgress {
  /** 0 已收款, 1 下发中, 2 已到账 */
  step: 0 | 1 | 2
  status: 'process' | 'finish' | 'error'
}

/** Where a sale stands on the way 已收款 → 下发中 → 已到账. */
export function vendProgress(state: VendState): VendProgress {
  switch (state) {
    case 'created':
    case 'paid':
      return { step: 0, status: 'process' }
    case 'sent':
    case 'cancelling':
      return { step: 1, status: 'process' }
    case 'delivered':
      return { step: 2, status: 'finish' }
    case 'closed':
      return { step: 0, status: 'error' }
    case 'refund_due':
    case 'refunded':
    case 'refund_failed':
    case 'quarantine':
    case 'moved':
      return { step: 1, status: 'error' }
  }
}

/** What the meter holds, beside what the station holds. */
export const comparedStandingTone: Record<ComparedStanding, Tone> = {
  same: 'success',
  differs: 'danger',
  awaited: 'progress',
  never_sent: 'warning',
  not_held: 'neutral',
}
export const comparedTone: Record<ComparedResult, Tone> = {
  same: 'success',
  differs: 'danger',
  not_in_meter: 'warning',
  not_held: 'neutral',
}
export const comparedStandings = Object.keys(comparedStandingTone) as ComparedStanding[]
export const comparedResults = Object.keys(comparedTone) as ComparedResult[]
