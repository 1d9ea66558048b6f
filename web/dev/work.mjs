// What the made-up station does over time: sales, openings, commands, readings. Development only.
import { at, code, makeSite, tileOf } from './site.mjs'

export const failWith = (status, errorCode, zh, en, detail = '') => ({
  status,
  body: { error: { code: errorCode, message_zh: zh, message_en: en, detail } },
})

export class Station {
  constructor(count) {
    Object.assign(this, makeSite(count))
    this.listeners = new Set()
    this.keys = new Map()
    this.vends = []
    this.commands = []
    this.audit = []
    this.alarms = []
    this.seed()
    this.timer = setInterval(() => this.tick(), 700)
  }

  emit(name, data) {
    for (const listener of this.listeners) listener(name, data)
  }

  meter(id) {
    return this.meters.find((m) => m.id === id)
  }

  changed(m) {
    m.contact = Date.now()
    this.emit('meter', tileOf(m))
  }

  tick() {
    if (this.meters.length === 0) return
    for (let i = 0; i < 6; i += 1) {
      const m = this.meters[Math.floor(Math.random() * this.meters.length)]
      if (m.lost) continue
      if (!m.tripped && !m.relayOpen) {
        m.power = Math.max(120, Math.round(m.power * (0.94 + Math.random() * 0.12)))
        m.energy += Math.round(m.power / 60)
      }
      this.changed(m)
    }
  }

  seed() {
    const kinds = {
      lost: ['meter_lost', 'warning'],
      arrears: ['arrears', 'critical'],
      alarm2: ['alarm2', 'warning'],
      alarm1: ['alarm1', 'info'],
    }
    for (const m of this.meters) {
      const known = kinds[m.state]
      if (!known) continue
      this.alarms.push({
        id: this.alarms.length + 1,
        kind: known[0],
        severity: known[1],
        meter_id: m.id,
        meter_code: code(m.id),
        gateway_id: null,
        gateway_name: null,
        room: this.roomOf(m),
        detail: known[0] === 'arrears' ? '剩余金额 -3.65' : '',
        raised_at: at(-6e5 * (m.id % 40)),
        cleared_at: m.id % 7 === 0 ? at(-6e4) : null,
        acknowledged_at: m.id % 4 === 0 ? at(-3e5) : null,
        acknowledged_by: m.id % 4 === 0 ? 'admin' : null,
      })
    }
    this.alarms.push({
      id: 900,
      kind: 'gateway_lost',
      severity: 'critical',
      meter_id: null,
      meter_code: null,
      gateway_id: 2,
      gateway_name: '2#通讯管理机',
      room: null,
      detail: '192.168.10.22',
      raised_at: at(-18e5),
      cleared_at: null,
      acknowledged_at: null,
      acknowledged_by: null,
    })
    this.alarms.reverse()
    const states = [
      'delivered',
      'delivered',
      'delivered',
      'delivered',
      'quarantine',
      'delivered',
      'sent',
      'delivered',
      'refund_due',
      'delivered',
    ]
    const opened = this.meters.filter((m) => m.account)
    for (let n = 0; n < 46 && opened.length > 0; n += 1)
      this.vends.unshift(
        this.oldVend(n, opened[(n * 7) % opened.length], states[n % states.length]),
      )
  }

  roomOf(m) {
    return `${this.buildings[m.room.building - 1].name} ${m.room.number}`
  }

  oldVend(n, m, state) {
    const vend = this.newVend(
      m,
      { amount_fen: 10_000 * (1 + (n % 5)), method: ['cash', 'wechat', 'alipay'][n % 3], note: '' },
      n + 1,
    )
    const created = Date.now() - (46 - n) * 5_400_000
    const reasons = {
      quarantine: [
        'vend_count_mismatch',
        '购电次数与平台不一致，需人工核对',
        "The purchase count differs from the platform's: a person must check",
      ],
      sent: ['link_timeout', '电表没有应答', 'The meter did not answer in time'],
      refund_due: ['vend_cancelled', '操作员取消了这笔售电', 'An operator cancelled the sale'],
    }
    const reason = reasons[state]
    return {
      ...vend,
      state,
      n: 2,
      attempts: state === 'sent' ? 4 : 1,
      reason: reason ? { code: reason[0], message_zh: reason[1], message_en: reason[2] } : null,
      created_at: new Date(created).toISOString(),
      sent_at: new Date(created + 400).toISOString(),
      finished_at: state === 'sent' ? null : new Date(created + 1900).toISOString(),
      balance_before_fen: 2100,
      balance_after_fen: state === 'delivered' ? 2100 + vend.captured_fen : null,
    }
  }

