// A stand-in for the station's API, for looking at screens. Development only; listens on loopback.
// Usage: node dev/server.mjs [port] [meters]; serves dist/ too. One-time password: first-password.
import { createReadStream, existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { at, buses, detailOf, gateways, readingsOf, tariffs, tileOf } from './site.mjs'
import { failWith, Station } from './work.mjs'

const port = Number(process.argv[2] ?? 8080)
const station = new Station(Number(process.argv[3] ?? 152))
const role = process.env.MOCK_ROLE ?? 'administrator'
const rightsOf = {
  administrator: [
    'view',
    'open_account',
    'sell',
    'cancel_sale',
    'switch_supply',
    'acknowledge',
    'import_site',
    'manage_users',
  ],
  viewer: ['view'],
}
const user = { id: 1, name: 'admin', role, must_change_password: true }
let password = 'first-password'
let polls = 0
const property = { id: 1, name: '星河中心写字楼', time_zone: 'Asia/Shanghai', is_test_site: true }

const page = (rows, query) => {
  const offset = Number(query.get('offset') ?? 0)
  return { rows: rows.slice(offset, offset + Number(query.get('limit') ?? 50)), total: rows.length }
}
const has = (text, ...fields) => !text || fields.some((field) => field?.includes(text))
const byId = (rows, id, missing) => rows.find((row) => row.id === id) ?? missing
const notFound = failWith(404, 'request_not_found', '没有这个地址', 'No such address')

function counts() {
  const found = {
    not_opened: 0,
    opened: 0,
    alarm1: 0,
    alarm2: 0,
    arrears: 0,
    lost: 0,
    forced_on: 0,
    tripped: 0,
  }
  for (const m of station.meters) found[m.lost ? 'lost' : m.state] += 1
  return found
}

const gets = {
  session: () => ({ user, rights: rightsOf[role] ?? rightsOf.viewer, property }),
  site: () => ({
    property,
    properties: [property],
    buildings: station.buildings,
    rooms: station.rooms,
    gateways,
    buses: buses((polls += 1)),
    tariffs,
    models: [
      {
        name: 'paymeter-reference-nk',
        title: 'Paymeter 参考三相预付费表',
        protocol: 'modbus',
        abilities: { prepaid_wallet: true, relay: true, measurements: true, verified: true },
      },
    ],
    enforcement: { mode: 'meter' },
    simulated: true,
  }),
  meters: () => ({ rows: station.meters.map(tileOf), counts: counts(), as_of_at: at() }),
  commands: (q) =>
    page(
      station.commands.filter(
        (c) =>
          (!q.get('meter_id') || c.meter_id === Number(q.get('meter_id'))) &&
          (!q.get('state') || c.state === q.get('state')),
      ),
      q,
    ),
  accounts: (q) =>
    page(
      station.accounts.filter(
        (a) =>
          has(q.get('text'), a.number, a.customer_name, a.phone, a.meters[0]?.code) &&
          (!q.get('state') || a.state === q.get('state')),
      ),
      q,
    ),
  vends: (q) => {
    const rows = station.vends.filter(
      (v) =>
        has(q.get('text'), v.slip_number, v.customer_name, v.meter_code, v.room) &&
        (!q.get('state') || v.state === q.get('state')) &&
        (!q.get('meter_id') || v.meter_id === Number(q.get('meter_id'))) &&
        (!q.get('account_id') || v.account_id === Number(q.get('account_id'))) &&
        (!q.get('from') || v.created_at >= q.get('from')) &&
        (!q.get('to') || v.created_at < q.get('to')),
    )
    const sum = (list) => list.reduce((total, v) => total + v.captured_fen, 0)
    return {
      ...page(rows, q),
      totals: {
        captured_fen: sum(rows),
        delivered_fen: sum(rows.filter((v) => v.state === 'delivered')),
      },
    }
  },
  alarms: (q) =>
    page(
      station.alarms.filter(
        (a) =>
          (q.get('active') !== '1' || !a.cleared_at) &&
          (q.get('unacknowledged') !== '1' || !a.acknowledged_at) &&
          (!q.get('meter_id') || a.meter_id === Number(q.get('meter_id'))) &&
          (!q.get('kind') || a.kind === q.get('kind')),
      ),
      q,
    ),
  users: () => ({ rows: [{ ...user, disabled: false, created_at: at() }], total: 1 }),
  audit: (q) =>
    page(
      station.audit.filter((l) => has(q.get('text'), l.action, l.subject, l.detail)),
      q,
    ),
  books: () => ({
    trial_balance: [
      { kind: 'channel', debit_fen: 1_380_000, credit_fen: 0, balance_fen: 1_380_000 },
      { kind: 'pending', debit_fen: 1_240_000, credit_fen: 1_380_000, balance_fen: -140_000 },
      { kind: 'delivered', debit_fen: 0, credit_fen: 1_060_000, balance_fen: -1_060_000 },
      { kind: 'refund_due', debit_fen: 0, credit_fen: 80_000, balance_fen: -80_000 },
      { kind: 'quarantined', debit_fen: 0, credit_fen: 100_000, balance_fen: -100_000 },
    ],
    problems: [],
  }),
}

function getOne(kind, id, action) {
  const meter = station.meter(id)
  if (kind === 'meters' && !meter)
    return failWith(404, 'meter_unknown', '没有这块表', 'No such meter')
  if (kind === 'meters')
    return {
      status: 200,
      body: action === 'readings' ? { rows: readingsOf(meter) } : detailOf(meter, station.alarms),
    }
  const row = byId(station[kind] ?? [], id)
  if (!row) return notFound
  if (action === 'slip')
    return {
      status: 200,
      body: {
        vend: row,
        title: '购电凭证',
        property_name: property.name,
        amount_words_zh: '壹佰元整',
        printed_at: at(),
        copies: ['存根', '客户', '财务'],
      },
    }
  return { status: 200, body: row }
}

function login(body) {
  if (body.name !== 'admin' || body.password !== password)
    return failWith(401, 'login_failed', '用户名或密码错误', 'The user name or password is wrong')
  return {
    status: 200,
    body: { user },
    cookie: 'paymeter_session=dev; HttpOnly; SameSite=Strict; Path=/',
  }
}
function changePassword(body) {
  if (body.old_password !== password)
    return failWith(401, 'login_failed', '用户名或密码错误', 'The user name or password is wrong')
  password = body.new_password
  user.must_change_password = false
  return { status: 200, body: { ok: true } }
}
function imports(raw, query) {
  const report = {
    committed: false,
    added: 0,
    changed: 0,
    unchanged: 178,
    buildings: 2,
    rooms: 152,
    gateways: 2,
    buses: 8,
    tariffs: 2,
    meters: 152,
    issues: [],
  }
  if (raw.subarray(0, 2).toString() !== 'PK')
    return failWith(
      422,
      'sheet_not_workbook',
      '文件不是 .xlsx 或 .xls 工作簿',
      'The file is not an .xlsx or .xls workbook',
    )
  if (raw.includes('inlineStr')) {
    const issue = {
      sheet: '仪表',
      row: 3,
      column: 'F 变比',
      code: 'import_value_invalid',
      value: '零',
      text_zh: '变比必须是 1 到 1000 的整数',
      text_en: 'The ratio must be an integer from 1 to 1000',
    }
    return {
      status: 422,
      body: {
        ...report,
        issues: [
          issue,
          {
            ...issue,
            row: 7,
            column: 'B 总线',
            code: 'import_reference_unknown',
            value: '总线 9',
            text_zh: '没有这条总线；可用：总线 1、总线 2、总线 3',
            text_en: 'No such bus; known: 总线 1, 总线 2, 总线 3',
          },
          {
            ...issue,
            row: 0,
            column: '',
            sheet: '房间',
            value: '',
            code: 'import_sheet_missing',
            text_zh: '缺少工作表“房间”',
            text_en: 'The sheet “房间” is missing',
          },
        ],
      },
    }
  }
  return {
    status: 200,
    body: { ...report, committed: query.get('dry_run') !== '1', added: 12, changed: 3 },
  }
}

function once(key, make) {
  if (!key)
    return failWith(422, 'vend_key_invalid', '幂等键无效', 'The idempotency key is not valid')
  const known = station.keys.get(key)
  if (known) return { ...known, status: 200 }
  const made = make()
  if (made.status === 201) station.keys.set(key, made)
  return made
}

function post(parts, id, body, raw, query, key) {
  const [kind, , action] = parts
  if (kind === 'login') return login(body)
  if (kind === 'logout')
    return { status: 200, body: { ok: true }, cookie: 'paymeter_session=; Max-Age=0; Path=/' }
  if (kind === 'session') return changePassword(body)
  if (kind === 'imports') return imports(raw, query)
  if (kind === 'vends' && !id) return once(key, () => station.sell(body))
  if (kind === 'accounts') return once(key, () => station.open(body))
  if (action === 'supply') return once(key, () => station.supply(id, body))
  if (action === 'download')
    return once(key, () => ({
      status: 201,
      body: station.command(station.meter(id), body.kind, '', () => undefined),
    }))
  if (action === 'read') {
    station.changed(station.meter(id))
    return getOne('meters', id)
  }
  const vend = byId(station.vends, id)
  if (action === 'retry') return { status: 200, body: vend }
  if (action === 'cancel')
    return {
      status: 200,
      body: Object.assign(vend, { state: vend.state === 'paid' ? 'refund_due' : 'cancelling' }),
    }
  if (action === 'acknowledge')
    return {
      status: 200,
      body: Object.assign(byId(station.alarms, id), {
        acknowledged_at: at(),
        acknowledged_by: 'admin',
      }),
    }
  return notFound
}

function events(request, response) {
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' })
  response.write(': hello\n\n')
  const listener = (name, data) =>
    response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  station.listeners.add(listener)
  request.on('close', () => station.listeners.delete(listener))
}

const dist = fileURLToPath(new URL('../dist/', import.meta.url))
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}
function file(path, response) {
  const asked = path === '/docs' || path === '/docs/' ? 'docs/index.html' : path.slice(1)
  const name =
    asked && !asked.includes('..') && extname(asked) && existsSync(dist + asked)
      ? asked
      : 'index.html'
  response.writeHead(200, {
    'Content-Type': types[extname(name)] ?? 'application/octet-stream',
    'Content-Security-Policy':
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
  })
  createReadStream(dist + name).pipe(response)
}

