// Walks the pages of the collector and of supply control in Chromium against a running station.
//
//   PAYMETER_URL       http://127.0.0.1:8080
//   PAYMETER_PASSWORD  admin's password
//
// Prints one line per step, `ok …` or `fail …`, and `N passed, N failed`; exit code 1 on any failure.
import { openBrowser } from './browser.mjs'
import { controlPages } from './controlPages.mjs'

const base = process.env.PAYMETER_URL ?? 'http://127.0.0.1:8080'
const password = process.env.PAYMETER_PASSWORD ?? 'correct-horse-battery'
const browser = await openBrowser({ viewport: { width: 1280, height: 900 } })
const { page } = browser
page.setDefaultTimeout(Number(process.env.PAYMETER_WAIT_MS ?? 60_000))

const at = (id) => page.getByTestId(id)
const where = (id, fields) =>
  page.locator(
    `[data-testid=${id}]${Object.entries(fields)
      .map(([key, value]) => `[data-${key}="${value}"]`)
      .join('')}`,
  )
const must = (condition, why) => {
  if (!condition) throw new Error(why)
}
const api = (path) => page.evaluate(async (asked) => (await fetch(asked)).json(), `/api/v1${path}`)
const lists = '.ant-select-dropdown:not(.ant-select-dropdown-hidden, .ant-slide-up-leave)'
/** Picks the option of the list opened last that has this text; the first one without. */
async function option(text) {
  const options = page.locator(lists).last().locator('.ant-select-item-option')
  await (text ? options.filter({ hasText: text }) : options).first().click()
}
const state = { meter: null }

