import { bills } from './bills'
import { commissioning } from './commissioning'
import { control } from './control'
import { core } from './core'
import { cuts } from './cuts'
import { limiting } from './limiting'
import { money } from './money'
import { product } from './product'
import { setup } from './setup'
import { state } from './state'
import { watch } from './watch'
import { work } from './work'

export const zh = { ...core, ...work, ...money, ...bills, ...product, ...setup, ...control, ...watch, ...commissioning, ...cuts, ...limiting, state }
/** The shape that every language must fill. */
export type Texts = typeof zh
