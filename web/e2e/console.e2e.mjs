// Drives the whole main job in Chromium against a running station, waiting for events, never for time.
//
//   PAYMETER_URL       http://127.0.0.1:8080
//   PAYMETER_PASSWORD  the one-time password of admin (or its password, when it was changed already)
//   PAYMETER_SITE      a correct workbook to import; without it the import's second half is skipped
//
// Prints one line per step, `ok …` or `fail …`, and `N passed, N failed`; exit code 1 on any failure.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openBrowser } from './browser.mjs'
import { workbook } from './xlsx.mjs'

const base = process.env.PAYMETER_URL ?? 'http://127.0.0.1:8080'
const oneTime = process.env.PAYMETER_PASSWORD ?? ''
const ownPassword = process.env.PAYMETER_NEW_PASSWORD ?? 'correct-horse-battery'
const siteFile = process.env.PAYMETER_SITE ?? ''
const waitMs = Number(process.env.PAYMETER_WAIT_MS ?? 60_000)
const pictures = fileURLToPath(new URL('../../shots/', import.meta.url))

const browser = await openBrowser({ viewport: { width: 1280, height: 900 } })
const { page } = browser
page.setDefaultTimeout(waitMs)
await page.addInitScript(() => {
  window.print = () => {
    window.printed = (window.printed ?? 0) + 1
    window.dispatchEvent(new Event('afterprint'))
  }
})

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
let passed = 0
let failed = 0
const chosen = { meter: 0, balance: 0 }

async function step(name, work) {
  try {
    const skipped = (await work()) === 'skip'
    passed += skipped ? 0 : 1
    console.log(`${skipped ? 'skip' : 'ok'} ${name}`)
    return true
  } catch (error) {
    failed += 1
    console.log(`fail ${name}: ${error.message.split('\n').slice(0, 3).join(' | ')}`)
    await mkdir(pictures, { recursive: true })
    await page
      .screenshot({ path: `${pictures}e2e-${name.replace(/\W+/g, '-')}.png` })
      .catch(() => undefined)
    return false
  }
}

async function logIn(password) {
  await at('login-name').fill('admin')
  await at('login-password').fill(password)
  await at('login-submit').click()
  await page
    .locator('[data-testid=login-error], [data-testid=password-old], [data-testid=user-menu]')
    .first()
    .waitFor()
}

