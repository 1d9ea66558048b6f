import type { Texts } from '../zh'

/** Daily work: matrix, meter, accounts, sale, records, slip, alarms. */
export const work = {
  matrix: {
    heading: 'Status matrix', summary: '{{shown}} meters', filterText: 'Filter by room, shop, meter, customer', allBuildings: 'All buildings', allFloors: 'All floors',
    legend: 'Legend (click to filter)', legendItem: '{{name}}: {{count}}; click to filter', balance: 'Balance', power: 'Power', energy: 'Register', lastContact: 'Last reading',
    none: 'No meters', noneHint: 'Import one spreadsheet and buildings, rooms, gateways and meters are all there.', toImport: 'Import',
    supply: 'Supply', on: 'On', off: 'Off', unknown: 'Unknown', location: 'Location', flags: 'Flags', asOf: 'As of {{time}}',
    exportDone: 'Exported', more: 'Open {{room}}',
  },
  meter: {
    heading: 'Meter', read: 'Read now', reading: 'Reading…', readDone: 'The latest values are here', values: 'Live values', noValues: 'Nothing read yet',
    phase: 'Phase', phaseA: 'Phase A', phaseB: 'Phase B', phaseC: 'Phase C', totalLine: 'Total', voltage: 'Voltage', current: 'Line current', power: 'Active power', factor: 'Power factor',
    frequency: 'Frequency', energyTotal: 'Active energy, total', rateEnergy: 'Energy, {{rate}}', measuredAt: 'Read at', wallet: 'Wallet in the meter', balance: 'Balance', credit: 'Energy remaining',
    count: 'Purchase count', countPlatform: 'platform: {{count}}', countDiffers: 'differs from the platform ({{count}})', soldTotal: 'Sold in total', lastSale: 'Last sale',
    noWallet: 'This meter has no prepaid wallet', supply: 'Supply', relayClosed: 'Connected', relayOpen: 'Disconnected', relayUnknown: 'Unknown', mode: 'Controlled by', modeForced: 'Forced on',
    modeTripped: 'Tripped (forced off)', modePrepaid: 'Prepaid (the meter decides by balance)', protected: 'Protected', chart: 'Last 24 hours', chartPower: 'Power', chartEnergy: 'Energy',
    chartBalance: 'Balance', noReadings: 'No readings in the last 24 hours', hourly: 'per hour', alarms: 'Active alarms', noAlarms: 'No alarms', sales: 'Recent sales', noSales: 'No sales yet',
    commands: 'Commands', noCommands: 'No commands yet', configuration: 'Configuration', model: 'Model', unit: 'Bus address', serial: 'Serial number', serialLearning: 'learned at first contact',
    ct: 'CT ratio', gateway: 'Gateway', bus: 'Bus', tariff: 'Tariff', alarm1: 'Alarm 1 at', alarm2: 'Alarm 2 at', overload: 'Overload threshold', overloadOff: 'off', overdraft: 'Overdraft',
    keyZero: 'Bench key (only a test site may sell)', prepaid: 'Prepaid', checkMeter: 'Read only', account: 'Customer', noAccount: 'Not opened', openAccount: 'Open account', sell: 'Sell', customer: 'Customer',
    phone: 'Phone', number: 'Account', lastError: 'Latest communication error', quarantined: 'This meter is quarantined: books and meter differ; no sale until it is checked.', download: 'Download', clock: 'Meter clock', priceVersion: 'Price version', settingsVersion: 'Settings version',
    utility: 'Utility', overview: 'Overview', history: 'History', tariffNone: 'none', lost: 'Lost: last answer {{age}}. What follows is from before.', code: 'Meter no.',
  },
  supply: {
    trip: 'Trip', force_on: 'Force on', release: 'Release', tripTitle: 'Trip: cut the supply of {{meter}}', force_onTitle: 'Force on: keep {{meter}} supplied', releaseTitle: 'Release to prepaid: {{meter}}',
    tripText: 'The meter cuts the supply at once, until somebody forces it on or releases it. Buying does not restore it.', force_onText: 'Supply stays on, arrears or not, until somebody releases it.',
    releaseText: 'The meter decides by its balance: credit keeps the supply on, arrears cut it.', reason: 'Reason', reasonNeeded: 'Give a reason', reasonHint: 'Goes into the audit log, for example: fitting-out work',
    submitted: 'Submitted', waiting: 'Waiting for the meter', tries: '{{count}} tries', latest: 'latest: {{text}}', deadline: 'until {{time}}', done: 'Done: confirmed by read-back', failed: 'Failed', superseded: 'A newer command replaced it',
    customer: 'Customer', balance: 'Balance', open: 'off', closed: 'on', now: 'Now', noRight: 'You may not switch supply', cutReasons: 'Common reasons', reason1: 'Fitting-out work', reason2: 'Customer asked', reason3: 'Line maintenance', busy: 'A command is under way',
  },
  account: {
    openHeading: 'Open account', pickMeter: 'Meter', pickPlaceholder: 'Meter number, room or shop', pickHint: 'Only meters without an account are listed', pickNone: 'Every meter has an account', meterNeeded: 'Choose a meter', customer: 'Customer', customerNeeded: 'Enter the name of the customer',
    customerLong: 'At most 64 characters', phone: 'Phone', phoneBad: 'Only digits, spaces, +, -, brackets; at most 32 characters', note: 'Note', submit: 'Open account', opening: 'Opening', opened: 'Open', openingHint: 'Stored. Account number, alarm amounts and prices are being written to the meter.',
    openedHint: 'The meter has confirmed. A new account starts at 0: sell to supply it.', stored: 'Stored', writing: 'Writing to the meter', confirmed: 'Confirmed by the meter', toSell: 'Sell now', another: 'Open another', chosen: 'Chosen meter', change: 'Choose another', listHeading: 'Accounts', number: 'Account', meters: 'Meters', created: 'Created',
    openedAt: 'Opened', closedAt: 'Closed', search: 'Search account, customer, phone, meter', detailHeading: 'Customer', sales: 'Sales', none: 'No customers yet', noneHint: 'Open an account on a meter and it appears here.', slow: 'The meter has not confirmed yet. The station keeps trying; you may leave this page.',
    failed: 'Writing to the meter failed', meterState: 'Meter', same: 'Account data', uncertain: 'The last opening got no answer, so it may or may not be stored. Try again with the same data: it cannot open twice.',
  },
  sale: {
    heading: 'Sell', search: 'Search meter, shop, customer, phone', searchHint: 'Press / to search', pick: 'Choose a customer first', pickHint: 'Type a meter number, shop, customer or phone; Enter takes the first.', noHit: 'No meter matches', amount: 'Amount', amountNeeded: 'Enter the amount', amountBad: 'An amount above 0 with at most two decimals',
    amountLarge: 'Above the limit of {{limit}} for one sale', words: 'In words', method: 'Paid by', note: 'Note', before: 'Balance before', after: 'Balance after', estimate: 'Buys about', estimateHint: 'Estimated at the flat rate of "{{tariff}}", ¥{{price}}/kWh; steps and other rates not counted',
    estimateSingle: 'At "{{tariff}}", ¥{{price}}/kWh', noTariff: 'No tariff on this meter: energy cannot be estimated', submit: 'Sell', keys: 'Keys', keyFocus: 'search', keySell: 'sell', keyNext: 'next field', keyCancel: 'cancel', keyPrint: 'print', step0: 'Paid', step1: 'Sending', step2: 'Delivered',
    slip: 'Slip no.', print: 'Print slip', next: 'Next sale', retry: 'Try again now', cancelSale: 'Cancel this sale', attempts: '{{count}} tries', sending: 'Submitting…', uncertainTitle: 'The last sale got no answer', uncertain: '{{meter}} · {{amount}}: it may or may not be booked. Press "Repeat the same sale"; the same sale is never made twice.',
    retrySame: 'Repeat the same sale', checkRecords: 'Sale records', blocked: { not_opened: 'No account on this meter: open one first.', quarantined: 'This meter is quarantined: no sale until it is checked.' }, lost: 'This meter is lost: you may take the money, but it arrives only when the line is back.', stale: 'Balance as read {{age}}',
    delivered: 'Balance after delivery', recent: 'Recent sales to this meter', conflictHint: 'This key was used for another sale: check the sale records.', customer: 'Customer', whatNow: 'What to do', quick: 'Common amounts', openFirst: 'Open account', sold: 'This sale',
  },
  vend: {
    heading: 'Sale records', search: 'Search slip, meter, customer, room', state: 'State', range: 'Dates', anyDay: 'Any day', ownDays: 'Own dates', slip: 'Slip no.', amount: 'Received', toMeter: 'To the meter', fees: 'Service fee', method: 'Paid by', before: 'Before', after: 'After', captured: 'Received', deliveredTotal: 'Delivered', open: 'Not delivered',
    cancel: 'Cancel', cancelTitle: 'Cancel sale {{slip}}', cancelText: 'Only what has not arrived can be cancelled. If it was sent, the meter judges: it may still arrive.', cancelReason: 'Reason', cancelNeeded: 'Give a reason', cancelled: 'Cancellation submitted', retry: 'Try again now', retried: 'Sent again', reprint: 'Reprint', print: 'Print', timeline: 'What happened', created: 'Received and booked',
    sent: 'Sent to the meter', finished: 'Ended', count: 'Purchase count', attempts: 'Transmissions', none: 'No sales yet', noneHint: 'Make the first sale and it appears here.', csv: 'Export CSV', csvNote: 'The first {{count}} of this filter', room: 'Room', account: 'Account', kind: 'Kind', rest: 'not ended',
  },
  slip: {
    heading: 'Slip', number: 'No.', customer: 'Customer', account: 'Account', room: 'Room', meter: 'Meter', amount: 'Amount paid', words: 'In words', toMeter: 'To the meter', fees: 'Service fee', method: 'Paid by', before: 'Balance before', after: 'Balance after', count: 'Purchase count', operator: 'Operator',
    soldAt: 'Sold at', printedAt: 'Printed at', reprint: 'REPRINT', copy: 'Copy {{index}}', print: 'Print', sign: 'Customer', seal: 'Received by', preview: 'Preview; printed at 241 × 93.1 mm, three copies', notDelivered: 'Not delivered yet: {{state}}', state: 'State', note: 'Note', keep: 'Please keep this slip',
  },
  alarm: {
    heading: 'Alarms', active: 'Active', past: 'All records', unacknowledged: 'Unacknowledged only', kind: 'Alarm', severity: 'Severity', object: 'About', detail: 'Details', raised: 'Raised', cleared: 'Cleared', notCleared: 'Still on', acknowledge: 'Acknowledge', acknowledged: 'by {{name}}', none: 'All well: no alarms',
    noneHint: 'Low balances, arrears and lost meters appear here.', done: 'Alarm acknowledged', duration: 'Lasting', allKinds: 'All kinds', ack: 'Acknowledged', notAcknowledged: 'Not yet', balance: 'balance {{amount}}', serial: 'serial {{found}}, expected {{expected}}',
  },
} satisfies Pick<Texts, 'matrix' | 'meter' | 'supply' | 'account' | 'sale' | 'vend' | 'slip' | 'alarm'>