  newVend(m, body, id = this.vends.length + 1) {
    return {
      id,
      slip_number: `P1-${String(id).padStart(6, '0')}`,
      meter_id: m.id,
      meter_code: code(m.id),
      account_id: m.account.id,
      account_number: m.account.number,
      customer_name: m.account.customer_name,
      room: this.roomOf(m),
      kind: 'sale',
      method: body.method,
      captured_fen: body.amount_fen,
      fees_fen: 0,
      to_meter_fen: body.amount_fen,
      state: 'paid',
      n: null,
      attempts: 0,
      reason: null,
      related_id: null,
      wallet: 'meter',
      paid_out_by: null,
      paid_out_reference: '',
      operator_name: 'admin',
      note: body.note ?? '',
      created_at: at(),
      sent_at: null,
      finished_at: null,
      balance_before_fen: m.balance,
      balance_after_fen: null,
    }
  }

  log(action, subject, detail = '') {
    this.audit.unshift({
      id: this.audit.length + 1,
      at: at(),
      user_name: 'admin',
      action,
      subject,
      detail,
      address: '127.0.0.1',
    })
  }

  later(ms, what) {
    setTimeout(what, ms).unref()
  }

  sell(body) {
    const m = this.meter(body.meter_id)
    if (!m) return failWith(404, 'meter_unknown', '没有这块表', 'No such meter')
    if (!m.account)
      return failWith(
        409,
        'account_not_open',
        '该表未开户或已销户，请先开户',
        'The account is not open: open it first',
      )
    if (!(body.amount_fen > 0))
      return failWith(
        422,
        'vend_amount_not_positive',
        '金额必须大于零',
        'The amount must be greater than zero',
      )
    if (body.amount_fen > 10_000_000)
      return failWith(
        422,
        'vend_amount_too_large',
        '金额超过单笔上限',
        'The amount is above the limit for one sale',
      )
    const vend = this.newVend(m, body)
    this.vends.unshift(vend)
    this.log('vend_created', `vend ${vend.slip_number}`, `${body.amount_fen} fen`)
    const step = (change) => {
      Object.assign(vend, change)
      this.emit('vend', vend)
    }
    this.later(700, () => step({ state: 'sent', n: m.count + 1, attempts: 1, sent_at: at() }))
    if (m.lost) {
      this.later(2500, () =>
        step({
          attempts: 3,
          reason: {
            code: 'link_timeout',
            message_zh: '电表没有应答',
            message_en: 'The meter did not answer in time',
          },
        }),
      )
      return { status: 201, body: vend }
    }
    this.later(1900, () => {
      Object.assign(m, {
        balance: m.balance + body.amount_fen,
        count: m.count + 1,
        sold: m.sold + body.amount_fen,
        last: body.amount_fen,
        relayOpen: false,
      })
      m.state = 'opened'
      step({ state: 'delivered', finished_at: at(), balance_after_fen: m.balance })
      this.changed(m)
    })
    return { status: 201, body: vend }
  }

  command(m, kind, reason, onDone) {
    const command = {
      id: this.commands.length + 1,
      meter_id: m.id,
      meter_code: code(m.id),
      kind,
      state: 'pending',
      reason,
      operator_name: 'admin',
      tries: 0,
      result: null,
      created_at: at(),
      deadline_at: at(6e5),
      finished_at: null,
    }
    this.commands.unshift(command)
    this.log('command_created', `meter ${command.meter_code}`, `${kind} ${reason}`)
    this.later(600, () => {
      command.tries = 1
      this.emit('command', command)
    })
    if (!m.lost) {
      this.later(1500, () => {
        Object.assign(command, { state: 'done', finished_at: at() })
        onDone()
        this.changed(m)
        this.emit('command', command)
      })
    }
    return command
  }

  supply(id, body) {
    const m = this.meter(id)
    if (body.action === 'trip' && !body.reason)
      return failWith(422, 'supply_reason_missing', '请填写操作原因', 'A reason is required')
    const target = {
      trip: { tripped: true, forcedOn: false },
      force_on: { tripped: false, forcedOn: true, relayOpen: false },
      release: { tripped: false, forcedOn: false, relayOpen: m.balance < 0 },
    }[body.action]
    return {
      status: 201,
      body: this.command(m, body.action, body.reason ?? '', () => Object.assign(m, target)),
    }
  }

  open(body) {
    const m = this.meter(body.meter_id)
    if (m.account)
      return failWith(
        409,
        'account_already_open',
        '该表已开户',
        'The meter already has an open account',
      )
    const account = {
      id: 1000 + m.id,
      number: `H${String(m.id).padStart(6, '0')}`,
      customer_name: body.customer_name,
      phone: body.phone ?? '',
      note: body.note ?? '',
      state: 'opening',
      meters: [{ id: m.id, code: code(m.id) }],
      operator_name: 'admin',
      created_at: at(),
      opened_at: null,
      closed_at: null,
    }
    m.account = account
    this.accounts.unshift(account)
    this.log('account_opened', `meter ${code(m.id)}`, body.customer_name)
    this.command(m, 'write_settings', '', () => undefined)
    this.command(m, 'write_prices', '', () => undefined)
    this.command(m, 'open_account', '', () => {
      Object.assign(account, { state: 'open', opened_at: at() })
      m.state = 'opened'
      this.emit('account', account)
    })
    return { status: 201, body: account }
  }
}
