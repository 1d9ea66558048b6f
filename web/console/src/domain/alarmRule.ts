/** Which levels a kind of alarm has, and in which unit people write them. */
import type { AlarmKind } from '@/api/types'

export interface Level {
  unit: '%' | 'kWh' | 'W'
  /** What the station stores for 1 of the unit. */
  scale: number
}
export interface Levels {
  /** Of raise_at and clear_at. */
  level: Level
  /** What never matters; absent where the kind has none. */
  floor?: Level
}

const percent: Level = { unit: '%', scale: 1 }
const perMille: Level = { unit: '%', scale: 10 }
const energy: Level = { unit: 'kWh', scale: 1000 }
const power: Level = { unit: 'W', scale: 1 }
const levels: Partial<Record<AlarmKind, Levels>> = {
  impossible_reading: { level: percent },
  flying: { level: percent, floor: energy },
  falling: { level: energy },
  standing_still: { level: energy, floor: power },
  loss: { level: perMille, floor: energy },
}
export const levelsOf = (kind: AlarmKind): Levels | undefined => levels[kind]

export const shownLevel = (stored: number, { scale }: Level): number => stored / scale
export const storedLevel = (shown: number, { scale }: Level): number => Math.round(shown * scale)
