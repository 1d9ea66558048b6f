import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { codes } from '@/i18n/codes'
import { noteWords } from './stationNotes'

function withCodes(text: string, language: string): string {
  const column = language === 'en' ? 1 : 0
  return text.replace(/\b[a-z]+(?:_[a-z0-9]+)+\b/g, (word) => codes[word]?.[column] ?? word)
}

/** The station's own notes name errors by code and figures in English: the same in a person's words. */
export function stationWords(note: string, t: TFunction, language: string): string {
  const known = noteWords(note, t)
  if (known !== null) return withCodes(known, language)
  return withCodes(note.replace(/\brefused: /g, t('audit.refused')), language)
}

export function useStationWords(): (note: string) => string {
  const { t, i18n } = useTranslation()
  return (note) => stationWords(note, t, i18n.language)
}