const steps = [
  [
    'a wrong password is refused',
    async () => {
      await page.goto(base)
      await logIn('certainly-not-this-one')
      must(await at('login-error').isVisible(), 'no error shown')
    },
  ],
  [
    'login',
    async () => {
      await logIn(oneTime)
      must(!(await at('login-error').isVisible()), 'the password was refused')
    },
  ],
  [
    'the one-time password must be changed',
    async () => {
      if (!(await at('password-old').isVisible())) return
      await at('password-old').fill(oneTime)
      await at('password-new').fill('short')
      must(await at('password-submit').isDisabled(), 'a short password was accepted')
      await at('password-new').fill(ownPassword)
      await at('password-repeat').fill(ownPassword)
      await at('password-submit').click()
      await at('user-menu').waitFor()
    },
  ],
  ['the stream of events is live', () => where('live-status', { status: 'live' }).waitFor()],
  [
    'a wrong workbook is refused with reasons',
    async () => {
      await page.goto(`${base}/import`)
      const wrong = workbook('仪表', [
        ['表号', '型号', '地址', '变比'],
        ['1', 'no-such-model', '999', '零'],
      ])
      await at('import-file').setInputFiles({
        name: 'wrong.xlsx',
        mimeType: 'application/octet-stream',
        buffer: wrong,
      })
      await page
        .locator('[data-testid=import-report], [data-testid=import-error]')
        .first()
        .waitFor()
      must((await at('import-issue').count()) > 0, 'no issue was listed')
      must(!(await at('import-commit').isVisible()), 'a wrong workbook could be imported')
    },
  ],
  [
    'a file that is no workbook is refused',
    async () => {
      await at('import-again').click()
      await at('import-file').setInputFiles({
        name: 'note.xlsx',
        mimeType: 'application/octet-stream',
        buffer: Buffer.from('not a workbook at all'),
      })
      await page.locator('[data-testid=import-error], [data-testid=import-issue]').first().waitFor()
    },
  ],
  [
    'a correct workbook is imported',
    async () => {
      if (!siteFile) return 'skip'
      await at('import-again').click()
      await at('import-file').setInputFiles(siteFile)
      await where('import-report', { issues: 0, committed: false }).waitFor()
      await at('import-commit').click()
      await where('import-report', { issues: 0, committed: true }).waitFor()
      return ''
    },
  ],
  [
    'every meter answers',
    async () => {
      if (!siteFile) return 'skip'
      await page.waitForFunction(() => {
        const box = document.querySelector('[data-testid=answering]')
        return box && Number(box.dataset.total) > 0 && box.dataset.answered === box.dataset.total
      })
      return ''
    },
  ],
  [
    'the matrix shows tiles and filters',
    async () => {
      await page.goto(base)
      await at('tile').first().waitFor()
      const all = await at('matrix-count').innerText()
      await at('legend-not_opened').click()
      await where('tile', { state: 'not_opened' }).first().waitFor()
      must((await at('matrix-count').innerText()) !== '', all)
      must(
        (await where('tile', { state: 'opened' }).count()) === 0,
        'the filter let other states through',
      )
    },
  ],
  [
    'few rows of the table are in the page',
    async () => {
      await at('legend-not_opened').click()
      await at('matrix-view').locator('label').nth(1).click()
      await at('tile-row').first().waitFor()
      must((await at('tile-row').count()) < 60, `${await at('tile-row').count()} rows`)
      await at('matrix-view').locator('label').nth(0).click()
    },
  ],
  [
    'the matrix exports to Excel',
    async () => {
      const [file] = await Promise.all([page.waitForEvent('download'), at('export').click()])
      must(file.suggestedFilename().endsWith('.xlsx'), file.suggestedFilename())
    },
  ],
  [
    'an account is opened on a meter without one',
    async () => {
      await at('legend-not_opened').click()
      const tile = where('tile', { state: 'not_opened' }).first()
      chosen.meter = Number(await tile.getAttribute('data-meter'))
      await tile.click()
      await at('meter-open-account').click()
      await at('account-customer').fill('试用商户')
      await at('account-phone').fill('138 0000 0000')
      await at('account-submit').click()
      await where('opening', { state: 'open' }).waitFor()
    },
  ],
  [
    'a sale is made once by a double Enter, and delivered',
    async () => {
      await at('to-sell').click()
      chosen.balance = (await api(`/meters/${chosen.meter}`)).prepaid.balance_fen
      await at('sale-amount').fill('123.45')
      must(
        (await at('sale-words').innerText()).includes('壹佰贰拾叁元肆角伍分'),
        await at('sale-words').innerText(),
      )
      await at('sale-amount').press('Enter')
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter')
      await where('vend-progress', { state: 'delivered' }).waitFor()
      const { total, rows } = await api(`/vends?meter_id=${chosen.meter}`)
      must(total === 1, `${total} sales`)
      must(
        rows[0].captured_fen === 12_345 && rows[0].state === 'delivered',
        JSON.stringify(rows[0]),
      )
    },
  ],
  [
    'the slip has three copies on its own paper',
    async () => {
      await at('sale-slip').waitFor()
      await page.keyboard.press('F9')
      await at('slip-preview').getByTestId('slip').nth(2).waitFor()
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString(
        'latin1',
      )
      const pages = (pdf.match(/\/Type\s*\/Page\b/g) ?? []).length
      must(pages === 3, `${pages} pages`)
      const [, width, height] = /\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf) ?? []
      must(
        Math.abs(width - (241 / 25.4) * 72) < 2 && Math.abs(height - (93.1 / 25.4) * 72) < 2,
        `paper is ${width} × ${height} pt`,
      )
    },
  ],
  [
    'a slip printed again is marked 补打',
    async () => {
      must(!(await at('slip-preview').innerText()).includes('补打'), 'the first print is marked')
      await page.keyboard.press('F9')
      await at('slip-preview').getByText('补打').first().waitFor()
      must((await page.evaluate(() => window.printed)) === 1, 'not printed')
    },
  ],
  [
    'the meter itself holds the money',
    async () => {
      await page.goto(`${base}/meters/${chosen.meter}`)
      const opened = await api(`/meters/${chosen.meter}`)
      must(opened.prepaid.purchase_count === opened.money.purchase_count, 'counts differ')
      must(
        Math.abs(opened.prepaid.balance_fen - chosen.balance - 12_345) < 200,
        `balance ${opened.prepaid.balance_fen}`,
      )
      await where('chart', { ready: true })
        .or(page.locator('.state-view').first())
        .first()
        .waitFor()
    },
  ],
  [
    'tripping needs a reason',
    async () => {
      await at('supply-trip').click()
      await at('supply-confirm').click()
      await page.locator('.ant-form-item-explain-error').waitFor()
    },
  ],
  [
    'trip: the relay opens',
    async () => {
      await at('supply-reason').fill('端到端测试')
      await at('supply-confirm').click()
      await where('command-progress', { kind: 'trip', state: 'done' }).waitFor()
      await where('relay', { relay: 'open' }).waitFor()
    },
  ],
  [
    'force on: the relay closes',
    async () => {
      await at('supply-force_on').click()
      await at('supply-confirm').click()
      await where('command-progress', { kind: 'force_on', state: 'done' }).waitFor()
      await where('relay', { relay: 'closed' }).waitFor()
    },
  ],
  [
    'release: back to prepaid',
    async () => {
      await at('supply-release').click()
      await at('supply-confirm').click()
      await where('command-progress', { kind: 'release', state: 'done' }).waitFor()
      await where('relay', { relay: 'closed' }).waitFor()
    },
  ],
  [
    'the sale is in the records',
    async () => {
      await page.goto(`${base}/vends`)
      await at('vend-row').first().click()
      await at('vend-progress').waitFor()
    },
  ],
  [
    'alarms, gateways, books, log and guide open',
    async () => {
      for (const path of [
        '/alarms',
        '/gateways',
        '/books',
        '/audit',
        '/guide',
        '/accounts',
        '/meters',
      ]) {
        await page.goto(base + path)
        await page.locator('h1').waitFor()
        // A page may load several parts at once.
        await page.waitForFunction(() => !document.querySelector('main [role=status]'))
        must(!(await page.locator('.state-view.error').isVisible()), path)
      }
    },
  ],
  [
    'English is one click away',
    async () => {
      await page.goto(base)
      await at('language').click()
      await page.getByRole('heading', { name: 'Status matrix' }).waitFor()
      const left = await page.evaluate(() =>
        document.querySelector('nav').innerText.match(/[\u4e00-\u9fff]/g),
      )
      must(!left, `Chinese left in the menu: ${left}`)
      await at('language').click()
      await page.getByRole('heading', { name: '状态矩阵' }).waitFor()
    },
  ],
  [
    'no console errors',
    async () => must(browser.errors.length === 0, [...new Set(browser.errors)].join(' | ')),
  ],
]

for (const [name, work] of steps) {
  const fine = await step(name, work)
  if (!fine && name === 'login') break
}
await browser.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed > 0 ? 1 : 0)
