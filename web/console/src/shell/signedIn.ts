/** Remembers that this browser has a session, so that a first visit asks the station nothing. */
import { readText, writeChoice } from '@/common/remembered'

export const mayHaveSession = (): boolean => readText('signedIn') === '1'
export const noteSession = (signedIn: boolean): void =>
  writeChoice('signedIn', signedIn ? '1' : '0')
