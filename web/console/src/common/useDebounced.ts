import { useEffect, useState } from 'react'

/** The value once it has rested for `ms`; for searches that ask the station. */
export function useDebounced<T>(value: T, ms = 300): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return rested
}