function answer(request, url, raw) {
  const parts = url.pathname.replace('/api/v1/', '').split('/')
  const id = Number(parts[1]) || null
  if (request.method === 'POST' && request.headers['x-paymeter-request'] !== '1')
    return failWith(
      403,
      'request_origin_refused',
      '请求来源不被允许',
      "The request's origin is not allowed",
    )
  const open = parts[0] === 'login'
  if (!open && !/paymeter_session=dev/.test(request.headers.cookie ?? ''))
    return failWith(401, 'session_missing', '请先登录', 'Log in first')
  if (user.must_change_password && !['login', 'logout', 'session'].includes(parts[0]))
    return failWith(
      403,
      'password_change_required',
      '请先修改一次性密码',
      'Change the one-time password first',
    )
  if (request.method === 'GET')
    return id
      ? getOne(parts[0], id, parts[2])
      : gets[parts[0]]
        ? { status: 200, body: gets[parts[0]](url.searchParams) }
        : notFound
  const isJson = (request.headers['content-type'] ?? '').includes('json')
  return post(
    parts,
    id,
    isJson && raw.length ? JSON.parse(raw) : {},
    raw,
    url.searchParams,
    request.headers['idempotency-key'],
  )
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://127.0.0.1')
  if (!url.pathname.startsWith('/api/')) return file(url.pathname, response)
  if (url.pathname === '/api/v1/events') return events(request, response)
  if (url.pathname.endsWith('.xlsx'))
    return response.writeHead(200, { 'Content-Type': 'application/octet-stream' }).end('PK')
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const { status, body, cookie } = answer(request, url, Buffer.concat(chunks))
  response.writeHead(status, {
    'Content-Type': 'application/json',
    ...(cookie ? { 'Set-Cookie': cookie } : {}),
  })
  return response.end(JSON.stringify(body))
}).listen(port, '127.0.0.1', () =>
  console.log(`mock station on http://127.0.0.1:${port}, admin / ${password}`),
)
