import type { Texts } from '../zh'
import { core } from './core'
import { money } from './money'
import { setup } from './setup'
import { state } from './state'
import { work } from './work'

export const en: Texts = { ...core, ...work, ...money, ...setup, state }
