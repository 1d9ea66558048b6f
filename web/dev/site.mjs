// A made-up office tower for looking at screens without a station. Development only.
const shops = [
  '老张面馆',
  '星河咖啡',
  '青木律所',
  '明达会计',
  '四方设计',
  '启明教育',
  '海棠花店',
  '云上科技',
  '恒通物流',
  '百味轩',
  '悦读书屋',
  '康宁诊所',
]
const people = ['张伟', '王芳', '李娜', '刘洋', '陈静', '杨帆', '赵磊', '黄敏', '周婷', '吴强']

export const at = (offsetMs = 0) => new Date(Date.now() + offsetMs).toISOString()
const pick = (list, n) => list[n % list.length]

function stateOf(n) {
  if (n % 19 === 7) return 'lost'
  if (n % 11 === 3) return 'arrears'
  if (n % 13 === 5) return 'alarm2'
  if (n % 9 === 4) return 'alarm1'
  return n % 5 === 2 ? 'not_opened' : 'opened'
}
const balanceOf = {
  not_opened: 0,
  opened: 18_650,
  alarm1: 4_230,
  alarm2: 1_280,
  arrears: -365,
  lost: 9_400,
}

export function makeSite(count) {
  const perFloor = 8
  const buildings = [
    { id: 1, name: 'A座' },
    { id: 2, name: 'B座' },
  ]
  const rooms = []
  const meters = []
  const accounts = []
  for (let n = 1; n <= count; n += 1) {
    const building = n <= count / 2 ? 1 : 2
    const inBuilding = building === 1 ? n : n - Math.floor(count / 2)
    const floor = Math.floor((inBuilding - 1) / perFloor) + 1
    const number = `${floor}${String(((inBuilding - 1) % perFloor) + 1).padStart(2, '0')}`
    rooms.push({ id: n, building_id: building, floor, number, name: pick(shops, n * 5) })
    const state = stateOf(n)
    const account =
      state === 'not_opened'
        ? null
        : {
            id: 1000 + n,
            number: `H${String(n).padStart(6, '0')}`,
            customer_name: n % 3 ? pick(shops, n * 5) : pick(people, n),
            phone: `1380000${String(n).padStart(4, '0')}`,
            note: '',
            state: 'open',
            meters: [{ id: n, code: code(n) }],
            operator_name: 'admin',
            created_at: at(-864e5 * (n % 60)),
            opened_at: at(-864e5 * (n % 60) + 4000),
            closed_at: null,
          }
    if (account) accounts.push(account)
    meters.push(makeMeter(n, state, account, { building, floor, number, name: pick(shops, n * 5) }))
  }
  return { buildings, rooms, meters, accounts }
}

export const code = (n) => `3200${String(n).padStart(6, '0')}`

function makeMeter(n, state, account, room) {
  const lost = state === 'lost'
  return {
    id: n,
    state,
    account,
    room,
    lost,
    balance: balanceOf[state] + (state === 'not_opened' ? 0 : (n * 37) % 900),
    count: account ? 1 + (n % 6) : 0,
    relayOpen: state === 'arrears',
    forcedOn: n % 41 === 6,
    tripped: n % 53 === 9,
    quarantined: n === 20,
    energy: 1_250_000 + n * 8731,
    power: state === 'arrears' || n % 53 === 9 ? 0 : 300 + ((n * 271) % 4200),
    contact: Date.now() - (lost ? 5_400_000 : (n * 97) % 14_000),
    sold: account ? 50_000 + n * 100 : 0,
    last: account ? 20_000 : 0,
  }
}

export function tileOf(m) {
  return {
    id: m.id,
    code: code(m.id),
    name: `${m.room.floor} 层配电间`,
    building_id: m.room.building,
    room_id: m.id,
    floor: m.room.floor,
    room_number: m.room.number,
    room_name: m.room.name,
    account_id: m.account?.id ?? null,
    customer_name: m.account?.customer_name ?? null,
    state: m.lost ? 'lost' : m.state,
    forced_on: m.forcedOn,
    tripped: m.tripped,
    relay_open: m.relayOpen || m.tripped,
    quarantined: m.quarantined,
    balance_fen: m.balance,
    energy_wh: m.energy,
    power_w: m.tripped || m.relayOpen ? 0 : m.power,
    last_contact_at: new Date(m.contact).toISOString(),
    age_ms: Date.now() - m.contact,
  }
}

const settings = { alarm1_fen: 5000, alarm2_fen: 2000, overload_w: 12_000, overdraft_fen: 0 }

