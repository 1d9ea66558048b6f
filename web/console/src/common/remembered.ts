/** Small choices of a person at this browser; a browser that refuses storage loses only those. */
const full = (key: string): string => `paymeter.${key}`

export function readText(key: string): string | null {
  try {
    return localStorage.getItem(full(key))
  } catch {
    return null
  }
}

export function writeChoice(key: string, value: string): void {
  try {
    localStorage.setItem(full(key), value)
  } catch {
    // Storage is full or forbidden: the choice holds for this page only.
  }
}

export function readChoice<T extends string>(key: string, allowed: readonly T[], fallback: T): T {
  const stored = readText(key)
  return allowed.find((value) => value === stored) ?? fallback
}
