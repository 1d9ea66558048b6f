import type { Texts } from '../zh'

/** Common texts, menu, login, states of the interface. */
export const core = {
  app: {
    name: 'Paymeter',
    title: 'Remote prepaid metering',
    tagline: 'Pay first, use after. Balances, sales and supply of every meter in one place.',
  },
  nav: {
    home: 'Home',
    matrix: 'Status matrix',
    guide: 'Try this',
    customers: 'Customers',
    openAccount: 'Open account',
    accounts: 'Accounts',
    sales: 'Sales',
    sell: 'Sell',
    vends: 'Sale records',
    alarms: 'Alarms',
    notices: 'Notices',
    setup: 'Set-up',
    meters: 'Meters',
    gateways: 'Gateways, buses',
    import: 'Import',
    settlements: 'Closing and change-over',
    proposals: 'Decisions of two',
    tariffs: 'Tariffs',
    users: 'Operators',
    audit: 'Audit log',
    books: 'Books',
    menu: 'Menu',
    api: 'Open API',
    main: 'Main menu',
    skip: 'Skip to content',
  },
  header: {
    search: 'Search meter, room, shop, customer',
    noMatch: 'No meter matches',
    language: 'Switch to Chinese',
    theme: 'Appearance',
    themeLight: 'Light',
    themeDark: 'Dark',
    themeSystem: 'Like the system',
    user: 'Signed in',
    changePassword: 'Change password',
    logout: 'Log out',
    alarms: '{{count}} unacknowledged alarms',
    live: 'Live',
    connecting: 'Connecting',
    broken: 'Live connection lost; reconnecting',
    property: 'Property',
  },
  demo: { banner: 'Demo site: the meters are simulated', link: 'Open the guide' },
  common: {
    copy: 'Copy',
    updated: 'Updated {{age}}, every {{seconds}} s',
    blocked: 'Not available',
    retry: 'Try again',
    refresh: 'Refresh',
    search: 'Search',
    filter: 'Filter',
    reset: 'Reset',
    cancel: 'Cancel',
    confirm: 'OK',
    close: 'Close',
    back: 'Back',
    save: 'Save',
    all: 'All',
    none: 'None',
    yes: 'Yes',
    no: 'No',
    total: '{{count}} in all',
    columns: 'Columns',
    details: 'Details',
    actions: 'Actions',
    loading: 'Loading…',
    export: 'Export Excel',
    exporting: 'Exporting…',
    time: 'Time',
    state: 'State',
    operator: 'Operator',
    reason: 'Reason',
    note: 'Note',
    noNote: 'No note',
    meter: 'Meter',
    room: 'Room',
    building: 'Building',
    floor: 'Floor',
    floorName: 'Floor {{floor}}',
    basement: 'Basement {{floor}}',
    noFloor: 'No floor',
    noBuilding: 'Without a room',
    customer: 'Customer',
    from: 'From',
    to: 'To',
    view: 'View',
    optional: 'optional',
    code: 'Code',
    meters: '{{count}} meters',
    more: 'More',
    of: '{{shown}} of {{total}}',
    viewMode: 'View',
    tiles: 'Tiles',
    table: 'Table',
    never: 'Never',
    copied: 'Copied',
    today: 'Today',
    days7: 'Last 7 days',
    days30: 'Last 30 days',
  },
  age: {
    second: '{{count}} s ago',
    minute: '{{count}} min ago',
    hour: '{{count}} h ago',
    day: '{{count}} d ago',
    never: 'not read yet',
  },
  empty: {
    list: 'Nothing here yet',
    filtered: 'Nothing matches',
    filteredHint: 'Try another word, or clear the filter.',
    clear: 'Clear filter',
  },
  error: {
    title: 'That did not work',
    code: 'Error code',
    loadFailed: 'This could not be loaded',
    page: 'This page has failed',
    pageHint: 'Try again. If it fails again, tell the administrator the error code.',
    notFound: 'No such page',
    notFoundHint: 'The address may be wrong, or the content has moved.',
    home: 'Back to the matrix',
  },
  denied: {
    title: 'No permission',
    hint: 'Your role is "{{role}}"; this page needs the right "{{right}}". Ask an administrator.',
  },
  login: {
    heading: 'Log in',
    name: 'User name',
    password: 'Password',
    submit: 'Log in',
    nameNeeded: 'Enter the user name',
    passwordNeeded: 'Enter the password',
    expired: 'Your session has ended. Log in again.',
    first:
      'First time? The name is admin; the one-time password is in the terminal that started the station.',
    point1: 'Remote sale: paid once, credited once',
    point2: 'Every switch is confirmed by the meter',
    point3: 'Books that agree with the meters, sale by sale',
  },
  password: {
    firstHeading: 'Choose your password',
    firstHint:
      'The one-time password is good for this login only. Choose a new password and you are ready.',
    heading: 'Change password',
    old: 'Present password',
    oneTime: 'One-time password',
    fresh: 'New password',
    repeat: 'New password again',
    rules: 'The password needs',
    ruleLength: 'at least 10 characters',
    ruleDiffers: 'to differ from the present one',
    ruleRepeat: 'to be typed the same twice',
    submit: 'Save new password',
    done: 'Password changed',
    needed: 'Fill this in',
    show: 'Show password',
    hide: 'Hide password',
  },
  guide: {
    heading: 'Try this',
    intro:
      'Go through the steps in order. In about five minutes you see everything from opening an account to a delivered sale, from a cut to supply restored.',
    simulated:
      'The meters here are simulated: they answer over real Modbus, and balance, purchase count and relay really change, but no real customer or money is involved.',
    real: 'This site has real meters. The steps below take money and switch supply for real: use a test room only.',
    go: 'Try it',
    done: 'Done',
    progress: '{{done}} of {{total}} steps done',
    mark: 'Mark as done',
    unmark: 'Mark as not done',
    steps: {
      matrix: {
        title: 'Look at the status matrix',
        text: 'One tile per room: icon, text and colour tell the state together. Click the legend to filter; the figures follow the meters live.',
      },
      open: {
        title: 'Open an account on a meter that has none',
        text: 'Pick a meter that is "Not opened", enter name and phone. From "Opening" to "Open", confirmed by the meter itself.',
      },
      sell: {
        title: 'Sell',
        text: 'On the sale page press / and search for the new customer, type an amount, press F2 or Enter. Pressing twice still makes one sale.',
      },
      watch: {
        title: 'Watch it arrive',
        text: 'Paid → Sending → Delivered. Delivered is shown only when the read-back of the meter agrees in count and amount.',
      },
      slip: {
        title: 'Print the slip',
        text: 'Press F9 after delivery; printing again marks the slip as a reprint.',
      },
      trip: {
        title: 'Trip',
        text: 'On the meter page give a reason and trip. The command is done when the meter reads back an open relay.',
      },
      relay: {
        title: 'See the relay open',
        text: 'The supply on the meter page turns to "Disconnected", the tile shows "Tripped", the power falls to 0.',
      },
      release: {
        title: 'Force on, then release',
        text: 'Force on keeps the supply on; after release the meter decides by its balance.',
      },
      alarms: {
        title: 'Look at the alarms',
        text: 'A low balance raises alarm 1, alarm 2 and arrears. Acknowledging records who did it and when.',
      },
      export: {
        title: 'Export to Excel',
        text: 'Press "Export Excel" on the matrix for the present state of every meter.',
      },
      import: {
        title: 'Look at the import',
        text: 'Download the template, upload a workbook, check it with errors by row and column, then import all of it or none.',
      },
    },
  },
} satisfies Omit<
  Texts,
  | 'matrix'
  | 'meter'
  | 'supply'
  | 'account'
  | 'sale'
  | 'vend'
  | 'slip'
  | 'alarm'
  | 'meters'
  | 'gateways'
  | 'import'
  | 'money'
  | 'settlement'
  | 'proposal'
  | 'holder'
  | 'tariff'
  | 'notice'
  | 'wallet'
  | 'bill'
  | 'service'
  | 'product'
  | 'audit'
  | 'users'
  | 'books'
  | 'action'
  | 'state'
>
