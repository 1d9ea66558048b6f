// Takes a picture of every page, 1280 and 390 px wide, light and dark, into ../shots.
// Usage: node e2e/shots.mjs [name…]; BASE (default http://127.0.0.1:8080), WHO and PASSWORD, OUT (a folder with a slash).
// Pages of money need something to show: METER and ACCOUNT are ids with money, WALLET a meter with a platform
// wallet, TARIFF a tariff with a version; what is missing on a site is one failed line.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { accessibilityFaults } from './axe.mjs'
import { openBrowser } from './browser.mjs'
import { controlPages } from './controlPages.mjs'

const base = process.env.BASE ?? 'http://127.0.0.1:8080'
const first = process.env.PASSWORD ?? 'first-password'
const second = process.env.PASSWORD2 ?? 'a-much-better-one'
const user = process.env.WHO ?? 'admin'
const out = process.env.OUT ?? fileURLToPath(new URL('../../shots/', import.meta.url))
const wanted = process.argv.slice(2)
const languages = (process.env.LANGS ?? 'zh').split(',')
const widths = (process.env.WIDTHS ?? '1280,390').split(',').map(Number)
const themes = (process.env.THEMES ?? 'light,dark').split(',')

const ids = {
  meter: process.env.METER ?? '11',
  account: process.env.ACCOUNT ?? '1',
  wallet: process.env.WALLET ?? '1',
  tariff: process.env.TARIFF ?? '1',
}
const tile = (state) => `[data-testid=tile][data-state=${state}]`
const pages = [
  ['matrix', '/', async (page) => page.waitForSelector('[data-testid=tile]')],
  [
    'matrix-table',
    '/',
    async (page) => {
      await page.getByTestId('matrix-view').locator('label').nth(1).click()
      await page.waitForSelector('[data-testid=tile-row]')
    },
  ],
  ['guide', '/guide', async (page) => page.waitForSelector('.guide-step')],
  [
    'meter',
    '/',
    async (page) => {
      await page.locator(tile('opened')).first().click()
      await page
        .locator('[data-testid=chart][data-ready=true], .columns .state-view')
        .first()
        .waitFor()
    },
  ],
  [
    'meter-config',
    '/',
    async (page) => {
      await page.locator(tile('opened')).first().click()
      await page.getByTestId('meter-history').locator('.ant-segmented-item').last().click()
      await page.locator('.panel .facts').last().waitFor()
    },
  ],
  [
    'meter-lost',
    '/',
    async (page) => {
      await page.getByTestId('legend-lost').click()
      await page.locator(tile('lost')).first().click()
      await page.waitForSelector('[data-testid=relay]')
    },
  ],
  [
    'meter-trip',
    '/',
    async (page) => {
      await page.locator(tile('opened')).first().click()
      await page.getByTestId('supply-trip').click()
      await page.getByTestId('supply-reason').waitFor()
    },
  ],
  [
    'account-new',
    '/accounts/new',
    async (page) => page.waitForSelector('[data-testid=account-meter]'),
  ],
  ['accounts', '/accounts', async (page) => page.waitForSelector('[data-testid=account-row]')],
  [
    'account',
    '/accounts',
    async (page) => {
      await page.getByTestId('account-row').first().click()
      await page.waitForSelector('.columns .panel')
    },
  ],
  ['sell-empty', '/sell', async (page) => page.waitForSelector('[data-testid=sale-search]')],
  [
    'sell',
    '/sell',
    async (page) => {
      await page.getByTestId('sale-search').fill('101')
      await page.locator('.ant-select-item-option').first().click()
      await page.getByTestId('sale-amount').fill('128.50')
      await page.getByTestId('sale-words').waitFor()
    },
  ],
  [
    'sell-done',
    '/sell',
    async (page) => {
      await page.getByTestId('sale-search').fill('101')
      await page.locator('.ant-select-item-option').first().click()
      await page.getByTestId('sale-amount').fill('50')
      await page.keyboard.press('F2')
      await page.locator('[data-testid=vend-progress][data-state=delivered]').waitFor()
    },
  ],
  ['vends', '/vends', async (page) => page.waitForSelector('[data-testid=vend-row]')],
  [
    'vend',
    '/vends',
    async (page) => {
      await page.getByTestId('vend-row').nth(2).click()
      await page.getByTestId('vend-progress').waitFor()
    },
  ],
  [
    'slip',
    '/vends?id=1',
    async (page) => {
      await page.getByTestId('vend-print').click()
      await page.getByTestId('slip-preview').waitFor()
    },
  ],
  ['alarms', '/alarms', async (page) => page.waitForSelector('[data-testid=alarm-row]')],
  ['meters', '/meters', async (page) => page.waitForSelector('[data-testid=tile-row]')],
  ['gateways', '/gateways', async (page) => page.waitForSelector('[data-testid=gateway]')],
  ['import', '/import', async (page) => page.waitForSelector('[data-testid=import-drop]')],
  [
    'import-issues',
    '/import',
    async (page) => {
      await page
        .getByTestId('import-file')
        .setInputFiles({
          name: 'site.xlsx',
          mimeType: 'application/octet-stream',
          buffer: Buffer.from('PK inlineStr'),
        })
      await page.getByTestId('import-report').waitFor()
    },
  ],
  [
    'import-ready',
    '/import',
    async (page) => {
      await page
        .getByTestId('import-file')
        .setInputFiles({
          name: 'site.xlsx',
          mimeType: 'application/octet-stream',
          buffer: Buffer.from('PK'),
        })
      await page.getByTestId('import-commit').waitFor()
    },
  ],
  [
    'import-done',
    '/import',
    async (page) => {
      await page
        .getByTestId('import-file')
        .setInputFiles({
          name: 'site.xlsx',
          mimeType: 'application/octet-stream',
          buffer: Buffer.from('PK'),
        })
      await page.getByTestId('import-commit').click()
      await page.getByTestId('answering').waitFor()
    },
  ],
  ['notices', '/notices', async (page) => page.waitForSelector('[data-testid=notice-row], .row-card, .state-view')],
  [
    'notice-record',
    '/notices',
    async (page) => {
      await page.getByTestId('notice-record').click()
      await page.getByTestId('act-evidence').waitFor()
    },
  ],
  ['wallet', `/meters/${ids.wallet}`, async (page) => page.getByTestId('platform-wallet').waitFor()],
  [
    'wallet-terms',
    `/meters/${ids.wallet}`,
    async (page) => {
      await page.getByTestId('wallet-terms').click()
      await page.getByTestId('act-emergency').waitFor()
    },
  ],
  ['bills', `/meters/${ids.wallet}/bills`, async (page) => page.waitForSelector('table.bill, .state-view')],
  ['services', `/accounts/${ids.account}`, async (page) => page.getByTestId('services').scrollIntoViewIfNeeded()],
  [
    'service-payment',
    `/accounts/${ids.account}`,
    async (page) => {
      await page.getByTestId('service-payment').click()
      await page.getByTestId('act-amount').waitFor()
    },
  ],
  ...['refund', 'adjust', 'grant', 'change_over'].map((act) => [
    `money-${act}`,
    `/meters/${ids.meter}`,
    async (page) => {
      await page.getByTestId('meter-money').click()
      await page.locator(`.ant-dropdown-menu-item[data-menu-id$="-${act}"]`).click()
      await page.getByTestId('act-confirm').waitFor()
    },
  ]),
  ['settlements', '/settlements', async (page) => page.waitForSelector('h1')],
  [
    'settlement',
    '/settlements?id=1',
    async (page) => page.locator('.ant-drawer .facts').waitFor(),
  ],
  [
    'settlement-slip',
    '/settlements?id=1',
    async (page) => {
      await page.getByTestId('settlement-print').click()
      await page.getByTestId('slip-preview').waitFor()
    },
  ],
  ['proposals', '/proposals', async (page) => page.waitForSelector('h1')],
  ['tariffs', '/tariffs', async (page) => page.waitForSelector('h1')],
  ['tariff', `/tariffs/${ids.tariff}`, async (page) => page.getByTestId('product-sample').waitFor()],
  ['tariff-new', `/tariffs/${ids.tariff}/edit`, async (page) => page.getByTestId('product-name').waitFor()],
  [
    'tariff-hours',
    `/tariffs/${ids.tariff}/edit`,
    async (page) => {
      await page.getByTestId('product-preset').click()
      await page.locator('.ant-select-item-option').nth(4).click()
      await page.getByTestId('product-add-overlay').click()
      await page.getByTestId('layer-holiday').locator('button').last().click()
      await page.getByTestId('product-line').first().waitFor()
    },
  ],
  ['users', '/users', async (page) => page.waitForSelector('h1')],
  ['books', '/books', async (page) => page.waitForSelector('.phases')],
  ['audit', '/audit', async (page) => page.waitForSelector('h1')],
  ['password', '/password', async (page) => page.waitForSelector('[data-testid=password-old]')],
  ...controlPages,
  ['missing', '/no/such/page', async (page) => page.waitForSelector('.state-view')],
]

