/** Money as whole fen: showing, reading and saying it. No floating point is stored anywhere. */

/** The most that one amount may be: exact in JSON numbers. */
export const moneyMaxFen = Number.MAX_SAFE_INTEGER

/** `1,234.50`, `-0.05`. */
export function formatFen(fen: number | null | undefined, missing = '—'): string {
  if (fen === null || fen === undefined) return missing
  const negative = fen < 0
  const digits = Math.abs(fen).toString().padStart(3, '0')
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${negative ? '-' : ''}${whole}.${digits.slice(-2)}`
}

/** `¥1,234.50`, `-¥0.05`. */
export function formatYuan(fen: number | null | undefined, missing = '—'): string {
  if (fen === null || fen === undefined) return missing
  return fen < 0 ? `-¥${formatFen(-fen)}` : `¥${formatFen(fen)}`
}

/** Fen of what a person typed (`12`, `12.3`, `1,200.50`, full-width digits), null when it is no amount. */
export function parseYuan(text: string): number | null {
  const plain = text
    .normalize('NFKC')
    .replace(/[\s,¥]/g, '')
    .replace(/。/g, '.')
  const match = /^(\d{1,13})(?:\.(\d{0,2}))?$/.exec(plain) ?? /^()\.(\d{1,2})$/.exec(plain)
  if (!match) return null
  const fen = Number(`${match[1] || '0'}${(match[2] ?? '').padEnd(2, '0')}`)
  return fen <= moneyMaxFen ? fen : null
}

/** What is kept of a sale: `percent` (`1.25`, at most two places) of it, to the fen, half up. */
export function serviceFee(fen: number, percent: string): number {
  const match = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(percent.trim())
  if (!match) return 0
  const e4 = BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
  return Number((BigInt(fen) * e4 + 5_000n) / 10_000n)
}

const digitNames = '零壹贰叁肆伍陆柒捌玖'
const placeNames = ['', '拾', '佰', '仟']
const groupNames = ['', '万', '亿', '万亿']

function groupWords(group: string): string {
  let words = ''
  let zero = false
  for (let i = 0; i < group.length; i += 1) {
    const digit = Number(group[i])
    if (digit === 0) {
      zero = words !== ''
      continue
    }
    words += `${zero ? '零' : ''}${digitNames[digit]}${placeNames[group.length - 1 - i]}`
    zero = false
  }
  return words
}

function wholeWords(digits: string): string {
  let words = ''
  let gap = false
  const count = Math.ceil(digits.length / 4)
  for (let index = count - 1; index >= 0; index -= 1) {
    const group = digits.slice(
      Math.max(0, digits.length - 4 * (index + 1)),
      digits.length - 4 * index,
    )
    if (Number(group) === 0) {
      gap = true
      continue
    }
    const padded = words !== '' && (gap || group.startsWith('0')) ? '零' : ''
    words += `${padded}${groupWords(group)}${groupNames[index]}`
    gap = false
  }
  return words
}

/** Formal capitals as printed on receipts: `壹佰元整`, `壹拾贰元叁角肆分`, `负…`. */
export function moneyInWords(fen: number): string {
  if (fen === 0) return '零元整'
  const digits = Math.abs(fen).toString().padStart(3, '0')
  const whole = wholeWords(digits.slice(0, -2).replace(/^0+/, ''))
  const jiao = Number(digits.at(-2))
  const cent = Number(digits.at(-1))
  let words = whole ? `${whole}元` : ''
  if (jiao > 0) words += `${digitNames[jiao]}角`
  else if (cent > 0 && whole) words += '零'
  words += cent > 0 ? `${digitNames[cent]}分` : '整'
  return `${fen < 0 ? '负' : ''}${words}`
}
