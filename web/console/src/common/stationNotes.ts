/** Notes that the station writes in English with figures, and the words that a person reads. */
import type { TFunction } from 'i18next'
import { formatYuan } from '@/domain/money'
import { formatSpan } from '@/domain/time'

/** Named groups are the blanks of the text; the ending of a name is its unit. */
const notes: [RegExp, string][] = [
  [/^balance (?<amount_yuan>-?[\d.]+)$/, 'balance'],
  [/^balance (?<found_yuan>-?[\d.]+), expected (?<wanted_yuan>-?[\d.]+)$/, 'balanceExpected'],
  [/^serial (?<found>\S+), expected (?<wanted>\S+)$/, 'serial'],
  [/^energy (?<value_wh>-?\d+) Wh$/, 'energy'],
  [/^rate (?<value_wh>-?\d+) Wh$/, 'rate'],
  [/^rates above the total of (?<value_wh>-?\d+) Wh$/, 'ratesAbove'],
  [/^voltage (?<value_mv>-?\d+) mV$/, 'voltage'],
  [/^power factor (?<value_e3>-?\d+)\/1000$/, 'factor'],
  [/^frequency (?<value_mhz>-?\d+) mHz$/, 'frequency'],
  [/^power (?<value_w>-?\d+) W, connection (?<rated_w>\d+) W$/, 'power'],
  [/^CT ratio (?<found>\d+), configured (?<wanted>\d+)$/, 'ratio'],
  [/^(?<from_wh>-?\d+) Wh -> (?<to_wh>-?\d+) Wh(?: in (?<seconds>\d+) s)?$/, 'moved'],
  [/^(?<stands_wh>-?\d+) Wh stands, (?<flowed_wh>\d+) Wh flowed$/, 'stands'],
  [/^(?<tree>.+): main (?<main_wh>-?\d+) Wh, subs (?<sub_wh>-?\d+) Wh, loss (?<loss_e1>-?\d+)\/1000(?:, (?<missing>\d+) unknown)?$/, 'loss'],
  [/^energy while the relay is open$/, 'welded'],
  [/^open after the own cut ended$/, 'stillOpen'],
  [/^limiting run (?<run>\d+): (?<why>.+)$/, 'giveBack'],
  [/^relay and intents disagree$/, 'disagree'],
  [/^found (?<found>.+), none configured$/, 'noneConfigured'],
  [/^found (?<found>.+), expected (?<wanted>.+)$/, 'foundExpected'],
  [/^(?<found>\w+), expected (?<wanted>.+)$/, 'foundExpected'],
  [/^the meter tells no serial number$/, 'noSerial'],
  [/^the meter tells no CT ratio$/, 'noRatio'],
  [/^the meter tells no time$/, 'noTime'],
  [/^the model has no relay$/, 'noRelay'],
  [/^the model has no readings$/, 'noReadings'],
  [/^(?:clock )?\+(?<ahead_s>\d+) s$/, 'clockAhead'],
  [/^(?:clock )?-(?<behind_s>\d+) s$/, 'clockBehind'],
  [/^clock fault$/, 'clockFault'],
  [/^no valid date$/, 'noDate'],
  [/^no energy register$/, 'noEnergy'],
  [/^no voltage on any phase$/, 'noVoltage'],
  [/^open$/, 'open'],
  [/^closed$/, 'closed'],
  [/^(?<found>\S+) answers as meter(?<others>( #\d+)+), too$/, 'answersTwice'],
]

const units: Record<string, [divisor: number, places: number, unit: string]> = {
  wh: [1000, 2, ' kWh'],
  w: [1000, 2, ' kW'],
  mv: [1000, 1, ' V'],
  mhz: [1000, 2, ' Hz'],
  e3: [1000, 3, ''],
  e1: [10, 1, '%'],
}
function withUnit(name: string, value: string): string {
  const ending = name.split('_')[1] ?? ''
  if (ending === 'yuan') return formatYuan(Math.round(Number(value) * 100))
  if (ending === 's') return Number(value) < 60 ? `${value} s` : formatSpan(Number(value) * 1000)
  const [divisor, places, unit] = units[ending] ?? []
  return divisor === undefined ? value : `${(Number(value) / divisor).toFixed(places)}${unit}`
}

/** The note in words; null when it is none of these. */
export function noteWords(note: string, t: TFunction): string | null {
  for (const [pattern, name] of notes) {
    const match = pattern.exec(note)
    if (!match) continue
    const blanks: Record<string, string> = {}
    for (const [key, value] of Object.entries(match.groups ?? {}))
      blanks[key.split('_')[0] as string] = value === undefined ? '' : withUnit(key, value)
    const hasMore = blanks.seconds || blanks.missing
    return t(`note.${name}${hasMore ? 'More' : ''}`, blanks)
  }
  return null
}
