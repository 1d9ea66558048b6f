/** The station's clock as seen from here, and one ticker for everything that shows an age. */
import { useSyncExternalStore } from 'react'

let offsetMs = 0
/** Tells what the station's clock said just now. */
export function observeStationTime(at: string): void {
  const station = Date.parse(at)
  if (!Number.isNaN(station)) offsetMs = station - Date.now()
}
export const stationNow = (): number => Date.now() + offsetMs

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | null = null

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

/** The station's time in milliseconds, renewed every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now) + offsetMs
