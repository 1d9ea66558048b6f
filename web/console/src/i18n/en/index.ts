import type { Texts } from '../zh'
import { bills } from './bills'
import { commissioning } from './commissioning'
import { control } from './control'
import { core } from './core'
import { limiting } from './limiting'
import { money } from './money'
import { product } from './product'
import { setup } from './setup'
import { state } from './state'
import { watch } from './watch'
import { work } from './work'

export const en: Texts = { ...core, ...work, ...money, ...bills, ...product, ...setup, ...control, ...watch, ...commissioning, ...limiting, state }
