// Pages of the collector and of supply control, as shots.mjs and control.e2e.mjs open them: name, address, when ready.
const seen = (css) => async (page) => page.locator(css).first().waitFor()
const rowOr = (id) => seen(`[data-testid=${id}], .state-view`)

/** Opens the first row of a part of a page; where there is none, its empty state is what there is to see. */
const firstOf = (sections, part, row, opened) => async (page) => {
  await page.getByTestId(sections).locator('.ant-segmented-item').nth(part).click()
  await page.locator(`[data-testid=${row}], .state-view`).first().waitFor()
  if ((await page.getByTestId(row).count()) === 0) return
  await page.getByTestId(row).first().click()
  await page.locator(opened).first().waitFor()
}

export const controlPages = [
  ['buses', '/buses', seen('[data-testid=bus-row]')],
  ['bus', '/buses/1', seen('[data-testid=bus-meter-row]')],
  [
    'interval-history',
    '/buses',
    async (page) => {
      await page.getByTestId('interval-part').locator('.ant-segmented-item').last().click()
      await page.locator('[data-testid=interval-past], .panel .state-view').first().waitFor()
    },
  ],
  ['batches', '/batches', rowOr('batch-row')],
  ['batch-new', '/batches/new', seen('[data-testid=batch-do-preview], .state-view')],
  [
    'batch-preview',
    '/batches/new?kind=trip',
    async (page) => {
      await page.getByTestId('batch-do-preview').click()
      await page.getByTestId('batch-preview').waitFor()
    },
  ],
  [
    'batch-start',
    '/batches/new?kind=trip',
    async (page) => {
      await page.getByTestId('batch-do-preview').click()
      await page.getByTestId('batch-start').click()
      await page.getByTestId('batch-typed-count').waitFor()
    },
  ],
  ['batch-settings', '/batches/new?kind=write_settings', seen('[data-testid=batch-alarm1], .state-view')],
  ['batch-tables', '/batches/new?kind=write_time_tables', seen('.periods, .state-view')],
  [
    'batch',
    '/batches',
    async (page) => {
      await page.getByTestId('batch-row').first().click()
      await page.getByTestId('batch-meter').first().waitFor()
    },
  ],
  ['commands', '/commands', rowOr('command-row')],
  [
    'command',
    '/commands',
    async (page) => {
      await page.getByTestId('command-row').first().click()
      await page.getByTestId('command-body').waitFor()
    },
  ],
  ['alarms-counts', '/alarms', rowOr('alarm-row')],
  [
    'alarm',
    '/alarms',
    async (page) => {
      await page.locator('[data-testid=alarm-row], .state-view').first().click()
      await page.locator('[data-testid=alarm-detail], .state-view').first().waitFor()
    },
  ],
  ['alarm-rules', '/alarms/rules', seen('[data-testid=rule-row]')],
  ['losses', '/losses', rowOr('loss-row')],
  [
    'loss',
    '/losses',
    async (page) => {
      await page.getByTestId('loss-row').first().click()
      await page.getByTestId('loss-value').waitFor()
    },
  ],
  ['commissioning', '/commissioning', rowOr('check-row')],
  [
    'check',
    '/commissioning',
    async (page) => {
      await page.getByTestId('check-row').first().click()
      await page.getByTestId('check-meter').first().waitFor()
    },
  ],
  [
    'pulse',
    '/commissioning',
    async (page) => {
      await page.getByTestId('commissioning').locator('.ant-segmented-item').last().click()
      await page.getByTestId('pulse-row').first().click()
      await page.getByTestId('pulse-traces').waitFor()
    },
  ],
  ['limiting', '/limiting', rowOr('plan-row')],
  ['limiting-run', '/limiting', firstOf('limiting', 1, 'run-row', '[data-testid=limiting-row], .state-view')],
  ['limiting-new', '/limiting/new', seen('[data-testid=plan-group], .state-view')],
  ['cuts', '/cuts', seen('[data-testid=enforcement]')],
  ['rehearsal', '/cuts', firstOf('cut-sections', 0, 'rehearsal-row', '[data-testid=rehearsal-cuts]')],
  ['cut-decision', '/cuts', firstOf('cut-sections', 2, 'decision-row', '[data-testid=decision]')],
  ['own-cuts', '/cuts', firstOf('cut-sections', 3, 'own-cut-row', '[data-testid=own-cut-row]')],
  [
    'cut-decisions',
    '/cuts',
    async (page) => {
      await page.getByTestId('cut-sections').locator('.ant-segmented-item').nth(2).click()
      await page.locator('[data-testid=decision-row], .state-view').first().waitFor()
    },
  ],
]
