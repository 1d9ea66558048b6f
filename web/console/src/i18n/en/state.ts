import type { Texts } from '../zh'

/** Every state that the station can report. */
export const state = {
  tile: { not_opened: 'Not opened', opened: 'Opened', alarm1: 'Alarm 1', alarm2: 'Alarm 2', arrears: 'Arrears', lost: 'Lost' },
  flag: { forced_on: 'Forced on', tripped: 'Tripped', quarantined: 'Quarantine' },
  flagHint: { forced_on: 'Supply is forced on, arrears do not cut it', tripped: 'An operator has cut the supply', quarantined: 'Books and meter differ: two operators must check before selling' },
  vend: {
    created: 'Awaiting payment', paid: 'Paid', sent: 'Sending', cancelling: 'Cancelling', delivered: 'Delivered', refund_due: 'Refund due',
    refunded: 'Refunded', refund_failed: 'Refund failed', quarantine: 'Quarantined', closed: 'Closed',
  },
  vendHint: {
    created: 'Waiting for the payment to be confirmed.', paid: 'The money is received and booked; waiting to be sent to the meter.', sent: 'Being written to the meter; its read-back decides. It is retried by itself and never credited twice.',
    cancelling: 'Being cancelled: the meter judges whether it had arrived.', delivered: 'Purchase count and amount in the meter agree: it has arrived.',
    refund_due: 'Proven not to be in the meter: give the money back to the customer.', refunded: 'The money was given back.', refund_failed: 'The refund did not work: pay it out by hand.',
    quarantine: 'The counts of meter and platform differ, so nobody can tell whether it arrived. Do not sell again; two operators must check the meter.', closed: 'No money was received; the order is closed.',
  },
  vendKind: { sale: 'Sale', refund: 'Refund' },
  method: { cash: 'Cash', bank_card: 'Bank card', transfer: 'Transfer', wechat: 'WeChat Pay', alipay: 'Alipay', unionpay: 'UnionPay' },
  command: { pending: 'Waiting for the meter', done: 'Done', failed: 'Failed', superseded: 'Superseded' },
  commandKind: {
    trip: 'Trip', force_on: 'Force on', release: 'Release to prepaid', open_account: 'Open account', write_settings: 'Write settings', write_prices: 'Write prices',
  },
  account: { opening: 'Opening', open: 'Open', closing: 'Closing', closed: 'Closed' },
  alarm: {
    alarm1: 'Low balance 1', alarm2: 'Low balance 2', arrears: 'Arrears', overload: 'Overload', cover: 'Cover opened', clock: 'Meter clock fault',
    meter_lost: 'Meter lost', gateway_lost: 'Gateway lost', vend_stuck: 'Sale not arriving', vend_quarantined: 'Sale quarantined', wrong_meter: 'Wrong meter',
  },
  severity: { info: 'Info', warning: 'Warning', critical: 'Critical' },
  role: { administrator: 'Administrator', manager: 'Manager', cashier: 'Cashier', viewer: 'Viewer' },
  right: {
    view: 'View', open_account: 'Open accounts', sell: 'Sell', cancel_sale: 'Cancel sales', switch_supply: 'Switch supply', acknowledge: 'Acknowledge alarms',
    import_site: 'Import', manage_users: 'Manage operators',
  },
  transport: { modbus_tcp: 'Modbus TCP', rtu_over_tcp: 'RTU over TCP', serial: 'Serial' },
  ledger: {
    channel: 'Payment channels', pending: 'Pending', delivered: 'Delivered', fee: 'Service fees', refund_due: 'Refund due', quarantined: 'Quarantined',
  },
  utility: { electricity: 'Electricity', water: 'Water', heat: 'Heat' },
  wallet: { meter: 'Wallet in the meter', platform: 'Wallet on the platform' },
  rate: { sharp: 'sharp', peak: 'peak', flat: 'flat', valley: 'valley', deep_valley: 'deep valley' },
  refusal: { 0: 'none', 1: 'authentication', 3: 'account', 4: 'count', 5: 'balance limit', 6: 'version' },
} satisfies Texts['state']