async function signIn(page, width) {
  await page.goto(base)
  await page.getByTestId('login-name').waitFor()
  await page.screenshot({ path: `${out}login-${width}-light.png` })
  for (const password of [second, first]) {
    await page.getByTestId('login-name').fill(user)
    await page.getByTestId('login-password').fill(password)
    await page.getByTestId('login-submit').click()
    await page
      .locator('[data-testid=login-error], [data-testid=password-old], [data-testid=tile-board]')
      .first()
      .waitFor()
    if (!(await page.getByTestId('login-error').isVisible())) break
  }
  if (!(await page.getByTestId('password-old').isVisible())) return
  await page.getByTestId('password-old').fill(first)
  await page.getByTestId('password-new').fill('short')
  await page.screenshot({ path: `${out}first-password-${width}-light.png` })
  await page.getByTestId('password-new').fill(second)
  await page.getByTestId('password-repeat').fill(second)
  await page.getByTestId('password-submit').click()
  await page.getByTestId('tile-board').waitFor()
}

async function take(page, [name, path, ready], width, theme, language) {
  await page.evaluate(
    ([t, l]) => {
      localStorage.setItem('paymeter.theme', t)
      localStorage.setItem('paymeter.language', l)
      localStorage.removeItem('paymeter.matrix.view')
    },
    [theme, language],
  )
  await page.goto(base + path)
  await page.waitForSelector('h1, h3')
  await ready(page)
  await page.evaluate(() =>
    document.getAnimations().forEach((animation) => {
      if (animation.effect?.getComputedTiming().iterations !== Infinity) animation.finish()
    }),
  )
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  )
  if (process.env.AXE === '1')
    for (const fault of await accessibilityFaults(page))
      console.log(`axe ${name} ${width} ${theme}: ${fault}`)
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (wide > 0) console.log(`fail ${name} ${width}: page is ${wide} px too wide`)
  const suffix = language === 'zh' ? '' : `-${language}`
  await page.screenshot({
    path: `${out}${name}-${width}-${theme}${suffix}.png`,
    fullPage: process.env.FULL === '1',
  })
}

await mkdir(out, { recursive: true })
let failed = 0
for (const width of widths) {
  const browser = await openBrowser({ viewport: { width, height: width < 700 ? 844 : 860 } })
  const { page } = browser
  page.setDefaultTimeout(10_000)
  await signIn(page, width)
  for (const language of languages) {
    for (const theme of themes) {
      for (const entry of pages.filter(([name]) => wanted.length === 0 || wanted.includes(name))) {
        await take(page, entry, width, theme, language).then(
          () => console.log(`ok ${entry[0]} ${width} ${theme}`),
          (error) => {
            failed += 1
            console.log(`fail ${entry[0]} ${width} ${theme}: ${error.message.split('\n')[0]}`)
          },
        )
      }
    }
  }
  for (const error of new Set(browser.errors)) console.log(`fail ${error}`)
  failed += browser.errors.length
  await browser.close()
}
process.exit(failed > 0 ? 1 : 0)