export function detailOf(m, alarms) {
  const open = m.relayOpen || m.tripped
  const power = open ? 0 : m.power
  const line = (share) => Math.round((power * share * 1000) / 228)
  return {
    tile: tileOf(m),
    meter: {
      model: 'paymeter-reference-nk',
      unit: 1 + (m.id % 19),
      serial: '',
      ct_ratio: 1,
      utility: 'electricity',
      wallet: 'meter',
      prepaid: true,
      protected: m.id % 41 === 6,
      gateway: { id: 1, name: '1#通讯管理机' },
      bus: { id: 1 + (m.id % 8), name: `总线 ${1 + (m.id % 4)}` },
      tariff_id: 1 + (m.id % 2),
      settings,
      key_is_zero: true,
    },
    prepaid: {
      at: new Date(m.contact).toISOString(),
      serial: `22111${String(m.id).padStart(7, '0')}`,
      clear_count: 0,
      purchase_count: m.count,
      balance_fen: m.balance,
      credit_remaining_wh: Math.max(0, Math.round(m.balance / 0.085)),
      sold_total_fen: m.sold,
      last_amount_fen: m.last,
      last_tag: 1,
      customer_number: m.account?.id ?? 0,
      cleared_balance_fen: 0,
      last_refusal: 0,
      price_version: 1,
      settings_version: 1,
      settings,
      cycle_energy_wh: 120_000,
      clock: at(288e5).slice(0, 19),
      relay_open: open,
      forced: m.forcedOn || m.tripped,
      alarm1: m.state === 'alarm1',
      alarm2: m.state === 'alarm2',
      arrears: m.state === 'arrears',
      overload_trip: false,
      account_open: m.account?.state === 'open',
      cover_opened: false,
      clock_fault: false,
    },
    measured: {
      at: new Date(m.contact).toISOString(),
      energy_wh: m.energy,
      rate_energy_wh: [m.energy * 0.1, m.energy * 0.3, m.energy * 0.4, m.energy * 0.2, 0].map(
        Math.round,
      ),
      voltage_mv: [228_400, 229_100, 227_800],
      line_current_ma: [line(0.3), line(0.45), line(0.25)],
      power_w: [0.3, 0.45, 0.25, 1].map((share) => Math.round(power * share)),
      power_factor_e3: power ? [962, 948, 971, 958] : [1000, 1000, 1000, 1000],
      frequency_mhz: 49_980,
      ct_ratio: 1,
    },
    account: m.account,
    money: {
      purchase_count: m.count,
      in_flight_vend_id: null,
      quarantined: m.quarantined,
      serial: m.account ? `22111${m.id}` : null,
      clear_count: 0,
    },
    alarms: alarms.filter((a) => a.meter_id === m.id && !a.cleared_at),
    last_error: m.lost
      ? {
          code: 'link_timeout',
          message_zh: '电表没有应答',
          message_en: 'The meter did not answer in time',
        }
      : null,
  }
}

export function readingsOf(m) {
  const rows = []
  let energy = m.energy - 24_000
  let balance = m.balance + 2400
  for (let half = 48; half >= 0; half -= 1) {
    const hour = new Date(Date.now() - half * 18e5 + 288e5).getUTCHours()
    const load = hour > 7 && hour < 21 ? 1 : 0.25
    const power = Math.round(m.power * load * (0.8 + 0.3 * Math.abs(Math.sin(half * 1.7 + m.id))))
    energy += Math.round(power / 2)
    balance -= Math.round(power * 0.0425)
    rows.push({
      at: at(-half * 18e5),
      energy_wh: energy,
      power_w: power,
      balance_fen: balance,
      voltage_mv: [228_000, 229_000, 227_500],
      line_current_ma: [900, 1200, 700],
      power_factor_e3: 950,
      frequency_mhz: 50_000,
      relay_open: false,
    })
  }
  return rows
}

export const tariffs = [
  {
    id: 1,
    name: '商业单一电价',
    rate_prices_e8: [85_000_000, 85_000_000, 85_000_000, 85_000_000, 85_000_000],
    steps: [],
  },
  {
    id: 2,
    name: '商业峰谷电价',
    rate_prices_e8: [138_000_000, 112_500_000, 78_300_000, 38_250_000, 29_000_000],
    steps: [{ from_wh: 500_000, surcharge_e8: 5_000_000 }],
  },
]

export const gateways = [
  { id: 1, name: '1#通讯管理机', host: '192.168.10.21', lost: false },
  { id: 2, name: '2#通讯管理机', host: '192.168.10.22', lost: true },
]
export const buses = (polls) =>
  Array.from({ length: 8 }, (_, n) => ({
    id: n + 1,
    gateway_id: n < 4 ? 1 : 2,
    name: `总线 ${(n % 4) + 1}`,
    transport: n === 3 ? 'rtu_over_tcp' : 'modbus_tcp',
    endpoint: `192.168.10.${n < 4 ? 21 : 22}:${502 + (n % 4)}`,
    stats: {
      exchanges_ok: 41_230 + polls * 38,
      timeouts: n === 5 ? 2600 : 31 + n,
      damaged: n,
      refused: 0,
      connect_failures: n > 5 ? 14 : 0,
      polls: 20_000 + polls * 19,
      jobs: 40,
      jobs_shed: 0,
      busy_ms: 1_200_000,
      sweep_ms: 3120 + n * 140,
      connected: n < 6,
    },
  }))
