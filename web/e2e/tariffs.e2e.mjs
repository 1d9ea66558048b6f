// Enters real tariffs through the form, as an operator would, and compares what the station stored.
//
//   PAYMETER_URL       http://127.0.0.1:8080
//   PAYMETER_PASSWORD  admin's password
//
// E4: printed prices, two kinds of days · E6: components, factors, holidays by name, an overlay · E7: hours and
// steps by season, large households · E8: two stepped lines. Prices of shared/design/tariffs.md, section 8.
import { isDeepStrictEqual } from 'node:util'
import { openBrowser } from './browser.mjs'

const base = process.env.PAYMETER_URL ?? 'http://127.0.0.1:8080'
const password = process.env.PAYMETER_PASSWORD ?? 'a-much-better-one'
const browser = await openBrowser({ viewport: { width: 1280, height: 1000 } })
const { page } = browser
page.setDefaultTimeout(Number(process.env.PAYMETER_WAIT_MS ?? 30_000))
const at = (id) => page.getByTestId(id)
const must = (condition, why) => {
  if (!condition) throw new Error(why)
}

const open = '.ant-select-dropdown:not(.ant-select-dropdown-hidden, .ant-slide-up-leave)'
/** The option of the open list whose text is `text`; lists show what fits and scroll for the rest. */
async function option(text) {
  const list = page.locator(open).last()
  const wanted = list.locator('.ant-select-item-option').filter({ hasText: new RegExp(`^${text}$`) }).first()
  await list.locator('.ant-select-item-option').first().waitFor()
  const holder = list.locator('.ant-select-dropdown-list-holder')
  const scroll = async (to) => {
    await holder.evaluate((element, top) => element.scrollTo(0, top), to)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  }
  for (let turn = 0; turn < 20 && (await wanted.count()) === 0; turn += 1) await scroll(turn * 150)
  await wanted.click()
}
/** Picks `text` in the select box `box`. */
async function pick(box, text) {
  await box.click()
  await option(text)
  await page.waitForFunction((css) => !document.querySelector(css), open)
}
const panel = (title) => page.locator('section.panel').filter({ has: page.getByRole('heading', { name: title, exact: true }) })
const selects = (where) => where.locator('.ant-select')

/** Makes a day's periods: [time, rate] after 00:00; `first` is the rate from midnight. */
async function fillDay(day, first, periods) {
  const rows = day.locator('.periods > .row')
  while ((await rows.count()) > 1) await rows.last().getByRole('button').click()
  await pick(selects(rows.first()).nth(1), first)
  for (const [time, rate] of periods) {
    await day.getByRole('button', { name: '增加时段' }).click()
    await pick(selects(rows.last()).first(), time)
    await pick(selects(rows.last()).nth(1), rate)
  }
}
const hours = (text) => text.split(' ').map((part) => part.split('='))
const line = (index = 0) => at('product-line').nth(index)

async function hubei() {
  await pick(at('product-preset'), '峰谷分时')
  const days = panel('时段').locator('.sub-panel')
  await fillDay(days.first(), '谷', hours('06:00=平 12:00=谷 14:00=平 16:00=峰 18:00=尖 20:00=峰'))
  await at('product-add-day').click()
  await days.nth(1).locator('input').first().fill('盛夏')
  await page.keyboard.press('Tab')
  await fillDay(days.nth(1), '谷', hours('06:00=平 12:00=谷 14:00=平 16:00=峰 20:00=尖 22:00=峰'))
  const range = at('layer-range')
  await range.getByRole('button', { name: '增加规则' }).click()
  const rule = range.locator('.rule').first()
  await pick(selects(rule).first(), '盛夏')
  must((await rule.innerText()).includes('7 月'), 'a new rule begins with July and August')
  for (const [rate, price] of Object.entries({ sharp: '1.133999', peak: '0.930961', flat: '0.735686', valley: '0.516924' }))
    await line().getByTestId(`price-${rate}`).fill(price)
  return (content) => {
    const { days: tables, calendar, lines } = content
    must(tables['盛夏'].length === 7 && tables['平日'].length === 7, JSON.stringify(tables))
    must(isDeepStrictEqual(calendar.range, [{ months: [7, 8], day: '盛夏' }, { day: '平日' }]) || calendar.range.length === 2, JSON.stringify(calendar.range))
    must(lines[0].printed.sharp === '1.133999', JSON.stringify(lines))
  }
}

