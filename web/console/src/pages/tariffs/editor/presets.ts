/** Where a new tariff can start: shapes that the trade uses, prices left to be filled in. */
import { complete, newLine, withHours, type Line, type Product } from '@/domain/product'

export const presetNames = ['single', 'hours', 'steps', 'hoursSteps', 'components', 'water', 'heat'] as const
export type PresetName = (typeof presetNames)[number]

interface Words {
  /** Name of the tariff, of a bill's lines and of the ordinary day. */
  name: string
  energy: string
  water: string
  sewage: string
  area: string
  day: string
  purchase: string
  funds: string
}

const steps: Line['steps'] = [
  { months: [5, 6, 7, 8, 9, 10], limits: [['260', '0.05'], ['600', '0.30']] },
  { limits: [['200', '0.05'], ['400', '0.30']] },
]
const byRate = (line: Line): Line => {
  const { price, ...rest } = line
  return { ...rest, printed: price ? { flat: price } : {} }
}

export function preset(kind: PresetName, words: Words): Product {
  const line = newLine(words.energy)
  const plain = complete({ name: words.name, lines: [line] })
  const hours = withHours({ ...plain, lines: [byRate(line)] }, words.day)
  switch (kind) {
    case 'single':
      return plain
    case 'hours':
      return hours
    case 'steps':
      return { ...plain, lines: [{ ...line, steps }] }
    case 'hoursSteps':
      return { ...hours, lines: [{ ...byRate(line), steps }] }
    case 'components':
      return {
        ...hours,
        lines: [
          {
            ...byRate(line),
            components: [
              { name: words.purchase, amount: '', kind: 'floating' },
              { name: words.funds, amount: '', kind: 'fixed' },
            ],
            factors: { peak: { factor: '1.7' }, valley: { factor: '0.38' } },
            price_places: 4,
          },
        ],
      }
    case 'water': {
      const stepped = (name: string, extra: [string, string]): Line => ({
        ...newLine(name),
        steps: [{ limits: [['26', extra[0]], ['34', extra[1]]] }],
      })
      return complete({
        name: words.name,
        utility: 'water',
        lines: [stepped(words.water, ['', '']), stepped(words.sewage, ['', ''])],
      })
    }
    case 'heat':
      return complete({
        name: words.name,
        utility: 'heat',
        lines: [line],
        fees: [{ name: words.area, per: 'month', amount: '' }],
      })
  }
}
