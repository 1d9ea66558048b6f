// Accessibility of one page as axe-core sees it; used by shots.mjs with AXE=1.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'

const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export async function accessibilityFaults(page) {
  await page.evaluate(source)
  const faults = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa'],
    })
    return violations.map(({ id, nodes }) => ({
      id,
      count: nodes.length,
      first: nodes[0].html.slice(0, 160),
      why: nodes[0].failureSummary.split('\n').slice(1, 2).join(' ').trim().slice(0, 200),
    }))
  })
  return faults.map((fault) => `${fault.id} ×${fault.count}: ${fault.why} ${fault.first}`)
}
