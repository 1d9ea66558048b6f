import { describe, expect, it } from 'vitest'
import { en } from './en'
import { zh } from './zh'

type Tree = { [key: string]: string | Tree }
function flat(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}
const [chinese, english] = [flat(zh as unknown as Tree), flat(en as unknown as Tree)]
const blanks = (text: string): string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? '').sort()

const sources = import.meta.glob('../**/*.{ts,tsx}', {
  query: '?raw',
  import: 'default',
  eager: true,
}) as Record<string, string>
const used = new Set<string>()
const families = new Set<string>()
/** Names of storage slots look like keys but are none. */
const slots = new Set(['columns.', 'paymeter.'])
for (const [path, text] of Object.entries(sources)) {
  if (path.includes('.test.') || path.startsWith('./')) continue
  for (const match of text.matchAll(/\bt\('([\w.]+)'/g)) used.add(match[1] ?? '')
  for (const match of text.matchAll(/\bt\([^'`)]*\? '([\w.]+)' : '([\w.]+)'/g))
    [match[1], match[2]].forEach((key) => used.add(key ?? ''))
  for (const match of text.matchAll(/[`(]((?:\w+\.)+)\$\{/g))
    if (!slots.has(match[1] ?? '')) families.add(match[1] ?? '')
}

describe('texts', () => {
  it('have the same keys in both languages', () =>
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort()))
  it('have the same blanks in both languages', () => {
    for (const [key, text] of chinese)
      expect(blanks(english.get(key) ?? ''), key).toEqual(blanks(text))
  })
  it('are never empty', () => {
    for (const [key, text] of [...chinese, ...english]) expect(text.trim(), key).not.toBe('')
  })
  it('in English contain no Chinese', () => {
    for (const [key, text] of english) expect(/[\u4e00-\u9fff]/.test(text), key).toBe(false)
  })
  it('exist for every key that the screens name', () => {
    expect(used.size).toBeGreaterThan(150)
    expect([...used].filter((key) => !chinese.has(key))).toEqual([])
  })
  it('exist for every family of keys that the screens build', () => {
    const keys = [...chinese.keys()]
    expect(families.size).toBeGreaterThan(10)
    expect([...families].filter((family) => !keys.some((key) => key.startsWith(family)))).toEqual(
      [],
    )
  })
})