const steps = [
  [
    'login',
    async () => {
      await page.goto(base)
      await at('login-name').fill('admin')
      await at('login-password').fill(password)
      await at('login-submit').click()
      await at('user-menu').waitFor()
      const meters = await api('/meters')
      state.meter = meters.rows.find((tile) => tile.state !== 'lost' && !tile.forced_on)
      must(state.meter, 'no meter answers')
    },
  ],
  [
    'buses: one line is opened and shows its meters and queues',
    async () => {
      await page.goto(`${base}/buses`)
      await at('bus-row').first().click()
      await at('bus-meter-row').first().waitFor()
      must((await page.locator('[data-testid^=queue-]').count()) === 6, 'six priorities')
      must((await at('bus-errors').locator('dt').count()) === 5, 'five kinds of errors')
    },
  ],
  [
    'a batch is previewed, started and ends with every meter done',
    async () => {
      await page.goto(`${base}/batches/new?kind=set_clock&meters=${state.meter.id}`)
      await at('batch-do-preview').click()
      await at('batch-start').click()
      await at('act-confirm').click()
      await where('batch', { state: 'finished' }).waitFor()
      must((await at('count-done').innerText()) === '1', await at('batch').innerText())
      await at('batch-meter').first().click()
      await at('command-body').waitFor()
    },
  ],
  [
    'a changed form needs another preview',
    async () => {
      await page.goto(`${base}/batches/new?kind=release&meters=${state.meter.id}`)
      await at('batch-do-preview').click()
      await at('batch-start').waitFor()
      await at('batch-kind-set_clock').click()
      await at('batch-start').waitFor({ state: 'detached' })
    },
  ],
  [
    'a trip of many needs the count and a reason',
    async () => {
      await page.goto(`${base}/batches/new?kind=trip&meters=${state.meter.id}`)
      await at('batch-do-preview').click()
      await at('batch-start').click()
      await at('batch-typed-count').fill('7')
      await at('act-confirm').click()
      await page.locator('.ant-form-item-explain-error').nth(1).waitFor()
      must((await api('/batches?kind=trip')).total === (state.trips ?? 0), 'nothing was sent')
      await at('batch-typed-count').fill('1')
      await at('act-reason').fill('端到端测试')
      await at('act-confirm').click()
      await where('batch', { state: 'finished' }).waitFor()
      must((await at('count-done').innerText()) === '1', await at('batch').innerText())
      must((await api(`/meters/${state.meter.id}`)).tile.relay_open === true, 'the relay is open')
    },
  ],
  [
    'released again by a batch, with its file of results',
    async () => {
      await page.goto(`${base}/batches/new?kind=release&meters=${state.meter.id}`)
      await at('batch-do-preview').click()
      await at('batch-start').click()
      await at('act-confirm').click()
      await where('batch', { state: 'finished' }).waitFor()
      const [file] = await Promise.all([page.waitForEvent('download'), at('batch-csv').click()])
      must(file.suggestedFilename().endsWith('.csv'), file.suggestedFilename())
    },
  ],
  [
    'a command is sent again from the list',
    async () => {
      await page.goto(`${base}/commands`)
      await at('command-row').first().click()
      await at('command-resend').click()
      await page.locator('.ant-modal-confirm-btns .ant-btn').last().click()
      await where('command-progress', { state: 'done' }).waitFor()
    },
  ],
  [
    'a meter is read and compared with the station, field by field, and sent again what differs',
    async () => {
      await page.goto(`${base}/meters/${state.meter.id}`)
      await at('meter-history').locator('.ant-segmented-item').last().click()
      await at('compare').click()
      await at('compare-result').waitFor()
      must((await at('compare-group').count()) === 3, 'settings, prices and time tables')
      must((await at('compare-field').count()) > 10, 'every field is listed')
      const settings = where('compare-group', { kind: 'write_settings' })
      if ((await settings.getAttribute('data-standing')) === 'same') return
      await at('compare-download-write_settings').click()
      await where('compare-group', { kind: 'write_settings', standing: 'same' }).waitFor()
    },
  ],
  [
    'an interval is set and its history says from when until when',
    async () => {
      await page.goto(`${base}/buses`)
      for (const [seconds, reason] of [['20', '排查'], ['15', '恢复']]) {
        await at('interval-set').click()
        await at('interval-status_s').fill(seconds)
        await at('act-reason').fill(reason)
        await at('act-confirm').click()
        await page.locator('.ant-modal').waitFor({ state: 'detached' })
      }
      await at('interval-row').filter({ hasText: '恢复' }).waitFor()
      await at('interval-part').locator('.ant-segmented-item').last().click()
      await at('interval-past').filter({ hasText: '排查' }).waitFor()
      must((await at('interval-past').count()) === 2, 'both are kept')
      must((await at('interval-past').getByText('现行').count()) === 1, 'one is in force')
    },
  ],
  [
    'who is cut automatically is told to another screen at once',
    async () => {
      const other = await page.context().newPage()
      await other.goto(`${base}/cuts`)
      await other.getByTestId('enforcement').waitFor()
      await page.goto(`${base}/cuts`)
      await page.evaluate(async () =>
        fetch('/api/v1/enforcement', {
          method: 'POST',
          headers: { 'X-Paymeter-Request': '1', 'Content-Type': 'application/json' },
          body: JSON.stringify({ mode: 'rehearsed', reason: '端到端：只断预演的' }),
        }),
      )
      // Far less than the minute after which it would ask by itself.
      await other.getByText('端到端：只断预演的').waitFor({ timeout: 15_000 })
      await other.close()
    },
  ],
  [
    'an alarm is acknowledged with words and keeps them',
    async () => {
      await page.goto(`${base}/alarms`)
      await at('alarm-counts').waitFor()
      const open = await api('/alarms?unacknowledged=1&active=1')
      if (open.total === 0) return 'skip'
      await at('acknowledge').first().click()
      await at('act-note').fill('已通知租户')
      await at('act-confirm').click()
      await page.locator('.ant-modal').waitFor({ state: 'detached' })
      const [noted] = (await api('/alarms?limit=500')).rows.filter((alarm) => alarm.note === '已通知租户')
      must(noted, 'the note is kept')
      await page.goto(`${base}/alarms?id=${noted.id}`)
      await at('alarm-detail').getByText('已通知租户').waitFor()
      return ''
    },
  ],
  [
    'a rule is set and takes effect',
    async () => {
      await page.goto(`${base}/alarms/rules`)
      await at('rule-row').filter({ hasText: '损耗过大' }).getByTestId('rule-edit').click()
      await at('rule-raise_at').fill('9.5')
      await at('act-confirm').click()
      await page.locator('.ant-modal').waitFor({ state: 'detached' })
      const rule = (await api('/alarm-rules')).rows.find((each) => each.kind === 'loss')
      must(rule.raise_at === 95 && rule.clear_at === 50, JSON.stringify(rule))
    },
  ],
  [
    'a comparison of main and sub-meters is added and weighed',
    async () => {
      await page.goto(`${base}/losses`)
      await at('loss-add').click()
      await at('loss-building').click()
      await option()
      await page.waitForFunction((css) => !document.querySelector(css), lists)
      await at('loss-name').fill('全楼')
      await at('loss-mains').click()
      await option()
      await page.keyboard.press('Escape')
      await at('act-confirm').click()
      await at('loss-row').first().click()
      await at('loss-value').waitFor()
    },
  ],
  [
    'a check of a bus reads every meter and is signed',
    async () => {
      await page.goto(`${base}/commissioning`)
      await at('check-new').click()
      await page.getByRole('radio', { name: '总线' }).click()
      await at('check-scope').click()
      await option()
      await at('act-confirm').click()
      await where('check', { state: 'done' }).waitFor()
      await at('check-meter').first().waitFor()
      await at('check-sign').click()
      await at('report-row').first().waitFor()
      const [file] = await Promise.all([page.waitForEvent('download'), at('report-pdf').first().click()])
      must(file.suggestedFilename().endsWith('.pdf'), file.suggestedFilename())
    },
  ],
  [
    'a pulse test is led to its end',
    async () => {
      await page.goto(`${base}/commissioning`)
      await at('pulse-new').click()
      await at('pulse-meter').fill(state.meter.code)
      await option(state.meter.code)
      await at('meter-picked').waitFor()
      await at('act-confirm').click()
      for (let switched = 0; switched < 4; switched += 1) {
        await page.locator(`[data-prompt=${switched % 2 === 0 ? 'switch_on' : 'switch_off'}]`).waitFor()
        await at('pulse-switched').click()
      }
      await at('pulse-result').waitFor()
      await at('pulse-traces').locator('tbody tr').first().waitFor()
    },
  ],
  ...controlPages
    .filter(([, path]) => !path.includes('?'))
    .map(([name, path, ready]) => [
      `${name} fits a phone`,
      async () => {
        await page.setViewportSize({ width: 390, height: 844 })
        await page.goto(base + path)
        await page.locator('h1').waitFor()
        await ready(page)
        must(!(await page.locator('.state-view.error').isVisible()), 'an error is shown')
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        must(wide <= 0, `the page is ${wide} px too wide`)
      },
    ]),
  [
    'no console errors',
    async () => must(browser.errors.length === 0, [...new Set(browser.errors)].join(' | ')),
  ],
]

let passed = 0
let failed = 0
for (const [name, work] of steps) {
  try {
    const skipped = (await work()) === 'skip'
    passed += skipped ? 0 : 1
    console.log(`${skipped ? 'skip' : 'ok'} ${name}`)
  } catch (error) {
    failed += 1
    console.log(`fail ${name}: ${error.message.split('\n').slice(0, 3).join(' | ')}`)
    if (process.env.OUT) await page.screenshot({ path: `${process.env.OUT}e2e-control-${failed}.png` })
    if (name === 'login') break
  }
}
await browser.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
