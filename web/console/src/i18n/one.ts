/** "1 meters" is no English: what follows a single one is singular. Chinese has no such forms. */

const many =
  /(?<![\d.,])1 ((?:more |chosen |waiting |failed |lost |unacknowledged )*)(meters|tries|times|points|reasons|alarms|problems|buses|purchases|conditions|cuts|groups|minutes|days)\b( are| have)?/g
const verbs: Record<string, string> = { ' are': ' is', ' have': ' has' }
const singular = (word: string): string =>
  word === 'tries' ? 'try' : word === 'buses' ? 'bus' : word.slice(0, -1)

export const oneOf = (text: string): string =>
  text.replace(
    many,
    (_, before: string, word: string, verb?: string) =>
      `1 ${before}${singular(word)}${verb ? (verbs[verb] ?? '') : ''}`,
  )

/** For i18next. */
export const singleOnes = {
  type: 'postProcessor',
  name: 'singleOnes',
  process: (text: unknown) => (typeof text === 'string' ? oneOf(text) : text),
} as const
