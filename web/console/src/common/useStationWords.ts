import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { codes } from '@/i18n/codes'

/** The station's own notes name errors by code and figures in English: the same in a person's words. */
export function stationWords(note: string, t: TFunction, language: string): string {
  const balance = /^balance (-?[\d.]+)$/.exec(note)
  if (balance) return t('alarm.balance', { amount: `¥${balance[1]}` })
  const serial = /^serial (\S+), expected (\S+)$/.exec(note)
  if (serial) return t('alarm.serial', { found: serial[1], expected: serial[2] })
  const column = language === 'en' ? 1 : 0
  return note
    .replace(/\brefused: /g, t('audit.refused'))
    .replace(/\b[a-z]+(?:_[a-z0-9]+)+\b/g, (word) => codes[word]?.[column] ?? word)
}

export function useStationWords(): (note: string) => string {
  const { t, i18n } = useTranslation()
  return (note) => stationWords(note, t, i18n.language)
}