async function zhejiang() {
  await pick(at('product-preset'), '按组成推算（代理购电）')
  const days = panel('时段').locator('.sub-panel')
  await fillDay(days.first(), '谷', hours('07:00=平 11:00=谷 14:00=平 16:00=峰 23:00=平'))
  await at('product-add-overlay').click()
  const holiday = at('layer-holiday')
  for (const [index, name, extent] of [[0, '春节', '法定日'], [1, '劳动节', '假期前几天'], [2, '国庆', '假期前几天']]) {
    await holiday.getByRole('button', { name: '增加规则' }).click()
    const rule = holiday.locator('.rule').nth(index)
    await pick(selects(rule).nth(1), name)
    await pick(selects(rule).nth(2), extent)
  }
  await line().getByRole('textbox', { name: '购电价 单价' }).fill('0.6206')
  await line().getByRole('textbox', { name: '政府性基金 单价' }).fill('0.0277')
  for (const [rate, factor] of [['峰', '1.85'], ['谷', '0.4'], ['深谷', '0.2']])
    await line().getByRole('textbox', { name: `${rate} 系数`, exact: true }).fill(factor)
  return (content) => {
    must(isDeepStrictEqual(Object.values(content.overlays)[0], [['09:00', '15:00', 'deep_valley']]), JSON.stringify(content.overlays))
    const rules = content.calendar.holiday.map((rule) => `${rule.holiday}/${rule.extent}/${rule.first_days ?? ''}`)
    must(isDeepStrictEqual(rules, ['spring_festival/statutory/', 'labour_day/first_days/3', 'national_day/first_days/3']), rules.join(' '))
    must(Number(content.lines[0].factors.peak.factor) === 1.85, JSON.stringify(content.lines[0].factors))
  }
}

async function guangzhou() {
  await pick(at('product-preset'), '分时 \\+ 阶梯')
  await fillDay(panel('时段').locator('.sub-panel').first(), '谷', hours('08:00=平 14:00=峰 17:00=平 19:00=峰 22:00=平'))
  for (const [rate, price] of Object.entries({ peak: '0.96596875', flat: '0.58886875', valley: '0.29876875' }))
    await line().getByTestId(`price-${rate}`).fill(price)
  const cycle = panel('阶梯周期与户人口')
  await cycle.getByRole('spinbutton', { name: '基础人数' }).fill('4')
  await cycle.getByRole('spinbutton', { name: '最多计入人数' }).fill('1')
  await cycle.getByRole('textbox', { name: '每多一人增加' }).fill('100')
  const sample = at('product-sample')
  await pick(selects(sample).first(), '7 月')
  for (const [rate, kwh] of Object.entries({ peak: '120', flat: '180', valley: '100' }))
    await sample.getByTestId(`sample-${rate}`).fill(kwh)
  must((await sample.getByTestId('bill-total').innerText()) === '¥258.79', await sample.getByTestId('bill-total').innerText())
  await sample.getByRole('spinbutton', { name: '人数' }).fill('6')
  must((await sample.getByTestId('bill-total').innerText()) === '¥253.79', 'a large household')
  return (content) => {
    const steps = content.lines[0].steps.map((set) => set.limits.flat().map(Number))
    must(isDeepStrictEqual(steps, [[260, 0.05, 600, 0.3], [200, 0.05, 400, 0.3]]), JSON.stringify(steps))
    must(content.allowance.people_included === 4, JSON.stringify(content.allowance))
  }
}

async function panyu() {
  await pick(at('product-preset'), '水费（水价 \\+ 污水费，阶梯）')
  for (const [index, price, first, second] of [[0, '1.75', '0.88', '3.50'], [1, '0.95', '0.48', '1.90']]) {
    await line(index).getByTestId('price').fill(price)
    const limits = line(index).getByTestId('step-limit')
    await limits.nth(0).getByRole('textbox', { name: '加价' }).fill(first)
    await limits.nth(1).getByRole('textbox', { name: '加价' }).fill(second)
  }
  const sample = at('product-sample')
  await sample.getByTestId('sample-flat').fill('40')
  must((await sample.getByTestId('bill-total').innerText()) === '¥151.28', await sample.getByTestId('bill-total').innerText())
  return (content) => must(content.utility === 'water' && content.lines.length === 2, JSON.stringify(content.lines))
}

let failed = 0
await page.goto(base)
await at('login-name').fill('admin')
await at('login-password').fill(password)
await at('login-submit').click()
await at('user-menu').waitFor()
for (const [name, enter] of Object.entries({ 'E4 湖北': hubei, 'E6 浙江': zhejiang, 'E7 广州': guangzhou, 'E8 番禺': panyu })) {
  try {
    const made = await page.evaluate(async (tariff) => {
      const headers = { 'X-Paymeter-Request': '1', 'Content-Type': 'application/json' }
      const answer = await fetch('/api/v1/tariffs', { method: 'POST', headers, body: JSON.stringify({ name: tariff }) })
      return answer.json()
    }, `${name} ${Date.now() % 1_000_000}`)
    await page.goto(`${base}/tariffs/${made.id}/edit`)
    await at('product-name').waitFor()
    const check = await enter()
    await at('product-save').click()
    await page.locator('[data-testid=tariff-submit], [data-testid=product-error]').first().waitFor()
    must(!(await at('product-error').isVisible()), await at('product-error').innerText().catch(() => ''))
    const stored = await page.evaluate(async (id) => (await fetch(`/api/v1/tariffs/${id}/versions/1`)).json(), made.id)
    check(stored.content)
    console.log(`ok ${name} is entered in the form`)
  } catch (error) {
    failed += 1
    console.log(`fail ${name}: ${error.message.split('\n').slice(0, 4).join(' | ')}`)
    if (process.env.OUT) await page.screenshot({ path: `${process.env.OUT}tariff-${name.slice(0, 2)}.png`, fullPage: true })
  }
}
for (const error of new Set(browser.errors)) console.log(`fail ${error}`)
failed += browser.errors.length
await browser.close()
process.exit(failed > 0 ? 1 : 0)
