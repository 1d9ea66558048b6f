import type { Texts } from '../zh'

/** Set-up, import, log, books. */
export const setup = {
  meters: { heading: 'Meters', search: 'Search meter, location, room, customer', location: 'Location', none: 'No meters yet' },
  gateways: {
    heading: 'Gateways and buses', gateway: 'Gateway', host: 'Address', online: 'Online', lost: 'Lost', buses: '{{count}} buses', bus: 'Bus', transport: 'Transport', endpoint: 'Endpoint', connected: 'Connected', disconnected: 'Not connected', ok: 'Answered', timeouts: 'Time-outs', damaged: 'Damaged', refused: 'Refused',
    connectFailures: 'Connect failures', sweep: 'Sweep', busy: 'Bus in use', polls: 'Polls', quality: 'Success', none: 'No gateways yet', noneHint: 'After an import every gateway and bus is listed here with how it answers.', local: 'local serial port', shed: 'Jobs shed', jobs: 'Jobs', answering: '{{answered}} of {{total}} answer',
    since: 'since the station started', noSweep: 'first sweep under way',
  },
  import: {
    heading: 'Import', intro: 'One Excel file describes the whole site: buildings, rooms, gateways, buses, tariffs, meters.', step1: 'Template', step2: 'Upload', step3: 'Check', step4: 'Import', template: 'Download template', templateHint: 'With notes and example rows. Titles in Chinese or English, columns in any order.', drop: 'Drop the file here, or click to choose', dropHint: '.xlsx or .xls, at most 20 MB',
    tooLarge: 'The file is larger than 20 MB', wrongType: 'Choose an .xlsx or .xls file', checking: 'Checking…', committing: 'Importing…', clean: 'No problems: ready to import', cleanHint: 'Nothing has been written yet.', dirty: '{{count}} problems found; nothing was imported', dirtyHint: 'Correct them in the spreadsheet and upload it again.', sheet: 'Sheet', row: 'Row', column: 'Column', value: 'Cell', problem: 'Problem',
    wholeSheet: 'whole sheet', commit: 'Import all', commitText: 'All or nothing: an error on the way undoes everything.', done: 'Imported', doneHint: 'Talking to gateways and meters; below you see who answers.', added: 'Added', changed: 'Changed', unchanged: 'Unchanged', buildings: 'Buildings', rooms: 'Rooms', gateways: 'Gateways', buses: 'Buses', tariffs: 'Tariffs', meters: 'Meters',
    another: 'Import another file', answering: 'Who answers', answered: '{{answered}} of {{total}} meters answer', toMatrix: 'Status matrix', nothing: 'The file says what is already set up: nothing to change.', file: 'File', replace: 'Choose another file', issuesShown: 'At most 1,000 are listed',
  },
  audit: { heading: 'Audit log', search: 'Search operator, object, action', action: 'Action', subject: 'Object', address: 'From', refused: 'refused: ', detail: 'Details', none: 'Nothing logged yet' },
  books: {
    heading: 'Books', intro: 'Double entry: every payment, delivery and refund has a debit and a credit, and they must be equal.', trial: 'Trial balance', account: 'Account', debit: 'Debit', credit: 'Credit', balance: 'Balance', sum: 'Sum', balanced: 'In balance', unbalanced: 'Out of balance by {{amount}}', problems: 'Checks', sound: 'Every check passes', soundHint: 'Payments, deliveries and refunds agree one by one, and purchase counts agree with the meters.',
    found: '{{count}} problems found', none: 'Nothing booked yet',
  },
  action: {
    login: 'Logged in', logout: 'Logged out', password_changed: 'Password changed', account_opened: 'Account opened', vend_created: 'Sale', vend_cancelled: 'Sale cancelled', vend_retried: 'Sale retried', supply_switched: 'Supply switched',
    alarm_acknowledged: 'Alarm acknowledged', site_imported: 'Site imported', meter_download: 'Download to meter',
  },
} satisfies Pick<Texts, 'meters' | 'gateways' | 'import' | 'audit' | 'books' | 'action'>
