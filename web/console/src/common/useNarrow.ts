import { useSyncExternalStore } from 'react'

const query = matchMedia('(width < 768px)')
const subscribe = (listener: () => void): (() => void) => {
  query.addEventListener('change', listener)
  return () => query.removeEventListener('change', listener)
}

/** True on a phone. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => query.matches)
