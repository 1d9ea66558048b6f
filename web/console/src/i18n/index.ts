/** Texts of the console: Chinese first, English complete. */
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { readChoice, writeChoice } from '@/common/remembered'
import { en } from './en'
import { singleOnes } from './one'
import { zh } from './zh'

export const languages = ['zh', 'en'] as const
export type Language = (typeof languages)[number]

export const i18n = i18next.createInstance()

void i18n.use(initReactI18next).use(singleOnes).init({
  resources: { zh: { translation: zh }, en: { translation: en } },
  lng: readChoice('language', languages, 'zh'),
  fallbackLng: 'zh',
  interpolation: { escapeValue: false },
  postProcess: [singleOnes.name],
  returnNull: false,
  showSupportNotice: false,
} as Parameters<typeof i18n.init>[0])

export function switchLanguage(language: Language): void {
  writeChoice('language', language)
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN'
  void i18n.changeLanguage(language)
}
